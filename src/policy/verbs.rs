//! The verbs of a `[[tools]]` entry: what each does, its flags, what it acts on, and what changes its meaning.

use toml::Spanned;
use toml::de::DeValue;

use crate::model::action::{Category, Impact, Reversible};
use crate::packs::schema::{Change, Flags, Locate, Modifier, OtherFlags, Rest, Targets, Verb, When};

use super::fields::{Fields, Source};
use super::load::meant;
use super::tools::{keep, keep_all};

/// Words of verbs that a future version reads.
const LATER: &[&str] = &["preview", "undo", "verify"];
const OTHERS: [(&str, OtherFlags); 2] = [("unknown", OtherFlags::Unknown), ("harmless", OtherFlags::Harmless)];
const WAYS_BACK: [(&str, Reversible); 3] =
    [("yes", Reversible::Yes), ("no", Reversible::No), ("unknown", Reversible::Unknown)];
const RESTS: [(&str, Rest); 2] = [("own", Rest::Own), ("foreign", Rest::Foreign)];
/// Where a tool points, by the settings that it goes by.
const PLACES: [(&str, Locate); 9] = [
    ("unknown", Locate::Unknown),
    ("local", Locate::Local),
    ("kube", Locate::Kube),
    ("helm", Locate::Helm),
    ("terraform", Locate::Terraform),
    ("aws", Locate::Aws),
    ("gcloud", Locate::Gcloud),
    ("azure", Locate::Azure),
    ("docker", Locate::Docker),
];
/// What a dry run's flag may have for a value and still be one.
const ON: &[&str] = &["", "true"];

