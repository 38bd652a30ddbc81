//! A `[[tools]]` entry drafted from a help text. It makes nothing safer: every impact in it is `unknown`, and what could
//! be said beyond that stands in comments for a human.

use crate::command;
use crate::packs;
use crate::text::escape::escape;

use super::help::{Help, Takes};
use super::tools::is_word;

/// What a draft is made of.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What rules call the tool.
    pub name: String,
    /// The program, as it is typed.
    pub program: String,
    /// The verb whose help it is.
    pub verb: Vec<String>,
    /// Where the text is from.
    pub from: String,
    /// The digest of the program's file.
    pub sha256: Option<String>,
    /// Where that is, if whoever calls cannot write it.
    pub path: Option<String>,
    /// How much is drafted.
    pub extent: Extent,
}

/// How much is drafted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// A policy file of its own.
    File,
    /// The entry alone.
    Entry,
}

/// Flags by which tools are told where to act.
const PLACES: &[&str] =
    &["--env", "--environment", "--stage", "--target-env", "--profile", "--cluster", "--context", "--workspace", "-e"];
/// Flags by which tools are told to change nothing.
const DRY: &[&str] = &["--dry-run", "--dryrun", "--noop", "--no-op", "--plan", "--preview", "--simulate"];
/// Verbs that mostly look, and verbs that mostly take away.
const LOOKS: &[&str] = &[
    "get", "list", "ls", "show", "status", "describe", "logs", "log", "version", "help", "diff", "history", "info",
    "inspect", "cat", "check", "doctor", "search", "view", "whoami", "top", "ps", "env", "validate", "completion",
];
const TAKES_AWAY: &[&str] = &[
    "delete", "destroy", "remove", "rm", "drop", "purge", "down", "uninstall", "reset", "wipe", "clean", "prune",
    "truncate", "teardown", "terminate", "kill",
];

/// Why nothing can be drafted for a program.
pub fn objection(name: &str, program: &str) -> Option<String> {
    if let Some(odd) = [program, name].into_iter().find(|word| !is_word(word)) {
        return Some(format!("`{}` is no name of a program or a tool", escape(odd)));
    }
    if packs::find(program).is_some() || command::is_taken(program) {
        return Some(format!("`{program}` is a program that aigov knows; a policy cannot describe it anew"));
    }
    if packs::find(name).is_some() || packs::all().any(|pack| pack.tool == name) {
        return Some(format!("`{name}` is the name of a tool that aigov knows"));
    }
    None
}

/// The draft as TOML.
pub fn draft(help: &Help, subject: &Subject) -> String {
    let mut text = head(subject);
    text.push_str("[[tools]]\n");
    text.push_str(&format!("name = {}\n", quoted(&subject.name)));
    text.push_str(&format!("programs = {}\n", list([subject.program.as_str()])));
    match (&subject.path, &subject.sha256) {
        (Some(path), _) => text.push_str(&format!("# paths = {}\n", list([path.as_str()]))),
        (None, Some(digest)) => text.push_str(&format!("# sha256 = {}\n", quoted(digest))),
        (None, None) => {
            text.push_str("# paths = [\"/opt/…\"]   # where it lies, if whoever calls cannot write there\n")
        }
    }
    text.push_str(&format!("source = {}\n", quoted(&subject.from)));
    text.push_str(&format!("style = \"{}\"\n", style(help)));
    text.push_str(&suggestions(help));
    let own = flags(help);
    if subject.verb.is_empty() {
        text.push_str(&own);
    }
    text.push_str(&verbs(help, subject, &own));
    text
}

fn head(subject: &Subject) -> String {
    let mut text =
        format!("# Drafted from `{}`. As it stands it makes nothing safer: every impact is\n", one_line(&subject.from));
    text.push_str(
        "# \"unknown\", which asks. To check, by the tool's source rather than by its help:\n\
         #  1. `impact` (\"read\", \"write\", \"destroy\") and `categories` of each verb; take out those that are none;\n\
         #  2. which flags take a value: one too many hides the word after it, and with that the verb;\n\
         #  3. `environment`: what says where it acts;\n\
         #  4. which file it is: `sha256` for one in a working tree, once you have read it, or `paths` for one that\n\
         #     whoever calls cannot write. Without either it counts only among the system's own programs;\n\
         #  5. `examples`, also of what must not be taken for harmless.\n\
         # `aigov policy check FILE` reads it, `aigov packs TOOL` shows it.\n",
    );
    match subject.extent {
        Extent::File => text.push_str("schema = 1 # leave this out where you add the rest to a policy\n\n"),
        Extent::Entry => text.push('\n'),
    }
    text
}

/// How the tool writes its flags, by what they look like.
fn style(help: &Help) -> &'static str {
    let has = |test: fn(&str) -> bool| help.flags.keys().any(|name| test(name));
    let is_long = has(|name| name.starts_with("--"));
    let is_single = has(|name| !name.starts_with("--") && name.len() > 2);
    if is_single && !is_long { "single_dash" } else { "gnu" }
}

/// What a human may want to say of the whole tool.
fn suggestions(help: &Help) -> String {
    let named = |names: &[&str], takes: Takes| -> Vec<&str> {
        let is = |name: &&String| names.contains(&name.as_str()) && help.flags.get(*name) == Some(&takes);
        help.flags.keys().filter(is).map(String::as_str).collect()
    };
    let mut text = String::new();
    for (key, found, close) in [
        ("environment = { flags =", named(PLACES, Takes::Value), " }"),
        ("dry_run =", named(DRY, Takes::Nothing), ""),
        ("help =", named(&["-h", "--help", "-help"], Takes::Nothing), ""),
    ] {
        if !found.is_empty() {
            text.push_str(&format!("# {key} {}{close}\n", list(found)));
        }
    }
    text
}

