//! Holds the record of what really ran against what aigov found in the same script.

use std::collections::BTreeMap;

use aigov::classify::{Context, classify};
use aigov::command::{Command, Parsed, Place, RedirectKind, StdinSource, Word, parse};
use aigov::model::action::{Category, Impact};
use aigov::model::environments::Environments;
use aigov::model::facts::{Answer, Facts, Want};
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};

use crate::pen::{Call, DIRECTORY, ENVIRONMENT, KEPT, Ran, Script};

/// Programs that run another program, whose own call counts as found when something was found behind such a one.
const WRAPPERS: &[&str] = &[
    "sh", "bash", "dash", "ash", "rbash", "env", "xargs", "find", "sudo", "doas", "su", "runuser", "timeout", "nice",
    "ionice", "nohup", "setsid", "stdbuf", "time", "chrt", "taskset", "chroot", "unshare", "setpriv", "systemd-run",
    "strace", "busybox", "flock", "script", "watch", "sg", "command", "exec", "builtin", "direnv", "dbus-run-session",
];

/// Variables that make a shell, or whatever is called by its name alone, run code that stands elsewhere.
const CODE: &[&str] = &["BASH_ENV", "ENV", "PS4", "PATH"];

/// The files of a script, and nothing else.
struct Files<'a>(BTreeMap<&'a str, &'a str>);

impl Facts for Files<'_> {
    fn answer(&self, want: &Want) -> Answer {
        let Want::FileText { path } = want else { return Answer::Absent };
        let mut path = path.strip_prefix(DIRECTORY).unwrap_or(path).trim_start_matches('/');
        while let Some(rest) = path.strip_prefix("./") {
            path = rest;
        }
        match self.0.get(path) {
            Some(text) => Answer::known([("text", (*text).to_owned()), ("sha256", digest(text))]),
            None => Answer::Absent,
        }
    }
}

/// What aigov finds in a script in a dialect.
pub fn understand(script: &Script, dialect: Dialect) -> Parsed {
    let shell = match dialect {
        Dialect::Bash => "/bin/bash",
        Dialect::Posix => "/bin/dash",
    };
    let invocation = Invocation {
        form: Form::Shell { text: Raw::from(script.text.as_str()), shell: Raw::from(shell), dialect },
        cwd: Raw::from(DIRECTORY),
        env: ENVIRONMENT.iter().map(|(name, value)| (Raw::from(*name), Raw::from(*value))).collect(),
        stdin: Stdin::Null,
    };
    let files = Files(script.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect());
    parse(&invocation, &files)
}

/// Whether a part cannot be known: then everything that runs may be that part.
pub fn is_opaque(parsed: &Parsed) -> bool {
    !parsed.opaque.is_empty() || parsed.commands.iter().any(|command| matches!(command.words[0], Word::Opaque(_)))
}

/// Whether a command was found that runs code which was not seen, and the classifier says so.
fn has_unseen(parsed: &Parsed) -> bool {
    parsed.commands.iter().any(|command| {
        let program = command.words[0].text().unwrap_or_default();
        let is_script = program.contains('/') && !is_public(program);
        let is_runner = WRAPPERS.contains(&base(program))
            || [".", "source", "eval", "trap", "alias"].contains(&program)
            || (base(program) == "git" && command.words.iter().any(is_alias));
        let is_code = |name: &str| CODE.contains(&name) || name.starts_with("BASH_FUNC_");
        let has_code = command.assignments.iter().any(|(name, _)| is_code(name));
        (is_script || is_runner || has_code) && is_said_to_run_code(command)
    })
}

/// `git -c alias.x='!…'` runs the alias.
fn is_alias(word: &Word) -> bool {
    word.text().is_none_or(|text| text.starts_with("alias."))
}

fn is_said_to_run_code(command: &Command) -> bool {
    let parsed = Parsed::of(vec![command.clone()]);
    let environments = Environments::default();
    let context =
        Context { facts: &Files(BTreeMap::new()), environments: &environments, cwd: &Raw::from(DIRECTORY), env: &[] };
    classify(&parsed, &context)
        .actions
        .iter()
        .any(|action| action.impact == Impact::Unknown || action.categories.contains(&Category::Execution))
}

/// What is wrong with what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The call was not found with these words.
    Call,
    /// It was found, but in another directory.
    Directory,
    /// It was found, but with another value of a variable.
    Variable,
    /// It was found, but with another text on standard input.
    Stdin,
    /// A file was written by the shell and no redirection to it was found.
    File,
}

