//! Packs against the tools that are installed here: every subcommand in a tool's own help is known or asks, and every
//! flag takes a value exactly where the tool says so. A flag whose value is taken for a word, or the other way around,
//! would shift the words and hide a verb or a target.
//!
//! What is not installed is said and passes. Run again after an update of a tool:
//! `cargo test --test packs_against_tools -- --nocapture`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong, and says what it has seen"
)]

mod support;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use aigov::classify::arguments::{self, Reading};
use aigov::command::Word;
use aigov::model::action::Impact;
use aigov::packs;
use aigov::packs::schema::{Flags, OtherFlags, Pack, Targets, Verb, When};

/// The value that is given to each flag, and the operand that follows each switch.
const PROBE: &str = "aigovprobe";

/// One subcommand in a tool's help.
#[derive(Debug, Clone)]
struct Listed {
    path: Vec<String>,
    /// Flags, and whether the tool takes the next word as their value.
    flags: BTreeMap<String, bool>,
}

/// What a tool says of itself, and what was found.
struct Tool {
    name: &'static str,
    /// Flags that may stand before the verb.
    early: BTreeMap<String, bool>,
    listed: Vec<Listed>,
}

fn run(program: &str, args: &[&str]) -> String {
    let scratch = std::env::temp_dir();
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .current_dir(&scratch)
        .env("HOME", &scratch)
        .env("KUBECONFIG", "/dev/null")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .env("GIT_PAGER", "cat")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .output();
    let Ok(output) = output else { return String::new() };
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn read(pack: &'static Pack, words: &[&str]) -> Reading {
    let words: Vec<Word> = words.iter().map(|word| Word::known(*word)).collect();
    arguments::read(pack, &words)
}

/// Whether a human is asked whatever the flags are.
fn asks(reading: &Reading) -> bool {
    !reading.unclear.is_empty() || reading.verb.is_none_or(|verb| verb.impact == Impact::Unknown)
}

fn by_position(when: &When) -> bool {
    match when {
        When::Operand(..) | When::PlainScript(_) | When::NoOperand(_) | When::Operands(_) | When::Kind(_) => true,
        When::All(all) => all.iter().any(by_position),
        When::Not(one) => by_position(one),
        _ => false,
    }
}

/// Whether one operand more could change what a verb means.
fn counts_operands(pack: &Pack, verb: &Verb) -> bool {
    matches!(verb.targets, Targets::KindThenNames | Targets::LastWritePath)
        || verb.modifiers.iter().chain(pack.modifiers).any(|modifier| by_position(&modifier.when))
}

fn is_harmless(pack: &Pack, verb: &Verb) -> bool {
    [&verb.flags, &pack.late, &pack.flags].iter().any(|table: &&Flags| table.others == OtherFlags::Harmless)
}

/// Whether the pack has the flag, or one that it could be short for.
fn is_like_a_listed_one(pack: &Pack, verb: &Verb, flag: &str) -> bool {
    let tables = [&verb.flags, &pack.late, &pack.early, &pack.flags];
    let lists = tables.iter().flat_map(|table| [table.value, table.reads, table.writes, table.switch]);
    !flag.starts_with("--") || lists.flatten().any(|listed| listed.starts_with(flag))
}

/// Compares a tool with its pack; gives what differs.
fn compare(tool: &Tool) -> Vec<String> {
    let pack = packs::find(tool.name).unwrap_or_else(|| panic!("no pack for {}", tool.name));
    let mut faults = Vec::new();
    let (mut known, mut asking, mut flags, mut sure) = (0, BTreeSet::new(), 0, 0);
    for listed in &tool.listed {
        let reading = read(pack, &strs(&listed.path));
        if asks(&reading) {
            asking.insert(listed.path.join(" "));
        } else if reading.operands.is_empty() {
            known += 1;
        } else {
            faults.push(format!("{} {}: is taken for `{}`", tool.name, listed.path.join(" "), reading.operation));
        }
        let Some(verb) = reading.verb else { continue };
        for (flag, takes_value) in &listed.flags {
            flags += 1;
            if !is_like_a_listed_one(pack, verb, flag) && is_harmless(pack, verb) && !counts_operands(pack, verb) {
                sure += 1;
                continue;
            }
            let words: Vec<&str> = listed.path.iter().map(String::as_str).chain([flag.as_str(), PROBE]).collect();
            let reading = read(pack, &words);
            let is_operand = reading.operands.iter().any(|word| word.text() == Some(PROBE));
            if asks(&reading) || pack.help.contains(&flag.as_str()) {
                continue;
            }
            // An operand more is harmless where nothing counts them, and a flag that is not listed loosens nothing.
            let is_plain = is_harmless(pack, verb) && reading.unlisted.contains(flag) && !counts_operands(pack, verb);
            if is_operand == *takes_value && !(is_operand && is_plain) {
                let what = if *takes_value { "takes a value" } else { "takes none" };
                faults.push(format!("{} {} {flag}: {what}", tool.name, listed.path.join(" ")));
            } else {
                sure += 1;
            }
        }
    }
    let some = tool.listed.iter().find(|listed| !asks(&read(pack, &strs(&listed.path))));
    for (flag, takes_value) in &tool.early {
        let Some(listed) = some else { break };
        let path = strs(&listed.path);
        let words: Vec<&str> = if *takes_value {
            [flag.as_str(), PROBE].into_iter().chain(path.iter().copied()).collect()
        } else {
            std::iter::once(flag.as_str()).chain(path.iter().copied()).collect()
        };
        let reading = read(pack, &words);
        if !asks(&reading) && reading.operation != read(pack, &path).operation {
            faults.push(format!("{} {flag} before the verb: takes a value: {takes_value}", tool.name));
        }
    }
    eprintln!(
        "{}: {} subcommands, {known} known, {} ask; {flags} flags, {sure} as the tool says, the others ask",
        tool.name,
        tool.listed.len(),
        asking.len()
    );
    if std::env::var_os("AIGOV_SHOW_ASKING").is_some() {
        eprintln!("  ask: {}", asking.into_iter().collect::<Vec<_>>().join(", "));
    }
    faults
}

/// Runs the comparison, or says that the tool is not here.
fn check(name: &str, tool: impl FnOnce() -> Option<Tool>) {
    if !support::has(name) {
        return;
    }
    let Some(tool) = tool() else {
        eprintln!("not run: `{name}` does not tell its commands");
        return;
    };
    assert!(!tool.listed.is_empty(), "nothing was read from the help of {name}");
    let faults = compare(&tool);
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}

/// The flags of a line such as `  -f, --file string[="x"]   what it does`.
fn pflag(line: &str) -> Option<(Vec<String>, bool)> {
    let line = line.trim_start();
    if !line.starts_with('-') {
        return None;
    }
    let head = line.split("  ").next().unwrap_or(line).trim_end_matches(':');
    let mut names = Vec::new();
    let mut takes = false;
    for part in head.split(", ") {
        let mut words = part.splitn(2, ' ');
        let name = words.next().unwrap_or_default();
        if !name.starts_with('-') || !name.contains(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        names.push(name.split(['=', '[']).next().unwrap_or(name).to_owned());
        takes |= words.next().is_some_and(|kind| !kind.contains("[=") && !kind.starts_with("[="));
    }
    Some((names, takes))
}

/// The names below headings that speak of commands.
fn subcommands(help: &str) -> Vec<String> {
    let mut is_in = false;
    let mut found = Vec::new();
    for line in help.lines() {
        let is_heading = !line.starts_with(' ') && !line.trim().is_empty();
        if is_heading {
            let lower = line.to_lowercase();
            is_in = lower.contains("commands") && !lower.contains("example");
        } else if is_in && line.starts_with("  ") {
            let word = line.trim_start().split([' ', ',']).next().unwrap_or_default().trim_end_matches([':', '*']);
            let is_name = word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            let indent = line.len() - line.trim_start().len();
            if is_name && indent <= 4 && line.trim_start().contains("  ") {
                found.push(word.to_owned());
            }
        }
    }
    found
}

/// Reads the flags of a subcommand, given as its path and its help.
type FlagsOf<'a> = dyn Fn(&[String], &str) -> BTreeMap<String, bool> + 'a;

/// Walks the help of a program made with cobra.
fn cobra(name: &'static str, flags_of: &FlagsOf<'_>, early: BTreeMap<String, bool>) -> Tool {
    let mut listed = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let args: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = run(name, &args);
        let children = subcommands(&help);
        if path.len() < 4 {
            for child in &children {
                if child != "help" && path.last() != Some(child) {
                    open.push(path.iter().cloned().chain([child.clone()]).collect());
                }
            }
        }
        if !path.is_empty() && (children.is_empty() || help.to_lowercase().contains("[flags]")) {
            listed.push(Listed { flags: flags_of(&path, &help), path });
        }
    }
    Tool { name, early, listed }
}

fn pflags(help: &str) -> BTreeMap<String, bool> {
    let lines = help.lines().filter_map(pflag);
    lines.flat_map(|(names, takes)| names.into_iter().map(move |name| (name, takes))).collect()
}

#[test]
fn kubectl_is_as_its_help_says() {
    check("kubectl", || {
        let asked = RefCell::new(BTreeMap::<(String, String), bool>::new());
        let flags = |path: &[String], help: &str| {
            let mut found = BTreeMap::new();
            for line in help.lines().filter(|line| line.starts_with("    -")) {
                let Some((head, default)) = line.trim().trim_end_matches(':').split_once('=') else { continue };
                let names: Vec<String> = head.split(", ").map(str::to_owned).collect();
                let last = names.last().unwrap().clone();
                // The help does not tell flags whose value may be left out from those whose may not; the parser does,
                // before it prints the help.
                let takes = !["true", "false"].contains(&default)
                    && *asked.borrow_mut().entry((last.clone(), default.to_owned())).or_insert_with(|| {
                        let args: Vec<&str> = path.iter().map(String::as_str).chain(["-h", last.as_str()]).collect();
                        run("kubectl", &args).contains("flag needs an argument")
                    });
                found.extend(names.into_iter().map(|name| (name, takes)));
            }
            found
        };
        let early = flags(&[], &run("kubectl", &["options"]));
        Some(cobra("kubectl", &flags, early))
    });
}

#[test]
fn docker_is_as_its_help_says() {
    check("docker", || Some(cobra("docker", &|_, help| pflags(help), pflags(&run("docker", &["--help"])))));
}

#[test]
fn podman_is_as_its_help_says() {
    check("podman", || Some(cobra("podman", &|_, help| pflags(help), pflags(&run("podman", &["--help"])))));
}

#[test]
fn buildah_is_as_its_help_says() {
    check("buildah", || Some(cobra("buildah", &|_, help| pflags(help), pflags(&run("buildah", &["--help"])))));
}

#[test]
fn skopeo_is_as_its_help_says() {
    check("skopeo", || Some(cobra("skopeo", &|_, help| pflags(help), pflags(&run("skopeo", &["--help"])))));
}

#[test]
fn helm_is_as_its_help_says() {
    check("helm", || Some(cobra("helm", &|_, help| pflags(help), pflags(&run("helm", &["--help"])))));
}

#[test]
fn gh_is_as_its_help_says() {
    check("gh", || Some(cobra("gh", &|_, help| pflags(help), BTreeMap::new())));
}

#[test]
fn terraform_is_as_its_help_says() {
    let flags = |help: &str| {
        let mut found = BTreeMap::new();
        for line in help.lines().filter(|line| line.starts_with("  -") || line.starts_with("    -")) {
            let head = line.trim().split("  ").next().unwrap_or_default();
            let (name, value) = head.split_once(['=', ' ']).unwrap_or((head, ""));
            // Its help leaves the value out.
            let takes = !["", "true", "false"].contains(&value) || name == "-plugin-dir";
            found.insert(name.to_owned(), takes);
        }
        found
    };
    check("terraform", || {
        let mut listed = Vec::new();
        let mut open: Vec<Vec<String>> = vec![Vec::new()];
        while let Some(path) = open.pop() {
            let args: Vec<&str> = path.iter().map(String::as_str).chain(["-help"]).collect();
            let help = run("terraform", &args);
            for child in subcommands(&help) {
                open.push(path.iter().cloned().chain([child]).collect());
            }
            if !path.is_empty() {
                listed.push(Listed { flags: flags(&help), path });
            }
        }
        Some(Tool { name: "terraform", early: BTreeMap::from([("-chdir".to_owned(), true)]), listed })
    });
}

/// The flags of git's usage text: `-m, --[no-]message <message>`.
fn git_flags(help: &str) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for line in help.lines().filter(|line| line.starts_with("    -")) {
        let line = line.trim();
        let mut names = Vec::new();
        let mut takes = false;
        for part in line.split(", ") {
            if !part.starts_with('-') {
                break;
            }
            let end = part.find([' ', '<', '=']).unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            let name = name.split("[<").next().unwrap_or(name);
            // What takes a value by `=` may take it in the next word as well.
            if rest.starts_with("=<") {
                names.clear();
                break;
            }
            let is_optional = part.contains("[=") || part.contains("[<");
            takes |= !is_optional
                && (rest.starts_with(" <")
                    || rest.starts_with('<')
                    || rest.starts_with(" (")
                    || rest.starts_with(" [("));
            match name.strip_prefix("--[no-]") {
                Some(bare) => {
                    names.push(format!("--{}", bare.trim_end_matches('[')));
                    found.insert(format!("--no-{}", bare.trim_end_matches('[')), false);
                }
                None => names.push(name.trim_end_matches('[').to_owned()),
            }
        }
        found.extend(names.into_iter().filter(|name| name.len() > 1 && name != "--").map(|name| (name, takes)));
    }
    found
}

