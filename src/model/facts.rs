//! What the pure core asks of the host, and what it is told. Each answer is evidence: stored, and replayed later.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A question about the host. Paths are absolute, or relative to the invocation's working directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "want")]
pub enum Want {
    /// The kube context that kubectl would use. Answer fields: `context`, `cluster`, `server`, `namespace`, and
    /// `exec_plugin` when the user entry starts a program.
    KubeContext {
        /// `--kubeconfig`, else the value of `KUBECONFIG`, else the default place.
        kubeconfig: Option<String>,
        /// `--context`.
        context: Option<String>,
        /// `--cluster`, which outranks the context's own.
        cluster: Option<String>,
        /// `--user`, which outranks the context's own.
        user: Option<String>,
    },
    /// The selected terraform workspace of a directory. Answer fields: `workspace`, `backend`, and what says where
    /// the state is: `backend.bucket`, `backend.key`, `backend.path`, …
    TerraformWorkspace {
        /// The configuration's directory.
        directory: String,
        /// `TF_WORKSPACE`, when set.
        variable: Option<String>,
        /// `TF_DATA_DIR`, when set; relative to the directory.
        data_dir: Option<String>,
    },
    /// Input variables that name an environment in terraform's files of variables: those that it loads by itself and
    /// the named ones. Answer fields: `FILE:VARIABLE`.
    TerraformVariables {
        /// The configuration's directory.
        directory: String,
        /// Files beside those that are loaded by themselves, relative to the directory.
        files: Vec<String>,
    },
    /// An AWS profile. Answer fields: `profile`, `region`, `account`, `endpoint`, and `source` (a profile whose
    /// credentials it takes).
    AwsProfile {
        /// `--profile`.
        profile: Option<String>,
        /// `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`.
        variable: Option<String>,
        /// The config file, when `AWS_CONFIG_FILE` names one.
        config: Option<String>,
        /// The credentials file, when `AWS_SHARED_CREDENTIALS_FILE` names one.
        credentials: Option<String>,
    },
    /// What gcloud would use. Answer fields: `configuration`, `project`, `account`, `region`, `impersonated`.
    GcloudConfiguration {
        /// `--configuration`, else `CLOUDSDK_ACTIVE_CONFIG_NAME`.
        configuration: Option<String>,
        /// The directory of its settings, when `CLOUDSDK_CONFIG` names one.
        directory: Option<String>,
    },
    /// The Azure subscription that az would use. Answer fields: `id`, `name`, `tenant`, `cloud`.
    AzureSubscription {
        /// `--subscription`: a name or an id.
        subscription: Option<String>,
        /// The directory of its settings, when `AZURE_CONFIG_DIR` names one.
        directory: Option<String>,
    },
    /// The docker endpoint in force. Answer fields: `context`, `host`.
    DockerContext {
        /// `--context`.
        context: Option<String>,
        /// `DOCKER_HOST`.
        host: Option<String>,
        /// `DOCKER_CONTEXT`.
        variable: Option<String>,
        /// The directory of its settings, when `DOCKER_CONFIG` names one.
        directory: Option<String>,
    },
    /// Where ssh would connect. Answer fields: `hostname`, `user`, `port`, and `proxy_jump`, `proxy_command`,
    /// `control_path` where they are set.
    SshHost {
        /// The destination's host as typed.
        host: String,
        /// The user, where the command names one.
        user: Option<String>,
        /// `-F`.
        config: Option<String>,
    },
    /// A connection service of libpq. Answer fields: `host`, `hostaddr`, `dbname`, `port`.
    PgService {
        /// Its name.
        name: String,
        /// The file, when `PGSERVICEFILE` names one.
        file: Option<String>,
        /// The directory with the system's file, when `PGSYSCONFDIR` names one.
        directory: Option<String>,
    },
    /// What mysql's option files say. Answer fields: `host`, `socket`, `database`, `login_path`.
    MysqlOptions {
        /// `--defaults-file`: the only file that is read.
        only: Option<String>,
        /// `--defaults-extra-file`: read after the system's.
        extra: Option<String>,
        /// `--defaults-group-suffix`.
        suffix: Option<String>,
    },
    /// A git work tree's state. Answer fields: `branch`, `root`, `upstream_branch`, `upstream_remote`, `push_remote`,
    /// `push_default`, `push_more` (settings that make a push take more along), and each `remote.NAME.url`,
    /// `remote.NAME.pushurl`, `remote.NAME.push` and `remote.NAME.mirror`.
    GitRepository {
        /// A directory in the work tree.
        directory: String,
    },
    /// What a short name means to git. Answer field: `kind` (`branch`, `tag`, or `both`).
    GitReference {
        /// A directory in the work tree.
        directory: String,
        /// The name.
        name: String,
    },
    /// A git alias. Answer field: `alias`.
    GitAlias {
        /// A directory in the work tree.
        directory: String,
        /// The alias.
        name: String,
    },
    /// What a git repository brings along that can run. Answer fields: each setting of its own files that names a
    /// program, by its name; `hooks`, the names of its hooks, divided by blanks.
    GitPrograms {
        /// A directory in the work tree, or the repository itself.
        directory: String,
    },
    /// What a terraform configuration starts. Answer fields: `plan`, what runs when it is planned, and `apply`, what
    /// runs when it is applied, each as `FILE: WHAT`, divided by `; `.
    TerraformPrograms {
        /// The configuration's directory.
        directory: String,
    },
    /// A file's text (at most 1 MiB). Answer fields: `text`, `sha256`.
    FileText {
        /// The file.
        path: String,
    },
    /// Where a program name resolves. Answer field: `path`.
    Program {
        /// The name as typed.
        name: String,
    },
    /// What is known of a file that would be started. Answer fields: `real` (links followed), `guard` (`out_of_reach`
    /// where neither it nor a directory above it can be written by whoever calls, else `writable`), `sha256` where it has
    /// at most 1 MiB, and `first_line` (what follows `#!`) where it is a script.
    ProgramFile {
        /// The path.
        path: String,
    },
    /// What a path is. Answer fields: `kind` (`file`, `directory`, `absent`), `real` (the canonical path of it or
    /// of its nearest existing parent with the rest appended), and for what is there `identity`, which other names of the
    /// same file share.
    Path {
        /// The path.
        path: String,
    },
    /// The directories aigov keeps its own files in, and the work tree. Answer fields: `config`, `data`, `home`,
    /// `policy`, `ledger`.
    OwnFiles,
}

