//! Scripts: files whose text is read in order to understand what running them runs.
//!
//! A text that cannot be read whole is opaque, never empty. Where an earlier command writes the file, what it writes and
//! what is there now are both read: writing can fail.

use crate::model::facts::{Answer, Want};
use crate::model::ids::Digest;
use crate::model::invocation::{Dialect, Raw};
use crate::packs;

use super::files::Standing;
use super::rewriting::{changes, links};
use super::wrappers::{base, inside};
use super::{Command, Opaque, OpaqueKind, Outer, Parsed, Place, Script, Word, add, push, readable, shells, text_of};

/// The most bytes of scripts that are read for one invocation: eight of the longest.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The most scripts that are run by one invocation, each time counted.
const MOST_SCRIPTS: usize = 64;
/// Why no more scripts are read.
const TOO_MANY: &str = "too many scripts are run, or too long ones";
/// What Linux reads of a first line (`BINPRM_BUF_SIZE`, less the line's end).
const FIRST_LINE: usize = 254;

/// The text of a script, or why it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptText {
    /// Every text that it can have: one, or two where an earlier command writes it and could fail to.
    Read(Vec<Raw>),
    /// It cannot be known before it runs, and why.
    Opaque(String),
}

/// What was read so far, for the budgets and for `settle`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Running {
    bytes: usize,
    /// The scripts, each with how many commands had been found before it was read.
    pub(super) scripts: Vec<(String, usize)>,
}

/// The text that `.` or `source` would read in `directory`, or why it is not known.
pub fn sourced(
    path: &Word,
    directory: Option<&Word>,
    outer: &Outer<'_>,
    parsed: &mut Parsed,
) -> Result<String, String> {
    let path = path.text().ok_or("which file it reads is not known before it runs")?;
    if !path.contains('/') {
        return Err(format!("`{path}` is looked for on PATH first"));
    }
    let here = Outer { directory: directory.cloned(), ..outer.clone() };
    match text(path, &here, parsed) {
        ScriptText::Read(texts) => match texts.as_slice() {
            [only] => readable(&only.0).map(str::to_owned).map_err(|opaque| opaque.why),
            _ => Err("an earlier command writes another text there than there is now".to_owned()),
        },
        ScriptText::Opaque(why) => Err(why),
    }
}

/// Why a file's text is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unread {
    /// There is no such file.
    Absent,
    /// Anything else, in words.
    Unknown(String),
}

/// What a change by an earlier command, of which nobody knows whether it happened, means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The text is not known.
    Refuses,
    /// The text on the disk is taken: it is looked at for what it shows, and proves nothing.
    IsIgnored,
}

/// The text of the script at `path`, which is relative to the directory of `outer`. What was read is bound.
pub fn text(path: &str, outer: &Outer<'_>, parsed: &mut Parsed) -> ScriptText {
    match read(path, Doubt::Refuses, outer, parsed) {
        Ok(texts) => ScriptText::Read(texts),
        Err(Unread::Absent) => ScriptText::Opaque("it is not there".to_owned()),
        Err(Unread::Unknown(why)) => ScriptText::Opaque(why),
    }
}

/// As `text`, with what an earlier change means.
pub(super) fn read(path: &str, doubt: Doubt, outer: &Outer<'_>, parsed: &mut Parsed) -> Result<Vec<Raw>, Unread> {
    let not = |why: &str| Err(Unread::Unknown(why.to_owned()));
    if outer.place != Place::Here {
        return not("it lies elsewhere");
    }
    let Some(full) = absolute(path, outer) else {
        return not("the directory that it is in is not known before it runs");
    };
    if is_spent(parsed) {
        return not(TOO_MANY);
    }
    let (texts, script) = found(&full, doubt, outer, parsed)?;
    let bytes: usize = texts.iter().map(|text| text.0.len()).sum();
    parsed.running.bytes = parsed.running.bytes.saturating_add(bytes);
    if parsed.running.bytes > MOST_BYTES {
        return not(TOO_MANY);
    }
    if script.is_some() {
        outer.files.borrow_mut().read_script(&full);
    }
    parsed.running.scripts.push((full, parsed.commands.len()));
    if let Some(script) = script.filter(|script| !parsed.scripts.contains(script)) {
        parsed.scripts.push(script);
    }
    Ok(texts)
}

fn is_spent(parsed: &Parsed) -> bool {
    parsed.running.scripts.len() >= MOST_SCRIPTS || parsed.running.bytes > MOST_BYTES
}

