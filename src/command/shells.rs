//! Shells that are told what to run: by `-c`, on standard input, in a script; and `eval`.
//!
//! The options of a shell are read as bash and dash read them. What changes how a text is read, runs start-up code of
//! the caller's choice, or hands the shell to somebody who types makes the whole opaque.

use std::cell::RefCell;

use crate::model::invocation::{Dialect, Raw};

use super::names::dialect;
use super::scripts::{self, ScriptText, is_callers, redirections, refuse};
use super::wrappers::{base, inside};
use super::{Command, Outer, Parsed, Place, Redirect, RedirectKind, StdinSource, Word, push, text_of};

/// Single letters that change only what is printed, when a script stops, and which start-up files are left out.
const LETTERS: &str = "euxvChbmpEtTrl";
/// The same by name, after `-o`.
const OPTIONS: &[&str] = &[
    "errexit", "nounset", "xtrace", "verbose", "noclobber", "hashall", "notify", "monitor", "privileged", "errtrace",
    "functrace", "pipefail", "nolog", "ignoreeof",
];
/// Long options of bash that do not change what is run.
const LONG: &[&str] = &["norc", "noprofile", "noediting", "login", "restricted", "verbose"];
/// Programs that leave the standard input that they share with a shell alone.
const NO_READERS: &[&str] = &[
    ":", "[", "basename", "cd", "chmod", "date", "dirname", "echo", "exit", "export", "false", "hostname", "id",
    "kill", "ls", "mkdir", "printf", "pwd", "return", "rm", "rmdir", "set", "shift", "sleep", "test", "touch", "true",
    "umask", "uname", "unset", "wait", "whoami",
];
/// Tools that read it only where a word says so (`-`, `-f -`, `-i`).
const READ_ON_DEMAND: &[&str] =
    &["docker", "gh", "kubectl", "terraform", "helm", "git", "cargo", "aws", "cp", "mv", "ln", "npm", "go"];

/// Paths that are the shell's own standard input.
const STDIN: &[&str] = &["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
/// Other ways to a shell's standard input than by inheriting it: what a text says with them is not followed.
const OTHER_WAYS: &[&str] = &["exec", "/dev/stdin", "/dev/fd", "/dev/tty", "/proc/", "<&", "0<", "<(", ">("];

/// `eval TEXT…`: its words are one more shell text.
pub fn eval(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let texts: Option<Vec<&str>> = command.words.iter().skip(1).map(Word::text).collect();
    let Some(texts) = texts else { return false };
    let new = Outer { positional: outer.positional.clone(), ..inside(command, outer, "eval") };
    text_of(texts.join(" ").as_bytes(), outer.invocation.dialect(), &new, parsed);
    true
}

/// Whether these words start a shell whose texts are read here.
pub(super) fn is_shell(words: &[Word]) -> bool {
    words.first().and_then(Word::text).is_some_and(|program| dialect(base(program)).is_some())
}

/// A shell with what it is told. False where that is not read: then it is a command like any other, of which nothing
/// is known.
pub fn shell(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let program = command.words.first().and_then(Word::text).unwrap_or_default();
    let new = inside(command, outer, base(program));
    told(command, None, &new, outer, parsed)
}

/// A shell that the system starts for a script: `handed` is the path that it was started by.
pub(super) fn started(
    command: &Command,
    handed: &Word,
    new: &Outer<'_>,
    outer: &Outer<'_>,
    parsed: &mut Parsed,
) -> bool {
    told(command, Some(handed), new, outer, parsed)
}

fn told(command: &Command, handed: Option<&Word>, new: &Outer<'_>, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let Some(program) = command.words.first().and_then(Word::text) else { return false };
    let Some(usual) = dialect(base(program)) else { return false };
    if command.place == Place::Here && is_callers(&scripts::leads(program, outer)) {
        refuse(program, "whoever calls can have put this shell there", parsed);
        return false;
    }
    let call = match Call::read(&command.words, usual) {
        Ok(Some(call)) => call,
        Ok(None) => return false,
        Err(why) => {
            refuse(program, why, parsed);
            return false;
        }
    };
    if call.is_parsing_only {
        looked_at(command, &call, outer, parsed);
        return true;
    }
    let name = handed.or_else(|| call.operands.first()).cloned();
    let zero = name.unwrap_or_else(|| Word::known(program));
    let with =
        |words: &[Word], zero: Word| Some(std::iter::once(zero).chain(words.iter().cloned()).collect::<Vec<Word>>());
    let rest = call.operands.get(1..).unwrap_or_default();
    match call.source {
        Source::Text(text) => {
            let via = named(new, &format!("{} -c", base(program)));
            text_of(text.as_bytes(), call.dialect, &Outer { positional: with(rest, zero), ..via }, parsed);
        }
        Source::Operand(path) => {
            let via = if handed.is_some() { new.clone() } else { named(new, &format!("script {path}")) };
            scripts::run(path, call.dialect, &Outer { positional: with(rest, zero), ..via }, parsed);
        }
        Source::Stdin => {
            let positional = with(&call.operands, Word::known(program));
            if !on_stdin(command, &call, &Outer { positional, ..new.clone() }, parsed) {
                return false;
            }
        }
    }
    redirections(command, outer, parsed);
    true
}

/// The same surroundings, entered by another way.
fn named<'a>(new: &Outer<'a>, via: &str) -> Outer<'a> {
    let mut all = new.via.clone();
    all.pop();
    all.push(via.to_owned());
    Outer { via: all, ..new.clone() }
}