#[test]
fn git_is_as_its_usage_says() {
    check("git", || {
        let lists = "--list-cmds=list-mainporcelain,list-ancillarymanipulators,list-ancillaryinterrogators,list-plumbingmanipulators,list-plumbinginterrogators";
        let mut listed = Vec::new();
        for name in run("git", &[lists]).split_whitespace().map(str::to_owned) {
            if ["gui", "citool", "gitk", "scalar", "gitweb"].contains(&name.as_str()) {
                continue;
            }
            let help = run("git", &[&name, "-h"]);
            let mut children = BTreeSet::new();
            for line in help.lines() {
                let line = line.trim().trim_start_matches("usage: ").trim_start_matches("or: ");
                let mut words = line.strip_prefix(&format!("git {name} ")).unwrap_or_default().split(' ');
                let word = words.next().unwrap_or_default();
                if word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
                {
                    children.insert(word.to_owned());
                }
            }
            for child in children {
                let help = run("git", &[&name, &child, "-h"]);
                listed.push(Listed { path: vec![name.clone(), child], flags: git_flags(&help) });
            }
            listed.push(Listed { path: vec![name], flags: git_flags(&help) });
        }
        Some(Tool { name: "git", early: BTreeMap::new(), listed })
    });
}

/// Runs one of the scripts beside this file that print what a tool's own tables say: `path<TAB>flag=0|1 …`.
fn script(name: &str, args: &[&str]) -> Vec<Listed> {
    let path = format!("{}/tests/tools_help/{name}", env!("CARGO_MANIFEST_DIR"));
    let all: Vec<&str> = std::iter::once(path.as_str()).chain(args.iter().copied()).collect();
    let Ok(output) = Command::new("python3").args(all).stdin(Stdio::null()).output() else { return Vec::new() };
    let listed = |line: &str| {
        let (path, flags) = line.split_once('\t')?;
        let flags = flags
            .split(' ')
            .filter_map(|flag| flag.split_once('='))
            .map(|(name, takes)| (name.to_owned(), takes == "1"));
        Some(Listed { path: path.split(' ').map(str::to_owned).collect(), flags: flags.collect() })
    };
    String::from_utf8_lossy(&output.stdout).lines().filter_map(listed).collect()
}

