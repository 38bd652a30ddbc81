//! Makes text from an agent or a tool safe to look at: control, bidirectional and zero-width characters are written
//! out, so that what a person reads is what is there.

/// `text` with every character that could change how the rest is shown written as `\x1b`, `\u{202e}` and the like.
/// Line breaks become `\n`, so that one value stays one line.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_deceptive(c) && u32::from(c) < 0x100 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if is_deceptive(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// C0 and C1 controls, bidirectional controls, zero-width and other invisible characters, tags, variation selectors,
/// line and paragraph separators (Unicode 16, general categories Cc, Cf, Zl, Zp, and the default-ignorable rest).
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_the_screen_is_written_out() {
        assert_eq!(escape("a\x1b[2Kb\u{202e}c\u{200b}\r\n"), "a\\x1b[2Kb\\u{202e}c\\u{200b}\\r\\n");
        assert_eq!(escape("\u{9b}31m"), "\\x9b31m");
    }

    #[test]
    fn plain_text_in_any_script_stays() {
        assert_eq!(escape("kubectl get pods -n größe 日本"), "kubectl get pods -n größe 日本");
    }
}
