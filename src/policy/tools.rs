//! `[[tools]]`: in-house programs in the form of packs, with what says which file is meant.
//!
//! A description can make a command safer than an unknown one, so that only a layer which whoever asks cannot bring
//! along may hold one, and none may speak of a program that is known already.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use toml::Spanned;

use crate::command;
use crate::model::action::Impact;
use crate::model::ids::Digest;
use crate::packs;
use crate::packs::described::Tool;
use crate::packs::schema::{Example, FlagStyle, Locate, Pack};
use crate::packs::variables::{Does, find};

use super::Policies;
use super::diagnose::Fault;
use super::fields::{Fields, Source};
use super::layers::{Layer, LayerKind};
use super::verbs;

/// Words of tools that a future version reads.
const LATER: &[&str] = &["verify"];
/// How tools write their flags.
const STYLES: [(&str, FlagStyle); 4] = [
    ("gnu", FlagStyle::Gnu),
    ("argparse", FlagStyle::Argparse),
    ("exact", FlagStyle::Exact),
    ("single_dash", FlagStyle::SingleDash),
];

/// Tools by the file that describes them and the digest of its text. What packs hold lives as long as the process; a
/// process that loads the same policy again and again keeps one copy of its tools.
static KEPT: Mutex<BTreeMap<(PathBuf, Digest), Vec<&'static Tool>>> = Mutex::new(BTreeMap::new());

/// Reads every tool of a file whose text has this digest.
pub fn read(fields: &mut Fields<'_>, kind: LayerKind, digest: Digest, source: &mut Source<'_>) -> Vec<&'static Tool> {
    let tables = fields.tables("tools", source);
    if tables.is_empty() {
        return Vec::new();
    }
    if let (LayerKind::Repository | LayerKind::Extra, Some(first)) = (kind, tables.first()) {
        source.fault(
            &first.span(),
            format!("a {} layer may not describe tools, since whoever asks can bring it along", kind.as_str()),
            Some("put it into the user's policy, or the platform's".to_owned()),
        );
        return Vec::new();
    }
    let key = (source.path.to_path_buf(), digest);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tools) = kept.get(&key) {
        return tools.clone();
    }
    let before = source.faults.len();
    let mut taken = BTreeSet::new();
    let tools: Vec<Tool> = tables.into_iter().filter_map(|table| tool(table, &mut taken, source)).collect();
    if source.faults.len() > before {
        return Vec::new();
    }
    let tools: Vec<&'static Tool> = tools.into_iter().map(|tool| &*Box::leak(Box::new(tool))).collect();
    kept.insert(key, tools.clone());
    tools
}

/// Tools of the user's where the platform has a policy: they would loosen what that decides.
pub fn foreign(layers: &[Layer]) -> Vec<Fault> {
    let Some(ceiling) = layers.iter().find(|layer| layer.kind == LayerKind::Platform) else { return Vec::new() };
    let others = layers.iter().filter(|layer| layer.kind != LayerKind::Platform);
    let one = |layer: &Layer, tool: &Tool| {
        let text = format!(
            "line {}: tool `{}` is described below the platform's policy, whose decisions that would loosen",
            tool.line, tool.pack.tool
        );
        let help = format!("have it described in {}", ceiling.path.display());
        Fault::of_file(&layer.path, text, Some(help))
    };
    others.flat_map(|layer| layer.policy.tools.iter().map(move |tool| one(layer, tool))).collect()
}

/// What the policies describe, by the tools' names, to be compared.
pub fn descriptions(policies: &Policies) -> BTreeMap<&'static str, String> {
    let tools = policies.layers().iter().flat_map(|layer| &layer.policy.tools);
    tools
        .map(|tool| {
            (
                tool.pack.tool,
                format!("{:?}", (&tool.pack, tool.paths, tool.digests, tool.variables, tool.preview, tool.undo)),
            )
        })
        .collect()
}

/// What should be looked at in a description: what, why, and what to do.
pub fn doubt(tool: &Tool) -> Option<(String, &'static str, &'static str)> {
    let name = tool.pack.tool;
    if tool.pack.examples.is_empty() {
        let why = "nothing shows that its commands are read as they are meant";
        return Some((
            format!("tool `{name}` has no example"),
            why,
            "add `examples = [{ command = \"…\", operation = \"…\", impact = \"…\" }]`",
        ));
    }
    // Where every impact is unknown there is nothing that a description could make safer.
    let mut verbs = tool.pack.verbs.iter().chain(&tool.pack.bare);
    let is_loose = tool.digests.is_empty() && tool.paths.is_empty() && verbs.any(|verb| verb.impact != Impact::Unknown);
    let is_file = tool.pack.programs.iter().all(|name| name.contains('.'));
    (is_loose && is_file).then(|| {
        let why = "it counts only where the system keeps its own programs, and a file of that name is not there";
        let help = "say which file is meant: its `sha256`, or `paths` that callers cannot write";
        (format!("tool `{name}` has neither `sha256` nor `paths`"), why, help)
    })
}

