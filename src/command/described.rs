//! Programs that the policy describes: which file would run, and whether it is the one that was described.
//!
//! A description is taken at its word only for a file that is the one meant and that whoever calls cannot have changed.
//! Any other is read as if nothing were said of it, and what the policy says counts beside that.

use crate::model::facts::{Answer, Facts, Want};
use crate::model::ids::Digest;
use crate::model::invocation::Invocation;
use crate::packs;
use crate::packs::described::{Described, Doubt, Packs, Tool, Worth};

use super::files::Standing;
use super::rewriting::{changes, links};
use super::scripts::{absolute, interpreter, is_callers};
use super::wrappers::{base, handed_on};
use super::{Certainty, Command, MOST, Outer, Parsed, Place, Script, Word, is_reader, parse_with, push};

/// Wrappers under which a path leads to another file than here.
const OTHER_ROOT: &[&str] = &["chroot", "nsenter", "unshare", "proot", "bwrap", "systemd-run", "machinectl"];

/// Wrappers under which a file runs with another user's rights.
const OTHER_USER: &[&str] = &["sudo", "doas", "su", "runuser", "pkexec", "gosu", "setpriv", "su-exec", "run0"];

/// Reads an invocation where no policy describes a tool.
pub fn parse(invocation: &Invocation, facts: &dyn Facts) -> Parsed {
    parse_with(invocation, facts, Packs::default())
}

/// Notes the tools for what comes later, and what the policy says of programs that are only suspected.
pub(super) fn settle(packs: Packs, parsed: &mut Parsed) {
    parsed.packs = packs;
    // One that was made out of another has that one's description still.
    let suspects = parsed.commands.iter_mut().filter(|command| command.certainty != Certainty::Found);
    suspects.for_each(|command| command.described = by_name(&command.words, packs));
}

/// The description by the name of a command's program, for what is not known to run.
pub fn by_name(words: &[Word], packs: Packs) -> Option<Described> {
    let tool = packs.tool(base(words.first()?.text()?))?;
    Some(Described { tool, worth: Worth::Doubtful(Doubt::InCode) })
}

