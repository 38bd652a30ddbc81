//! What a terraform configuration starts: programs in data sources, provisioners and providers' logins. Read, never run.
//!
//! Comments and strings count as code here: a program that is only mentioned makes it stricter, never safer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// The most files that are read.
const MOST: usize = 500;
/// Data sources that start a program when they are read.
const DATA: &[&str] = &["external", "shell_script", "local_command", "command", "exec"];
/// Provisioners, which run when a resource is made or destroyed.
const PROVISIONERS: &[&str] = &["local-exec", "remote-exec", "chef", "salt-masterless", "habitat", "puppet", "file"];
/// Programs by which providers log in to clusters of the clouds.
const LOGINS: &[&str] =
    &["aws", "aws-iam-authenticator", "gke-gcloud-auth-plugin", "gcloud", "kubelogin", "az", "doctl", "oci", "tsh"];

/// The answer to `Want::TerraformPrograms`.
pub fn answer(directory: &Path, data_dir: Option<&str>) -> Answer {
    let mut found = Found::default();
    match scan(directory, data_dir, &mut found) {
        Ok(0) => Answer::Absent,
        Ok(_) => {
            let mut fields = BTreeMap::new();
            for (name, all) in [("plan", found.plan), ("apply", found.apply)] {
                if !all.is_empty() {
                    fields.insert(name.to_owned(), all.join("; "));
                }
            }
            Answer::Known { fields }
        }
        Err(cause) => Answer::Failed { cause },
    }
}

#[derive(Default)]
struct Found {
    plan: Vec<String>,
    apply: Vec<String>,
}

/// Reads the directory, the modules in directories beside it, and those that were fetched; how many files there were.
fn scan(directory: &Path, data_dir: Option<&str>, found: &mut Found) -> Result<usize, String> {
    let mut open = vec![directory.to_path_buf()];
    open.extend(fetched(directory, data_dir)?);
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut count = 0;
    while let Some(dir) = open.pop() {
        let Ok(real) = std::fs::canonicalize(&dir) else { continue };
        if seen.contains(&real) {
            continue;
        }
        for path in files(&real)? {
            count += 1;
            if count > MOST {
                return Err(format!("more than {MOST} files in {}", directory.display()));
            }
            let text = read::text(&path).map_err(|unread| match unread {
                Unread::Absent => format!("{} went away", path.display()),
                Unread::Failed(cause) => cause,
            })?;
            let name = path.strip_prefix(directory).unwrap_or(&path).display().to_string();
            look(&text, &name, found);
            open.extend(local_modules(&text).map(|source| real.join(source)));
        }
        seen.push(real);
    }
    Ok(count)
}

fn files(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(dir).map_err(|cause| format!("cannot read {}: {cause}", dir.display()))?;
    let is_configuration = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| name.ends_with(end))
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_configuration).collect();
    found.sort();
    Ok(found)
}