/// Something that is not covered by what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    pub fault: Fault,
    /// The call, or the file.
    pub what: String,
    /// The call's program, or the file.
    pub name: String,
}

/// Everything that is not covered.
pub fn misses(ran: &Ran, parsed: &Parsed) -> Vec<Miss> {
    if is_opaque(parsed) || has_unseen(parsed) {
        return Vec::new();
    }
    let calls = ran.calls.iter().filter_map(|call| {
        fault(call, parsed).map(|fault| Miss { fault, what: format!("{call}"), name: call.program().to_owned() })
    });
    let files =
        ran.written.iter().filter(|path| !is_written_by_a_call(path, &ran.calls) && !is_redirected(path, parsed));
    calls.chain(files.map(|path| Miss { fault: Fault::File, what: path.clone(), name: path.clone() })).collect()
}

/// Whether a program, not the shell, could have written the file.
fn is_written_by_a_call(path: &str, calls: &[Call]) -> bool {
    // Bash keeps here-documents in such files.
    path.contains("/sh-thd")
        || calls.iter().any(|call| {
            let is_named = call.argv.iter().any(|word| base(&String::from_utf8_lossy(word)) == base(path));
            match call.program() {
                "mktemp" => path.starts_with("/tmp/"),
                "tee" | "touch" | "cp" | "mv" | "ln" | "install" => is_named,
                _ => false,
            }
        })
}

fn is_redirected(path: &str, parsed: &Parsed) -> bool {
    parsed.commands.iter().any(|command| {
        command.redirects.iter().filter(|redirect| redirect.kind == RedirectKind::Write).any(|redirect| {
            match (redirect.target.text(), &command.directory) {
                (None, _) | (_, Some(Word::Opaque(_))) => true,
                (Some(target), directory) => {
                    let directory = directory.as_ref().and_then(Word::text).unwrap_or_default();
                    plain(&absolute(target, &absolute(directory, DIRECTORY))) == plain(path)
                }
            }
        })
    })
}

fn absolute(path: &str, directory: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") }
}

fn fault(call: &Call, parsed: &Parsed) -> Option<Fault> {
    if is_peeled(call, parsed) {
        return None;
    }
    let faults = parsed.commands.iter().map(|command| {
        // What was found to run elsewhere is no answer to what ran here.
        if command.place != Place::Here
            || base(command.words[0].text().unwrap_or_default()) != call.program()
            || !matches(&command.words[1..], call.argv.get(1..).unwrap_or_default())
        {
            Some(Fault::Call)
        } else if !is_there(command, &call.directory) {
            Some(Fault::Directory)
        } else if !has_variables(command, call) {
            Some(Fault::Variable)
        } else if !has_stdin(command, call) {
            Some(Fault::Stdin)
        } else {
            None
        }
    });
    // None, nothing wrong, is less than any fault; of several faults the mildest is told.
    let mut worst = Some(Fault::Call);
    for fault in faults {
        worst = match (worst, fault) {
            (None, _) | (_, None) => None,
            (Some(one), Some(other)) => Some(one.max(other)),
        };
    }
    worst
}

/// Whether the call is a wrapper's, which stands only in the way to what was found.
fn is_peeled(call: &Call, parsed: &Parsed) -> bool {
    let name = call.program();
    if parsed.scripts.iter().any(|script| base(&script.path) == name) {
        return true;
    }
    // What these run is recorded by itself, and there may be nothing.
    let has_flag = call.argv.get(1).is_some_and(|word| word.starts_with(b"-"));
    if ["sh", "bash", "dash", "ash"].contains(&name) || (name == "time" && !has_flag) {
        return true;
    }
    parsed.commands.iter().flat_map(|command| &command.via).any(|via| {
        let by = base(via.split(' ').next().unwrap_or_default());
        by == name || (WRAPPERS.contains(&by) && WRAPPERS.contains(&name))
    })
}

/// Whether words can stand for arguments: a word that is not known stands for any number of them.
fn matches(words: &[Word], arguments: &[Vec<u8>]) -> bool {
    match words.split_first() {
        None => arguments.is_empty(),
        Some((Word::Literal(raw), rest)) => {
            arguments.split_first().is_some_and(|(first, others)| *first == raw.0 && matches(rest, others))
        }
        Some((Word::Opaque(_), rest)) => (0..=arguments.len()).any(|taken| matches(rest, &arguments[taken..])),
    }
}

