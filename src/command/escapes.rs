//! What backslashes mean in the shell's kinds of quotes.

/// Text in double quotes, without expansions: a dollar sign that is left must be a plain one.
pub fn in_double_quotes(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(next @ ('$' | '`' | '"' | '\\')) => out.push(next),
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => return None,
            },
            '"' | '`' => return None,
            '$' if chars.peek().is_some_and(|next| next.is_ascii_alphanumeric() || "_({[@*#?$!-".contains(*next)) => {
                return None;
            }
            _ => out.push(c),
        }
    }
    Some(out)
}

/// The text between backquotes as it is read again: `\$`, `` \` `` and `\\` lose their backslash.
pub fn in_backquotes(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next @ ('$' | '`' | '\\')) if c == '\\' => {
                out.push(*next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// `$'…'`: the text that it stands for; none where it is no text.
pub fn ansi_c(text: &str) -> Option<String> {
    let inner = text.strip_prefix("$'")?.strip_suffix('\'')?;
    escaped(inner, Escapes::AnsiC)
}

/// Which escapes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Those of `$'…'` in bash.
    AnsiC,
    /// Those of `printf`'s format that bash and dash read alike.
    Printf,
    /// Those of `printf`'s format in bash.
    BashPrintf,
    /// Those of `echo -e` in bash.
    Echo,
}

/// A text with its escapes taken for what they stand for; none where one is not known or makes no text.
pub fn escaped(text: &str, which: Escapes) -> Option<String> {
    let mut out: Vec<u8> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        let next = chars.next()?;
        match next {
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'a' | 'b' | 'f' | 'r' | 'v' | 'e' | 'E' | 'c' => return None,
            '\\' => out.push(b'\\'),
            '\'' | '"' | '?' if which == Escapes::AnsiC => out.extend(next.encode_utf8(&mut [0; 4]).bytes()),
            '1'..='7' if which == Escapes::Echo => return None,
            '0'..='7' => {
                let mut digits = next.to_string();
                let most = if which == Escapes::Echo { 4 } else { 3 };
                while let Some(digit) = chars.next_if(|c| ('0'..='7').contains(c) && digits.len() < most) {
                    digits.push(digit);
                }
                out.push(u8::from_str_radix(&digits, 8).ok().filter(|byte| *byte != 0)?);
            }
            // dash's printf does not know these.
            'x' if which != Escapes::Printf => out.push(u8::try_from(hexadecimal(&mut chars, 2)?).ok()?),
            'u' if which == Escapes::AnsiC => {
                out.extend(char::from_u32(hexadecimal(&mut chars, 4)?)?.encode_utf8(&mut [0; 4]).bytes());
            }
            'U' if which == Escapes::AnsiC => {
                out.extend(char::from_u32(hexadecimal(&mut chars, 8)?)?.encode_utf8(&mut [0; 4]).bytes());
            }
            _ => return None,
        }
    }
    String::from_utf8(out).ok()
}

fn hexadecimal(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, most: usize) -> Option<u32> {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(|c| c.is_ascii_hexdigit() && digits.len() < most) {
        digits.push(digit);
    }
    // A zero ends the text in bash.
    u32::from_str_radix(&digits, 16).ok().filter(|value| *value != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_what_bash_makes_of_them() {
        assert_eq!(ansi_c(r"$'\x6b\165\u0062e\'\n'").as_deref(), Some("kube'\n"));
        assert_eq!(ansi_c(r"$'\x00'"), None);
        assert_eq!(ansi_c(r"$'\q'"), None);
        assert_eq!(escaped(r"a\tb\101", Escapes::Printf).as_deref(), Some("a\tbA"));
        assert_eq!(escaped(r"\x41", Escapes::Printf), None);
        assert_eq!(in_double_quotes(r#"a\"\q$"#).as_deref(), Some(r#"a"\q$"#));
        assert_eq!(in_double_quotes("a$(b)"), None);
        assert_eq!(in_backquotes(r"a \`b\` \\ \$x \q"), r"a `b` \ $x \q");
    }
}