fn tool(mut table: Fields<'_>, taken: &mut BTreeSet<String>, source: &mut Source<'_>) -> Option<Tool> {
    let span = table.span();
    let name = named(&mut table, taken, source);
    let paths = paths(&mut table, source);
    let programs = programs(&mut table, &paths, taken, source);
    let digests = digests(&mut table, source);
    let variables = variables(&mut table, source);
    let preview = own_command(&mut table, "preview", &programs, source);
    let undo = own_command(&mut table, "undo", &programs, source);
    let style = style(&mut table, source);
    let about = table.text("source", source).unwrap_or_default();
    let locate = verbs::locate(&mut table, source).unwrap_or(Locate::Unknown);
    let flags = verbs::flags(&mut table, "flags", source);
    let early = verbs::flags(&mut table, "early", source);
    let late = verbs::flags(&mut table, "late", source);
    let help = verbs::flag_names(&mut table, "help", source);
    let tracks = table.texts("tracks", source);
    let dry_run = verbs::flag_names(&mut table, "dry_run", source);
    let modifiers = verbs::modifiers(&mut table, source);
    let verbs = verbs::verbs(&mut table, &dry_run, source);
    let bare = verbs::bare(&mut table, &dry_run, source);
    let is_said = table.get("verbs").is_some() || table.get("bare").is_some();
    if !is_said && verbs.is_empty() && bare.is_none() {
        source.fault(
            &span,
            "a tool has neither `verbs` nor `bare`, so that nothing is known of it",
            Some("describe each verb in [[tools.verbs]], or what it does without one in [tools.bare]".to_owned()),
        );
    }
    let examples = examples(&mut table, source);
    table.finish(LATER, source);
    let pack = Pack {
        tool: keep(name?),
        programs: keep_all(programs),
        source: keep(about),
        style,
        flags: verbs::with_help(flags, &help),
        early,
        late,
        help: keep_all(help),
        tracks: keep_all(tracks),
        verbs: Vec::leak(verbs),
        bare,
        modifiers: Vec::leak(modifiers),
        locate,
        examples: Vec::leak(examples),
        ..Pack::BASE
    };
    Some(Tool {
        pack,
        paths: keep_all(paths),
        digests: Vec::leak(digests),
        variables: keep_all(variables),
        preview: keep_all(preview),
        undo: keep_all(undo),
        origin: keep(source.path.display().to_string()),
        line: source.line(span.start),
    })
}

fn named(table: &mut Fields<'_>, taken: &mut BTreeSet<String>, source: &mut Source<'_>) -> Option<String> {
    let name = table.text("name", source);
    let span = table.span_of("name");
    let Some(name) = name else {
        if table.get("name").is_none() {
            let help = Some("rules name it by `tool`".to_owned());
            source.fault(&table.span(), "a tool has no `name`", help);
        }
        return None;
    };
    let is_built_in = packs::all().any(|pack| pack.tool == name || pack.programs.contains(&name.as_str()));
    if !is_word(&name) {
        source.fault(&span, format!("`{name}` is no name of a tool"), Some("use one word".to_owned()));
    } else if is_built_in || ["shell", "unknown"].contains(&name.as_str()) {
        let help = "choose another name: what rules say of the known tool must not count for this one";
        source.fault(&span, format!("`{name}` is a tool that aigov knows"), Some(help.to_owned()));
    } else if !taken.insert(format!("tool {name}")) {
        source.fault(&span, format!("there are two tools `{name}`"), None);
    }
    Some(name)
}

/// One word as people type programs.
pub fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_part) && text.chars().any(char::is_alphanumeric)
}

fn paths(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for path in table.list("paths", source) {
        let text = path.get_ref();
        let is_plain = text.starts_with('/')
            && !text.ends_with('/')
            && text.split('/').skip(1).all(|part| !["", ".", ".."].contains(&part));
        if !is_plain {
            let help = if text.starts_with('/') {
                "write where it really is, without `.` and `..`"
            } else {
                "write the whole path; a file in a working tree is named in `programs` and pinned by `sha256`"
            };
            source.fault(&path.span(), format!("`{text}` is not an absolute path"), Some(help.to_owned()));
        }
        found.push(path.into_inner());
    }
    found
}