/// What the host answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// Known: named fields, as listed with the `Want`.
    Known {
        /// The fields.
        fields: BTreeMap<String, String>,
    },
    /// There is no such thing (no kubeconfig, no such file).
    Absent,
    /// It could not be found out, and why. Counts as unknown, never as absent.
    Failed {
        /// Why.
        cause: String,
    },
}

impl Answer {
    /// A known answer with these fields.
    pub fn known<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self::Known { fields: fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() }
    }

    /// A field of a known answer.
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Known { fields } => fields.get(name).map(String::as_str),
            Self::Absent | Self::Failed { .. } => None,
        }
    }
}

/// The host, as the pure core sees it.
pub trait Facts {
    /// Answers one question; the same question gets the same answer within one run.
    fn answer(&self, want: &Want) -> Answer;
}

/// A question with its answer, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The question.
    pub want: Want,
    /// The answer.
    pub answer: Answer,
}

/// Keeps every answer that passes through it, so that it can be recorded and later replayed.
pub struct Remembered<'a> {
    source: &'a dyn Facts,
    seen: RefCell<Vec<Fact>>,
}

impl<'a> Remembered<'a> {
    /// Remembers what `source` answers.
    pub fn new(source: &'a dyn Facts) -> Self {
        Self { source, seen: RefCell::new(Vec::new()) }
    }

    /// What was asked so far, in the order first asked.
    pub fn into_facts(self) -> Vec<Fact> {
        self.seen.into_inner()
    }
}

impl Facts for Remembered<'_> {
    fn answer(&self, want: &Want) -> Answer {
        if let Some(fact) = self.seen.borrow().iter().find(|fact| fact.want == *want) {
            return fact.answer.clone();
        }
        let answer = self.source.answer(want);
        self.seen.borrow_mut().push(Fact { want: want.clone(), answer: answer.clone() });
        answer
    }
}

/// Facts from a record: answers what was stored, and `Failed` for what was never asked.
pub struct Replayed {
    facts: Vec<Fact>,
    has_missed: Cell<bool>,
}

impl Replayed {
    /// Replays `facts`.
    pub fn new(facts: Vec<Fact>) -> Self {
        Self { facts, has_missed: Cell::new(false) }
    }

    /// Whether something was asked that was not stored.
    pub fn has_missed(&self) -> bool {
        self.has_missed.get()
    }
}

impl Facts for Replayed {
    fn answer(&self, want: &Want) -> Answer {
        match self.facts.iter().find(|fact| fact.want == *want) {
            Some(fact) => fact.answer.clone(),
            None => {
                self.has_missed.set(true);
                Answer::Failed { cause: "not asked when this was recorded".to_owned() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(RefCell<u32>);

    impl Facts for Counting {
        fn answer(&self, _: &Want) -> Answer {
            *self.0.borrow_mut() += 1;
            Answer::known([("path", "/bin/ls".to_owned())])
        }
    }

    #[test]
    fn a_question_is_asked_once_and_replays_the_same() {
        let host = Counting(RefCell::new(0));
        let want = Want::Program { name: "ls".to_owned() };
        let remembered = Remembered::new(&host);
        let first = remembered.answer(&want);
        assert_eq!(remembered.answer(&want), first);
        let replayed = Replayed::new(remembered.into_facts());
        assert_eq!(*host.0.borrow(), 1);
        assert_eq!(replayed.answer(&want), first);
        assert!(!replayed.has_missed());
        assert!(matches!(replayed.answer(&Want::OwnFiles), Answer::Failed { .. }));
        assert!(replayed.has_missed());
    }
}
