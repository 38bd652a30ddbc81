//! Programs that run another program named in their arguments are peeled off; what they run counts.

use crate::model::invocation::Dialect;

use super::names::{assignment, dialect};
use super::{Command, OpaqueKind, Outer, Parsed, StdinSource, Word, add, push, shells, text_of};

/// A program that runs the rest of its words.
struct Wrapper {
    names: &'static [&'static str],
    /// Flags with a value in the next word or attached.
    value: &'static [&'static str],
    /// Flags without.
    switch: &'static [&'static str],
    /// Words of its own before the command (`timeout 5 …`).
    operands: usize,
}

/// Ends of names of source texts, which hold no secrets by their form.
const SOURCE: &[&str] = &[
    ".rs", ".go", ".py", ".js", ".ts", ".tsx", ".jsx", ".c", ".h", ".cc", ".cpp", ".hpp", ".java", ".kt", ".rb",
    ".php", ".swift", ".md", ".html", ".css", ".tf",
];

const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        names: &["sudo", "doas"],
        value: &["-u", "--user", "-g", "--group", "-C", "-p", "--prompt", "-T", "--command-timeout"],
        switch: &[
            "-n", "--non-interactive", "-H", "--set-home", "-E", "--preserve-env", "-k", "-b", "--background", "-S",
            "--stdin",
        ],
        operands: 0,
    },
    Wrapper {
        names: &["timeout", "gtimeout"],
        value: &["-s", "--signal", "-k", "--kill-after"],
        switch: &["--foreground", "--preserve-status", "-v", "--verbose"],
        operands: 1,
    },
    Wrapper { names: &["nice"], value: &["-n", "--adjustment"], switch: &[], operands: 0 },
    Wrapper {
        names: &["ionice"],
        value: &["-c", "--class", "-n", "--classdata"],
        switch: &["-t", "--ignore"],
        operands: 0,
    },
    Wrapper {
        names: &["nohup", "setsid"],
        value: &[],
        switch: &["-f", "--fork", "-w", "--wait", "-c", "--ctty"],
        operands: 0,
    },
    Wrapper {
        names: &["stdbuf"],
        value: &["-i", "--input", "-o", "--output", "-e", "--error"],
        switch: &[],
        operands: 0,
    },
    Wrapper { names: &["time"], value: &[], switch: &["-p"], operands: 0 },
    Wrapper { names: &["command"], value: &[], switch: &["-p"], operands: 0 },
    Wrapper { names: &["exec"], value: &[], switch: &["-c", "-l"], operands: 0 },
    Wrapper { names: &["busybox", "toybox"], value: &[], switch: &[], operands: 0 },
];

/// Adds what a command comes to when its wrappers are taken off.
pub fn peel(command: Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let program = command.words.first().and_then(Word::text).unwrap_or_default().to_owned();
    let name = base(&program);
    let is_peeled = match name {
        "env" => env(&command, outer, parsed),
        "xargs" => xargs(&command, outer, parsed),
        "find" => find(&command, outer, parsed),
        "eval" => shells::eval(&command, outer, parsed),
        "aigov" => aigov(&command, outer, parsed),
        "command"
            if command
                .words
                .get(1)
                .and_then(Word::text)
                .is_some_and(|flag| flag.starts_with("-v") || flag.starts_with("-V")) =>
        {
            false
        }
        _ if dialect(name).is_some() => shells::shell(&command, outer, parsed),
        _ => WRAPPERS
            .iter()
            .find(|wrapper| wrapper.names.contains(&name))
            .is_some_and(|wrapper| wrapped(wrapper, &command, outer, parsed)),
    };
    if !is_peeled {
        push(command, outer, parsed);
    }
}

pub(super) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The outer of what runs inside of `command`.
pub(super) fn inside<'a>(command: &Command, outer: &Outer<'a>, via: &str) -> Outer<'a> {
    let mut all = command.via.clone();
    all.push(via.to_owned());
    Outer {
        invocation: outer.invocation,
        facts: outer.facts,
        files: outer.files,
        budget: outer.budget,
        via: all,
        assignments: command.assignments.clone(),
        directory: command.directory.clone(),
        stdin: command.stdin.clone(),
        place: command.place.clone(),
        certainty: command.certainty,
        positional: None,
        depth: outer.depth + 1,
    }
}

