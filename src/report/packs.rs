//! What is known of tools, for people and as JSON: the built-in packs and what the policy describes.

use serde_json::{Value, json};

use crate::model::action::Category;
use crate::packs;
use crate::packs::described::Tool;
use crate::packs::schema::{Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb};
use crate::text::escape::escape;

use super::modifiers::{change, condition};
use crate::text::layout::{padded, shortened, width, wrapped};

/// The longest name that a column is made for.
const WIDEST_NAME: usize = 20;
/// The longest verb that a column is made for.
const WIDEST_VERB: usize = 36;
/// From this width on the table says where the facts come from.
const ROOMY: usize = 100;

/// A tool that is known.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// What is known of it.
    pub pack: &'static Pack,
    /// The policy's description, where it is one.
    pub described: Option<&'static Tool>,
}

/// Every tool: the policy's first, then those that are built in, by name.
pub fn all(described: impl IntoIterator<Item = &'static Tool>) -> Vec<Known> {
    let mut found: Vec<Known> =
        described.into_iter().map(|tool| Known { pack: &tool.pack, described: Some(tool) }).collect();
    let mut built_in: Vec<Known> = packs::all().map(|pack| Known { pack, described: None }).collect();
    built_in.sort_by_key(|known| known.pack.tool);
    found.append(&mut built_in);
    found
}

/// The tools that a word names: by their own names, else by those of their programs.
pub fn named(all: &[Known], word: &str) -> Vec<Known> {
    let by_tool: Vec<Known> = all.iter().filter(|known| known.pack.tool == word).copied().collect();
    let by_program = all.iter().filter(|known| known.pack.programs.contains(&word)).copied();
    if by_tool.is_empty() { by_program.collect() } else { by_tool }
}