/// The directories of `.terraform/modules/modules.json`.
fn fetched(directory: &Path, data_dir: Option<&str>) -> Result<Vec<PathBuf>, String> {
    let path = directory.join(data_dir.unwrap_or(".terraform")).join("modules/modules.json");
    let text = match read::text(&path) {
        Ok(text) => text,
        Err(Unread::Absent) => return Ok(Vec::new()),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    let value: Value =
        serde_json::from_str(&text).map_err(|cause| format!("cannot understand {}: {cause}", path.display()))?;
    let modules = value.get("Modules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let dirs = modules.iter().filter_map(|module| module.get("Dir").and_then(Value::as_str));
    Ok(dirs.map(|dir| directory.join(dir)).collect())
}

/// Sources of modules that are directories: `"./x"`, `"../x"`.
fn local_modules(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1);
    quoted.filter(|part| part.starts_with("./") || part.starts_with("../"))
}

fn look(text: &str, file: &str, found: &mut Found) {
    for label in labels(text, "data") {
        if DATA.contains(&label) || label.contains('\\') {
            found.plan.push(format!("{file}: data \"{label}\""));
        }
    }
    for label in labels(text, "provisioner") {
        if PROVISIONERS.contains(&label) || label.contains('\\') {
            found.apply.push(format!("{file}: provisioner \"{label}\""));
        }
    }
    if file.ends_with(".json") {
        // The order of an object's keys says nothing: any of the names will do.
        let quoted = |name: &&&str| text.contains(&format!("\"{name}\""));
        found.plan.extend(DATA.iter().filter(quoted).map(|name| format!("{file}: {name}")));
        found.apply.extend(PROVISIONERS.iter().filter(quoted).map(|name| format!("{file}: {name}")));
    }
    for (_, end) in words(text, "exec") {
        let rest = text.get(end..).unwrap_or_default();
        if let Some(program) = login(rest)
            && !LOGINS.contains(&program)
        {
            found.plan.push(format!("{file}: exec of `{program}`"));
        }
    }
}

/// The first labels of the blocks of a kind, in either syntax: `data "external"`, `"data": {"external": …`.
fn labels<'a>(text: &'a str, kind: &'a str) -> impl Iterator<Item = &'a str> {
    words(text, kind).map(|(at, end)| {
        let is_json = text.get(..at).is_some_and(|before| before.ends_with('"'));
        let rest = skip(text.get(end..).unwrap_or_default(), is_json);
        let end = rest.find(|c: char| c == '"' || c == '{' || c.is_whitespace()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    })
}

/// The text after blanks, comments, quotes and, in JSON, what stands between a key and the key inside of it.
fn skip(text: &str, is_json: bool) -> &str {
    let mut rest = text;
    loop {
        let trimmed =
            rest.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || (is_json && ":{[,".contains(c)));
        let next = trimmed
            .strip_prefix("/*")
            .map(|inside| inside.split_once("*/").map_or("", |(_, after)| after))
            .unwrap_or(trimmed);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// Where a word stands, and where it ends.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word).map(move |(at, _)| (at, at + word.len())).filter(move |(at, end)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(*end..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The program of an `exec { command = "…" }` block; `?` where the block is not plain enough to tell.
fn login(rest: &str) -> Option<&str> {
    let body = rest.trim_start_matches('"').trim_start().strip_prefix(['{', '=', ':'])?;
    let body = body.trim_start().strip_prefix('{').unwrap_or(body);
    let body = body.split('}').next().unwrap_or(body);
    let hides = ["/*", "//", "#", "<<", "${", "{"].iter().any(|text| body.contains(text));
    let mut commands = words(body, "command");
    let (Some((_, end)), None, false) = (commands.next(), commands.next(), hides) else { return Some("?") };
    let value = body.get(end..)?.trim_start_matches('"').trim_start().strip_prefix(['=', ':'])?.trim_start();
    Some(value.strip_prefix('"').and_then(|value| value.split('"').next()).unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(files: &[(&str, &str)]) -> Option<String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let answer = answer(&std::fs::canonicalize(dir.path()).unwrap(), None);
        assert!(!matches!(answer, Answer::Failed { .. }), "{answer:?}");
        answer.field("plan").map(str::to_owned)
    }

    #[test]
    fn a_data_source_that_starts_a_program_is_found_however_it_is_written() {
        for text in [
            "data \"external\" \"x\" {\n program = [\"sh\"]\n}",
            "data external x {}",
            "data /* a */ \"external\" \"x\" {}",
            "locals { a = <<E\n/*\nE\n}\ndata\t\"external\" \"x\" {}",
            "data \"ext\\u0065rnal\" \"x\" {}",
            "provider \"kubernetes\" {\n exec {\n  api_version = \"v1\"\n  command = \"./evil\"\n }\n}",
        ] {
            assert!(plan(&[("main.tf", text)]).is_some(), "{text}");
        }
        let other = r#"{"data": {"aws_ami": {"y": {}}, "external": {"x": {}}}}"#;
        assert!(plan(&[("main.tf.json", other)]).is_some());
        let decoy = "exec {\n # command = \"aws\" }\n command = \"./evil\"\n}";
        assert!(plan(&[("main.tf", decoy)]).is_some());
        let json = r#"{"data": {"external": {"x": {"program": ["sh"]}}}}"#;
        assert!(plan(&[("main.tf.json", json)]).is_some());
    }

    #[test]
    fn modules_are_read_too() {
        let module = ("m/a.tf", "data \"external\" \"x\" {}");
        assert_eq!(
            plan(&[("main.tf", "module \"m\" {\n source = \"./m\"\n}"), module]).as_deref(),
            Some("m/a.tf: data \"external\"")
        );
        let list = (".terraform/modules/modules.json", r#"{"Modules":[{"Key":"m","Dir":"m"}]}"#);
        assert!(plan(&[("main.tf", ""), list, module]).is_some());
        assert_eq!(plan(&[("main.tf", ""), module]), None);
    }

    #[test]
    fn what_starts_nothing_says_nothing() {
        for text in [
            "data \"aws_ami\" \"x\" {}\nresource \"terraform_data\" \"external\" {}",
            "variable \"external\" {}\n# a database of external users",
            "provider \"kubernetes\" {\n exec {\n command = \"aws\"\n }\n}",
            "resource \"terraform_data\" \"x\" {\n provisioner \"local-exec\" { command = \"x\" }\n}",
        ] {
            assert_eq!(plan(&[("main.tf", text)]), None, "{text}");
        }
    }
}