/// The inner command; redirections of the outer stay with it.
fn inner(command: &Command, words: Vec<Word>, outer: &Outer<'_>) -> Command {
    Command { redirects: command.redirects.clone(), ..Command::plain(words, outer) }
}

/// Skips a wrapper's own flags and operands; the index of the command's first word, with the assignments before it.
fn skip(wrapper: &Wrapper, words: &[Word]) -> Option<usize> {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let text = word.text()?;
        if text == "--" {
            at += 1;
            break;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        let is_attached = |flag: &&&str| flag.len() == 2 && text.starts_with(**flag) && text.len() > 2;
        if wrapper.switch.contains(&name)
            || (wrapper.value.contains(&name) && name != text)
            || wrapper.value.iter().any(|flag| is_attached(&flag))
        {
            at += 1;
        } else if wrapper.value.contains(&name) {
            words.get(at + 1)?.text()?;
            at += 2;
        } else {
            return None;
        }
    }
    for _ in 0..wrapper.operands {
        words.get(at)?.text()?;
        at += 1;
    }
    Some(at)
}

fn wrapped(wrapper: &Wrapper, command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let Some(mut at) = skip(wrapper, &command.words) else { return false };
    let name = wrapper.names.first().copied().unwrap_or_default();
    let mut new = inside(command, outer, name);
    while let Some((variable, value)) =
        command.words.get(at).and_then(Word::text).and_then(assignment).filter(|_| name == "sudo")
    {
        new.assignments.push((variable.to_owned(), Word::known(value)));
        at += 1;
    }
    match command.words.get(at..) {
        Some(words) if !words.is_empty() => {
            add(inner(command, words.to_vec(), &new), &new, parsed);
            true
        }
        // `exec > file` only redirects.
        _ if name == "exec" && at == 1 => {
            push(Command { words: vec![Word::known(":")], ..command.clone() }, outer, parsed);
            true
        }
        _ => false,
    }
}

fn env(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let mut new = inside(command, outer, "env");
    let mut at = 1;
    while let Some(text) = command.words.get(at).map(Word::text) {
        let Some(text) = text else { return false };
        match text {
            "-i" | "-" | "--ignore-environment" | "-0" | "--null" | "-v" | "--debug" => {}
            "-u" | "--unset" => {
                at += 1;
                let Some(name) = command.words.get(at).and_then(Word::text) else { return false };
                new.assignments.push((name.to_owned(), Word::known("")));
            }
            "-C" | "--chdir" => return false,
            "--" => {}
            _ if text.starts_with('-') => return false,
            _ => match assignment(text) {
                Some((name, value)) => new.assignments.push((name.to_owned(), Word::known(value))),
                None => break,
            },
        }
        if matches!(text, "-i" | "-" | "--ignore-environment") {
            // Settings that the tool would have taken from the environment are gone.
            for name in ["KUBECONFIG", "AWS_PROFILE", "TF_WORKSPACE", "HOME", "DOCKER_HOST", "PGHOST"] {
                new.assignments.push((
                    name.to_owned(),
                    Word::opaque(OpaqueKind::Variable, format!("${name}"), "`env -i` takes it away"),
                ));
            }
        }
        at += 1;
    }
    let Some(words) = command.words.get(at..).filter(|words| !words.is_empty()) else { return false };
    add(inner(command, words.to_vec(), &new), &new, parsed);
    true
}