/// `bash -n`: parses and runs nothing; what is wrong with the file is printed, so that it counts as reading it.
fn looked_at(command: &Command, call: &Call<'_>, outer: &Outer<'_>, parsed: &mut Parsed) {
    let mut redirects = command.redirects.clone();
    if let Source::Operand(path) = call.source {
        redirects.push(Redirect { kind: RedirectKind::Read, target: Word::known(path) });
    }
    push(Command { words: vec![Word::known(":")], redirects, ..command.clone() }, outer, parsed);
}

/// A shell that reads its text from standard input.
fn on_stdin(command: &Command, call: &Call<'_>, new: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let texts = match &command.stdin {
        StdinSource::Text(text) => vec![text.clone()],
        StdinSource::File(word) => {
            let Some(path) = word.text() else { return false };
            match scripts::text(path, new, parsed) {
                ScriptText::Read(texts) => texts,
                ScriptText::Opaque(why) => {
                    refuse(path, why, parsed);
                    return false;
                }
            }
        }
        StdinSource::Inherited | StdinSource::Piped => return false,
    };
    // What it starts shares its standard input, and could read a part of the text before the shell does.
    let before = parsed.commands.len();
    for text in &texts {
        text_of(&text.0, call.dialect, &Outer { stdin: StdinSource::Inherited, ..new.clone() }, parsed);
    }
    // A shell reads a whole line before it runs it: of the last one nothing is left for what it starts.
    let last = last_line(&texts, call, new);
    let takes_over = |text: &Raw| OTHER_WAYS.iter().any(|way| text.lossy().contains(way));
    let mut thief = texts.iter().any(takes_over).then(|| "a part of the text".to_owned());
    let end = parsed.commands.len();
    let is_last = parsed
        .commands
        .get(end.saturating_sub(last.len())..)
        .is_some_and(|found| found.iter().map(|command| &command.words).eq(last.iter()));
    let end = if is_last { end.saturating_sub(last.len()) } else { end };
    for (at, command) in parsed.commands.iter_mut().enumerate().skip(before) {
        if command.stdin != StdinSource::Inherited {
            continue;
        }
        command.stdin = StdinSource::Piped;
        if at < end && thief.is_none() && can_read(command) {
            thief = command.words.first().and_then(Word::text).map(str::to_owned).or(Some("a program".to_owned()));
        }
    }
    if let Some(program) = thief {
        refuse(&program, "it shares its standard input with the shell that reads its text there", parsed);
    }
    true
}

/// The words of the commands that a text's last line runs, where that can be read by itself.
fn last_line(texts: &[Raw], call: &Call<'_>, new: &Outer<'_>) -> Vec<Vec<Word>> {
    let [text] = texts else { return Vec::new() };
    let text = text.lossy();
    let line = text.trim_end().rsplit('\n').next().unwrap_or_default();
    let (mut alone, files) = (Parsed::default(), RefCell::default());
    text_of(line.as_bytes(), call.dialect, &Outer { files: &files, ..new.clone() }, &mut alone);
    if !alone.opaque.is_empty() {
        return Vec::new();
    }
    alone.commands.into_iter().map(|command| command.words).collect()
}

fn can_read(command: &Command) -> bool {
    let name = command.words.first().and_then(Word::text).map_or("", base);
    if NO_READERS.contains(&name) {
        return false;
    }
    let asks_for_it = |word: &Word| {
        word.text().is_none_or(|text| {
            ["-", "-i", "-it", "-ti", "--stdin", "--interactive", "-p", "-e", "exec", "run", "attach"].contains(&text)
                || text.ends_with("=-")
                || text.ends_with("@-")
        })
    };
    !READ_ON_DEMAND.contains(&name) || command.words.iter().skip(1).any(asks_for_it)
}

