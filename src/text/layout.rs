//! Lines of a given width: wrapped with hanging indent, shortened, coloured. Widths are those that a terminal shows.

use console::{Style, measure_text_width, truncate_str};

/// Whether text is coloured. A colour never says what the words do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// As the terminal can.
    On,
    /// Not at all.
    Off,
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It runs.
    Good,
    /// It waits for somebody, or somebody looks at it.
    Wait,
    /// It is refused.
    Bad,
    /// Of less weight.
    Faint,
}

impl Colour {
    /// The text in the colour of a tone.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let style = match (self, tone) {
            (Self::Off, _) => return text.to_owned(),
            (Self::On, Tone::Good) => Style::new().green(),
            (Self::On, Tone::Wait) => Style::new().yellow().bold(),
            (Self::On, Tone::Bad) => Style::new().red().bold(),
            (Self::On, Tone::Faint) => Style::new().dim(),
        };
        style.force_styling(true).apply_to(text).to_string()
    }
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    measure_text_width(text)
}

/// The text in at most so many columns, with `…` where something is missing.
pub fn shortened(text: &str, most: usize) -> String {
    truncate_str(text, most, "…").into_owned()
}

/// The text with blanks up to so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Lines of at most `most` columns, broken at blanks; a word that is longer is broken where the line ends. The first
/// starts with `first`, the others with as many blanks, so that what belongs together stands below one another.
pub fn wrapped(first: &str, text: &str, most: usize) -> String {
    let indent = width(first);
    let room = most.saturating_sub(indent).max(10);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut rest = word;
        if !line.is_empty() && width(&line) + 1 + width(rest) <= room {
            line.push(' ');
            line.push_str(rest);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while width(rest) > room {
            let (head, tail) = rest.split_at(cut(rest, room));
            lines.push(head.to_owned());
            rest = tail;
        }
        rest.clone_into(&mut line);
    }
    lines.push(line);
    let blanks = " ".repeat(indent);
    let start = |at: usize| if at == 0 { first } else { blanks.as_str() };
    lines.iter().enumerate().map(|(at, line)| format!("{}\n", format!("{}{line}", start(at)).trim_end())).collect()
}

/// As [`wrapped`], but every blank stays: two values that differ in blanks look different.
pub fn folded(first: &str, text: &str, most: usize) -> String {
    let indent = width(first);
    let room = most.saturating_sub(indent).max(10);
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let mut rest = word;
        // Only as much of a word is measured as fits: it may be as long as whoever wrote it liked.
        let is_longer = |word: &str, room: usize| {
            let fits = cut(word, room);
            fits < word.len() || fits > 0 && width(word) > room
        };
        let left = |line: &str| room.saturating_sub(width(line));
        // A blank beyond the last column would make a terminal begin another line.
        if lines.last().is_some_and(|line| !line.is_empty() && is_longer(rest, left(line))) {
            lines.push(String::new());
        }
        while is_longer(rest.trim_end_matches(' '), room) {
            let (head, tail) = rest.split_at(cut(rest, room));
            if let Some(line) = lines.last_mut() {
                line.push_str(head);
            }
            lines.push(String::new());
            rest = tail;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(rest);
        }
    }
    let blanks = " ".repeat(indent);
    let start = |at: usize| if at == 0 { first } else { blanks.as_str() };
    lines.iter().enumerate().map(|(at, line)| format!("{}{line}\n", start(at))).collect()
}

/// How many bytes of a text fill at most so many columns, and at least one character.
fn cut(text: &str, room: usize) -> usize {
    let mut end = 0;
    let mut used = 0;
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if end > 0 && used > room {
            break;
        }
        end += c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_their_start_and_are_never_too_wide() {
        assert_eq!(wrapped("- ", "one two three four", 12), "- one two\n  three four\n");
        assert_eq!(wrapped("ab: ", "", 20), "ab:\n");
        assert_eq!(wrapped("", &"x".repeat(25), 10), format!("{0}\n{0}\nxxxxx\n", "x".repeat(10)));
        for text in ["日本語日本語日本語日本語", "größe größe größe größe", "a  b"] {
            assert!(wrapped("> ", text, 14).lines().all(|line| width(line) <= 14), "{text}");
        }
    }

    #[test]
    fn folding_keeps_every_blank() {
        assert_eq!(folded("a: ", "x  y", 20), "a: x  y\n");
        assert_eq!(folded("- ", "one two three four", 12), "- one two \n  three four\n");
        assert_eq!(folded("", &"x".repeat(25), 10), format!("{0}\n{0}\nxxxxx\n", "x".repeat(10)));
        for text in ["a  b   c    d     e", "日本語日本語日本語日本語", " leading", ""] {
            let all: String = folded("> ", text, 14).lines().map(|line| line.get(2..).unwrap()).collect();
            assert_eq!(all, text);
        }
    }

    #[test]
    fn colour_is_only_added() {
        assert_eq!(Colour::Off.paint(Tone::Bad, "deny"), "deny");
        let painted = Colour::On.paint(Tone::Bad, "deny");
        assert!(painted.contains("deny") && painted.len() > 4 && width(&painted) == 4);
    }
}