#[test]
fn aws_is_as_its_own_table_of_operations_says() {
    check("aws", || {
        let listed = script("aws.py", &[]);
        (!listed.is_empty()).then_some(Tool { name: "aws", early: BTreeMap::new(), listed })
    });
}

#[test]
#[ignore = "takes minutes; run by hand when the tool changes"]
fn what_aws_sends_as_a_change_is_no_read() {
    if !support::has("aws") {
        return;
    }
    // Operations that are sent by PUT, PATCH or DELETE and are called a read.
    let listed = script("aws.py", &["--changing"]);
    let pack = packs::find("aws").unwrap();
    let wrong: Vec<String> = listed
        .iter()
        .filter(|listed| {
            let reading = read(pack, &strs(&listed.path));
            !asks(&reading) && reading.verb.is_some_and(|verb| verb.impact == Impact::Read)
        })
        .map(|listed| listed.path.join(" "))
        .collect();
    eprintln!("aws: {} operations are sent as changes", listed.len());
    assert!(wrong.is_empty(), "{} are called reads: {}", wrong.len(), wrong.join(", "));
}

#[test]
#[ignore = "takes minutes; run by hand when the tool changes"]
fn gcloud_is_as_its_completion_table_says() {
    check("gcloud", || {
        let listed = script("gcloud.py", &[]);
        (!listed.is_empty()).then_some(Tool { name: "gcloud", early: BTreeMap::new(), listed })
    });
}

#[test]
fn az_is_as_its_command_table_says() {
    check("az", || {
        let listed = script("az.py", &[]);
        (!listed.is_empty()).then_some(Tool { name: "az", early: BTreeMap::new(), listed })
    });
}
