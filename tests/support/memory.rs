//! A host in memory, and the whole way from an invocation to a verdict over it: nothing outside of the process is asked.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use aigov::model::attribution::Attribution;
use aigov::model::facts::{Answer, Facts, Want};
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};
use aigov::policy::Policies;
use aigov::policy::layers::LayerKind;
use aigov::policy::understand::{Understood, understand};

/// A host on which every tool is installed and some scripts lie about, one of which runs itself.
pub struct Memory;

impl Facts for Memory {
    fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::Path { path } => Answer::known([("kind", "file".to_owned()), ("real", path.clone())]),
            Want::Program { name } => Answer::known([("path", format!("/usr/bin/{name}"))]),
            Want::OwnFiles => Answer::known([
                ("config", "/home/u/.config/aigov".to_owned()),
                ("data", "/home/u/.local/share/aigov".to_owned()),
                ("home", "/home/u".to_owned()),
            ]),
            Want::KubeContext { context, .. } => Answer::known([
                ("context", context.clone().unwrap_or_else(|| "prod-eu".to_owned())),
                ("namespace", "default".to_owned()),
            ]),
            Want::TerraformWorkspace { .. } => Answer::known([("workspace", "prod".to_owned())]),
            Want::AwsProfile { profile, .. } => {
                Answer::known([("profile", profile.clone().unwrap_or_else(|| "default".to_owned()))])
            }
            Want::GitRepository { .. } => Answer::known([
                ("root", "/home/u/src".to_owned()),
                ("branch", "topic".to_owned()),
                ("remote.origin.url", "git@example.com:u/src.git".to_owned()),
            ]),
            Want::GitAlias { name, .. } if name == "loop" => Answer::known([("alias", "loop".to_owned())]),
            Want::GitAlias { name, .. } if name == "shell" => Answer::known([("alias", "!git shell".to_owned())]),
            Want::FileText { path } => script(path),
            _ => Answer::Absent,
        }
    }
}

fn script(path: &str) -> Answer {
    let text = match path.rsplit('/').next().unwrap_or(path) {
        "again.sh" => "sh again.sh; . ./again.sh; bash ./again.sh &",
        "quiet.sh" => "ls\ngit status\n",
        "deploy.sh" => "set -e\nfor ns in a b c; do\n  kubectl -n \"$ns\" delete pod web\ndone\n",
        "Makefile" => "all: all\n\t$(MAKE) all\n\t@make again\nagain:\n\tmake all again\n",
        "package.json" => r#"{"scripts": {"test": "npm test", "again": "npm run again && npm run again"}}"#,
        _ => return Answer::Absent,
    };
    Answer::known([("text", text.to_owned()), ("sha256", "0".repeat(64))])
}

/// The example policy and the strictest caller.
pub struct Judge {
    policies: Policies,
    caller: Attribution,
}

impl Judge {
    /// Loads the example policy.
    pub fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("policy.toml");
        fs::copy("policy.example.toml", &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let caller = serde_json::json!({ "kind": "unattributed", "standing": "claimed", "uid": 1000, "evidence": [] });
        Self {
            policies: Policies::load(vec![(LayerKind::User, path)]).unwrap_or_else(|faults| panic!("{faults}")),
            caller: serde_json::from_value(caller).unwrap(),
        }
    }

    /// Parses, classifies and decides.
    pub fn judge(&self, form: Form) -> Understood {
        understand(&invocation(form), &Memory, &self.policies, &self.caller)
    }
}

/// An invocation in the working tree.
pub fn invocation(form: Form) -> Invocation {
    Invocation {
        form,
        cwd: Raw::from("/home/u/src"),
        env: vec![(Raw::from("HOME"), Raw::from("/home/u")), (Raw::from("PATH"), Raw::from("/usr/bin:/bin"))],
        stdin: Stdin::Null,
    }
}

/// A text for a shell.
pub fn shell(text: impl Into<Vec<u8>>, dialect: Dialect) -> Form {
    Form::Shell { text: Raw(text.into()), shell: Raw::from("/bin/bash"), dialect }
}

/// An argument vector.
pub fn argv<'a>(words: impl IntoIterator<Item = &'a [u8]>) -> Form {
    Form::Argv(words.into_iter().map(|word| Raw(word.to_vec())).collect())
}