/// Takes a command whose description can be taken at its word. Any other is given back, with what its description is
/// worth.
pub(super) fn take(mut command: Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Option<Command> {
    let Some(program) = command.words.first().and_then(Word::text) else { return Some(command) };
    let Some(tool) = outer.packs.tool(base(program)) else {
        note_linked(program, &command, outer, parsed);
        return Some(command);
    };
    let program = program.to_owned();
    let found = if command.certainty == Certainty::Found {
        worth(&program, tool, &command, outer, parsed)
    } else {
        Err(Doubt::InCode)
    };
    match found {
        Err(doubt) => {
            command.described = Some(Described { tool, worth: Worth::Doubtful(doubt) });
            Some(command)
        }
        Ok((worth, script)) => {
            command.described = Some(Described { tool, worth });
            let number = parsed.commands.len();
            push(command.clone(), outer, parsed);
            if let Some(script) = script {
                // Neither its own redirections nor what comes after it may write into it: a shell reads its script
                // while it runs.
                outer.files.borrow_mut().was_pinned(&script.path);
                outer.files.borrow_mut().read_script(&script.path);
                parsed.running.scripts.push((script.path.clone(), number));
                if !parsed.scripts.contains(&script) {
                    parsed.scripts.push(script);
                }
            }
            handed_on(&command, command.words.get(1..).unwrap_or_default(), outer, parsed);
            None
        }
    }
}

/// Notes what the policy says of a program that was taken apart: it counts beside what was found in it.
pub(super) fn note(command: &Command, parsed: &mut Parsed) {
    if command.described.is_some() && parsed.commands.len() < MOST {
        let certainty = Certainty::InCode;
        parsed.commands.push(Command { redirects: Vec::new(), certainty, ..command.clone() });
    }
}

/// Notes a described program that is called by another name: a link leads to it.
fn note_linked(program: &str, command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let is_other = outer.packs.is_empty() || packs::find(base(program)).is_some() || command.place != Place::Here;
    if is_other || command.certainty != Certainty::Found {
        return;
    }
    let here = Outer { directory: command.directory.clone(), ..outer.clone() };
    let Some(path) = located(program, &here) else { return };
    let answer = outer.facts.answer(&Want::Path { path });
    let Some(real) = answer.field("real").filter(|real| base(real) != base(program)) else { return };
    let rest = command.words.get(1..).unwrap_or_default();
    let words: Vec<Word> = std::iter::once(Word::known(real)).chain(rest.iter().cloned()).collect();
    let described = by_name(&words, outer.packs);
    note(&Command { words, described, ..command.clone() }, parsed);
}

/// Notes a described program that a shell or an interpreter is told to run, or that is read by `source`.
pub(super) fn note_started(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let name = command.words.first().and_then(Word::text).map_or("", base);
    let is_starter = is_reader(name) || [".", "source"].contains(&name);
    if outer.packs.is_empty() || !is_starter || command.certainty != Certainty::Found {
        return;
    }
    for at in 1..command.words.len() {
        let words = command.words.get(at..).unwrap_or_default();
        let described = by_name(words, outer.packs);
        note(&Command { words: words.to_vec(), described, ..command.clone() }, parsed);
    }
}

/// What the description is worth for the file that would run, with the script that is to be bound.
fn worth(
    program: &str,
    tool: &Tool,
    command: &Command,
    outer: &Outer<'_>,
    parsed: &Parsed,
) -> Result<(Worth, Option<Script>), Doubt> {
    if command.place != Place::Here || command.via.iter().any(|via| OTHER_ROOT.contains(&via.as_str())) {
        return Err(Doubt::Elsewhere);
    }
    let here = Outer { directory: command.directory.clone(), ..outer.clone() };
    let full = located(program, &here).ok_or(Doubt::Unreadable)?;
    let answer = outer.facts.answer(&Want::ProgramFile { path: full.clone() });
    let Answer::Known { .. } = answer else { return Err(Doubt::Unreadable) };
    let real = answer.field("real").ok_or(Doubt::Unreadable)?;
    if let Some(line) = answer.field("first_line") {
        starts_with_known(line, outer)?;
    }
    if !tool.digests.is_empty() {
        let digest = answer.field("sha256").and_then(Digest::from_hex).ok_or(Doubt::OtherContent)?;
        if !tool.digests.contains(&digest) {
            return Err(Doubt::OtherContent);
        }
        // Whoever could write into it between now and its start would do so with another user's rights.
        if command.via.iter().any(|via| OTHER_USER.contains(&via.as_str())) {
            return Err(Doubt::OtherUser);
        }
        is_untouched(&full, outer, parsed)?;
        return Ok((Worth::Pinned, Some(Script { path: full, digest })));
    }
    let is_of_system = !is_callers(real) && tool.pack.programs.contains(&base(real));
    if !tool.paths.contains(&real) && !is_of_system {
        return Err(if answer.field("guard") == Some("writable") { Doubt::Writable } else { Doubt::OtherFile });
    }
    match answer.field("guard") {
        Some("out_of_reach") => Ok((Worth::OutOfReach, None)),
        _ => Err(Doubt::Writable),
    }
}

/// Where a program's name leads, absolute.
fn located(program: &str, outer: &Outer<'_>) -> Option<String> {
    if program.contains('/') {
        return absolute(program, outer);
    }
    outer.facts.answer(&Want::Program { name: program.to_owned() }).field("path").map(str::to_owned)
}

/// Whether the program that reads a script is one of the system's, by whatever name its first line calls it.
fn starts_with_known(line: &str, outer: &Outer<'_>) -> Result<(), Doubt> {
    let words = interpreter(format!("#!{line}\n").as_bytes()).map_err(|_| Doubt::Interpreter)?;
    let name = words.as_ref().and_then(|words| words.first()).and_then(|word| word.as_str());
    let name = name.ok_or(Doubt::Interpreter)?;
    if name.contains('/') {
        return Ok(());
    }
    let answer = outer.facts.answer(&Want::Program { name: name.to_owned() });
    match answer.field("path") {
        Some(path) if !is_callers(path) => Ok(()),
        _ => Err(Doubt::Interpreter),
    }
}

/// Whether no command of the same invocation can have changed a file before it is run.
fn is_untouched(full: &str, outer: &Outer<'_>, parsed: &Parsed) -> Result<(), Doubt> {
    let is_on_disk = outer.files.borrow().standing(full, outer.facts) == Standing::OnDisk;
    let has_links = parsed.commands.iter().any(links);
    let is_changed = parsed.commands.iter().any(|command| changes(command, full, has_links, outer));
    if is_on_disk && !is_changed { Ok(()) } else { Err(Doubt::Changed) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::invocation::{Dialect, Form, Raw, Stdin};
    use crate::packs::schema::{Pack, Verb};

    /// A host with these files, each with its fields.
    struct Disk(BTreeMap<&'static str, Vec<(&'static str, &'static str)>>);

    impl Facts for Disk {
        fn answer(&self, want: &Want) -> Answer {
            match want {
                Want::Program { name } => {
                    let of_name = |path: &&&str| base(path) == name;
                    self.0
                        .keys()
                        .find(of_name)
                        .map_or(Answer::Absent, |path| Answer::known([("path", (*path).to_owned())]))
                }
                Want::ProgramFile { path } => {
                    self.0.get(path.as_str()).map_or(Answer::Absent, |fields| Answer::Known {
                        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
                    })
                }
                Want::Path { path } => Answer::known([("kind", "file".to_owned()), ("real", path.clone())]),
                _ => Answer::Absent,
            }
        }
    }

    const OUT: (&str, &str) = ("guard", "out_of_reach");

    fn packs(paths: &'static [&'static str], digests: &'static [Digest]) -> Packs {
        let pack = Pack { tool: "ourctl", programs: &["ourctl"], bare: Some(Verb::READ), ..Pack::BASE };
        let tool =
            Tool { pack, paths, digests, variables: &[], preview: &[], undo: &[], origin: "policy.toml", line: 1 };
        Packs::of(&[Box::leak(Box::new(tool))])
    }

    fn worth_of(text: &str, disk: &Disk, packs: Packs) -> Option<Worth> {
        let form = Form::Shell { text: text.into(), shell: "/bin/bash".into(), dialect: Dialect::Bash };
        let invocation = Invocation { form, cwd: Raw::from("/src"), env: Vec::new(), stdin: Stdin::Null };
        let parsed = parse_with(&invocation, disk, packs);
        let found =
            parsed.commands.iter().find(|command| command.certainty == Certainty::Found && command.described.is_some());
        found.and_then(|command| command.described).map(|described| described.worth)
    }

    fn on(files: &[(&'static str, &[(&'static str, &'static str)])]) -> Disk {
        Disk(files.iter().map(|(path, fields)| (*path, fields.to_vec())).collect())
    }

    #[test]
    fn a_program_of_the_system_that_nobody_can_write_is_taken_at_its_word_and_any_other_is_not() {
        let real = ("real", "/usr/local/bin/ourctl");
        let own = |fields: &[(&'static str, &'static str)]| on(&[("/usr/local/bin/ourctl", fields)]);
        let named = || packs(&[], &[]);
        let doubt = |doubt| Some(Worth::Doubtful(doubt));
        assert_eq!(worth_of("ourctl", &own(&[real, OUT]), named()), Some(Worth::OutOfReach));
        assert_eq!(worth_of("/usr/local/bin/ourctl", &own(&[real, OUT]), named()), Some(Worth::OutOfReach));
        assert_eq!(worth_of("ourctl", &own(&[real, ("guard", "writable")]), named()), doubt(Doubt::Writable));
        // It is a link to another program, or lies where anything can lie.
        assert_eq!(worth_of("ourctl", &own(&[("real", "/usr/bin/python3"), OUT]), named()), doubt(Doubt::OtherFile));
        assert_eq!(
            worth_of("ourctl", &own(&[("real", "/usr/share/doc/x/ourctl"), OUT]), named()),
            doubt(Doubt::OtherFile)
        );
        assert_eq!(worth_of("ourctl", &on(&[]), named()), doubt(Doubt::Unreadable));
        assert_eq!(
            worth_of(
                "/usr/share/doc/x/ourctl",
                &on(&[("/usr/share/doc/x/ourctl", &[("real", "/usr/share/doc/x/ourctl"), OUT])]),
                named()
            ),
            doubt(Doubt::OtherFile)
        );
    }

    #[test]
    fn a_path_of_the_policy_is_where_the_file_really_is() {
        let place = || packs(&["/opt/our/bin/ourctl"], &[]);
        let at = |real: &'static str, guard: &'static str| {
            on(&[("/opt/our/bin/ourctl", &[("real", real), ("guard", guard)])])
        };
        assert_eq!(worth_of("ourctl", &at("/opt/our/bin/ourctl", "out_of_reach"), place()), Some(Worth::OutOfReach));
        assert_eq!(
            worth_of("ourctl", &at("/opt/our/bin/ourctl", "writable"), place()),
            Some(Worth::Doubtful(Doubt::Writable))
        );
        assert_eq!(
            worth_of("ourctl", &at("/usr/bin/bash", "out_of_reach"), place()),
            Some(Worth::Doubtful(Doubt::OtherFile))
        );
    }

    #[test]
    fn an_interpreter_that_is_looked_up_must_be_the_systems() {
        let file =
            |line: &'static str| ("/usr/bin/ourctl", vec![("real", "/usr/bin/ourctl"), OUT, ("first_line", line)]);
        let with = |line: &'static str, python: &'static str| Disk(BTreeMap::from([file(line), (python, Vec::new())]));
        let named = || packs(&[], &[]);
        let python = "/usr/bin/env python3";
        assert_eq!(worth_of("ourctl", &with(python, "/usr/bin/python3"), named()), Some(Worth::OutOfReach));
        for (line, place) in
            [(python, "/home/u/bin/python3"), (python, "/nowhere/x"), ("/tmp/bash", "/usr/bin/python3")]
        {
            assert_eq!(
                worth_of("ourctl", &with(line, place), named()),
                Some(Worth::Doubtful(Doubt::Interpreter)),
                "{line}"
            );
        }
    }

    #[test]
    fn where_contents_are_named_nothing_else_counts() {
        const SHA: &str = "abababababababababababababababababababababababababababababababab";
        let digests: &'static [Digest] = Vec::leak(vec![Digest([0xab; 32])]);
        let at = |sha: &'static str| {
            on(&[("/src/ourctl", &[("real", "/src/ourctl"), ("guard", "writable"), ("sha256", sha)])])
        };
        assert_eq!(worth_of("./ourctl", &at(SHA), packs(&[], digests)), Some(Worth::Pinned));
        assert_eq!(worth_of("cd x; ./ourctl", &at(SHA), packs(&[], digests)), Some(Worth::Doubtful(Doubt::Unreadable)));
        for sha in ["", "abcd"] {
            assert_eq!(worth_of("./ourctl", &at(sha), packs(&[], digests)), Some(Worth::Doubtful(Doubt::OtherContent)));
        }
        let system = on(&[("/usr/bin/ourctl", &[("real", "/usr/bin/ourctl"), OUT])]);
        assert_eq!(worth_of("ourctl", &system, packs(&[], digests)), Some(Worth::Doubtful(Doubt::OtherContent)));
        assert_eq!(worth_of("make; ./ourctl", &at(SHA), packs(&[], digests)), Some(Worth::Doubtful(Doubt::Changed)));
        assert_eq!(worth_of("sudo ./ourctl", &at(SHA), packs(&[], digests)), Some(Worth::Doubtful(Doubt::OtherUser)));
    }
}
