//! What commands print that can print only one thing: `echo`, `printf`, decoders of texts that stand in the command.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::invocation::{Dialect, Raw};

use super::escapes::{Escapes, escaped};
use super::flow::Output;
use super::{StdinSource, Word};

/// What a command prints.
pub fn output(words: &[Word], stdin: &StdinSource, dialect: Dialect, directory: Option<String>) -> Output {
    let texts: Option<Vec<&str>> = words.iter().map(Word::text).collect();
    let Some(texts) = texts else { return Output::Unknown };
    let Some((name, arguments)) = texts.split_first() else { return Output::Unknown };
    let input = match stdin {
        StdinSource::Text(raw) => std::str::from_utf8(&raw.0).ok(),
        StdinSource::Inherited | StdinSource::Piped | StdinSource::File(_) => None,
    };
    let printed = match (*name, arguments) {
        (":" | "true" | "false" | "test" | "[" | "unset" | "shift" | "exit" | "return" | "break" | "continue", _) => {
            Some(String::new())
        }
        ("echo", arguments) => echo(arguments, dialect),
        ("printf", [format, arguments @ ..]) => {
            printf(format, arguments, if dialect == Dialect::Bash { Escapes::BashPrintf } else { Escapes::Printf })
        }
        ("cat", [] | ["-"]) | ("tee", _) => input.map(str::to_owned),
        ("pwd", []) => directory.map(|directory| format!("{directory}\n")),
        ("base64", ["-d" | "--decode" | "-D" | "-di" | "-id"]) => input.and_then(decoded),
        ("openssl", ["base64", "-d"] | ["enc", "-base64", "-d"] | ["base64", "-d", "-A"]) => input.and_then(decoded),
        ("rev", []) => input.map(|text| {
            text.split_inclusive('\n')
                .map(|line| match line.strip_suffix('\n') {
                    Some(line) => line.chars().rev().chain(['\n']).collect::<String>(),
                    None => line.chars().rev().collect(),
                })
                .collect()
        }),
        ("tac", []) => input
            .filter(|text| text.ends_with('\n'))
            .map(|text| text.lines().rev().map(|line| format!("{line}\n")).collect()),
        ("xxd", ["-r", "-p"] | ["-p", "-r"] | ["-rp"] | ["-pr"]) => input.and_then(from_hexadecimal),
        ("tr", ["-d", set]) => input.and_then(|text| {
            let set = set_of(set)?;
            Some(text.chars().filter(|c| !set.contains(c)).collect())
        }),
        ("tr", [from, to]) => input.and_then(|text| translated(text, from, to)),
        _ => None,
    };
    printed.map_or(Output::Unknown, |text| Output::Known(text.into_bytes()))
}

/// Files that a command is known to write from its input.
pub fn written(words: &[Word], stdin: &StdinSource) -> Vec<(Word, Raw)> {
    let StdinSource::Text(text) = stdin else { return Vec::new() };
    let is_tee = words.first().and_then(Word::text) == Some("tee");
    let is_plain = words.iter().skip(1).all(|word| word.text().is_some_and(|text| !text.starts_with('-')));
    if !is_tee || !is_plain {
        return Vec::new();
    }
    words.iter().skip(1).map(|word| (word.clone(), text.clone())).collect()
}

/// Shells differ in what flags and backslashes mean to `echo`.
fn echo(arguments: &[&str], dialect: Dialect) -> Option<String> {
    let (has_newline, rest) = match arguments.split_first() {
        // Some `sh` print it.
        Some((&"-n", _)) if dialect == Dialect::Posix => return None,
        Some((&"-n", rest)) => (false, rest),
        _ => (true, arguments),
    };
    if dialect == Dialect::Bash
        && let Some((flag @ ("-e" | "-ne" | "-en"), rest)) = arguments.split_first().map(|(first, rest)| (*first, rest))
    {
        let text = escaped(&rest.join(" "), Escapes::Echo)?;
        return Some(if flag == "-e" { format!("{text}\n") } else { text });
    }
    let has_flag = rest.first().is_some_and(|first| {
        first.strip_prefix('-').is_some_and(|letters| !letters.is_empty() && letters.chars().all(|c| "neE".contains(c)))
    });
    if has_flag || arguments.iter().any(|text| text.contains('\\')) {
        return None;
    }
    let text = rest.join(" ");
    Some(if has_newline { format!("{text}\n") } else { text })
}