fn is_there(command: &Command, directory: &str) -> bool {
    let Some(word) = &command.directory else { return directory == DIRECTORY };
    let Some(text) = word.text() else { return true };
    plain(&absolute(text, DIRECTORY)) == plain(directory)
}

/// A path without `.`, `..` and doubled slashes.
fn plain(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts
}

fn has_variables(command: &Command, call: &Call) -> bool {
    KEPT.iter().zip(&call.variables).all(|(name, recorded)| {
        let inherited = ENVIRONMENT.iter().find(|(known, _)| known == name).map(|(_, value)| (*value).to_owned());
        match command.assignments.iter().rev().find(|(known, _)| known == name) {
            // Without PATH the places that the system has by itself are searched.
            None => *recorded == inherited || (*name == "PATH" && recorded.is_none()),
            Some((_, Word::Opaque(_))) => true,
            // Taken away counts as empty.
            Some((_, Word::Literal(raw))) => recorded.as_deref().unwrap_or_default() == raw.lossy(),
        }
    })
}

fn has_stdin(command: &Command, call: &Call) -> bool {
    match (&call.stdin, &command.stdin) {
        (None, _) | (_, StdinSource::Piped | StdinSource::File(_)) => true,
        // Whoever came before may have read it all.
        (Some(read), StdinSource::Text(raw)) => read.is_empty() || *read == raw.lossy(),
        // The script's own is empty; a redirection may lead elsewhere.
        (Some(read), StdinSource::Inherited) => {
            read.is_empty() || command.redirects.iter().any(|redirect| redirect.kind == RedirectKind::Read)
        }
    }
}

fn is_public(program: &str) -> bool {
    ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/"]
        .iter()
        .any(|place| program.strip_prefix(place).is_some_and(|name| !name.contains('/')))
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which faults show when one script ran but another was understood.
#[cfg(test)]
fn faults(ran: &str, understood: &str) -> Option<Vec<Fault>> {
    let script = |text: &str| Script { text: text.to_owned(), files: crate::collected::files() };
    let names = crate::collected::program_names(&[script(ran)]);
    let mut pen = match crate::pen::Pen::start(&names) {
        Ok(pen) => pen,
        Err(why) => {
            eprintln!("not run: scripts cannot be run safely on this machine: {why}");
            return None;
        }
    };
    let ran = pen.run(&script(ran), Dialect::Bash);
    Some(misses(&ran, &understand(&script(understood), Dialect::Bash)).iter().map(|miss| miss.fault).collect())
}

#[test]
fn what_was_not_understood_is_a_miss() {
    for (ran, understood, expected) in [
        ("kubectl get", "kubectl get", &[][..]),
        ("kubectl get", "git get", &[Fault::Call]),
        ("kubectl get", "kubectl delete", &[Fault::Call]),
        ("kubectl get", "kubectl get x", &[Fault::Call]),
        ("kubectl get x", "kubectl get", &[Fault::Call]),
        ("env kubectl get", "env kubectl get", &[][..]),
        ("env kubectl get", "env kubectl delete", &[Fault::Call]),
        ("/usr/bin/kubectl get", "git get", &[Fault::Call]),
        ("kubectl get $X", "kubectl get $X", &[][..]),
        ("cd sub && kubectl get", "cd sub && kubectl get", &[][..]),
        ("cd sub && kubectl get", "kubectl get", &[Fault::Directory]),
        ("KUBECONFIG=x kubectl get", "KUBECONFIG=x kubectl get", &[][..]),
        ("KUBECONFIG=x kubectl get", "KUBECONFIG=y kubectl get", &[Fault::Variable]),
        ("env -u AWS_PROFILE kubectl get", "env -u AWS_PROFILE kubectl get", &[][..]),
        ("env -u AWS_PROFILE kubectl get", "env kubectl get", &[Fault::Variable]),
        ("psql <<'E'\nx\nE\n", "psql <<'E'\nx\nE\n", &[][..]),
        ("psql <<'E'\nx\nE\n", "psql <<'E'\ny\nE\n", &[Fault::Stdin]),
        ("kubectl get > out.txt", "kubectl get > out.txt", &[][..]),
        ("kubectl get > out.txt", "kubectl get > other.txt", &[Fault::File]),
        ("kubectl get > out.txt", "kubectl get", &[Fault::File]),
    ] {
        let Some(found) = faults(ran, understood) else { return };
        assert_eq!(found, expected, "{ran} / {understood}");
    }
}
