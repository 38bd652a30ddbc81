//! Who called: from flags, the marks that agents leave in the environment, the ancestors and the terminal.
//!
//! All of it can be made up or taken away by the caller, so it is claimed, and it can only tighten: a mark or an
//! ancestor makes an agent of a human, nothing makes a human of an agent.

use std::path::Path;

use crate::host::ancestry::{Ancestry, Proc, Processes, walk};
use crate::host::{Host, clock, read, terminal};
use crate::model::action::Evidence;
use crate::model::attribution::{Attribution, CallerKind, Standing};

/// What the caller says of itself by flags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// `--agent`.
    pub agent: Option<String>,
    /// `--task`.
    pub task: Option<String>,
    /// `--session`.
    pub session: Option<String>,
    /// `--model`.
    pub model: Option<String>,
}

/// A variable that an agent sets for what it runs, and where the rest about it stands.
struct Marker {
    variable: &'static str,
    agent: &'static str,
    version: &'static [&'static str],
    session: &'static [&'static str],
    model: &'static [&'static str],
}

impl Marker {
    const fn new(variable: &'static str, agent: &'static str) -> Self {
        Self { variable, agent, version: &[], session: &[], model: &[] }
    }
}

/// The most telling first. `CURSOR_TRACE_ID`, `CLAUDE_CODE_SSE_PORT` and the like also stand in an editor's terminal
/// for humans, so they are no marks.
const MARKERS: &[Marker] = &[
    Marker {
        session: &["CLAUDE_CODE_SESSION_ID"],
        model: &["ANTHROPIC_MODEL"],
        ..Marker::new("CLAUDECODE", "claude-code")
    },
    Marker { session: CODEX_SESSION, version: &["CODEX_VERSION"], ..Marker::new("CODEX_CI", "codex") },
    Marker { session: CODEX_SESSION, version: &["CODEX_VERSION"], ..Marker::new("CODEX_THREAD_ID", "codex") },
    Marker { session: CODEX_SESSION, ..Marker::new("CODEX_SANDBOX_NETWORK_DISABLED", "codex") },
    Marker::new("CODEX_SANDBOX", "codex"),
    Marker { session: &["GEMINI_SESSION_ID"], model: &["GEMINI_MODEL"], ..Marker::new("GEMINI_CLI", "gemini-cli") },
    Marker {
        session: &["COPILOT_AGENT_SESSION_ID"],
        version: &["COPILOT_CLI_BINARY_VERSION"],
        model: &["COPILOT_MODEL"],
        ..Marker::new("COPILOT_CLI", "copilot")
    },
    Marker { session: &["COPILOT_AGENT_SESSION_ID"], ..Marker::new("COPILOT_AGENT_SESSION_ID", "copilot") },
    Marker::new("OPENCODE", "opencode"),
    Marker { session: &["CURSOR_TRACE_ID"], ..Marker::new("CURSOR_AGENT", "cursor") },
    Marker::new("CLINE_ACTIVE", "cline"),
    Marker::new("CLINE_CONNECTOR_CLI_LAUNCH", "cline"),
    Marker::new("ROO_ACTIVE", "roo"),
    Marker { model: &["GOOSE_MODEL"], ..Marker::new("GOOSE_TERMINAL", "goose") },
    Marker { session: &["AMP_THREAD_ID"], ..Marker::new("AMP_THREAD_ID", "amp") },
    Marker::new("QWEN_CODE", "qwen-code"),
    Marker::new("AUGMENT_AGENT", "auggie"),
];

const CODEX_SESSION: &[&str] = &["CODEX_THREAD_ID", "CODEX_SESSION_ID"];

/// Variables whose value names the agent.
const NAMING: &[&str] = &["AIGOV_AGENT", "AI_AGENT", "AGENT"];

/// What is known of an agent so far.
#[derive(Default)]
struct Found {
    agent: Option<String>,
    version: Option<String>,
    session: Option<String>,
    model: Option<String>,
    evidence: Vec<Evidence>,
}

/// Says who called. Reads the ancestors only when neither flag nor mark gives an agent.
pub fn attribute(host: &Host, claim: &Claim) -> Attribution {
    attribute_among(host, claim, &Proc, &terminal::has_terminal)
}

/// The same with the processes and the terminal given.
pub fn attribute_among(
    host: &Host,
    claim: &Claim,
    processes: &dyn Processes,
    has_terminal: &dyn Fn() -> bool,
) -> Attribution {
    let mut found = Found::default();
    let kind = caller(host, claim, processes, has_terminal, &mut found);
    let own = |name: &str| host.text(name).map(str::to_owned);
    Attribution {
        kind,
        standing: Standing::Claimed,
        agent: found.agent,
        version: found.version,
        model: claim.model.clone().or(found.model),
        session: claim.session.clone().or_else(|| own("AIGOV_SESSION")).or(found.session),
        on_behalf_of: Some(format!("{}@{}", user(host, &mut found.evidence), clock::hostname())),
        task: claim.task.clone().or_else(|| own("AIGOV_TASK")),
        parent: own("AIGOV_PARENT"),
        uid: host.uid(),
        evidence: found.evidence,
    }
}

