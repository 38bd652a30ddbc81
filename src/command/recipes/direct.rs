//! Programs that are handed a command in their own words, and are not taken off as wrappers: they bring code of their own.

use super::Text;
use crate::command::wrappers::base;
use crate::command::{Certainty, Command, StdinSource, Word};
use crate::model::invocation::Dialect;
use crate::text::quote;

/// The most operands of a container that its image is looked for among.
const MOST_OPERANDS: usize = 8;

/// The texts that the command is handed.
pub fn texts(command: &Command) -> Vec<Text> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text().unwrap_or("$__unknown")).collect();
    let Some((program, rest)) = words.split_first() else { return Vec::new() };
    let after = |name: &[&str]| rest.iter().position(|word| name.contains(word)).and_then(|at| rest.get(at + 1..));
    let found = match base(program) {
        "just" => after(&["--command", "-c"]).map(joined),
        "meson" => after(&["devenv"]).map(without_flags).map(joined),
        // What stands in no package.json is the program `env`.
        "npm" | "pnpm" | "yarn" if rest.first().is_some_and(|word| word.starts_with("run")) => {
            after(&["env"]).map(without_flags).map(|words| format!("env {}", joined(words)))
        }
        "ip" => after(&["exec"]).and_then(|words| words.get(1..)).map(joined),
        "kubectl" | "oc" if rest.contains(&"create") => after(&["--"]).map(joined),
        "mvn" | "mvnw" => maven(rest),
        "docker" | "podman" | "buildah" | "nerdctl" if rest.contains(&"build") => return dockerfile(command),
        _ => None,
    };
    let via = base(program).to_owned();
    let text = |text| Text { via, text, dialect: Dialect::Posix, directory: None };
    found.filter(|text| !text.trim().is_empty()).map(text).into_iter().collect()
}

/// What `docker run --entrypoint PROGRAM IMAGE WORDS…` can run: which operand is the image is not told here.
pub fn entered(command: &Command) -> Vec<Command> {
    let value = |(at, word): (usize, &Word)| {
        let text = word.text()?;
        match text.strip_prefix("--entrypoint")? {
            "" => Some((command.words.get(at + 1)?.clone(), at + 2)),
            attached => Some((Word::known(attached.strip_prefix('=')?), at + 1)),
        }
    };
    let Some((program, from)) = command.words.iter().enumerate().find_map(value) else { return Vec::new() };
    let is_flag = |word: &Word| word.text().is_some_and(|text| text.starts_with('-'));
    let images = (from..command.words.len()).filter(|at| command.words.get(*at).is_some_and(|word| !is_flag(word)));
    images
        .take(MOST_OPERANDS)
        .map(|image| {
            let rest = command.words.get(image + 1..).unwrap_or_default().iter().cloned();
            let words = std::iter::once(program.clone()).chain(rest).collect();
            Command { redirects: Vec::new(), certainty: Certainty::Suspected, ..command.with(words) }
        })
        .collect()
}

fn joined(words: &[&str]) -> String {
    words.iter().map(|word| quote::one(word)).collect::<Vec<_>>().join(" ")
}

fn without_flags<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    let at = words.iter().position(|word| !word.starts_with('-')).unwrap_or(words.len());
    words.get(at..).unwrap_or_default()
}

/// `mvn exec:exec -Dexec.executable=PROGRAM -Dexec.args=WORDS`.
fn maven(words: &[&str]) -> Option<String> {
    let property = |name: &str| words.iter().find_map(|word| word.strip_prefix("-D")?.strip_prefix(name));
    let program = property("exec.executable=")?;
    let arguments = property("exec.args=").or_else(|| property("exec.commandlineArgs=")).unwrap_or_default();
    Some(format!("{program} {arguments}"))
}

/// The instructions of a Dockerfile that comes in on standard input.
fn dockerfile(command: &Command) -> Vec<Text> {
    let StdinSource::Text(text) = &command.stdin else { return Vec::new() };
    let text = text.lossy().replace("\\\n", " ");
    let run = |line: &str| {
        let (name, rest) = line.trim().split_once(char::is_whitespace)?;
        let text = rest.trim().to_owned();
        let via = "docker build".to_owned();
        name.eq_ignore_ascii_case("run").then_some(Text { via, text, dialect: Dialect::Posix, directory: None })
    };
    text.lines().filter_map(run).collect()
}