fn flags(help: &Help) -> String {
    let of = |takes: Takes| -> Vec<&str> {
        help.flags.iter().filter(|(_, known)| **known == takes).map(|(name, _)| name.as_str()).collect()
    };
    let mut text = String::new();
    let unclear = of(Takes::Unclear);
    if !unclear.is_empty() {
        text.push_str(&format!("# Whether these take a value is not clear: {}\n", unclear.join(" ")));
    }
    for (key, names) in [("value", of(Takes::Value)), ("switch", of(Takes::Nothing))] {
        if !names.is_empty() {
            text.push_str(&format!("flags.{key} = {}\n", list(names)));
        }
    }
    text
}

fn verbs(help: &Help, subject: &Subject, own: &str) -> String {
    let prefix = subject.verb.join(" ");
    let mut text = String::new();
    if help.verbs.is_empty() && prefix.is_empty() {
        text.push_str("bare = { impact = \"unknown\" }\n");
        text.push_str(&example(&subject.program, &subject.name));
    }
    if !prefix.is_empty() {
        text.push_str(&entry(&prefix, &[], own));
        text.push_str(&example(&format!("{} {prefix}", subject.program), &prefix));
    }
    for (at, (verb, others)) in help.verbs.iter().enumerate() {
        let path = [prefix.as_str(), verb].join(" ").trim().to_owned();
        text.push_str(&entry(&path, others, ""));
        if at == 0 && prefix.is_empty() {
            text.push_str(&example(&format!("{} {path}", subject.program), &path));
        }
    }
    text
}

fn entry(path: &str, others: &[String], flags: &str) -> String {
    let last = path.rsplit(' ').next().unwrap_or(path);
    let names: String = others.iter().map(|name| format!("={name}")).collect();
    let perhaps = if LOOKS.contains(&last) {
        "   # perhaps \"read\", with categories = [\"observe\"]"
    } else if TAKES_AWAY.contains(&last) {
        "   # perhaps \"destroy\""
    } else {
        ""
    };
    format!("\n[[tools.verbs]]\nverb = {}\nimpact = \"unknown\"{perhaps}\n{flags}", quoted(&format!("{path}{names}")))
}

fn example(command: &str, operation: &str) -> String {
    format!(
        "\n[[tools.examples]]\ncommand = {}\noperation = {}\nimpact = \"unknown\"\n",
        quoted(command),
        quoted(operation)
    )
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(quoted).collect();
    let line = format!("[{}]", names.join(", "));
    if line.len() <= 90 {
        return line;
    }
    let mut text = "[\n".to_owned();
    let mut row = String::new();
    for name in names {
        if row.len() + name.len() > 86 {
            text.push_str(&format!("    {}\n", row.trim_end()));
            row.clear();
        }
        row.push_str(&format!("{name}, "));
    }
    text + &format!("    {}\n]", row.trim_end())
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(one_line(text)).to_string()
}

/// What others wrote must not end a line of comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::help::read;
    use super::*;

    fn subject(verb: &[&str]) -> Subject {
        Subject {
            name: "ship".to_owned(),
            program: "ship.sh".to_owned(),
            verb: verb.iter().map(|word| (*word).to_owned()).collect(),
            from: "./ship.sh --help\n[[rules]]".to_owned(),
            sha256: Some("ab".repeat(32)),
            path: None,
            extent: Extent::File,
        }
    }

    #[test]
    fn a_draft_says_nothing_of_what_a_verb_does() {
        let help = read(
            "Commands:\n  status  Look\n  destroy, rm  Take down\nOptions:\n  -h, --help  Help\n  --dry-run  Plan\n  --env ENV  Where\n",
        );
        let text = draft(&help, &subject(&[]));
        let table: toml::Table = text.parse().unwrap();
        let tool = &table["tools"][0];
        assert!(table.get("rules").is_none());
        for key in ["sha256", "environment", "dry_run", "help"] {
            assert!(tool.get(key).is_none() && text.contains(&format!("# {key} = ")), "{key}: {text}");
        }
        let verbs = tool["verbs"].as_array().unwrap();
        assert_eq!(
            verbs.iter().map(|verb| verb["verb"].as_str().unwrap()).collect::<Vec<_>>(),
            ["status", "destroy=rm"]
        );
        assert!(
            verbs.iter().all(|verb| verb["impact"].as_str() == Some("unknown") && verb.get("categories").is_none())
        );
    }

    #[test]
    fn the_help_of_a_verb_gives_its_flags_to_that_verb() {
        let table: toml::Table =
            draft(&read("Options:\n  --force  Now\n"), &subject(&["release", "undo"])).parse().unwrap();
        let tool = &table["tools"][0];
        assert!(tool.get("flags").is_none());
        assert_eq!(tool["verbs"][0]["verb"].as_str(), Some("release undo"));
        assert_eq!(tool["verbs"][0]["flags"]["switch"][0].as_str(), Some("--force"));
    }

    #[test]
    fn what_is_known_already_is_not_drafted() {
        assert!(objection("kube", "kubectl").is_some() && objection("kubectl", "kube.sh").is_some());
        assert!(objection("x", "sudo").is_some() && objection("x", "bash").is_some());
        assert!(objection("a b", "ship.sh").is_some() && objection("ship", "x\"]\n").is_some());
        assert_eq!(objection("ship", "ship.sh"), None);
    }
}