fn caller(
    host: &Host,
    claim: &Claim,
    processes: &dyn Processes,
    has_terminal: &dyn Fn() -> bool,
    found: &mut Found,
) -> CallerKind {
    by_claim(claim, found);
    by_markers(host, found);
    by_naming(host, found);
    if found.agent.is_some() {
        return CallerKind::Agent;
    }
    let mut note = |text: String| found.evidence.push(Evidence::new("caller", text));
    match walk(processes) {
        Ancestry::Agent { agent, pid, seen } => {
            note(format!("ancestor {pid} is `{seen}`"));
            found.agent = Some(agent);
            return CallerKind::Agent;
        }
        Ancestry::Unreadable => {
            note("the ancestors cannot be looked at".to_owned());
            return CallerKind::Unattributed;
        }
        Ancestry::Cut(why) => note(format!("no agent among the ancestors that can be seen: {why}")),
        Ancestry::Clean => note("no agent's mark, no agent among the ancestors".to_owned()),
    }
    if has_terminal() {
        note("a terminal".to_owned());
        CallerKind::Human
    } else {
        note("no terminal".to_owned());
        CallerKind::Unattributed
    }
}

fn by_claim(claim: &Claim, found: &mut Found) {
    if let Some(agent) = claim.agent.as_deref().filter(|agent| !agent.is_empty()) {
        found.evidence.push(Evidence::new("caller", format!("--agent {agent}")));
        found.agent = Some(agent.to_owned());
    }
}

fn by_markers(host: &Host, found: &mut Found) {
    let first = |names: &[&str]| names.iter().find_map(|name| host.text(name)).map(str::to_owned);
    for marker in MARKERS {
        let Some(value) = host.variable(marker.variable).filter(|value| is_on(&value.0)) else {
            continue;
        };
        found.evidence.push(Evidence::new("caller", format!("{}={}", marker.variable, value.lossy())));
        let agent = found.agent.get_or_insert_with(|| marker.agent.to_owned());
        if agent == marker.agent {
            found.version = found.version.take().or_else(|| first(marker.version));
            found.session = found.session.take().or_else(|| first(marker.session));
            found.model = found.model.take().or_else(|| first(marker.model));
        }
    }
}

/// `AIGOV_AGENT` is aigov's own and names the agent whatever the other marks say; the others only fill a gap.
fn by_naming(host: &Host, found: &mut Found) {
    for name in NAMING {
        let Some(value) = host.variable(name).filter(|value| is_on(&value.0)) else {
            continue;
        };
        let value = value.lossy();
        found.evidence.push(Evidence::new("caller", format!("{name}={value}")));
        let (agent, version) = parse_name(&value);
        let claimed = found.evidence.iter().any(|evidence| evidence.text.starts_with("--agent "));
        if found.agent.is_none() || (*name == "AIGOV_AGENT" && !claimed) {
            found.agent = Some(agent.clone());
        }
        if found.agent.as_ref() == Some(&agent) {
            found.version = found.version.take().or(version);
        }
    }
}

/// `claude-code_2-1-330_agent` is an agent and its version; any other value is a name; `1` and `true` are none.
fn parse_name(value: &str) -> (String, Option<String>) {
    if matches!(value, "1" | "true") {
        return ("agent".to_owned(), None);
    }
    let mut parts = value.split('_');
    let name = parts.next().filter(|name| !name.is_empty()).unwrap_or("agent");
    let version = parts.next().filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    match version {
        Some(version) => (name.to_owned(), Some(version.replace('-', "."))),
        None => (value.to_owned(), None),
    }
}

fn is_on(value: &[u8]) -> bool {
    !matches!(value, b"" | b"0" | b"false")
}

/// The user's name from `/etc/passwd`, else `uid:N`; never from a variable, which anybody can set.
fn user(host: &Host, evidence: &mut Vec<Evidence>) -> String {
    if let Some(sudo) = host.text("SUDO_USER") {
        evidence.push(Evidence::new("on_behalf_of", format!("SUDO_USER={sudo}")));
    }
    let name = read::text(Path::new("/etc/passwd")).ok().and_then(|passwd| name_of(&passwd, host.uid()));
    name.unwrap_or_else(|| format!("uid:{}", host.uid()))
}

