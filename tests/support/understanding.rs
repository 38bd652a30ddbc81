//! Shell texts from the data files below `tests/understanding`, with commands put in, and what `aigov check` says of
//! many at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Place;

/// How a case is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// `s|`: any POSIX shell.
    Posix,
    /// `b|`: bash.
    Bash,
}

/// One case of a data file.
#[derive(Debug, Clone)]
pub struct Case {
    pub reader: Reader,
    pub text: String,
    pub line: usize,
}

/// The cases of a file: `s|TEXT` or `b|TEXT`, gone on with by lines that begin with ` |`. `#` starts a comment.
pub fn cases(file: &str) -> Vec<Case> {
    let path = Path::new("tests/understanding").join(file);
    let mut all: Vec<Case> = Vec::new();
    for (at, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
        let line_number = at + 1;
        match (line.get(..2), line.get(2..)) {
            (Some("s|"), Some(text)) => {
                all.push(Case { reader: Reader::Posix, text: text.to_owned(), line: line_number });
            }
            (Some("b|"), Some(text)) => {
                all.push(Case { reader: Reader::Bash, text: text.to_owned(), line: line_number });
            }
            (Some(" |"), Some(text)) => {
                let last = all.last_mut().unwrap();
                last.text.push('\n');
                last.text.push_str(text);
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{}:{line_number}: {line}", path.display()),
        }
    }
    all
}

/// Quotes one word for a shell, where it has to be.
pub fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", single(word)) }
}

fn single(text: &str) -> String {
    text.replace('\'', "'\\''")
}

