//! `aigov packs`: what is known of tools.

use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::host::terminal;
use crate::policy::nearest;
use crate::report::packs::{Known, all, brief_json, has_verb, json, named, names, table, text};
use crate::text::escape::escape;

use super::args::PacksArgs;
use super::output;
use super::session::Session;

/// `aigov packs`.
///
/// # Errors
/// When the policy has faults, or there is no such tool or verb.
pub fn packs(args: &PacksArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let known = all(session.policies()?.tools());
    let columns = usize::from(terminal::width(&session.host));
    let Some(tool) = &args.tool else {
        if args.json {
            output::data(&format!("{}\n", Value::Array(known.iter().map(brief_json).collect())))?;
        } else {
            output::data(&table(&known, columns))?;
        }
        return Ok(0);
    };
    let found = named(&known, tool);
    if found.is_empty() {
        return Err(unknown_tool(tool, &known));
    }
    let shown: Vec<&Known> = found.iter().filter(|known| has_verb(known, &args.verb)).collect();
    if shown.is_empty() {
        return Err(unknown_verb(tool, &args.verb, &found));
    }
    if args.json {
        let values: Vec<Value> = shown.iter().map(|known| json(known, &args.verb)).collect();
        output::data(&format!("{}\n", Value::Array(values)))?;
    } else {
        let texts: Vec<String> = shown.iter().map(|known| text(known, &args.verb, columns)).collect();
        output::data(&texts.join("\n"))?;
    }
    Ok(0)
}

fn unknown_tool(tool: &str, known: &[Known]) -> Error {
    let near = nearest(tool, names(known)).map(|near| format!("did you mean `{near}`? "));
    let text = format!("no pack and no `[[tools]]` of the policy describes `{}`", escape(tool));
    Error::new(ErrorKind::Usage, text)
        .for_human(format!(
            "{}`aigov policy learn -- {} --help` drafts a description",
            near.clone().unwrap_or_default(),
            escape(tool)
        ))
        .for_agent(format!("{}`aigov packs` lists what is known", near.unwrap_or_default()))
}

fn unknown_verb(tool: &str, verb: &[String], found: &[Known]) -> Error {
    let first = verb.first().map_or("", String::as_str);
    let words = found.iter().flat_map(|known| known.pack.verbs).filter_map(|verb| verb.path.first());
    let near = nearest(first, words.flat_map(|word| word.split(['|', '='])));
    let hint = match near {
        Some(near) if near != first => format!("did you mean `{near}`? "),
        _ => String::new(),
    };
    let text = format!("`{}` is not a verb that is known of `{}`", escape(&verb.join(" ")), escape(tool));
    let hint = format!("{hint}`aigov packs {}` lists its verbs", escape(tool));
    Error::new(ErrorKind::Usage, text).for_human(hint.clone()).for_agent(hint)
}