/// Every word by which a tool can be named.
pub fn names(all: &[Known]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = all
        .iter()
        .flat_map(|known| std::iter::once(known.pack.tool).chain(known.pack.programs.iter().copied()))
        .filter(|name| name.chars().any(char::is_alphanumeric))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A table of at most so many columns.
pub fn table(all: &[Known], columns: usize) -> String {
    let name = all.iter().map(|known| width(known.pack.tool)).max().unwrap_or(4).min(WIDEST_NAME);
    let (own, built_in): (Vec<&Known>, Vec<&Known>) = all.iter().partition(|known| known.described.is_some());
    let mut text = String::new();
    if !own.is_empty() {
        text.push_str("described by the policy\n");
        let place = |known: &Known| width(&source(known)).min(columns / 2);
        let places = own.iter().map(|known| place(known)).max().unwrap_or(0);
        own.iter().for_each(|known| text.push_str(&row(known, name, columns, places)));
        text.push_str("\nbuilt in\n");
    }
    let places = if columns >= ROOMY { columns * 2 / 5 } else { 0 };
    text.push_str(&line(&["TOOL", "VERBS", "PROGRAMS", "SOURCE"].map(str::to_owned), name, columns, places));
    built_in.iter().for_each(|known| text.push_str(&row(known, name, columns, places)));
    text
}

fn row(known: &Known, name: usize, columns: usize, places: usize) -> String {
    let verbs = known.pack.verbs.iter().map(count).sum::<usize>();
    let verbs = if verbs == 0 { "-".to_owned() } else { verbs.to_string() };
    let cells = [escape(known.pack.tool), verbs, escape(&known.pack.programs.join(" ")), source(known)];
    line(&cells, name, columns, places)
}

fn line([tool, verbs, programs, source]: &[String; 4], name: usize, columns: usize, places: usize) -> String {
    let start = format!("{}  {verbs:>5}  ", padded(&shortened(tool, name), name));
    let room = columns.saturating_sub(width(&start)).max(10);
    if places == 0 {
        return format!("{start}{}\n", shortened(programs, room));
    }
    let places = places.min(room.saturating_sub(2) * 2 / 3);
    let programs_room = room.saturating_sub(places + 2);
    let programs = padded(&shortened(programs, programs_room), programs_room);
    format!("{start}{programs}  {}\n", shortened(source, places)).trim_end().to_owned() + "\n"
}

/// Where the facts come from: the policy's line, or the tool's own documents.
fn source(known: &Known) -> String {
    match known.described {
        Some(tool) => escape(&format!("{}:{}", tool.origin, tool.line)),
        None => known.pack.source.to_owned(),
    }
}

/// How many verbs a path names.
fn count(verb: &Verb) -> usize {
    verb.path.iter().map(|part| part.split('|').count()).product()
}

/// The verbs whose words begin with these.
fn chosen<'a>(pack: &'a Pack, words: &'a [String]) -> impl Iterator<Item = &'a Verb> {
    let is = |part: &&str, word: &String| *part == "**" || part.split(['|', '=']).any(|one| one == word);
    pack.verbs.iter().filter(move |verb| {
        words.len() <= verb.path.len() && verb.path.iter().zip(words).all(|(part, word)| is(part, word))
    })
}

/// Whether the tool has a verb that begins with these words.
pub fn has_verb(known: &Known, words: &[String]) -> bool {
    words.is_empty() || chosen(known.pack, words).next().is_some()
}

/// Everything known of one tool, or of those of its verbs that begin with these words.
pub fn text(known: &Known, words: &[String], columns: usize) -> String {
    let pack = known.pack;
    let mut text = String::new();
    let mut say = |first: &str, rest: &str| text.push_str(&wrapped(&padded(first, 13), rest, columns));
    say("tool", &escape(pack.tool));
    say("programs", &escape(&pack.programs.join(" ")));
    if let Some(tool) = known.described {
        say("described in", &source(known));
        say("counts for", &escape(&counts_for(tool)));
    }
    if !pack.source.is_empty() {
        say("source", &escape(pack.source));
    }
    say("environment", &escape(&place(pack.locate)));
    for (name, flags) in [("flags", &pack.flags), ("before verb", &pack.early), ("after verb", &pack.late)] {
        for (kind, names) in flags_of(flags) {
            say(name, &escape(&format!("{kind}: {names}")));
        }
    }
    if !pack.help.is_empty() {
        say("help", &escape(&format!("{} prints it and does nothing else", pack.help.join(" "))));
    }
    for modifier in pack.modifiers {
        say("changed by", &escape(&in_words(modifier)));
    }
    let verbs: Vec<&Verb> = chosen(pack, words).collect();
    if !verbs.is_empty() {
        text.push_str("\nverbs\n");
        text.push_str(&listed(&verbs, words, columns));
    }
    if let Some(bare) = pack.bare.as_ref().filter(|_| words.is_empty()) {
        let title = if pack.verbs.is_empty() { "\nwhat it does" } else { "\nwithout a verb" };
        text.push_str(&format!("{title}: {}\n", summary(bare)));
        text.push_str(&details(bare, columns));
    }
    if words.is_empty() && !pack.examples.is_empty() {
        text.push_str("\nexamples\n");
        for example in pack.examples {
            let line = format!("{} => {} {}", example.command, example.operation, example.impact);
            text.push_str(&wrapped("  ", &escape(&line), columns));
        }
    }
    text
}

fn listed(verbs: &[&Verb], words: &[String], columns: usize) -> String {
    let path = |verb: &Verb| escape(&verb.path.join(" "));
    let widest = verbs.iter().map(|verb| width(&path(verb))).max().unwrap_or(4).min(WIDEST_VERB).min(columns / 2);
    let mut text = String::new();
    for verb in verbs {
        let path = path(verb);
        if width(&path) > widest {
            text.push_str(&wrapped("  ", &path, columns));
            text.push_str(&wrapped(&" ".repeat(widest + 4), &summary(verb), columns));
        } else {
            text.push_str(&wrapped(&format!("  {}  ", padded(&path, widest)), &summary(verb), columns));
        }
        if !words.is_empty() {
            text.push_str(&details(verb, columns));
        }
    }
    text
}

fn summary(verb: &Verb) -> String {
    let categories: Vec<&str> = verb.categories.iter().map(|category| category.as_str()).collect();
    let changes = verb.modifiers.len();
    let more = if changes == 0 { String::new() } else { format!(", {changes} modifiers") };
    format!("{} {}{more}", verb.impact, categories.join("+"))
}

/// The flags, targets and modifiers of a verb.
fn details(verb: &Verb, columns: usize) -> String {
    let mut text = String::new();
    let mut say = |line: String| text.push_str(&wrapped("      ", &escape(&line), columns));
    say(format!("reversible: {}", verb.reversible.as_str()));
    if let Some(targets) = targets(&verb.targets) {
        say(format!("acts on: {targets}"));
    }
    if let Some(locate) = verb.locate {
        say(format!("environment: {}", place(locate)));
    }
    for (kind, names) in flags_of(&verb.flags) {
        say(format!("{kind}: {names}"));
    }
    for modifier in verb.modifiers {
        say(in_words(modifier));
    }
    text
}

fn in_words(modifier: &Modifier) -> String {
    format!("{}: {}", condition(&modifier.when), change(&modifier.then))
}

/// What a flag does with its value, and the flags of that sort.
fn flags_of(flags: &Flags) -> Vec<(&'static str, String)> {
    let lists = [
        ("with a value", flags.value),
        ("reads a file", flags.reads),
        ("writes a file", flags.writes),
        ("without a value", flags.switch),
    ];
    let mut found: Vec<(&'static str, String)> =
        lists.into_iter().filter(|(_, names)| !names.is_empty()).map(|(kind, names)| (kind, names.join(" "))).collect();
    if flags.others == OtherFlags::Harmless {
        found.push(("any other", "does not make it do more".to_owned()));
    }
    found
}

fn targets(targets: &Targets) -> Option<String> {
    Some(match targets {
        Targets::None => return None,
        Targets::KindThenNames => "`kind name…`, `kind/name…`".to_owned(),
        Targets::Operands(kind) => format!("each operand is a {kind}"),
        Targets::FlagValue(kind, flags) => format!("the value of {} is a {kind}", flags.join(", ")),
        Targets::ReadPaths => "each operand is a path that is read".to_owned(),
        Targets::WritePaths => "each operand is a path that is written".to_owned(),
        Targets::EditPaths => "each operand is a file that is edited".to_owned(),
        Targets::WritePathsIf(flags) => format!("each operand is a path that is written with {}", flags.join(", ")),
        Targets::LastWritePath => "the last operand is a path that is written, the others are read".to_owned(),
    })
}

/// Which files a description counts for.
fn counts_for(tool: &Tool) -> String {
    if !tool.digests.is_empty() {
        let digests: Vec<String> = tool.digests.iter().map(|digest| format!("sha256 {digest}")).collect();
        return format!("a file of that name with {}", digests.join(" or "));
    }
    let system = "a file of that name among the system's programs";
    if tool.paths.is_empty() {
        return format!("{system} that whoever calls cannot write");
    }
    format!("{}, or {system}, that whoever calls cannot write", tool.paths.join(", "))
}

/// How a tool's environment is found, in words.
fn place(locate: Locate) -> String {
    let settings = |what: &str| format!("by the settings of {what}");
    match locate {
        Locate::Local => "this machine".to_owned(),
        Locate::Kube => settings("kubectl"),
        Locate::Helm => settings("helm"),
        Locate::Argocd => settings("argocd"),
        Locate::Flux => settings("flux"),
        Locate::Terraform => settings("terraform"),
        Locate::Terragrunt => settings("terragrunt"),
        Locate::Aws => settings("aws"),
        Locate::Gcloud => settings("gcloud"),
        Locate::Azure => settings("az"),
        Locate::Docker => settings("docker"),
        Locate::Git => "by the remote and the branch of what leaves this machine".to_owned(),
        Locate::Forge => "by the repository on the forge".to_owned(),
        Locate::Database => settings("libpq"),
        Locate::Mysql => settings("mysql"),
        Locate::Mongo => "by the address".to_owned(),
        Locate::Redis => "by the host".to_owned(),
        Locate::Sqlite => "a file of this machine".to_owned(),
        Locate::Ssh | Locate::Copy => settings("ssh"),
        Locate::Web => "by the addresses".to_owned(),
        Locate::Named(flags) => format!("the value of {}, as `workspaces` of the policy name it", flags.join(", ")),
        Locate::Operand(at) => format!("operand {at} (from 0), as `workspaces` of the policy name it"),
        Locate::Unknown => "unknown, which counts as production".to_owned(),
    }
}

/// A tool as JSON; with the verbs that begin with these words.
pub fn json(known: &Known, words: &[String]) -> Value {
    let pack = known.pack;
    json!({
        "tool": pack.tool,
        "programs": pack.programs,
        "source": pack.source,
        "policy": known.described.map(|tool| json!({
            "path": tool.origin,
            "line": tool.line,
            "paths": tool.paths,
            "sha256": tool.digests,
            "variables": tool.variables,
            "preview": tool.preview,
            "undo": tool.undo,
        })),
        "environment": place(pack.locate),
        "flags": flags_json(&pack.flags),
        "early_flags": flags_json(&pack.early),
        "late_flags": flags_json(&pack.late),
        "help": pack.help,
        "modifiers": pack.modifiers.iter().map(in_words).collect::<Vec<_>>(),
        "verbs": chosen(pack, words).map(verb_json).collect::<Vec<_>>(),
        "bare": pack.bare.as_ref().map(verb_json),
        "examples": pack.examples.iter().map(|example| json!({
            "command": example.command,
            "operation": example.operation,
            "impact": example.impact,
        })).collect::<Vec<_>>(),
    })
}

/// A tool in one line of JSON's list.
pub fn brief_json(known: &Known) -> Value {
    json!({
        "tool": known.pack.tool,
        "programs": known.pack.programs,
        "verbs": known.pack.verbs.iter().map(count).sum::<usize>(),
        "source": source(known),
        "is_policys": known.described.is_some(),
    })
}

fn verb_json(verb: &Verb) -> Value {
    json!({
        "verb": verb.path.join(" "),
        "impact": verb.impact,
        "categories": verb.categories.iter().copied().map(Category::as_str).collect::<Vec<_>>(),
        "reversible": verb.reversible,
        "targets": targets(&verb.targets),
        "environment": verb.locate.map(place),
        "flags": flags_json(&verb.flags),
        "modifiers": verb.modifiers.iter().map(in_words).collect::<Vec<_>>(),
    })
}

fn flags_json(flags: &Flags) -> Value {
    json!({
        "value": flags.value,
        "reads": flags.reads,
        "writes": flags.writes,
        "switch": flags.switch,
        "others_are_harmless": flags.others == OtherFlags::Harmless,
    })
}
