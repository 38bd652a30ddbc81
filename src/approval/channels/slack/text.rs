//! Text in the form in which Slack takes it: nothing in it is a mention, a link or markup, nothing hides, and its length is
//! within what Slack allows.

use crate::text::escape::escape;

/// Stands where text was cut off.
const CUT: char = '…';

/// Text of at most `MOST` characters as Slack counts them, ready to be sent.
///
/// Invariant `slack_safe`: control, bidirectional and zero-width characters are written out; `&`, `<` and `>` are
/// entities, which is all that Slack reads as markup in a text object; it is not empty, and not longer than `MOST`
/// UTF-16 units, the widest way to count characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safe<const MOST: usize>(String);

impl<const MOST: usize> Safe<MOST> {
    /// One value on one line; upholds `slack_safe`.
    pub fn value(text: &str) -> Self {
        Self(fitted(&escape(text), MOST))
    }

    /// Several lines, whose breaks stay; upholds `slack_safe`. For text that was put together here: what an agent wrote must
    /// have been escaped before, or its breaks make lines of their own.
    pub fn lines(text: &str) -> Self {
        let clean: Vec<String> = text.trim_end_matches('\n').split('\n').map(escape).collect();
        Self(fitted(&clean.join("\n"), MOST))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long Slack may take a text to be.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// How long a text is once its entities are written.
pub fn sent_length(text: &str) -> usize {
    text.chars().map(|c| entity(c).map_or_else(|| c.len_utf16(), str::len)).sum()
}

/// The text with entities, cut where it would be too long. An entity is never cut in two.
fn fitted(text: &str, most: usize) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    let fits = sent_length(text) <= most;
    let room = if fits { most } else { most.saturating_sub(CUT.len_utf16()) };
    let mut out = String::with_capacity(text.len());
    let mut used = 0;
    for c in text.chars() {
        let wide = entity(c).map_or_else(|| c.len_utf16(), str::len);
        if used + wide > room {
            break;
        }
        used += wide;
        match entity(c) {
            Some(entity) => out.push_str(entity),
            None => out.push(c),
        }
    }
    if !fits {
        out.push(CUT);
    }
    out
}

fn entity(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// Lines in portions of at most `most` characters, and how many lines did not fit into `portions` of them. A line that is
/// too long by itself is broken.
pub fn portions(text: &str, most: usize, portions: usize) -> (Vec<String>, usize) {
    let mut all: Vec<String> = Vec::new();
    let mut left_out = 0;
    for piece in text.lines().flat_map(|line| pieces(line, most)) {
        let fits = all.last().is_some_and(|last| sent_length(last) + 1 + sent_length(&piece) <= most);
        let has_room = all.len() < portions;
        // What followed a gap would look as if it followed what stands before the gap.
        match all.last_mut() {
            Some(last) if fits && left_out == 0 => {
                last.push('\n');
                last.push_str(&piece);
            }
            _ if has_room && left_out == 0 => all.push(piece),
            _ => left_out += 1,
        }
    }
    (all, left_out)
}

fn pieces(line: &str, most: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut used = 0;
    for c in line.chars() {
        let wide = entity(c).map_or_else(|| c.len_utf16(), str::len);
        if used + wide > most {
            all.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::escape::is_deceptive;

    #[test]
    fn what_slack_would_read_as_markup_is_text() {
        for (raw, sent) in [
            ("<!channel> look", "&lt;!channel&gt; look"),
            ("<@U0123> & <https://evil.example|safe>", "&lt;@U0123&gt; &amp; &lt;https://evil.example|safe&gt;"),
            ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
            ("a\u{202e}b\u{200b}c\n\u{1b}[2Kd", "a\\u{202e}b\\u{200b}c\\n\\x1b[2Kd"),
            ("", "-"),
        ] {
            assert_eq!(Safe::<3000>::value(raw).as_str(), sent);
        }
        assert_eq!(Safe::<3000>::lines("a\nb\r\n").as_str(), "a\nb\\r");
    }

    #[test]
    fn an_entity_is_never_cut_in_two() {
        assert_eq!(Safe::<10>::value("<<<<").as_str(), "&lt;&lt;…");
        assert_eq!(Safe::<8>::value("<<").as_str(), "&lt;&lt;");
        assert_eq!(Safe::<3>::value("\u{1f600}\u{1f600}").as_str(), "\u{1f600}…");
    }

    #[test]
    fn portions_leave_out_the_end_and_never_the_middle() {
        assert_eq!(portions("aa\nbb\ncc\ndd", 5, 2), (vec!["aa\nbb".to_owned(), "cc\ndd".to_owned()], 0));
        assert_eq!(portions("aa\nbb\ncccc\ndd\ne", 5, 2), (vec!["aa\nbb".to_owned(), "cccc".to_owned()], 2));
        assert_eq!(portions("aaaa\nbbbbbb\nc", 5, 1), (vec!["aaaa".to_owned()], 3));
    }

    proptest! {
        #[test]
        fn no_text_is_too_long_or_says_anything_to_slack(text in "(<|>|&|\\PC|[a-z]{0,40}|\u{202e}|\u{0}|\u{1f600}|\n){0,60}") {
            let sent = Safe::<75>::value(&text);
            prop_assert!(length(sent.as_str()) <= 75 && !sent.as_str().is_empty());
            prop_assert!(!sent.as_str().contains(['<', '>']));
            prop_assert!(!sent.as_str().chars().any(is_deceptive));
            for (at, _) in sent.as_str().match_indices('&') {
                let rest = &sent.as_str()[at..];
                prop_assert!(["&amp;", "&lt;", "&gt;"].iter().any(|entity| rest.starts_with(entity)), "{}", rest);
            }
        }

        #[test]
        fn portions_hold_every_line_or_count_it(text in "[ab<\n]{0,200}") {
            let (all, left_out) = portions(&text, 20, 3);
            prop_assert!(all.len() <= 3);
            prop_assert!(all.iter().all(|one| sent_length(one) <= 20));
            let pieces: usize = text.lines().map(|line| pieces(line, 20).len()).sum();
            let shown: usize = all.iter().map(|one| one.split('\n').count()).sum();
            prop_assert_eq!(pieces, shown + left_out);
        }
    }
}