fn printf(format: &str, arguments: &[&str], escapes: Escapes) -> Option<String> {
    if format.starts_with('-') {
        return None;
    }
    let mut out = String::new();
    let mut arguments = arguments.iter();
    loop {
        let before = arguments.len();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.push_str(&escaped(rest.get(..at)?, escapes)?);
            match rest.get(at + 1..at + 2)? {
                "%" => out.push('%'),
                "s" => out.push_str(arguments.next().copied().unwrap_or_default()),
                "b" => out.push_str(&escaped(arguments.next().copied().unwrap_or_default(), escapes)?),
                "d" => {
                    let number = arguments.next().copied().unwrap_or("0");
                    out.push_str(&number.parse::<i64>().ok().filter(|value| value.to_string() == number)?.to_string());
                }
                _ => return None,
            }
            rest = rest.get(at + 2..)?;
        }
        out.push_str(&escaped(rest, escapes)?);
        // The format is used again while arguments are left.
        if arguments.len() == 0 || arguments.len() == before || out.len() > 64 * 1024 {
            return (arguments.len() == 0).then_some(out);
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| *c != '\n').collect();
    String::from_utf8(STANDARD.decode(joined).ok()?).ok()
}

fn from_hexadecimal(text: &str) -> Option<String> {
    let digits: Vec<u32> = text.chars().filter(|c| *c != '\n').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// `tr FROM TO` over plain letters and ranges of them.
fn translated(text: &str, from: &str, to: &str) -> Option<String> {
    let (from, to) = (set_of(from)?, set_of(to)?);
    (from.len() == to.len() && text.is_ascii()).then_some(())?;
    let change = |c: char| from.iter().rposition(|one| *one == c).and_then(|at| to.get(at)).copied().unwrap_or(c);
    Some(text.chars().map(change).collect())
}

fn set_of(text: &str) -> Option<Vec<char>> {
    let mut all = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(end)) if c.is_ascii_alphanumeric() && end.is_ascii_alphanumeric() && c <= *end => {
                all.extend(c..=*end);
                at += 3;
            }
            _ if c.is_ascii_alphanumeric() || " _.,/@#%+=".contains(c) => {
                all.push(c);
                at += 1;
            }
            _ => return None,
        }
    }
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(words: &[&str], input: &str) -> Option<String> {
        let words: Vec<Word> = words.iter().map(|word| Word::known(*word)).collect();
        match output(&words, &StdinSource::Text(Raw::from(input)), Dialect::Bash, None) {
            Output::Known(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Output::Unknown => None,
        }
    }

    #[test]
    fn what_can_print_only_one_thing_is_known() {
        assert_eq!(printed(&["echo", "a", "b"], "").as_deref(), Some("a b\n"));
        assert_eq!(printed(&["echo", "-n", "a"], "").as_deref(), Some("a"));
        assert_eq!(printed(&["echo", "-e", "a\\tb"], "").as_deref(), Some("a\tb\n"));
        assert_eq!(printed(&["printf", "%s-%s\n", "a", "b", "c"], "").as_deref(), Some("a-b\nc-\n"));
        assert_eq!(printed(&["printf", "a\\n"], "").as_deref(), Some("a\n"));
        assert_eq!(printed(&["base64", "-d"], "bHM=\n").as_deref(), Some("ls"));
        assert_eq!(printed(&["rev"], "sl\n").as_deref(), Some("ls\n"));
        assert_eq!(printed(&["xxd", "-r", "-p"], "6c73").as_deref(), Some("ls"));
        assert_eq!(printed(&["tr", "a-z", "b-za"], "kr").as_deref(), Some("ls"));
    }

    #[test]
    fn what_shells_print_differently_is_not_known() {
        for words in [["echo", "a\\n"], ["echo", "-E"], ["printf", "%x"], ["echo", "-nE"]] {
            assert_eq!(printed(&words, ""), None, "{words:?}");
        }
        assert_eq!(printed(&["curl", "x"], ""), None);
    }
}
