//! Long pipelines after an error, over which the grammar's recovery takes time without end.
//!
//! `a | | b | c | d …` and `a > | b | c …` are no shell text. Where a text holds that outside of quotes and documents and
//! many pipes beside it, it is not given to the grammar. This reads quotes and documents only roughly: what it takes for
//! broken is asked about, and what it overlooks costs time and nothing else.

/// The most pipes that a text with such an error may have: recovery doubles its work with each.
const MOST: usize = 12;

/// Whether the grammar would be kept busy.
pub fn are_endless(source: &str) -> bool {
    if source.bytes().filter(|byte| *byte == b'|').count() <= MOST {
        return false;
    }
    let (is_endless, is_closed) = scanned(source, Quotes::Heeded);
    is_endless || (!is_closed && scanned(source, Quotes::Ignored).0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Heeded,
    Ignored,
}

/// Whether it is endless, and whether every quote was closed.
fn scanned(source: &str, quotes: Quotes) -> (bool, bool) {
    let mut rest = source;
    let (mut pipes, mut is_broken, mut before, mut is_closed) = (0_usize, false, ' ', true);
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            '\'' | '"' if quotes == Quotes::Heeded => match rest.find(c) {
                Some(end) => rest = rest.get(end + 1..).unwrap_or_default(),
                None => is_closed = false,
            },
            '<' if quotes == Quotes::Heeded && rest.starts_with('<') => {
                rest = after_document(rest.get(1..).unwrap_or_default())
            }
            '|' if rest.starts_with('|') => {
                rest = rest.get(1..).unwrap_or_default();
                before = ' ';
                continue;
            }
            '|' => {
                pipes += 1;
                is_broken |= matches!(before, '|' | '<' | '>');
            }
            // A redirection that overwrites.
            '>' if rest.starts_with('|') => rest = rest.get(1..).unwrap_or_default(),
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    (is_broken && pipes > MOST, is_closed)
}

/// What follows the document that is named here: the rest of its own line is left out with it.
fn after_document(rest: &str) -> &str {
    let name = rest.trim_start_matches(['-', '<', ' ', '\t']);
    let end = name.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c)).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default().replace(['"', '\'', '\\'], "");
    let mut at = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        at += line.len();
        if number > 0 && line.trim_start_matches('\t').trim_end_matches('\n') == name {
            return rest.get(at..).unwrap_or_default();
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pipelines_after_an_error_are_endless() {
        for start in ["a| | ", "a |\n| ", "a > | ", "it's | | "] {
            assert!(are_endless(&format!("{start}{}x", "sh| ".repeat(30))), "{start}");
        }
    }

    #[test]
    fn honest_texts_are_not() {
        let table = format!("cat > x.md <<'E'\n{}E\nls | wc -l", "| a | | b |\n".repeat(30));
        let long = format!("a {}", "| sort ".repeat(30));
        let quoted = format!("git commit -m '| a | | b |' {}", "| cat ".repeat(20));
        for text in [table.as_str(), &long, &quoted, "a || b || c", "a >| x | b", "a | | b"] {
            assert!(!are_endless(text), "{text}");
        }
    }
}