/// A field whose value is one of these words.
pub fn word<T: Copy>(
    table: &mut Fields<'_>,
    name: &'static str,
    known: &[(&'static str, T)],
    source: &mut Source<'_>,
) -> Option<T> {
    let text = table.text(name, source)?;
    let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let help = meant(&text, known.iter().map(|(word, _)| *word));
        source.fault(&table.span_of(name), format!("`{text}` is not a word for `{name}`"), help);
    }
    found
}

/// An impact.
pub fn impact(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<Impact> {
    word(table, name, &Impact::ALL.map(|impact| (impact.as_str(), impact)), source)
}

fn categories(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Vec<Category> {
    let mut found = Vec::new();
    for text in table.list(name, source) {
        match Category::ALL.into_iter().find(|category| category.as_str() == text.get_ref()) {
            Some(category) => found.push(category),
            None => {
                let help = meant(text.get_ref(), Category::ALL.iter().map(|category| category.as_str()));
                source.fault(&text.span(), format!("`{}` is not a word for `{name}`", text.get_ref()), help);
            }
        }
    }
    found
}

/// Names of flags, dashes included.
pub fn flag_names(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for flag in table.list(name, source) {
        let text = flag.get_ref();
        let bare = text.trim_start_matches('-');
        if bare.is_empty() || !text.starts_with('-') || text.contains(['=', ' ', '*', ',']) {
            let help = if text.starts_with('-') {
                "write it without its value: \"--name\"".to_owned()
            } else {
                format!("write it with its dashes: \"--{text}\"")
            };
            source.fault(&flag.span(), format!("`{text}` is not a flag"), Some(help));
        }
        found.push(flag.into_inner());
    }
    found
}

/// A table of flags.
pub fn flags(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Flags {
    let Some(value) = table.get(name) else { return Flags::NONE };
    let Some(mut table) = Fields::of(value, &format!("`{name}`"), source) else { return Flags::NONE };
    let mut seen: Vec<String> = Vec::new();
    let mut list = |key: &'static str, source: &mut Source<'_>| {
        let names = flag_names(&mut table, key, source);
        for flag in &names {
            if seen.contains(flag) {
                source.fault(&table.span_of(key), format!("flag `{flag}` is named twice"), None);
            }
            seen.push(flag.clone());
        }
        keep_all(names)
    };
    let (value, reads) = (list("value", source), list("reads", source));
    let (writes, switch) = (list("writes", source), list("switch", source));
    let others = word(&mut table, "others", &OTHERS, source).unwrap_or(OtherFlags::Unknown);
    table.finish(&[], source);
    Flags { value, reads, writes, switch, others }
}

/// These flags with those that ask for help, which take no value.
pub fn with_help(flags: Flags, help: &[String]) -> Flags {
    with_switches(flags, help, &[])
}

fn with_switches(flags: Flags, names: &[String], known: &[&Flags]) -> Flags {
    let is_new = |name: &&String| !known.iter().chain(&[&flags]).any(|table| table.takes_value(name).is_some());
    let new: Vec<String> = names.iter().filter(is_new).cloned().collect();
    if new.is_empty() {
        return flags;
    }
    let switch = flags.switch.iter().copied().chain(keep_all(new).iter().copied()).collect();
    Flags { switch: Vec::leak(switch), ..flags }
}

/// How a tool or verb is found to point somewhere.
pub fn locate(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<Locate> {
    let value = table.get("environment")?;
    match value.get_ref() {
        DeValue::Table(_) => {
            let mut table = Fields::of(value, "`environment`", source)?;
            let flags = flag_names(&mut table, "flags", source);
            let operand = table.get("operand").and_then(|_| table.number("operand", source));
            let span = table.span();
            table.finish(&[], source);
            match (flags.is_empty(), operand.and_then(|number| usize::try_from(number).ok())) {
                (false, None) => Some(Locate::Named(keep_all(flags))),
                (true, Some(at)) => Some(Locate::Operand(at)),
                _ => {
                    let help = "write { flags = [\"--env\"] } or { operand = 0 }";
                    source.fault(&span, "one thing says where a tool points", Some(help.to_owned()));
                    None
                }
            }
        }
        _ => word(table, "environment", &PLACES, source),
    }
}

/// Every verb.
pub fn verbs(table: &mut Fields<'_>, dry_run: &[String], source: &mut Source<'_>) -> Vec<Verb> {
    let mut found: Vec<Verb> = Vec::new();
    for mut one in table.tables("verbs", source) {
        let path = path(&mut one, source);
        let Some(verb) = verb(one, dry_run, source) else { continue };
        found.push(Verb { path: path.unwrap_or_default(), ..verb });
    }
    found
}

/// What the tool does without a verb.
pub fn bare(table: &mut Fields<'_>, dry_run: &[String], source: &mut Source<'_>) -> Option<Verb> {
    let table = Fields::of(table.get("bare")?, "`bare`", source)?;
    verb(table, dry_run, source)
}

fn path(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<&'static [&'static str]> {
    let text = table.text("verb", source);
    let span = table.span_of("verb");
    let Some(text) = text else {
        if table.get("verb").is_none() {
            let help = "write the words that name it: verb = \"release create\"";
            source.fault(&table.span(), "a verb has no `verb`", Some(help.to_owned()));
        }
        return None;
    };
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let is_word = |word: &String| {
        word.split(['|', '=']).all(|one| !one.is_empty() && !one.starts_with('-') && !one.contains(['*', '/', '"']))
    };
    if words.is_empty() || !words.iter().all(is_word) {
        let help = "write the words that name it; `list|show` are two verbs, `list=ls` is another word for `list`";
        source.fault(&span, format!("`{text}` names no verb"), Some(help.to_owned()));
        return None;
    }
    Some(keep_all(words))
}

fn verb(mut table: Fields<'_>, dry_run: &[String], source: &mut Source<'_>) -> Option<Verb> {
    let span = table.span();
    let impact = impact(&mut table, "impact", source);
    if impact.is_none() && table.get("impact").is_none() {
        let help = "write \"read\", \"write\", \"destroy\" or \"unknown\"";
        source.fault(&span, "what a verb does is not said: it has no `impact`", Some(help.to_owned()));
    }
    let mut kinds = categories(&mut table, "categories", source);
    if kinds.is_empty() && table.get("categories").is_none() {
        if impact == Some(Impact::Unknown) {
            kinds.push(Category::Execution);
        } else if impact.is_some() {
            source.fault(
                &span,
                "what kind of work a verb is, is not said: it has no `categories`",
                Some(format!("known are {}", Category::ALL.map(Category::as_str).join(", "))),
            );
        }
    }
    let reversible = word(&mut table, "reversible", &WAYS_BACK, source);
    let own = flags(&mut table, "flags", source);
    let targets = targets(&mut table, source);
    let rest = word(&mut table, "rest", &RESTS, source).unwrap_or(Rest::Own);
    let locate = locate(&mut table, source);
    let own_dry_run = flag_names(&mut table, "dry_run", source);
    let mut changes = modifiers(&mut table, source);
    table.finish(LATER, source);
    let impact = impact?;
    let all: Vec<String> = own_dry_run.iter().chain(dry_run).cloned().collect();
    let is_change = matches!(impact, Impact::Write | Impact::Destroy);
    if !all.is_empty() && is_change {
        changes.extend(dry(&all, &kinds));
    }
    let usual = if impact == Impact::Read { Reversible::Yes } else { Reversible::Unknown };
    Some(Verb {
        path: &[],
        impact,
        categories: Vec::leak(kinds),
        reversible: reversible.unwrap_or(usual),
        flags: with_switches(own, &all, &[]),
        targets,
        rest,
        locate,
        modifiers: Vec::leak(changes),
    })
}

/// A dry run only plans. That it hands out secrets or runs code that was not seen stays so.
fn dry(names: &[String], kinds: &[Category]) -> [Modifier; 2] {
    let stays = |category: &&Category| matches!(category, Category::Secrets | Category::Execution);
    let categories = std::iter::once(Category::Plan).chain(kinds.iter().filter(stays).copied()).collect();
    let when = When::FlagValue(keep_all(names.to_vec()), ON);
    [
        Modifier { when, then: Change::Impact(Impact::Read) },
        Modifier { when, then: Change::Categories(Vec::leak(categories)) },
    ]
}

fn targets(table: &mut Fields<'_>, source: &mut Source<'_>) -> Targets {
    let Some(value) = table.get("targets") else { return Targets::None };
    if let DeValue::String(kind) = value.get_ref() {
        return Targets::Operands(keep(kind.to_string()));
    }
    let Some(mut table) = Fields::of(value, "`targets`", source) else { return Targets::None };
    let kind = table.text("kind", source);
    let flags = flag_names(&mut table, "flags", source);
    let paths = word(
        &mut table,
        "paths",
        &[
            ("read", Targets::ReadPaths),
            ("write", Targets::WritePaths),
            ("edit", Targets::EditPaths),
            ("last_written", Targets::LastWritePath),
        ],
        source,
    );
    let span = table.span();
    table.finish(&[], source);
    match (kind, flags.is_empty(), paths) {
        (Some(kind), true, None) => Targets::Operands(keep(kind)),
        (Some(kind), false, None) => Targets::FlagValue(keep(kind), keep_all(flags)),
        (None, true, Some(paths)) => paths,
        _ => {
            let help = "write \"service\", { kind = \"service\", flags = [\"--service\"] } or { paths = \"write\" }";
            source.fault(&span, "what a verb acts on is not said in one way", Some(help.to_owned()));
            Targets::None
        }
    }
}

/// What changes the meaning of a verb, or of all.
pub fn modifiers(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Modifier> {
    let mut found = Vec::new();
    for mut one in table.tables("modifiers", source) {
        let span = one.span();
        let given = one.get("when");
        let when = given.and_then(|value| condition(value, source));
        if given.is_none() {
            let help = "write when = { flag = [\"--force\"] }";
            source.fault(&span, "a modifier has no `when`", Some(help.to_owned()));
        }
        let changes = changes(&mut one, source);
        one.finish(&[], source);
        if changes.is_empty() {
            let help = "write what becomes of the verb: impact, at_least, categories, add_category, operation, irreversible, opaque or unseen";
            source.fault(&span, "a modifier changes nothing", Some(help.to_owned()));
        }
        if let Some(when) = when {
            found.extend(changes.into_iter().map(|then| Modifier { when, then }));
        }
    }
    found
}

fn changes(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    found.extend(impact(table, "impact", source).map(Change::Impact));
    found.extend(impact(table, "at_least", source).map(Change::AtLeast));
    let kinds = categories(table, "categories", source);
    if !kinds.is_empty() {
        found.push(Change::Categories(Vec::leak(kinds)));
    }
    found.extend(categories(table, "add_category", source).into_iter().map(Change::AddCategory));
    found.extend(table.text("operation", source).map(|name| Change::Operation(keep(name))));
    if table.truth("irreversible", source) == Some(true) {
        found.push(Change::Irreversible);
    }
    found.extend(table.text("opaque", source).map(|why| Change::Opaque(keep(why))));
    found.extend(table.text("unseen", source).map(|why| Change::Unseen(keep(why))));
    found
}

/// A condition; all that is in it must hold.
fn condition(value: &Spanned<DeValue<'_>>, source: &mut Source<'_>) -> Option<When> {
    let mut table = Fields::of(value, "`when`", source)?;
    let mut all = Vec::new();
    let mut flagged = |key: &'static str, make: fn(&'static [&'static str]) -> When, source: &mut Source<'_>| {
        let names = flag_names(&mut table, key, source);
        (!names.is_empty()).then(|| make(keep_all(names)))
    };
    all.extend(flagged("flag", When::Flag, source));
    all.extend(flagged("early_flag", When::EarlyFlag, source));
    all.extend(flagged("no_flag", When::NoFlag, source));
    let values = table.texts("value", source);
    if !values.is_empty() {
        match all.first() {
            Some(When::Flag(names)) => {
                let when = When::FlagValue(names, keep_all(values));
                all.remove(0);
                all.push(when);
            }
            _ => source.fault(&table.span_of("value"), "`value` stands beside `flag`, whose value it is", None),
        }
    }
    let number = |table: &mut Fields<'_>, key: &'static str, source: &mut Source<'_>| {
        table.get(key).and_then(|_| table.number(key, source)).and_then(|number| usize::try_from(number).ok())
    };
    all.extend(number(&mut table, "no_operand", source).map(When::NoOperand));
    all.extend(number(&mut table, "operands", source).map(When::Operands));
    let first = table.texts("first_operand", source);
    if !first.is_empty() {
        all.push(When::Operand(0, keep_all(first)));
    }
    let any = table.texts("any_operand", source);
    if !any.is_empty() {
        all.push(When::AnyOperand(keep_all(any)));
    }
    if let Some(value) = table.get("not") {
        all.extend(condition(value, source).map(|when| When::Not(Box::leak(Box::new(when)))));
    }
    let span = table.span();
    table.finish(&[], source);
    if all.is_empty() {
        source.fault(&span, "`when` has no condition", Some("name a flag or an operand".to_owned()));
        return None;
    }
    Some(When::All(Vec::leak(all)))
}
