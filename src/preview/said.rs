//! What a tool said when it did not answer: its words without colours, frames and what it logs beside them.

/// The lines that a person reads, each once.
pub(super) fn said(bytes: &[u8]) -> Vec<String> {
    let text = unpainted(&String::from_utf8_lossy(bytes));
    let is_frame = |c: char| c.is_whitespace() || "│╷╵".contains(c);
    let mut all: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.trim_matches(is_frame)).filter(|line| !line.is_empty()) {
        if !all.iter().any(|known| known == line) {
            all.push(line.to_owned());
        }
    }
    // What a library logs says the same in worse words, as often as it tries.
    let logged = all.iter().filter(|line| is_logged(line)).count();
    if logged < all.len() {
        all.retain(|line| !is_logged(line));
    }
    all
}

/// A line of klog: `E1125 17:02:00.929406    1712 memcache.go:265] …`.
fn is_logged(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (level, time) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    level.len() == 5
        && level.starts_with(['I', 'W', 'E', 'F'])
        && level.chars().skip(1).all(|c| c.is_ascii_digit())
        && time.contains(':')
        && line.contains(']')
}

/// A text without the sequences by which terminals colour it.
pub(super) fn unpainted(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| ('@'..='~').contains(&c));
        match end.and_then(|end| after.get(end..)).filter(|end| end.starts_with('m')) {
            Some(end) => rest = end.get(1..).unwrap_or_default(),
            // Another sequence stays to be seen for what it is.
            None => {
                plain.push_str("\u{1b}[");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_frames_go_and_the_words_stay() {
        let told = "\u{1b}[31m╷\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[1mError: \u{1b}[0mno [m]\n\u{1b}[31m╵\u{1b}[0m\n";
        assert_eq!(said(told.as_bytes()), ["Error: no [m]"]);
        assert_eq!(unpainted("a\u{1b}[2Jb"), "a\u{1b}[2Jb", "what clears the screen is not a colour");
        assert_eq!(unpainted("a\u{1b}["), "a\u{1b}[");
    }

    #[test]
    fn what_a_library_logs_gives_way_to_what_the_tool_says() {
        let log = "E1125 17:02:00.929406    1712 memcache.go:265] \"Unhandled Error\" err=\"x\"";
        let told = format!("{log}\nThe connection was refused\n{log}\n");
        assert_eq!(said(told.as_bytes()), ["The connection was refused"]);
        assert_eq!(said(log.as_bytes()), [log], "where it says nothing else");
    }
}
