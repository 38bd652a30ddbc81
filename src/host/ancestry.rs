//! The processes above this one, as `/proc` shows them, and the agents among them.
//!
//! Ancestry can be cut (setsid with a double fork, tmux, another pid namespace): that no agent is found is no proof.

use std::path::Path;

use crate::host::read;

/// How far up the walk goes; deeper trees end it as if it had been cut.
const DEPTH: usize = 64;

/// Programs that are agents, by the base name of what was started.
const AGENTS: &[(&str, &str)] = &[
    ("claude", "claude-code"),
    ("claude-code", "claude-code"),
    ("codex", "codex"),
    ("gemini", "gemini-cli"),
    ("gemini-cli", "gemini-cli"),
    ("copilot", "copilot"),
    ("opencode", "opencode"),
    ("cline", "cline"),
    ("aider", "aider"),
    ("goose", "goose"),
    ("goosed", "goose"),
    ("amp", "amp"),
    ("cursor-agent", "cursor"),
    ("qwen", "qwen-code"),
    ("crush", "crush"),
    ("droid", "droid"),
    ("auggie", "auggie"),
    ("openhands", "openhands"),
    ("kiro-cli", "kiro"),
];

/// Parts of the path of a script that an interpreter runs.
const PACKAGES: &[(&str, &str)] = &[
    ("/@anthropic-ai/claude-code/", "claude-code"),
    ("/@openai/codex/", "codex"),
    ("/@google/gemini-cli/", "gemini-cli"),
    ("/@github/copilot/", "copilot"),
    ("/opencode-ai/", "opencode"),
    ("/@sourcegraph/amp/", "amp"),
    ("/@qwen-code/qwen-code/", "qwen-code"),
    ("/site-packages/aider/", "aider"),
];

/// Programs whose first argument is the program that counts.
const INTERPRETERS: &[&str] =
    &["node", "bun", "deno", "python", "sh", "bash", "dash", "zsh", "env", "npx", "uv", "uvx"];

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its parent; 0 when there is none in this pid namespace.
    pub parent: u32,
    /// The kernel's short name of it.
    pub comm: String,
    /// The first words of its command line.
    pub words: Vec<String>,
}

/// Where processes are looked up, so that tests can make them up.
pub trait Processes {
    /// The parent of the running process; 0 when it is not in this pid namespace.
    fn parent(&self) -> u32;
    /// A process by id.
    fn process(&self, pid: u32) -> Option<Process>;
}

/// The kernel's own account.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proc;

impl Processes for Proc {
    fn parent(&self) -> u32 {
        std::os::unix::process::parent_id()
    }

    fn process(&self, pid: u32) -> Option<Process> {
        let stat = read::proc(Path::new(&format!("/proc/{pid}/stat")))?;
        let line = read::proc(Path::new(&format!("/proc/{pid}/cmdline"))).unwrap_or_default();
        let text = String::from_utf8_lossy(&stat);
        let (head, tail) = text.rsplit_once(')')?;
        let comm = head.split_once('(')?.1.to_owned();
        let parent = tail.split_ascii_whitespace().nth(1)?.parse().ok()?;
        let words = line.split(|byte| *byte == 0).take(4).map(|word| String::from_utf8_lossy(word).into_owned());
        Some(Process { parent, comm, words: words.collect() })
    }
}

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ancestry {
    /// An agent, its process id and the word that gave it away.
    Agent {
        /// The agent's name.
        agent: String,
        /// Its process id.
        pid: u32,
        /// What was seen.
        seen: String,
    },
    /// No agent up to the first process.
    Clean,
    /// No agent among those that could be seen; the words say where it ended.
    Cut(String),
    /// Nothing could be seen at all.
    Unreadable,
}

/// Walks up from the parent of the running process.
pub fn walk(processes: &dyn Processes) -> Ancestry {
    let mut pid = processes.parent();
    if pid == 0 {
        return Ancestry::Cut("started from outside this pid namespace".to_owned());
    }
    for step in 0..DEPTH {
        let Some(process) = processes.process(pid) else {
            return if step == 0 {
                Ancestry::Unreadable
            } else {
                Ancestry::Cut(format!("process {pid} cannot be looked at"))
            };
        };
        if let Some((agent, seen)) = recognise(&process) {
            return Ancestry::Agent { agent: agent.to_owned(), pid, seen };
        }
        if process.parent == 0 {
            return Ancestry::Clean;
        }
        pid = process.parent;
    }
    Ancestry::Cut(format!("more than {DEPTH} processes"))
}