/// The texts, and the script that an approval binds where one is on the disk.
fn found(full: &str, doubt: Doubt, outer: &Outer<'_>, parsed: &Parsed) -> Result<(Vec<Raw>, Option<Script>), Unread> {
    let changed = || Err(Unread::Unknown("an earlier command could have changed it".to_owned()));
    if ["/dev/", "/proc/"].iter().any(|start| full.starts_with(start)) {
        return Err(Unread::Unknown("it is no file of its own".to_owned()));
    }
    let standing = outer.files.borrow().standing(full, outer.facts);
    let written = match standing {
        Standing::Written(text) => Some(text),
        Standing::Unknown if doubt == Doubt::Refuses => return changed(),
        Standing::Unknown | Standing::OnDisk => None,
    };
    let has_links = parsed.commands.iter().any(links);
    if written.is_none()
        && doubt == Doubt::Refuses
        && parsed.commands.iter().any(|command| changes(command, full, has_links, outer))
    {
        return changed();
    }
    match (outer.facts.answer(&Want::FileText { path: full.to_owned() }), written) {
        (answer @ Answer::Known { .. }, written) => {
            let digest = answer.field("sha256").and_then(Digest::from_hex);
            let (Some(text), Some(digest)) = (answer.field("text"), digest) else {
                return Err(Unread::Unknown("its text is not known".to_owned()));
            };
            // What is there now runs where writing it fails.
            let texts = written.into_iter().chain(std::iter::once(Raw::from(text))).collect();
            Ok((texts, Some(Script { path: full.to_owned(), digest })))
        }
        (Answer::Absent, Some(written)) => Ok((vec![written], None)),
        (Answer::Absent, None) => Err(Unread::Absent),
        (Answer::Failed { cause }, _) => Err(Unread::Unknown(cause)),
    }
}

/// Whether the text that an earlier command wrote there is known.
pub(super) fn is_written(path: &str, outer: &Outer<'_>) -> bool {
    let full = absolute(path, outer).unwrap_or_else(|| path.to_owned());
    matches!(outer.files.borrow().standing(&full, outer.facts), Standing::Written(_))
}

/// `path` against the directory of `outer`; none where that is not known.
pub(super) fn absolute(path: &str, outer: &Outer<'_>) -> Option<String> {
    let full = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", directory(outer)?) };
    // Parts that lead nowhere are left out, so that a file has one name; `..` stays, since a link may stand before it.
    let parts: Vec<&str> = full.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Some(format!("/{}", parts.join("/")))
}

/// The directory of `outer`, absolute.
pub(super) fn directory(outer: &Outer<'_>) -> Option<String> {
    let cwd = outer.invocation.cwd.as_str()?;
    let Some(word) = &outer.directory else { return Some(cwd.to_owned()) };
    let to = word.text()?;
    match to.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            Some(format!("{}{rest}", outer.invocation.variable("HOME")?.as_str()?))
        }
        Some(_) => None,
        None if to.starts_with('/') => Some(to.to_owned()),
        None => Some(format!("{}/{to}", cwd.trim_end_matches('/'))),
    }
}

/// Notes that `what` is not known.
pub(super) fn refuse(what: &str, why: impl Into<String>, parsed: &mut Parsed) {
    parsed.opaque.push(Opaque { kind: OpaqueKind::Construct, text: what.to_owned(), why: why.into() });
}

/// Reads the commands of a script that a shell of this dialect runs.
pub(super) fn run(path: &str, dialect: Dialect, outer: &Outer<'_>, parsed: &mut Parsed) {
    match text(path, outer, parsed) {
        ScriptText::Opaque(why) => refuse(path, why, parsed),
        ScriptText::Read(texts) => {
            let before = parsed.commands.len();
            for text in &texts {
                text_of(&text.0, dialect, outer, parsed);
            }
            if parsed.commands.len() == before {
                // A script without commands is still something that runs.
                push(Command::plain(vec![Word::known(":")], outer), outer, parsed);
            }
        }
    }
}