fn double(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '"' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn c_string(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn each_byte(text: &str, act: impl Fn(u8) -> String) -> String {
    text.bytes().map(act).collect()
}

fn joined(words: &[String], by: &str, act: impl Fn(&str) -> String) -> String {
    words.iter().map(|word| act(word)).collect::<Vec<_>>().join(by)
}

fn halves(text: &str) -> (&str, &str) {
    text.split_at(text.len() / 2)
}

/// Splits a word behind its first letter.
fn head(word: &str) -> (&str, &str) {
    word.split_at(word.chars().next().map_or(0, char::len_utf8))
}

fn backslashed(word: &str) -> String {
    word.chars().map(|c| format!("\\{c}")).collect()
}

fn mixed(word: &str) -> String {
    let act = |(at, c): (usize, char)| match at % 5 {
        0 => format!("\\{c}"),
        1 => format!("'{c}'"),
        2 => format!("\"{c}\""),
        3 => format!("$'{c}'"),
        _ => quoted(&c.to_string()),
    };
    word.chars().enumerate().map(act).collect()
}

/// Words of JSON strings.
fn listed(words: &[String]) -> String {
    words.iter().map(|word| format!("\"{}\"", c_string(word))).collect::<Vec<_>>().join(", ")
}

/// An item of a template for a command; none where the command has no such form.
fn item(name: &str, words: &[String]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let (verb, rest) = arguments.split_first()?;
    let text = joined(words, " ", quoted);
    let naked =
        |words: &[String]| words.iter().all(|word| quoted(word) == *word).then(|| joined(words, " ", str::to_owned));
    Some(match name {
        // The whole; its halves; the program and its halves; its arguments; the first of them; those behind it.
        "C" => text,
        "C1" => halves(&text).0.to_owned(),
        "C2" => halves(&text).1.to_owned(),
        "P" => program.clone(),
        "P1" => halves(program).0.to_owned(),
        "P2" => halves(program).1.to_owned(),
        "A" => joined(arguments, " ", quoted),
        "V" => quoted(verb),
        "R" => joined(rest, " ", quoted),
        // Without any quotes.
        "N" => naked(words)?,
        "N2" => naked(arguments)?,
        "COMMA" => words.join(","),
        "LINES" => words.join("\n"),
        // Blanks as `env -S` writes them.
        "BLANKS" => naked(words)?.replace(' ', "\\_"),
        // Quoted once more, for `eval`.
        "QC" => joined(words, " ", |word| quoted(&quoted(word))),
        // Lists as JSON and most languages write them.
        "LIST" => format!("[{}]", listed(words)),
        "ALIST" => format!("[{}]", listed(arguments)),
        "LISTQ" => listed(words),
        // Blanks, redirections and continuations between the words, and within.
        "TABS" => joined(words, "\t \t", quoted),
        "CONT" => joined(words, " \\\n  ", quoted),
        "INNER" => joined(words, " ", |word| {
            let (first, rest) = head(word);
            if quoted(word) == word { format!("{first}\\\n{rest}") } else { quoted(word) }
        }),
        "REDIR" => joined(words, " 2>/dev/null ", quoted),
        "IFS" => joined(words, "${IFS}", quoted),
        "IFSQ" => joined(words, "$IFS", |word| format!("'{}'", single(word))),
        "BRACE" => format!("{{{}}}", joined(words, ",", quoted)),
        "ABRACE" => format!("{{{}}}", joined(arguments, ",", quoted)),
        "PSEQ" => {
            let (first, rest) = head(program);
            format!("{{{first}..{first}}}{rest}")
        }
        // Quotes.
        "SQ" => joined(words, " ", |word| format!("'{}'", single(word))),
        "DQ" => joined(words, " ", |word| format!("\"{}\"", double(word))),
        "BS" => joined(words, " ", backslashed),
        "BROKEN" => joined(words, " ", |word| {
            let (first, rest) = head(word);
            format!("{}\"{}\"", quoted(first), double(rest))
        }),
        "EMPTY" => joined(words, " ", |word| {
            let (first, rest) = head(word);
            format!("{}''{}", quoted(first), if rest.is_empty() { String::new() } else { quoted(rest) })
        }),
        "TAIL" => joined(words, " ", |word| format!("{}\"\"''", quoted(word))),
        "XQ" => joined(words, " ", |word| format!("$'{}'", each_byte(word, |byte| format!("\\x{byte:02x}")))),
        "OQ" => joined(words, " ", |word| format!("$'{}'", each_byte(word, |byte| format!("\\{byte:03o}")))),
        "UQ" => joined(words, " ", |word| format!("$'{}'", each_byte(word, |byte| format!("\\u{byte:04x}")))),
        "LQ" => joined(words, " ", |word| format!("$\"{}\"", double(word))),
        "MIX" => joined(words, " ", mixed),
        _ => panic!("no item `{name}`"),
    })
}

fn filtered(text: &str, filter: &str) -> String {
    match filter {
        // Within single quotes; within double quotes; within a string of C, JSON and their like.
        "s" => single(text),
        "d" => double(text),
        "j" => c_string(text),
        // Encodings: base64, hexadecimal, `\xNN`, `\NNN`, turned round, by 13 letters on, in capitals.
        "b" => STANDARD.encode(text),
        "x" => each_byte(text, |byte| format!("{byte:02x}")),
        "xx" => each_byte(text, |byte| format!("\\x{byte:02x}")),
        "o" => each_byte(text, |byte| format!("\\{byte:03o}")),
        "r" => text.chars().rev().collect(),
        "t" => text.chars().map(on_by_13).collect(),
        "u" => text.to_uppercase(),
        _ => panic!("no filter `{filter}`"),
    }
}

fn on_by_13(c: char) -> char {
    let turned = |base: u8| char::from(base + (u8::try_from(c).unwrap() - base + 13) % 26);
    match c {
        'a'..='z' => turned(b'a'),
        'A'..='Z' => turned(b'A'),
        _ => c,
    }
}

/// A template with a command put in; none where the command has no form that it asks for.
pub fn filled(template: &str, words: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('«') {
        let (inner, after) = behind.split_once('»').unwrap();
        let mut parts = inner.split('|');
        let value = item(parts.next().unwrap(), words)?;
        write!(out, "{before}{}", parts.fold(value, |text, filter| filtered(&text, filter))).unwrap();
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// A template with a whole text put in, as `«T»`.
pub fn around(template: &str, text: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("«T") {
        let (filters, after) = behind.split_once('»').unwrap();
        let value = filters.split('|').skip(1).fold(text.to_owned(), |text, filter| filtered(&text, filter));
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out + rest
}

/// A question for `aigov check --batch`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    pub text: String,
    pub dialect: &'static str,
}

impl Question {
    /// A text for bash.
    pub fn bash(text: impl Into<String>) -> Self {
        Self { text: text.into(), dialect: "bash" }
    }

    /// A text for a POSIX shell.
    pub fn posix(text: impl Into<String>) -> Self {
        Self { text: text.into(), dialect: "posix" }
    }
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    pub decision: &'static str,
    pub rule: String,
    pub whole: Value,
}

impl Answered {
    /// How strict it is.
    pub fn rank(&self) -> usize {
        rank(self.decision)
    }

    /// The parts that were not known, and the tools that were found.
    pub fn seen(&self) -> String {
        let of = |list: &str, field: &str| {
            let all = self.whole[list].as_array().cloned().unwrap_or_default();
            all.iter().map(|one| one[field].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>().join(", ")
        };
        format!("tools [{}], opaque [{}]", of("actions", "tool"), of("opaque", "why"))
    }
}

/// How strict a decision is.
pub fn rank(decision: &str) -> usize {
    ["allow", "flag", "ask", "deny"].iter().position(|known| *known == decision).unwrap()
}

/// Answers to all questions, from one process.
pub fn answers(place: &Place, questions: &[Question]) -> Vec<Answered> {
    let mut child = place
        .agent_command(&["check", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let lines: Vec<String> = questions
        .iter()
        .map(|question| json!({ "shell": question.text, "dialect": question.dialect }).to_string())
        .collect();
    let writer = std::thread::spawn(move || {
        for line in lines {
            // A child that dies early is told below, by what it did not answer.
            if writeln!(pipe, "{line}").is_err() {
                return;
            }
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Answered> = text.lines().map(answered).collect();
    assert_eq!(
        answers.len(),
        questions.len(),
        "{} at {:?}",
        output.status,
        questions.get(answers.len()).map(|question| &question.text)
    );
    answers
}

fn answered(line: &str) -> Answered {
    let whole: Value = serde_json::from_str(line).unwrap();
    assert!(whole.get("error").is_none(), "{whole}");
    let word = whole["decision"].as_str().unwrap();
    let decision = ["allow", "flag", "ask", "deny"].into_iter().find(|known| *known == word).unwrap();
    Answered { decision, rule: whole["rule"].as_str().unwrap_or_default().to_owned(), whole }
}

/// What each of these commands gets.
pub fn verdicts(place: &Place, texts: &[&str]) -> BTreeMap<String, Answered> {
    let questions: Vec<Question> = texts.iter().map(|text| Question::bash(*text)).collect();
    let all = answers(place, &questions);
    texts.iter().map(|text| (*text).to_owned()).zip(all).collect()
}

/// Makes a git repository of a place's working tree.
pub fn initialise(place: &Place) {
    for arguments in [&["init", "-q", "-b", "topic"][..], &["remote", "add", "origin", "git@example.com:team/src.git"]]
    {
        assert!(place.command("git").args(arguments).status().unwrap().success());
    }
}