fn recognise(process: &Process) -> Option<(&'static str, String)> {
    if let Some(agent) = by_name(&process.comm) {
        return Some((agent, process.comm.clone()));
    }
    let first = process.words.first()?;
    if let Some(agent) = by_word(first) {
        return Some((agent, first.clone()));
    }
    let name = base(first).trim_start_matches('-').trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !INTERPRETERS.contains(&name) && !INTERPRETERS.contains(&process.comm.as_str()) {
        return None;
    }
    let script = process.words.iter().skip(1).filter(|word| !word.starts_with('-'));
    script.take(2).find_map(|word| by_word(word).map(|agent| (agent, word.clone())))
}

fn by_word(word: &str) -> Option<&'static str> {
    let package = || PACKAGES.iter().find(|(part, _)| word.contains(part)).map(|(_, agent)| *agent);
    let name = base(word);
    let stem = [".js", ".mjs", ".cjs", ".py", ".exe"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    by_name(stem).or_else(package)
}

fn by_name(name: &str) -> Option<&'static str> {
    AGENTS.iter().find(|(known, _)| *known == name).map(|(_, agent)| *agent)
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Processes that are made up: id, parent, comm, command line.
    pub(crate) struct Made(BTreeMap<u32, Process>);

    impl Made {
        pub(crate) fn new(list: &[(u32, u32, &str, &str)]) -> Self {
            let process = |parent, comm: &str, line: &str| Process {
                parent,
                comm: comm.to_owned(),
                words: line.split(' ').map(str::to_owned).collect(),
            };
            Self(list.iter().map(|(pid, parent, comm, line)| (*pid, process(*parent, comm, line))).collect())
        }
    }

    impl Processes for Made {
        fn parent(&self) -> u32 {
            self.0.keys().next_back().copied().unwrap_or(0)
        }

        fn process(&self, pid: u32) -> Option<Process> {
            self.0.get(&pid).cloned()
        }
    }

    fn agent(comm: &str, line: &str) -> Option<String> {
        match walk(&Made::new(&[(1, 0, "systemd", "/sbin/init"), (7, 1, comm, line), (9, 7, "bash", "bash -c x")])) {
            Ancestry::Agent { agent, .. } => Some(agent),
            Ancestry::Clean => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn agents_are_known_by_name_script_and_package() {
        for (comm, line, name) in [
            ("claude", "claude", "claude-code"),
            ("node", "node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js", "claude-code"),
            ("codex", "codex exec x", "codex"),
            ("MainThread", "copilot -p x", "copilot"),
            ("node", "/usr/bin/node --no-warnings /usr/local/bin/gemini", "gemini-cli"),
            ("python3.12", "python3.12 -m aider", "aider"),
            ("2.1.330", "/home/a/.local/bin/claude --x", "claude-code"),
            ("node", "node /x/cursor-agent", "cursor"),
            ("env", "env -i codex", "codex"),
        ] {
            assert_eq!(agent(comm, line).as_deref(), Some(name), "{line}");
        }
    }

    #[test]
    fn editors_shells_and_files_named_like_agents_are_no_agents() {
        for (comm, line) in [
            ("code", "/usr/share/code/code --type=zygote"),
            ("cursor", "/opt/cursor/cursor"),
            ("zed", "zed ."),
            ("vim", "vim claude"),
            ("tmux: server", "tmux new -s codex"),
            ("zsh", "-zsh"),
            ("python3", "python3 /home/a/src/goose/run.py"),
        ] {
            assert_eq!(agent(comm, line), None, "{line}");
        }
    }

    #[test]
    fn a_walk_that_ends_early_says_so() {
        assert_eq!(walk(&Made::new(&[])), Ancestry::Cut("started from outside this pid namespace".to_owned()));
        assert!(matches!(walk(&Made::new(&[(9, 7, "bash", "bash")])), Ancestry::Cut(_)));
        struct Blind;
        impl Processes for Blind {
            fn parent(&self) -> u32 {
                5
            }
            fn process(&self, _: u32) -> Option<Process> {
                None
            }
        }
        assert_eq!(walk(&Blind), Ancestry::Unreadable);
    }

    #[test]
    fn the_kernel_knows_this_process() {
        let own = Proc.process(std::process::id()).unwrap();
        assert_eq!(own.parent, Proc.parent());
        assert!(!own.words.is_empty());
    }
}
