//! Every pack's own examples, and the ways in which a command could look safer than it is.

use super::*;
use crate::command::StdinSource;
use crate::model::environments::EnvironmentRule;
use crate::model::environments::Environments;
use crate::model::facts::{Answer, Facts};
use crate::packs;

/// A host on which every tool is installed and every path is what it seems.
struct Host;

impl Facts for Host {
    fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::Path { path } => Answer::known([("kind", "file".to_owned()), ("real", path.clone())]),
            Want::GitReference { .. } => Answer::known([("kind", "branch".to_owned())]),
            Want::Program { name } => Answer::known([("path", format!("/usr/bin/{name}"))]),
            Want::OwnFiles => Answer::known([
                ("config", "/home/u/.config/aigov".to_owned()),
                ("data", "/home/u/.local/share/aigov".to_owned()),
            ]),
            Want::KubeContext { context, .. } => {
                let context = context.clone().unwrap_or_else(|| "prod-eu".to_owned());
                Answer::known([("context", context), ("namespace", "default".to_owned())])
            }
            Want::TerraformWorkspace { .. } => Answer::known([("workspace", "prod".to_owned())]),
            Want::AwsProfile { profile, .. } => {
                Answer::known([("profile", profile.clone().unwrap_or_else(|| "default".to_owned()))])
            }
            Want::GitRepository { .. } => Answer::known([
                ("root", "/home/u/src".to_owned()),
                ("branch", "topic".to_owned()),
                ("remote.origin.url", "git@example.com:u/src.git".to_owned()),
            ]),
            Want::GitPrograms { .. } | Want::TerraformPrograms { .. } => Answer::Absent,
            Want::SshHost { host, .. } => Answer::known([("hostname", host.clone())]),
            Want::TerraformVariables { .. }
            | Want::GcloudConfiguration { .. }
            | Want::AzureSubscription { .. }
            | Want::DockerContext { .. }
            | Want::PgService { .. }
            | Want::MysqlOptions { .. }
            | Want::GitAlias { .. }
            | Want::FileText { .. }
            | Want::ProgramFile { .. } => Answer::Absent,
        }
    }
}

fn environments() -> Environments {
    let named = |protected, name: &str| EnvironmentRule {
        protected: Some(protected),
        contexts: vec![name.to_owned()],
        namespaces: vec![name.to_owned()],
        workspaces: vec![name.to_owned()],
        ..EnvironmentRule::default()
    };
    Environments {
        rules: vec![("production".to_owned(), named(true, "prod")), ("dev".to_owned(), named(false, "dev"))],
    }
}

fn command(words: Vec<Word>) -> Command {
    Command {
        words,
        assignments: Vec::new(),
        redirects: Vec::new(),
        stdin: StdinSource::Inherited,
        via: Vec::new(),
        directory: None,
        place: Place::Here,
        certainty: crate::command::Certainty::Found,
        described: None,
    }
}

fn classified(commands: Vec<Command>) -> Vec<Action> {
    let environments = environments();
    let context = Context {
        facts: &Host,
        environments: &environments,
        cwd: &Raw::from("/home/u/src"),
        env: &[(Raw::from("HOME"), Raw::from("/home/u"))],
    };
    classify(&Parsed { commands, ..Parsed::default() }, &context).actions
}

fn one(line: &str) -> Action {
    let words = shlex::split(line).unwrap().into_iter().map(|word| Word::Literal(word.into())).collect();
    classified(vec![command(words)]).remove(0)
}

#[test]
fn every_example_of_every_pack_is_what_it_says() {
    let mut wrong = Vec::new();
    for pack in packs::all() {
        assert!(!pack.examples.is_empty(), "{} has no examples", pack.tool);
        for example in pack.examples {
            let action = one(example.command);
            if (action.operation.as_str(), action.impact) != (example.operation, example.impact) {
                let evidence: Vec<_> = action.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
                wrong.push(format!(
                    "{}\n  is {} {}, should be {} {}\n  {}",
                    example.command,
                    action.operation,
                    action.impact,
                    example.operation,
                    example.impact,
                    evidence.join("; "),
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verb_of_every_pack_says_what_kind_of_work_it_is() {
    for pack in packs::all() {
        for verb in pack.verbs.iter().chain(pack.bare.as_ref()) {
            assert!(!verb.categories.is_empty(), "{} {:?} has no category", pack.tool, verb.path);
        }
        for program in pack.programs {
            let owners = packs::all().filter(|other| other.programs.contains(program)).count();
            assert_eq!(owners, 1, "{program} is in {owners} packs");
        }
    }
}

#[test]
fn the_groups_of_every_pack_are_sorted() {
    for pack in packs::all() {
        assert!(pack.groups.is_sorted(), "{}", pack.tool);
    }
}
