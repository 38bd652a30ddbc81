//! Shells that are told what to run: by `-c`, on standard input, in a script; and `eval`.

use super::names::dialect;
use super::wrappers::{base, inside};
use super::{Command, Outer, Parsed, StdinSource, Word, push, text_of};

/// `eval TEXT…`: its words are one more shell text.
pub fn eval(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let texts: Option<Vec<&str>> = command.words.iter().skip(1).map(Word::text).collect();
    let Some(texts) = texts else { return false };
    let new = inside(command, outer, "eval");
    text_of(texts.join(" ").as_bytes(), outer.invocation.dialect(), &new, parsed);
    true
}

/// `bash -c TEXT`, `sh <<END`: one more shell text. Anything else a shell is told is not read here.
pub fn shell(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let program = command.words.first().and_then(Word::text).unwrap_or_default().to_owned();
    let Some(dialect) = dialect(base(&program)) else { return false };
    let words: Option<Vec<&str>> = command.words.iter().skip(1).map(Word::text).collect();
    let Some(words) = words else { return false };
    let mut at = 0;
    let mut is_text = false;
    while let Some(flags) = words.get(at).filter(|word| word.starts_with('-') && word.len() > 1) {
        let letters = flags.get(1..).unwrap_or_default();
        if !letters.chars().all(|c| "celuo".contains(c))
            || (letters.contains('o') && words.get(at + 1) != Some(&"pipefail"))
        {
            return false;
        }
        is_text |= letters.contains('c');
        at += if letters.contains('o') { 2 } else { 1 };
    }
    let new = Outer { stdin: command.stdin.clone(), ..inside(command, outer, &format!("{} -c", base(&program))) };
    match (is_text, words.get(at)) {
        (true, Some(text)) => text_of(text.as_bytes(), dialect, &new, parsed),
        (false, None) => match &command.stdin {
            StdinSource::Text(text) => {
                text_of(&text.0, dialect, &Outer { stdin: StdinSource::Piped, ..new.clone() }, parsed)
            }
            StdinSource::Inherited | StdinSource::Piped => return false,
        },
        _ => return false,
    }
    // The shell is started with the redirections that stand at it.
    if !command.redirects.is_empty() {
        push(Command { words: vec![Word::known(":")], ..command.clone() }, outer, parsed);
    }
    true
}