/// A program that is no tool and turns out to be a script: what it runs. False where it is none, or cannot be read.
pub(super) fn program(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let Some(name) = command.words.first().and_then(Word::text).filter(|name| !name.is_empty()) else { return false };
    if command.place != Place::Here || (packs::find(base(name)).is_some() && !is_callers(name)) {
        return false;
    }
    let new = inside(command, outer, &format!("script {name}"));
    let Some(path) = located(name, command, &new) else { return false };
    if is_spent(parsed) {
        refuse(name, TOO_MANY, parsed);
        return false;
    }
    let Some(full) = absolute(&path, &new) else {
        refuse(name, "the directory that it is in is not known before it runs", parsed);
        return false;
    };
    // No script: a program of which nothing is known, or nothing at all.
    let Ok((texts, _)) = found(&full, Doubt::Refuses, &new, parsed) else { return false };
    // The kernel hands on the path that it was given; a name that was found on PATH is handed on as found there.
    let handed = if name.contains('/') {
        Word::known(name)
    } else {
        Word::opaque(OpaqueKind::Construct, name, "by which path it was found on PATH is not known")
    };
    // Where an earlier command writes the file there are two first lines, and either may count.
    let mut interpreters = Vec::new();
    for text in &texts {
        match interpreter(&text.0) {
            Ok(words) if interpreters.contains(&words) => {}
            Ok(words) => interpreters.push(words),
            Err(why) => {
                refuse(name, why, parsed);
                return false;
            }
        }
    }
    for words in interpreters {
        let words: Vec<Word> = words.into_iter().flatten().map(Word::Literal).collect();
        if !started((&path, &handed), words, command, (outer, &new), parsed) {
            return false;
        }
    }
    true
}

/// A script with its interpreter: a shell's is read, any other's is a command of its own.
fn started(
    (path, handed): (&str, &Word),
    interpreter: Vec<Word>,
    command: &Command,
    (outer, new): (&Outer<'_>, &Outer<'_>),
    parsed: &mut Parsed,
) -> bool {
    let rest = command.words.get(1..).unwrap_or_default();
    if interpreter.is_empty() {
        // A shell that cannot start a file reads it itself: only what shells read alike is understood then.
        let positional = std::iter::once(handed.clone()).chain(rest.iter().cloned()).collect();
        run(path, Dialect::Posix, &Outer { positional: Some(positional), ..new.clone() }, parsed);
        redirections(command, outer, parsed);
        return true;
    }
    if shells::is_shell(&interpreter) {
        let words = interpreter.into_iter().chain([Word::known(path)]).chain(rest.iter().cloned()).collect();
        let call = Command { words, ..command.clone() };
        return shells::started(&call, handed, new, outer, parsed);
    }
    // Bound as well: it is the code that runs, whoever reads it.
    let number = count(parsed);
    if let ScriptText::Opaque(why) = text(path, new, parsed) {
        refuse(path, why, parsed);
    }
    let words = interpreter.into_iter().chain([Word::known(path)]).chain(rest.iter().cloned()).collect();
    add(Command { words, via: new.via.clone(), ..command.clone() }, new, parsed);
    // The interpreter's own command names the script, and is no writer of it.
    let found = parsed.commands.len();
    if let Some((_, from)) = parsed.running.scripts.get_mut(number) {
        *from = found;
    }
    true
}

/// What belongs to a script that an inner parse read is taken over; it is not looked at by `settle`.
pub(super) fn adopt(inner: &mut Parsed, lent: usize, parsed: &mut Parsed) {
    parsed.running = std::mem::take(&mut inner.running);
    excuse(lent, parsed);
    let new: Vec<Script> = inner.scripts.drain(..).filter(|script| !parsed.scripts.contains(script)).collect();
    parsed.scripts.extend(new);
}

/// Files that a program reads as its recipes are not looked at by `settle`.
pub(super) fn excuse(lent: usize, parsed: &mut Parsed) {
    for (_, from) in parsed.running.scripts.iter_mut().skip(lent) {
        *from = usize::MAX;
    }
}

/// How many scripts were read.
pub(super) fn count(parsed: &Parsed) -> usize {
    parsed.running.scripts.len()
}

/// An empty parse with the same budgets, and how many scripts had been read before it.
pub(super) fn lend(parsed: &mut Parsed) -> (Parsed, usize) {
    let lent = parsed.running.scripts.len();
    (Parsed { running: std::mem::take(&mut parsed.running), ..Parsed::default() }, lent)
}

/// The redirections of something that was taken apart.
pub(super) fn redirections(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    if !command.redirects.is_empty() {
        push(Command { words: vec![Word::known(":")], ..command.clone() }, outer, parsed);
    }
}