/// Where a shell's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source<'w> {
    /// The words themselves.
    Text(&'w str),
    /// The file that its first operand names.
    Operand(&'w str),
    /// Standard input.
    Stdin,
}

/// What a shell is told.
struct Call<'w> {
    source: Source<'w>,
    dialect: Dialect,
    /// `$0` and the positional parameters; after `-s` the parameters alone.
    operands: Vec<Word>,
    is_parsing_only: bool,
}

/// `-e` or `+e`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

/// The options of a shell so far.
#[derive(Default)]
struct Given {
    has_text: bool,
    reads_stdin: bool,
    is_parsing_only: bool,
    is_posix: bool,
}

impl<'w> Call<'w> {
    /// Reads the words of a shell; none where it only tells about itself, and why where it is not understood.
    fn read(words: &'w [Word], usual: Dialect) -> Result<Option<Self>, String> {
        let mut given = Given::default();
        let mut at = 1;
        if usual == Dialect::Bash {
            match given.long_options(words, at)? {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        at = given.short_options(words, at)?;
        let dialect = if given.is_posix { Dialect::Posix } else { usual };
        let mut operands: Vec<Word> = words.get(at..).unwrap_or_default().to_vec();
        let known = |word: &'w Word| word.text().ok_or("what it is told to run is not known before it runs".to_owned());
        let source = match words.get(at) {
            None if given.has_text => return Err("there is no text after `-c`".to_owned()),
            Some(text) if given.has_text => {
                operands.remove(0);
                Source::Text(known(text)?)
            }
            Some(path) if !given.reads_stdin => match known(path)? {
                path if STDIN.contains(&path) => {
                    operands.remove(0);
                    Source::Stdin
                }
                path => Source::Operand(path),
            },
            _ => Source::Stdin,
        };
        Ok(Some(Self { source, dialect, operands, is_parsing_only: given.is_parsing_only }))
    }
}

impl Given {
    /// bash reads long options first, with one dash or two; none where it only tells about itself.
    fn long_options(&mut self, words: &[Word], mut at: usize) -> Result<Option<usize>, String> {
        while let Some(text) = words.get(at).map(Word::text) {
            let Some(text) = text else { return Err("an option is not known before it runs".to_owned()) };
            let Some(name) = text.strip_prefix('-').filter(|name| !name.is_empty() && *name != "-") else { break };
            let is_long = name.starts_with('-');
            match name.strip_prefix('-').unwrap_or(name) {
                "version" | "help" => return Ok(None),
                "posix" => self.is_posix = true,
                name if LONG.contains(&name) => {}
                _ if is_long => return Err(format!("`{text}` is not read")),
                _ => break,
            }
            at += 1;
        }
        Ok(Some(at))
    }

    fn short_options(&mut self, words: &[Word], mut at: usize) -> Result<usize, String> {
        while let Some(word) = words.get(at) {
            let Some(text) = word.text() else {
                // After `-c` or without it, the next word is what it runs; an option could hide in what is not known.
                return Err("what it is told is not known before it runs".to_owned());
            };
            at += 1;
            let (letters, switch) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
                (Some("" | "-"), _) => return Ok(at),
                (Some(letters), _) => (letters, Switch::On),
                (None, Some("")) => return Err("`+` is not read".to_owned()),
                (None, Some(letters)) => (letters, Switch::Off),
                _ => return Ok(at - 1),
            };
            for letter in letters.chars() {
                match letter {
                    'o' => {
                        let name = words.get(at).and_then(Word::text).unwrap_or_default();
                        self.option(name, switch)?;
                        at += 1;
                    }
                    'i' => return Err("an interactive shell runs whatever is typed".to_owned()),
                    'c' if switch == Switch::On => self.has_text = true,
                    's' if switch == Switch::On => self.reads_stdin = true,
                    'n' if switch == Switch::On => self.is_parsing_only = true,
                    letter if LETTERS.contains(letter) => {}
                    _ => return Err(format!("`{text}` changes how its text is read")),
                }
            }
        }
        Ok(at)
    }

    fn option(&mut self, name: &str, switch: Switch) -> Result<(), String> {
        match name {
            "noexec" if switch == Switch::On => self.is_parsing_only = true,
            "posix" if switch == Switch::On => self.is_posix = true,
            name if OPTIONS.contains(&name) => {}
            _ => return Err(format!("the option `{name}` changes how its text is read")),
        }
        Ok(())
    }
}