fn programs(
    table: &mut Fields<'_>,
    paths: &[String],
    taken: &mut BTreeSet<String>,
    source: &mut Source<'_>,
) -> Vec<String> {
    let given = table.list("programs", source);
    if given.is_empty() && paths.is_empty() && table.get("programs").is_none() {
        source.fault(
            &table.span(),
            "a tool has neither `programs` nor `paths`",
            Some("name the program as it is typed, without directories: programs = [\"deploy.sh\"]".to_owned()),
        );
    }
    let place = table.span_of("paths");
    let of_paths = paths.iter().filter_map(|path| Path::new(path).file_name()?.to_str());
    let of_paths = of_paths.filter(|name| !given.iter().any(|one| one.get_ref() == name));
    let all: Vec<Spanned<String>> =
        of_paths.map(|name| Spanned::new(place.clone(), name.to_owned())).chain(given.clone()).collect();
    let mut found: Vec<String> = Vec::new();
    for program in all {
        let text = program.get_ref();
        if found.contains(text) {
            continue;
        }
        if let Some((fault, help)) = objection(text) {
            source.fault(&program.span(), fault, Some(help));
        } else if !taken.insert(format!("program {text}")) {
            source.fault(&program.span(), format!("`{text}` is a program of another tool already"), None);
        }
        found.push(program.into_inner());
    }
    found
}

/// Why a program cannot be described, with what to do.
fn objection(name: &str) -> Option<(String, String)> {
    if name.contains('/') {
        let base = name.rsplit('/').next().unwrap_or(name);
        let help = format!("write its name alone, \"{base}\"; an absolute path belongs into `paths`");
        return Some((format!("`{name}` is a path, not a program's name"), help));
    }
    if !is_word(name) {
        return Some((format!("`{name}` is no name of a program"), "use the file's name".to_owned()));
    }
    let known = packs::find(name).map(|pack| pack.tool);
    if known.is_some() || command::is_taken(name) {
        let of = known.filter(|tool| *tool != name).map_or_else(String::new, |tool| format!(" (in pack `{tool}`)"));
        let help = "what aigov knows of a tool cannot be described anew; rules can be stricter about it";
        return Some((format!("`{name}` is a program that aigov knows{of}"), help.to_owned()));
    }
    None
}

fn digests(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Digest> {
    let mut found = Vec::new();
    for text in table.list("sha256", source) {
        match Digest::from_hex(text.get_ref()) {
            Some(digest) => found.push(digest),
            None => source.fault(
                &text.span(),
                format!("`{}` is not a SHA-256 digest", text.get_ref()),
                Some("write the 64 hexadecimal digits that `sha256sum FILE` prints".to_owned()),
            ),
        }
    }
    found
}

/// Variables that change nothing about what the tool does; one that other programs listen to is not such.
fn variables(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in table.list("variables", source) {
        let text = name.get_ref();
        if find(text).is_some_and(|variable| variable.does != Does::Nothing) || text.contains('*') {
            let help = "leave it out: setting it can change what the tool, or what it starts, does";
            source.fault(&name.span(), format!("`{text}` is not harmless"), Some(help.to_owned()));
        }
        found.push(name.into_inner());
    }
    found
}

/// A command of the tool itself, in words: another program would be another file than the one that is described.
fn own_command(table: &mut Fields<'_>, key: &'static str, programs: &[String], source: &mut Source<'_>) -> Vec<String> {
    let Some(text) = table.text(key, source) else { return Vec::new() };
    let span = table.span_of(key);
    let words = shlex::split(&text).unwrap_or_default();
    let help = || Some(format!("{key} = \"{} … {{args}}\"", programs.first().map_or("PROGRAM", String::as_str)));
    match words.first() {
        None => source.fault(&span, format!("`{text}` is not a command"), help()),
        Some(program) if !programs.contains(program) => {
            source.fault(&span, format!("`{key}` of a tool has to be a command of its own program"), help());
        }
        Some(_) if words.len() == 1 => {
            source.fault(&span, format!("`{key}` would run the tool without any word"), help())
        }
        Some(_) => {}
    }
    words
}

fn style(table: &mut Fields<'_>, source: &mut Source<'_>) -> FlagStyle {
    verbs::word(table, "style", &STYLES, source).unwrap_or(FlagStyle::Gnu)
}

fn examples(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Example> {
    let mut found = Vec::new();
    for mut one in table.tables("examples", source) {
        let (command, operation) = (one.text("command", source), one.text("operation", source));
        let impact = verbs::impact(&mut one, "impact", source);
        let is_whole = command.is_some() && operation.is_some() && impact.is_some();
        if !is_whole && one.get("impact").is_none() | one.get("command").is_none() | one.get("operation").is_none() {
            let help = "write { command = \"…\", operation = \"…\", impact = \"…\" }";
            source.fault(&one.span(), "an example says too little", Some(help.to_owned()));
        }
        one.finish(&[], source);
        if let (Some(command), Some(operation), Some(impact)) = (command, operation, impact) {
            found.push(example(command, operation, impact));
        }
    }
    found
}

fn example(command: String, operation: String, impact: Impact) -> Example {
    Example { command: keep(command), operation: keep(operation), impact }
}

/// A text that lives as long as the process.
pub fn keep(text: String) -> &'static str {
    String::leak(text)
}

/// Texts that live as long as the process.
pub fn keep_all(texts: Vec<String>) -> &'static [&'static str] {
    if texts.is_empty() { &[] } else { Vec::leak(texts.into_iter().map(keep).collect()) }
}
