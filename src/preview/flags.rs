//! A word that begins with a dash, with its value: as Go's command lines have it.
//!
//! Source: <https://pkg.go.dev/github.com/spf13/pflag>. What a tool's table does not know has no meaning here.

use crate::model::invocation::Raw;

use super::Failure;

/// A flag with its value, as one or two words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flag {
    /// Its name.
    pub(super) name: String,
    /// Its value.
    pub(super) value: Option<Raw>,
    /// As it stands.
    pub(super) words: Vec<Raw>,
}

/// Reads the flag that `word` begins; `takes` says which names have a value, `switches` which have none, or one behind `=`.
///
/// # Errors
/// When it is not known.
pub(super) fn flag<'a>(
    word: &Raw,
    rest: &mut impl Iterator<Item = &'a Raw>,
    takes: &dyn Fn(&str) -> bool,
    switches: &dyn Fn(&str) -> bool,
) -> Result<Flag, Failure> {
    let unknown = || Failure::new(format!("`{}` is not known, so what it would change cannot be shown", word.lossy()));
    let text = word.as_str().ok_or_else(unknown)?;
    let (name, attached) = match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(Raw::from(value))),
        None if !text.starts_with("--") && text.chars().count() > 2 => {
            let name: String = text.chars().take(2).collect();
            (name, Some(Raw::from(text.chars().skip(2).collect::<String>())))
        }
        None => (text.to_owned(), None),
    };
    let is_joined = !text.starts_with("--") && attached.is_some() && !text.contains('=');
    let mut words = vec![word.clone()];
    let value = match (takes(&name), switches(&name), attached) {
        (true, _, None) => {
            let value = rest.next().ok_or_else(|| Failure::new(format!("`{text}` has no value")))?;
            words.push(value.clone());
            Some(value.clone())
        }
        (true, _, Some(value)) => Some(value),
        (false, true, attached) if !is_joined => attached,
        _ => return Err(unknown()),
    };
    Ok(Flag { name, value, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, Option<String>, usize), Failure> {
        let words: Vec<Raw> = text.split(' ').map(Raw::from).collect();
        let takes = |name: &str| ["-n", "--name"].contains(&name);
        let switches = |name: &str| ["-q", "--quiet"].contains(&name);
        let flag = flag(&words[0], &mut words.iter().skip(1), &takes, &switches)?;
        Ok((flag.name, flag.value.map(|value| value.lossy().into_owned()), flag.words.len()))
    }

    #[test]
    fn a_value_stands_behind_it_or_in_it() {
        let some = |name: &str, value: &str, words| Ok((name.to_owned(), Some(value.to_owned()), words));
        assert_eq!(read("-n x"), some("-n", "x", 2));
        assert_eq!(read("-nx"), some("-n", "x", 1));
        assert_eq!(read("--name=x y"), some("--name", "x", 1));
        assert_eq!(read("--quiet=false"), some("--quiet", "false", 1));
        assert_eq!(read("-q x"), Ok(("-q".to_owned(), None, 1)));
    }

    #[test]
    fn what_is_not_in_the_table_or_joined_is_not_read() {
        for text in ["--frob", "-x", "-qx", "--name", "-qn"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