/// `xargs CMD`: more arguments come from standard input.
fn xargs(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let wrapper = Wrapper {
        names: &["xargs"],
        value: &["-n", "--max-args", "-P", "--max-procs", "-I", "-d", "--delimiter", "-L", "-s", "-E"],
        switch: &["-0", "--null", "-r", "--no-run-if-empty", "-t", "--verbose", "-x"],
        operands: 0,
    };
    let Some(at) = skip(&wrapper, &command.words) else { return false };
    let new = Outer { stdin: StdinSource::Piped, ..inside(command, outer, "xargs") };
    let rest = || Word::opaque(OpaqueKind::Stdin, "…", "xargs adds arguments from its standard input");
    let flags: Vec<&str> = command.words.get(1..at).unwrap_or_default().iter().filter_map(Word::text).collect();
    let mark = flags.iter().enumerate().find_map(|(at, flag)| match flag.strip_prefix("-I") {
        Some("") => flags.get(at + 1).copied(),
        other => other,
    });
    let mut words: Vec<Word> = command.words.get(at..).unwrap_or_default().to_vec();
    if words.is_empty() {
        words.push(Word::known("echo"));
    }
    match mark {
        None => words.push(rest()),
        Some(mark) => {
            for word in &mut words {
                if word.text().is_some_and(|text| text.contains(mark)) {
                    *word = rest();
                }
            }
        }
    }
    // Flags could come in on the standard input of a wrapper as well: that is for the inner command to judge.
    add(inner(command, words, &new), &new, parsed);
    true
}

/// `find … -exec CMD {} ;`: the search, and the command with the found paths.
fn find(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    let mut search = Vec::new();
    let mut words = command.words.iter();
    let mut has_commands = false;
    while let Some(word) = words.next() {
        if !matches!(word.text(), Some("-exec" | "-execdir" | "-ok" | "-okdir")) {
            search.push(word.clone());
            continue;
        }
        has_commands = true;
        let mut run = Vec::new();
        for word in words.by_ref() {
            match word.text() {
                Some(";") => break,
                Some("+") if run.last().is_some_and(|last: &Word| last.text().is_none()) => break,
                Some(text) if text.contains("{}") => {
                    run.push(found(&command.words));
                }
                _ => run.push(word.clone()),
            }
        }
        let mut new = inside(command, outer, "find -exec");
        if word.text().is_some_and(|text| text.ends_with("dir")) {
            new.directory = super::directory::unknown();
        }
        if run.is_empty() {
            return false;
        }
        add(inner(command, run, &new), &new, parsed);
    }
    if has_commands {
        push(Command { words: search, ..command.clone() }, outer, parsed);
    }
    has_commands
}

/// What stands for the found files: with one plain `-name '*.rs'` it is like that pattern, else nothing is known of it.
fn found(words: &[Word]) -> Word {
    let why = "which files are found is not known before it runs";
    let texts: Vec<&str> = words.iter().filter_map(Word::text).collect();
    let is_one_way = !texts.iter().any(|text| ["-o", "-or", "!", "-not", ",", "("].contains(text));
    let names: Vec<&str> = texts
        .windows(2)
        .filter(|pair| pair.first() == Some(&"-name"))
        .filter_map(|pair| pair.last().copied())
        .collect();
    match names.as_slice() {
        [name] if is_one_way && SOURCE.iter().any(|end| name.strip_prefix('*') == Some(*end)) => {
            Word::opaque(OpaqueKind::Glob, *name, why)
        }
        _ => Word::opaque(OpaqueKind::Stdin, "{}", why),
    }
}

/// `aigov exec -- CMD` inside of aigov: the command counts, not the wrapper.
fn aigov(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> bool {
    if command.words.get(1).and_then(Word::text) != Some("exec") {
        return false;
    }
    let words = command.words.get(1..).unwrap_or_default();
    let wrapper = Wrapper {
        names: &["aigov"],
        value: &["--reason", "--risk", "--task", "--agent", "--wait", "-c", "--shell", "--status-fd"],
        switch: &["--json", "-v", "--verbose"],
        operands: 0,
    };
    let texts: Vec<Option<&str>> = words.iter().map(Word::text).collect();
    let end = texts.iter().position(|text| *text == Some("--")).unwrap_or(texts.len());
    let given = texts.get(..end).unwrap_or_default().iter().position(|text| *text == Some("-c"));
    let new = inside(command, outer, "aigov exec");
    if let Some(at) = given {
        let Some(Some(text)) = texts.get(at + 1) else { return false };
        text_of(text.as_bytes(), Dialect::Bash, &new, parsed);
        return true;
    }
    let Some(at) = skip(&wrapper, words) else { return false };
    match words.get(at..) {
        Some(rest) if !rest.is_empty() => {
            add(inner(command, rest.to_vec(), &new), &new, parsed);
            true
        }
        _ => false,
    }
}