/// Where a program's name leads, as far as it can be a script.
fn located(name: &str, command: &Command, outer: &Outer<'_>) -> Option<String> {
    if name.contains('/') {
        return Some(name.to_owned());
    }
    if command.assignments.iter().any(|(variable, _)| variable == "PATH") {
        return None;
    }
    outer.facts.answer(&Want::Program { name: name.to_owned() }).field("path").map(str::to_owned)
}

/// The path that a program's name leads to; the name itself where that is not known.
pub(super) fn leads(name: &str, outer: &Outer<'_>) -> String {
    if name.contains('/') {
        return name.to_owned();
    }
    let answer = outer.facts.answer(&Want::Program { name: name.to_owned() });
    answer.field("path").unwrap_or(name).to_owned()
}

/// Whether a program's path leads to where whoever calls could have put it.
pub(super) fn is_callers(program: &str) -> bool {
    const SYSTEM: &[&str] = &[
        "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/opt/homebrew/",
        "/usr/local/Cellar/", "/run/current-system/sw/bin/", "/nix/store/",
    ];
    program.contains('/')
        && (!SYSTEM.iter().any(|start| program.starts_with(start)) || program.split('/').any(|part| part == ".."))
}

/// The words that the system starts for a file that begins with `#!`; none where it does not.
pub(super) fn interpreter(bytes: &[u8]) -> Result<Option<Vec<Raw>>, String> {
    let Some(rest) = bytes.strip_prefix(b"#!") else { return Ok(None) };
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(line) = std::str::from_utf8(line).ok().filter(|line| line.len() < FIRST_LINE) else {
        return Err("its first line is not read".to_owned());
    };
    let line = line.trim_matches([' ', '\t']);
    let (program, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let argument = argument.trim_matches([' ', '\t']);
    if !program.starts_with('/') || is_callers(program) {
        return Err(format!("its interpreter `{program}` is not one of the system's"));
    }
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./+= ".contains(c));
    if !is_plain(argument) {
        return Err("its first line is not read".to_owned());
    }
    let raws = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(Raw::from).collect::<Vec<_>>();
    if base(program) == "env" {
        return match argument.strip_prefix("-S").or_else(|| argument.strip_prefix("--split-string=")) {
            Some(split) => Ok(Some(raws(split))),
            None if argument.contains([' ', '=']) || argument.starts_with('-') || argument.is_empty() => {
                Err("its first line is not read".to_owned())
            }
            None => Ok(Some(vec![Raw::from(argument)])),
        };
    }
    let mut words = vec![Raw::from(program)];
    if !argument.is_empty() {
        words.push(Raw::from(argument));
    }
    Ok(Some(words))
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::command::parse;
    use crate::model::facts::Facts;
    use crate::model::invocation::{Form, Invocation, Stdin};

    /// A host with these files, and links from one name to another.
    #[derive(Default)]
    pub(in crate::command) struct Disk {
        pub(in crate::command) files: BTreeMap<String, String>,
        pub(in crate::command) links: BTreeMap<String, String>,
    }

    impl Disk {
        pub(in crate::command) fn with(files: &[(&str, &str)]) -> Self {
            let full = |path: &str| if path.starts_with('/') { path.to_owned() } else { format!("/src/{path}") };
            let files = files.iter().map(|(path, text)| (full(path), (*text).to_owned())).collect();
            Self { files, links: BTreeMap::new() }
        }
    }

    impl Facts for Disk {
        fn answer(&self, want: &Want) -> Answer {
            let clean = |path: &str| path.replace("/./", "/");
            match want {
                Want::FileText { path } => self.files.get(&clean(path)).map_or(Answer::Absent, |text| {
                    let digest = Digest(Sha256::digest(text.as_bytes()).into());
                    Answer::known([("text", text.clone()), ("sha256", digest.to_string())])
                }),
                Want::Path { path } => {
                    let path = clean(path);
                    let real = self.links.get(&path).cloned().unwrap_or(path);
                    Answer::known([("kind", "file".to_owned()), ("real", real)])
                }
                Want::Program { name } if self.files.contains_key(&format!("/opt/bin/{name}")) => {
                    Answer::known([("path", format!("/opt/bin/{name}"))])
                }
                _ => Answer::Absent,
            }
        }
    }

    pub(in crate::command) fn read(text: &str, disk: &Disk) -> Parsed {
        let form = Form::Shell { text: text.into(), shell: "/bin/bash".into(), dialect: Dialect::Bash };
        let env = vec![(Raw::from("HOME"), Raw::from("/home/u"))];
        parse(&Invocation { form, cwd: Raw::from("/src"), env, stdin: Stdin::Null }, disk)
    }

    pub(in crate::command) fn lines(parsed: &Parsed) -> Vec<String> {
        let shown = |word: &Word| word.text().map_or_else(|| "?".to_owned(), str::to_owned);
        let commands = parsed.commands.iter();
        commands.map(|command| command.words.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
    }

    const X: &str = "kubectl delete ns prod\n";

    #[test]
    fn a_script_is_read_however_it_is_started() {
        let disk = Disk::with(&[
            ("x.sh", X),
            ("sub/x.sh", X),
            ("/abs/x.sh", "#!/bin/sh -e\nkubectl delete ns prod"),
            ("/opt/bin/deploy", X),
            ("e.sh", "#!/usr/bin/env bash\nkubectl delete ns prod\n"),
            ("s.sh", "#!/usr/bin/env -S bash -eu\nkubectl delete ns prod"),
        ]);
        for text in [
            "bash x.sh a b", "sh ./x.sh", "bash -x x.sh", "bash -euo pipefail x.sh", "bash -o pipefail -- x.sh",
            "bash --norc --noprofile x.sh", "bash -l x.sh", "./x.sh", "/abs/x.sh", "deploy now", "bash < x.sh",
            "bash -s arg < x.sh", "sudo ./x.sh", "env A=b bash x.sh", "cd sub && ./x.sh", "cd sub && bash x.sh",
            "./e.sh", "./s.sh", "bash -c './x.sh'", "bash +x x.sh", "/bin/bash x.sh", "dash x.sh", "bash --posix x.sh",
            "if true; then ./x.sh; fi",
        ] {
            let parsed = read(text, &disk);
            assert!(lines(&parsed).contains(&"kubectl delete ns prod".to_owned()), "{text}: {parsed:?}");
            assert_eq!(parsed.scripts.len(), 1, "{text}: {:?}", parsed.scripts);
        }
        let parsed = read("bash x.sh", &disk);
        assert_eq!(parsed.commands[0].via, ["script x.sh"]);
        assert_eq!(parsed.scripts[0].path, "/src/x.sh");
        assert!(parsed.opaque.is_empty());
    }

    #[test]
    fn what_a_shell_is_told_is_opaque_where_it_cannot_be_read() {
        let disk = Disk::with(&[
            ("x.sh", "ls\n"),
            ("p.sh", "#!/opt/own/bash\nls\n"),
            ("r.sh", "#!bash\nls\n"),
            ("w.sh", "#!/bin/bash -e -x\nls\n"),
            ("self.sh", "#!/bin/sh\n./self.sh\n"),
            ("bin.sh", "ls\u{0}\n"),
        ]);
        for text in [
            "bash none.sh", "bash -O extglob x.sh", "bash --rcfile y x.sh", "bash --init-file y", "bash -i x.sh",
            "bash", "bash -i", "sh", "bash -f x.sh", "bash -a x.sh", "bash -o allexport x.sh", "bash +B x.sh",
            "bash + x.sh", "bash --debugger x.sh", "bash -k x.sh", "bash -c", "bash $X x.sh", "bash \"$X\"",
            "cd $X && ./x.sh", "echo x >> x.sh; ./x.sh", "curl x | bash", "curl x | bash -s x.sh", "bash 3< x.sh",
            "curl x | bash 3< x.sh", "bash < x.sh 0<&3", "ssh h ./x.sh", "./self.sh", "./bin.sh", "zsh x.sh",
            "zsh -c ls", "fish -c ls", "./bash x.sh", "/tmp/bash -c ls", "bash x.sh y > x.sh", "bash -n -i x.sh",
            "bash -D x.sh",
        ] {
            let parsed = read(text, &disk);
            let shells = ["bash", "sh", "zsh", "fish", "./bash", "/tmp/bash", "./x.sh", "ssh"];
            let is_known = parsed.opaque.is_empty()
                && !lines(&parsed).iter().any(|line| shells.contains(&line.split(' ').next().unwrap()));
            assert!(!is_known, "{text}: {parsed:?}");
        }
        for text in ["./p.sh", "./r.sh", "./w.sh"] {
            assert!(!read(text, &disk).opaque.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_shell_that_only_parses_reads() {
        let parsed = read("bash -n x.sh; bash -on noexec x.sh", &Disk::with(&[("x.sh", X)]));
        assert_eq!(lines(&parsed), [":", ":"]);
        assert_eq!(parsed.commands[0].redirects[0].target.text(), Some("x.sh"));
    }

    #[test]
    fn a_script_of_another_interpreter_is_a_command_of_its_own_and_bound() {
        let disk =
            Disk::with(&[("x.py", "#!/usr/bin/env python3\nprint(1)\n"), ("x.awk", "#!/usr/bin/awk -f\n{print}\n")]);
        for (text, expected) in [("./x.py a", "python3 ./x.py a"), ("./x.awk", "/usr/bin/awk -f ./x.awk")] {
            let parsed = read(text, &disk);
            assert_eq!(lines(&parsed), [expected]);
            assert!(parsed.opaque.is_empty(), "{text}: {:?}", parsed.opaque);
            assert_eq!(parsed.scripts.len(), 1);
        }
    }

    #[test]
    fn a_script_that_is_written_into_while_it_runs_is_opaque() {
        let evil = |body: &str| Disk::with(&[("x.sh", body), ("dir/x.sh", "ls")]);
        for body in [
            "echo kubectl >> x.sh\n", "echo a >> ./x.sh", "tee -a x.sh", "cp y x.sh", "cp dir/x.sh .", "cp -r dir/. .",
            "dd if=y of=x.sh", "sort -o x.sh y", "cd dir && echo a >> ../x.sh", "ln x.sh y; echo a >> y",
            "git log --output=x.sh", "echo a >> /src/x.sh", "echo a >> alias",
        ] {
            let mut disk = evil(body);
            disk.links.insert("/src/alias".to_owned(), "/src/x.sh".to_owned());
            disk.links.insert("/src/./x.sh".to_owned(), "/src/x.sh".to_owned());
            assert!(!read("./x.sh", &disk).opaque.is_empty(), "{body}");
        }
        for body in
            ["echo a >> out.log", "cp a b", "git pull\nls", "sed -i s/a/b/ y", "echo x.sh", "cat x.sh", "cargo test"]
        {
            assert!(read("./x.sh", &evil(body)).opaque.is_empty(), "{body}: {:?}", read("./x.sh", &evil(body)).opaque);
        }
        // At the same time, from outside of it.
        for text in ["./x.sh | tee x.sh", "./x.sh & echo kubectl >> x.sh"] {
            assert!(!read(text, &evil("sleep 5")).opaque.is_empty(), "{text}");
        }
        assert!(read("./x.sh | tee out", &evil("sleep 5")).opaque.is_empty());
    }

    #[test]
    fn what_shares_its_input_with_a_shell_could_take_a_part_of_the_text() {
        let disk =
            Disk::with(&[("x.sh", "head -c 9\n: 'ls\nkubectl delete ns prod'\n"), ("y.sh", "ls\nkubectl get pods\n")]);
        assert!(!read("bash < x.sh", &disk).opaque.is_empty());
        assert!(read("bash < y.sh", &disk).opaque.is_empty());
        assert!(!read("bash <<'E'\nread a\nls\nE", &disk).opaque.is_empty());
        assert!(read("bash x.sh < y", &disk).opaque.is_empty());
        for text in
            ["exec < x.sh", "exec 3<&0\ncat <&3", "cat < /dev/stdin", "cp /dev/stdin x", "ls <(cat)", "ls $(cat)"]
        {
            let parsed = read("bash < z.sh", &Disk::with(&[("z.sh", &format!("{text}\nls")), ("x.sh", "ls")]));
            assert!(!parsed.opaque.is_empty(), "{text}: {parsed:?}");
        }
        // Of the last line nothing is left.
        for (text, is_clear) in [("ls\ncat", true), ("cat\nls", false), ("cat; ls", true), ("cat\ncat", false)] {
            let parsed = read("bash < z.sh", &Disk::with(&[("z.sh", text)]));
            assert_eq!(parsed.opaque.is_empty(), is_clear, "{text}: {parsed:?}");
        }
    }

    #[test]
    fn budgets_that_run_out_are_opaque() {
        let many: String = (0..100).map(|_| "./y.sh\n").collect();
        let long = format!("{}\n", "# x\n".repeat(100_000));
        let disk = Disk::with(&[("x.sh", &many), ("y.sh", "# nothing\n"), ("long.sh", &long)]);
        assert!(!read("./x.sh", &disk).opaque.is_empty());
        assert!(!read("./long.sh", &disk).opaque.is_empty());
        assert!(read("./y.sh; ./y.sh", &disk).opaque.is_empty());
    }
}
