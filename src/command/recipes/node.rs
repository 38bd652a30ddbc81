//! package.json: the scripts that npm, pnpm and yarn run by name, with those before and after.

use serde_json::Value;

use crate::model::invocation::Dialect;

use super::{Library, Text};
use crate::command::scripts;
use crate::command::{Command, Word};

/// How many directories upwards a package.json is looked for.
const UPWARDS: usize = 24;
/// Subcommands that run scripts of the package by themselves, in their order.
const LIFECYCLES: &[(&[&str], &[&str])] = &[
    (
        &["install", "i", "in", "ins", "add", "ci", "clean-install", "update", "up", "upgrade", "link", "rebuild"],
        &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"],
    ),
    (
        &["pack", "publish"],
        &["prepublishOnly", "prepack", "preprepare", "prepare", "postprepare", "postpack", "publish", "postpublish"],
    ),
    (&["version"], &["preversion", "version", "postversion"]),
];
/// Subcommands of yarn and pnpm that are no scripts.
const OWN: &[&str] = &[
    "add", "audit", "autoclean", "bin", "cache", "config", "create", "dedupe", "dlx", "exec", "explain", "fetch",
    "generate-lock-entry", "global", "help", "import", "info", "init", "install", "i", "licenses", "link", "list",
    "ls", "login", "logout", "node", "npm", "outdated", "owner", "pack", "patch", "plugin", "policies", "prune",
    "publish", "rebuild", "remove", "rm", "root", "search", "set", "store", "tag", "team", "unlink", "unplug", "up",
    "update", "upgrade", "version", "versions", "view", "why", "workspace", "workspaces", "x", "deploy", "doctor",
    "env",
];

/// Adds the scripts that the command runs.
pub fn look_up(tool: &str, command: &Command, library: &mut Library<'_, '_>) {
    let words: Vec<&str> = command.words.iter().skip(1).map_while(Word::text).collect();
    let Some(call) = call(tool, &words) else { return };
    let Some((directory, text)) = package(library) else { return };
    let Ok(package) = serde_json::from_str::<Value>(&text) else {
        library.recipes.refused.push(("package.json".to_owned(), "it is not JSON".to_owned()));
        return;
    };
    for (number, name) in call.scripts.iter().enumerate() {
        let Some(script) = package.get("scripts").and_then(|all| all.get(name)).and_then(Value::as_str) else {
            continue;
        };
        let extra = if number == call.main { call.extra(command, words.len()) } else { String::new() };
        library.recipes.texts.push(Text {
            via: format!("{tool} {name}"),
            text: format!("{script}{extra}"),
            dialect: Dialect::Posix,
            directory: directory.clone(),
        });
    }
}

/// The scripts of a command in their order, and which of them gets the words that are left.
struct Call {
    scripts: Vec<String>,
    main: usize,
    /// Where the words for the script begin, counted without the program.
    rest: usize,
}

impl Call {
    /// The words that are handed on to the script, for a shell.
    fn extra(&self, command: &Command, known: usize) -> String {
        let mut text = String::new();
        for (number, word) in command.words.iter().skip(1).enumerate().skip(self.rest) {
            match word.text() {
                Some("--") if number == self.rest => {}
                Some(word) if number < known => {
                    text.push(' ');
                    text.push_str(&shlex::try_quote(word).map_or_else(|_| "$__unknown".to_owned(), Into::into));
                }
                _ => text.push_str(" $__unknown"),
            }
        }
        text
    }
}

fn call(tool: &str, words: &[&str]) -> Option<Call> {
    let mut at = 0;
    while words.get(at).is_some_and(|word| word.starts_with('-')) {
        // Another package than the one that is found from here: not looked up.
        if words.get(at).is_some_and(|word| {
            ["--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F"]
                .iter()
                .any(|flag| word.starts_with(flag))
        }) {
            return None;
        }
        at += 1;
    }
    let verb = words.get(at).copied();
    let around = |name: &str, rest: usize| Call {
        scripts: vec![format!("pre{name}"), name.to_owned(), format!("post{name}")],
        main: 1,
        rest,
    };
    let all = |names: &[&str]| Call {
        scripts: names.iter().map(|name| (*name).to_owned()).collect(),
        main: usize::MAX,
        rest: 0,
    };
    match verb {
        Some("run" | "run-script" | "rum" | "urn") => {
            let name = words.iter().skip(at + 1).position(|word| !word.starts_with('-'))? + at + 1;
            Some(around(words.get(name)?, name + 1))
        }
        Some("test" | "t" | "tst") => Some(around("test", at + 1)),
        Some("restart") => Some(all(&[
            "prerestart", "restart", "postrestart", "prestop", "stop", "poststop", "prestart", "start", "poststart",
        ])),
        Some(verb @ ("start" | "stop")) => Some(around(verb, at + 1)),
        Some(verb) => match LIFECYCLES.iter().find(|(verbs, _)| verbs.contains(&verb)) {
            Some((_, scripts)) => Some(all(scripts)),
            None if tool != "npm" && !OWN.contains(&verb) => Some(around(verb, at + 1)),
            None => None,
        },
        None if tool.starts_with("yarn") => call(tool, &["install"]),
        None => None,
    }
}

/// The nearest package.json upwards, with its directory where that is another than the command's.
fn package(library: &mut Library<'_, '_>) -> Option<(Option<Word>, String)> {
    if let Some(text) = library.file("package.json") {
        return Some((None, text));
    }
    let mut directory = scripts::directory(library.outer)?;
    for _ in 0..UPWARDS {
        let up = directory.trim_end_matches('/').rfind('/')?;
        directory.truncate(up.max(1));
        if let Some(text) = library.file(&format!("{}/package.json", directory.trim_end_matches('/'))) {
            return Some((Some(Word::known(directory.as_str())), text));
        }
        if directory == "/" {
            return None;
        }
    }
    None
}