fn name_of(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::host::ancestry::tests::Made;
    use crate::host::tests::env;

    const SHELL: (u32, u32, &str, &str) = (9, 1, "zsh", "-zsh");
    const INIT: (u32, u32, &str, &str) = (1, 0, "systemd", "/sbin/init");

    fn who(pairs: &[(&str, &str)], claim: &Claim, above: &[(u32, u32, &str, &str)], terminal: bool) -> Attribution {
        let host = Host::assemble(env(pairs), PathBuf::from("/"), 0);
        attribute_among(&host, claim, &Made::new(above), &|| terminal)
    }

    #[test]
    fn claude_code_is_known_with_version_and_session() {
        let vars = [("CLAUDECODE", "1"), ("AI_AGENT", "claude-code_2-1-330_agent"), ("CLAUDE_CODE_SESSION_ID", "s1")];
        let who = who(&vars, &Claim::default(), &[INIT, SHELL], true);
        assert_eq!(who.kind, CallerKind::Agent);
        assert_eq!(who.agent.as_deref(), Some("claude-code"));
        assert_eq!(who.version.as_deref(), Some("2.1.330"));
        assert_eq!(who.session.as_deref(), Some("s1"));
        assert_eq!(who.standing, Standing::Claimed);
    }

    #[test]
    fn each_agent_of_the_table_is_known_by_its_mark_even_at_a_terminal() {
        for (variable, value, agent) in [
            ("CODEX_CI", "1", "codex"),
            ("CODEX_THREAD_ID", "t", "codex"),
            ("CODEX_SANDBOX_NETWORK_DISABLED", "1", "codex"),
            ("GEMINI_CLI", "1", "gemini-cli"),
            ("COPILOT_CLI", "1", "copilot"),
            ("OPENCODE", "1", "opencode"),
            ("CURSOR_AGENT", "1", "cursor"),
            ("CLINE_ACTIVE", "true", "cline"),
            ("ROO_ACTIVE", "true", "roo"),
            ("GOOSE_TERMINAL", "1", "goose"),
            ("AGENT", "goose", "goose"),
            ("AGENT", "amp", "amp"),
            ("AGENT", "1", "agent"),
            ("AI_AGENT", "my_bot", "my_bot"),
            ("AIGOV_AGENT", "deployer", "deployer"),
        ] {
            let who = who(&[(variable, value)], &Claim::default(), &[INIT, SHELL], true);
            assert_eq!((who.kind, who.agent.as_deref()), (CallerKind::Agent, Some(agent)), "{variable}");
        }
    }

    #[test]
    fn an_editors_terminal_is_a_humans() {
        let vars = [("CURSOR_TRACE_ID", "x"), ("TERM_PROGRAM", "vscode"), ("CLAUDE_CODE_SSE_PORT", "1"), ("AGENT", "")];
        let above = [INIT, (5, 1, "cursor", "/opt/cursor/cursor"), (9, 5, "zsh", "zsh")];
        assert_eq!(who(&vars, &Claim::default(), &above, true).kind, CallerKind::Human);
    }

    #[test]
    fn an_agent_above_makes_an_agent_of_a_human_at_a_terminal() {
        let above = [INIT, (5, 1, "codex", "codex"), (9, 5, "bash", "bash -lc x")];
        let who = who(&[], &Claim::default(), &above, true);
        assert_eq!((who.kind, who.agent.as_deref()), (CallerKind::Agent, Some("codex")));
        assert_eq!(who.evidence[0].text, "ancestor 5 is `codex`");
    }

    #[test]
    fn with_ancestry_cut_a_terminal_is_a_human_and_none_is_unattributed() {
        assert_eq!(who(&[], &Claim::default(), &[(9, 7, "sh", "sh")], true).kind, CallerKind::Human);
        assert_eq!(who(&[], &Claim::default(), &[INIT, SHELL], false).kind, CallerKind::Unattributed);
    }

    #[test]
    fn flags_claim_and_name_but_never_make_a_human() {
        let claim = Claim { agent: Some("bot".into()), task: Some("T-1".into()), ..Claim::default() };
        let vars = [("CLAUDECODE", "1"), ("AIGOV_AGENT", "other"), ("AIGOV_PARENT", "x-1"), ("AIGOV_TASK", "T-2")];
        let who = who(&vars, &claim, &[INIT, SHELL], true);
        assert_eq!((who.kind, who.agent.as_deref()), (CallerKind::Agent, Some("bot")));
        assert_eq!((who.task.as_deref(), who.parent.as_deref()), (Some("T-1"), Some("x-1")));
        assert!(who.evidence.iter().any(|evidence| evidence.text == "CLAUDECODE=1"));
    }

    #[test]
    fn the_user_comes_from_the_passwd_file_not_from_variables() {
        let who = who(&[("USER", "mallory"), ("SUDO_USER", "alice")], &Claim::default(), &[INIT, SHELL], true);
        assert_eq!(who.on_behalf_of, Some(format!("root@{}", clock::hostname())));
        assert!(who.evidence.iter().any(|evidence| evidence.text == "SUDO_USER=alice"));
        assert_eq!(name_of("a:x:1:1::/:\nb:x:20:1::/:", 20).as_deref(), Some("b"));
        assert_eq!(name_of("a:x:1:1::/:", 2), None);
    }
}
