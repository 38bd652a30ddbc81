//! Scripts of sed and awk: whether one only prints, or could write files and start programs.
//!
//! Where this reader and the tools could split a script differently, it is not taken to be plain.

use crate::command::Word;
use crate::packs::schema::Script;

use super::arguments::Reading;

/// Flags of sed that give a part of the script.
const PARTS: &[&str] = &["-e", "--expression"];
/// Words of awk by which a script starts programs, reads other files, or sees the environment.
const REACHING: &[&str] = &["system", "getline", "ENVIRON", "ARGV", "ARGC", "PROCINFO", "@"];

/// Whether the script that a command gives only prints; none where it is not known.
pub fn is_plain(script: Script, reading: &Reading) -> Option<bool> {
    let first = || reading.operands.first().map_or(Some(""), Word::text);
    match script {
        Script::Awk => Some(awk(first()?)),
        Script::Sed if reading.has(PARTS) => {
            let parts: Option<Vec<&str>> = reading
                .flags
                .iter()
                .filter(|flag| PARTS.contains(&flag.name.as_str()))
                .map(|flag| flag.value.as_ref().and_then(Word::text))
                .collect();
            Some(sed(&parts?.join("\n")))
        }
        Script::Sed => Some(sed(first()?)),
    }
}

/// What is left of a script of sed.
struct Sed<'a>(std::iter::Peekable<std::str::Chars<'a>>);

fn sed(text: &str) -> bool {
    let mut script = Sed(text.chars().peekable());
    while script.skip(|c| c.is_whitespace() || c == ';' || c == '}').is_some() {
        if script.command().is_none() {
            return false;
        }
    }
    true
}

impl Sed<'_> {
    /// Skips what fits; none at the end.
    fn skip(&mut self, fits: impl Fn(char) -> bool) -> Option<()> {
        while self.0.next_if(|c| fits(*c)).is_some() {}
        self.0.peek().map(|_| ())
    }

    fn skip_to_end_of_line(&mut self) {
        while let Some(c) = self.0.next() {
            match c {
                '\n' => return,
                '\\' => {
                    self.0.next();
                }
                _ => {}
            }
        }
    }

    /// One command with its addresses; none for one that is not plain.
    fn command(&mut self) -> Option<()> {
        self.address()?;
        self.skip(char::is_whitespace)?;
        if self.0.next_if_eq(&',').is_some() {
            self.skip(char::is_whitespace)?;
            self.address()?;
        }
        self.skip(|c| c.is_whitespace() || c == '!')?;
        match self.0.next()? {
            '{' | '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | 'F' => Some(()),
            'l' | 'q' | 'Q' => {
                let _ = self.skip(|c| c == ' ' || c.is_ascii_digit());
                Some(())
            }
            // A backslash continues no comment.
            '#' => {
                let _ = self.skip(|c| c != '\n');
                Some(())
            }
            'a' | 'i' | 'c' => {
                self.skip_to_end_of_line();
                Some(())
            }
            ':' | 'b' | 't' | 'T' => {
                let _ = self.skip(|c| c == ' ');
                let _ = self.skip(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
                self.ends()
            }
            's' => {
                let by = self.delimiter()?;
                self.pattern(by)?;
                self.replacement(by)?;
                let _ = self.skip(|c| matches!(c, 'g' | 'p' | 'i' | 'I' | 'm' | 'M') || c.is_ascii_digit());
                self.ends()
            }
            'y' => {
                let by = self.delimiter()?;
                self.replacement(by)?;
                self.replacement(by)?;
                self.ends()
            }
            _ => None,
        }
    }

    fn address(&mut self) -> Option<()> {
        match self.0.peek().copied()? {
            '/' => {
                self.0.next();
                self.pattern('/')?;
                let _ = self.skip(|c| c == 'I' || c == 'M');
            }
            '\\' => {
                self.0.next();
                let by = self.delimiter()?;
                self.pattern(by)?;
                let _ = self.skip(|c| c == 'I' || c == 'M');
            }
            c if c.is_ascii_digit() || matches!(c, '$' | '+' | '~') => {
                let _ = self.skip(|c| c.is_ascii_digit() || matches!(c, '$' | '+' | '~'));
            }
            _ => {}
        }
        Some(())
    }

    fn delimiter(&mut self) -> Option<char> {
        self.0.next().filter(|c| "/|,#:@%!_;~".contains(*c))
    }

    /// A regular expression. One with its delimiter in brackets ends elsewhere in other versions of sed.
    fn pattern(&mut self, by: char) -> Option<()> {
        loop {
            match self.0.next()? {
                '\n' => return None,
                c if c == by => return Some(()),
                '\\' => {
                    self.0.next()?;
                }
                '[' => self.bracket(by)?,
                _ => {}
            }
        }
    }

    fn bracket(&mut self, by: char) -> Option<()> {
        self.0.next_if_eq(&'^');
        self.0.next_if_eq(&']');
        loop {
            match self.0.next()? {
                ']' => return Some(()),
                c if c == by || c == '\n' => return None,
                '\\' => {
                    self.0.next()?;
                }
                '[' => {
                    if let Some(kind) = self.0.next_if(|c| matches!(c, ':' | '.' | '=')) {
                        while self.0.next()? != kind || self.0.next_if_eq(&']').is_none() {}
                    }
                }
                _ => {}
            }
        }
    }

    fn replacement(&mut self, by: char) -> Option<()> {
        loop {
            match self.0.next()? {
                c if c == by => return Some(()),
                '\n' => return None,
                '\\' => {
                    self.0.next()?;
                }
                _ => {}
            }
        }
    }

    /// After flags a command ends; another flag here would write or run.
    fn ends(&mut self) -> Option<()> {
        let _ = self.skip(|c| c == ' ');
        match self.0.peek() {
            None | Some('\n' | ';' | '}' | '#') => Some(()),
            Some(_) => None,
        }
    }
}

