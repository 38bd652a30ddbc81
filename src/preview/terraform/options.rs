//! terraform's command line, sorted: what belongs to the plan, and what to the run of a saved one.
//!
//! Source: <https://developer.hashicorp.com/terraform/cli/commands/apply>, `plan` and `destroy`.

use crate::model::invocation::Raw;
use crate::preview::Failure;

/// What an option is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// It says what is planned.
    Plan,
    /// It says how a saved plan is run.
    Run,
    /// Both.
    Both,
    /// A saved plan needs it no more.
    Neither,
}

/// Options by name, whether they take a value, and what they are for. One that is not here cannot be sorted, and then
/// there is no preview.
const OPTIONS: &[(&str, bool, For)] = &[
    ("var", true, For::Plan),
    ("var-file", true, For::Plan),
    ("target", true, For::Plan),
    ("target-file", true, For::Plan),
    ("exclude", true, For::Plan),
    ("exclude-file", true, For::Plan),
    ("replace", true, For::Plan),
    ("destroy", false, For::Plan),
    ("refresh", false, For::Plan),
    ("refresh-only", false, For::Plan),
    ("parallelism", true, For::Both),
    ("lock", false, For::Run),
    ("lock-timeout", true, For::Run),
    ("no-color", false, For::Run),
    ("json", false, For::Run),
    ("concise", false, For::Run),
    ("compact-warnings", false, For::Run),
    ("auto-approve", false, For::Neither),
    ("input", false, For::Neither),
];

/// A command line, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// `-chdir=…`, as it stands.
    pub chdir: Option<Raw>,
    /// Options of the plan.
    pub plan: Vec<Raw>,
    /// Options of the run.
    pub run: Vec<Raw>,
    /// A saved plan that is named.
    pub saved: Option<Raw>,
}

impl Options {
    /// Sorts the words of `terraform apply`, `destroy` or `refresh`.
    ///
    /// # Errors
    /// When a word is not known here.
    pub fn sort(words: &[Raw]) -> Result<Self, Failure> {
        let mut sorted = Self::default();
        let mut words = words.iter().skip(1);
        let verb = loop {
            let word = words.next().ok_or_else(|| Failure::new("it names no subcommand"))?;
            if word.0.starts_with(b"-chdir=") {
                sorted.chdir = Some(word.clone());
            } else if word.0.starts_with(b"-") {
                return Err(unknown(word));
            } else {
                break word;
            }
        };
        match verb.as_str() {
            Some("apply") => {}
            Some("destroy") => sorted.plan.push(Raw::from("-destroy")),
            Some("refresh") => sorted.plan.push(Raw::from("-refresh-only")),
            _ => return Err(unknown(verb)),
        }
        while let Some(word) = words.next() {
            sorted.take(word, &mut words)?;
        }
        Ok(sorted)
    }

    /// Options of the plan that brings back what was there: those that say what is looked at, not what is done to it.
    pub fn back(&self) -> Vec<Raw> {
        let acts = [&b"-destroy"[..], b"-replace", b"-refresh-only"];
        let is_act = |word: &Raw| acts.iter().any(|act| word.0.split(|byte| *byte == b'=').next() == Some(act));
        self.plan.iter().filter(|word| !is_act(word)).cloned().collect()
    }

    fn take<'a>(&mut self, word: &'a Raw, rest: &mut impl Iterator<Item = &'a Raw>) -> Result<(), Failure> {
        let text = word.as_str().ok_or_else(|| unknown(word))?;
        let Some(option) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).filter(|name| !name.is_empty())
        else {
            let is_second = self.saved.replace(word.clone()).is_some();
            return if is_second { Err(unknown(word)) } else { Ok(()) };
        };
        let (name, attached) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let (_, takes_value, purpose) =
            OPTIONS.iter().find(|(known, _, _)| *known == name).ok_or_else(|| unknown(word))?;
        let whole = match (takes_value, attached) {
            (true, None) => {
                let value = rest.next().ok_or_else(|| Failure::new(format!("`{text}` has no value")))?;
                Raw([format!("-{name}=").as_bytes(), &value.0].concat())
            }
            (true, Some(value)) => Raw::from(format!("-{name}={value}")),
            (false, value) => Raw::from(value.map_or_else(|| format!("-{name}"), |value| format!("-{name}={value}"))),
        };
        if matches!(purpose, For::Plan | For::Both) {
            self.plan.push(whole.clone());
        }
        if matches!(purpose, For::Run | For::Both) {
            self.run.push(whole);
        }
        Ok(())
    }
}

fn unknown(word: &Raw) -> Failure {
    Failure::new(format!(
        "`{}` cannot be turned into a saved plan, so what it would change cannot be shown",
        word.lossy()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(text: &str) -> Result<(String, String, Option<String>), String> {
        let words: Vec<Raw> = text.split(' ').map(Raw::from).collect();
        let join = |words: &[Raw]| words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        let sorted = Options::sort(&words).map_err(|failure| failure.why)?;
        Ok((join(&sorted.plan), join(&sorted.run), sorted.saved.map(|word| word.lossy().into_owned())))
    }

    #[test]
    fn options_are_sorted_by_what_they_are_for() {
        let sorted =
            sort("terraform -chdir=x apply -auto-approve -var a=b --var-file=f -lock=false -parallelism 3 -no-color");
        let plan = "-var=a=b -var-file=f -parallelism=3";
        assert_eq!(sorted, Ok((plan.to_owned(), "-lock=false -parallelism=3 -no-color".to_owned(), None)));
        assert_eq!(sort("tofu destroy -target=x").unwrap().0, "-destroy -target=x");
        let words: Vec<Raw> = "tofu destroy -var a=b -replace=x".split(' ').map(Raw::from).collect();
        assert_eq!(Options::sort(&words).unwrap().back(), [Raw::from("-var=a=b")]);
        assert_eq!(sort("terraform refresh").unwrap().0, "-refresh-only");
        assert_eq!(sort("terraform apply plan.bin").unwrap().2.as_deref(), Some("plan.bin"));
    }

    #[test]
    fn what_is_not_known_is_not_sorted() {
        for text in [
            "terraform apply -state=x", "terraform apply -frob", "terraform apply a b", "terraform -frob apply",
            "terraform apply -var", "terraform import a b", "terraform",
        ] {
            assert!(sort(text).is_err(), "{text}");
        }
    }
}