fn awk(text: &str) -> bool {
    if REACHING.iter().any(|word| text.contains(word)) {
        return false;
    }
    // Only what is printed can go to a file or a program.
    if !text.contains("print") {
        return true;
    }
    match prints_plainly(text) {
        Some(is_plain) => is_plain,
        None => !text.replace("||", "").contains(['|', '>']),
    }
}

/// Whether no `print` has a redirection; none where a slash could be read in two ways.
fn prints_plainly(text: &str) -> Option<bool> {
    let mut chars = text.chars().peekable();
    let mut is_printing = false;
    let mut depth = 0_u32;
    // The last thing before a blank: an operand (`x`, `1`, `)`), or anything else.
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                string(&mut chars);
                last = '"';
            }
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '/' if matches!(last, ')' | ']' | '+' | '-') => return None,
            '\\' => return None,
            '/' if last.is_alphanumeric() || last == '"' || last == '_' => last = '/',
            '/' => {
                regex(&mut chars)?;
                last = '"';
            }
            ';' | '{' | '}' => {
                is_printing = false;
                depth = 0;
                last = ' ';
            }
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if chars.next_if_eq(&'|').is_none() && is_printing => return Some(false),
            '>' if is_printing && depth == 0 => return Some(false),
            _ => {}
        }
        if c.is_alphabetic() || c == '_' {
            let mut name = String::from(c);
            while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                name.push(next);
            }
            is_printing |= name == "print" || name == "printf";
            // After a keyword no operand has ended: a slash there begins a pattern.
            if name == "case" {
                return None;
            }
            let is_keyword = ["print", "printf", "return", "in", "else", "do", "exit"].contains(&name.as_str());
            last = if is_keyword { ' ' } else { 'x' };
        } else if !c.is_whitespace() && !matches!(c, '"' | '/' | '#' | ';' | '{' | '}') {
            last = c;
        }
    }
    Some(true)
}

fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
}

/// A pattern; none where a slash in brackets could end it or not.
fn regex(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<()> {
    let mut is_bracket = false;
    while let Some(c) = chars.next() {
        match c {
            '/' => return (!is_bracket).then_some(()),
            '\\' => {
                chars.next();
            }
            '[' => is_bracket = true,
            ']' => is_bracket = false,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scripts_of_sed_are_told_from_those_that_write_or_run() {
        for text in [
            "1,20p", "s/a/b/", "s|a/b|c|g", "/foo/,/bar/p", "/^$/d; s/x/y/2p", "$!N;P;D", "1i\\\nw out", "y/abc/xyz/",
            "/x/{s/a/b/;p}", "s/[0-9]*/x/;q", "a hello\ns/a/b/", "\\,x,d", "s/e w/x/", "", ":a;N;$!ba;s/\\n/ /g",
            "2~3d",
        ] {
            assert!(sed(text), "{text}");
        }
        for text in [
            "s/a/b/e", "s/a/b/w out", "s/a/b/gw out", "1e id", "e", "w out", "1,2w out", "W x", "r /etc/shadow", "R x",
            "/x/e id", "s/[/]/x/e", "p;w out", "{p;w out\n}", "a x\ne id", "s/a/b/ e", "$e id", "!e id", "s/a/b/\ne",
            "1!e id", "s,a,b,;e", "} e id", "s\\a\\b\\e", ":a e id", "b e id", "s/[]/]/\ne id\n/",
            "s/[[:alpha:]/]/x/e", "s/[^]/]/x/", "s/a/b\ne id/", "M", "/a/I e id", "s/a\\/b/c/e", "# x\\\ne id",
        ] {
            assert!(!sed(text), "{text}");
        }
    }

    #[test]
    fn plain_scripts_of_awk_are_told_from_those_that_write_or_run() {
        for text in [
            "{print $1}", "/foo|bar/ {print $2}", "$3 > 100 {print $1, $2}", "NR==1{print; exit}",
            "{s += $1} END {print s/NR}", "{print $1 \" -> \" $2}", "BEGIN{FS=\":\"} {printf \"%s\\n\", $1}",
            "{if ($1 > 5) print}", "{print ($1 > 5)}", "$1 ~ /^a/ || $2 > 3", "!seen[$0]++", "{print} # a > b",
            "/a/ && !/b/ {print NF}", "{gsub(/x/, \"y\"); print}",
        ] {
            assert!(awk(text), "{text}");
        }
        for text in [
            "{print > $1}",
            "{print $1 > \"out\"}",
            "{print >> \"out\"}",
            "BEGIN{system(\"id\")}",
            "{print | \"sh\"}",
            "BEGIN{\"id\" | getline}",
            "BEGIN{while ((getline x < \"/etc/shadow\") > 0) print x}",
            "{print ENVIRON[\"X\"]}",
            "BEGIN{ARGV[1]=\"x\"}",
            "@load \"x\"",
            "{print (a)(b) > \"x\"}",
            "{printf \"x\" |& \"sh\"}",
            "{if ($1) /\"/; print \"x\" > \"/\"}",
            "{print a \"\\\"\" > \"x\"}",
            "{print /x/ > \"y\"}",
            "{x++ / 1; print \"a\" > \"b\" / 1}",
            "{print a,\n b > \"x\"}",
            "{x \\\n / 1; print > \"b\" / 1}",
            "{x=1/2; print x > \"y\"}",
        ] {
            assert!(!awk(text), "{text}");
        }
    }
}
