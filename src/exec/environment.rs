//! The child's environment: what is bound by an approval, what is passed on, what is left out, and what is added.
//!
//! Inherited variables that make a tool run code count only where the tool reads them. For a human's own command
//! nothing is left out.

use std::path::{Component, Path, PathBuf};

use crate::model::action::{Action, Category};
use crate::model::invocation::{Raw, Variable};
use crate::packs::variables::{Does, find};

/// A child's environment, settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChildEnvironment {
    /// Every variable that the child gets.
    pub vars: Vec<Variable>,
    /// What was left out, with the reason.
    pub dropped: Vec<(String, String)>,
}

/// Whose command it is that is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A human's own: nothing is left out and nothing is added.
    Human,
    /// Anybody else's.
    Other,
}

/// What git is told, in the way that counts before every file of settings but after `-c`: no program of the
/// repository's watches its files, and a repository that lies among another directory's files brings no settings.
const GIT: [(&str, &str); 2] = [("core.fsmonitor", "false"), ("safe.bareRepository", "explicit")];

/// Places in which anybody can put a program.
const SCRATCH: [&str; 5] = ["/tmp", "/var/tmp", "/dev/shm", "/private/tmp", "/proc"];

/// Settles the environment of a child that does these actions in `cwd`.
pub fn prepare(env: &[Variable], actions: &[Action], cwd: &Path, whose: Whose) -> ChildEnvironment {
    let mut child = ChildEnvironment::default();
    if whose == Whose::Human {
        child.vars = env.to_vec();
        return child;
    }
    // Where code runs that was not seen, places of the working tree are no surprise: that code lies there too.
    let runs_unseen = actions.iter().any(|action| action.categories.contains(&Category::Execution));
    for (name, value) in env {
        let text = name.lossy();
        if text == "PATH" && !runs_unseen {
            let (kept, left) = trusted(value, cwd);
            child.vars.push((name.clone(), kept));
            child.dropped.extend(left.into_iter().map(|place| {
                (text.to_string(), format!("`{place}` is a place in which whoever calls can have put a program"))
            }));
            continue;
        }
        match objection(&text, value, actions, runs_unseen) {
            None => child.vars.push((name.clone(), value.clone())),
            Some(why) => child.dropped.push((text.into_owned(), why.to_owned())),
        }
    }
    child.quieten();
    child
}

/// Why an inherited variable is left out. What says where a tool points stays: without it the tool would point
/// elsewhere. So does what names settings, which is judged with the command.
fn objection(name: &str, value: &Raw, actions: &[Action], runs_unseen: bool) -> Option<&'static str> {
    let variable = find(name)?;
    let is_reader = |action: &Action| variable.is_read_by(&action.tool) || action.is_described();
    let is_read = variable.is_read_by_every() || actions.iter().any(is_reader);
    if !is_read || value.as_str().is_some_and(|text| variable.is_benign(text)) {
        return None;
    }
    match variable.does {
        Does::RunsCode => Some("it would make the tool run code"),
        Does::LoadsCode if runs_unseen || name == "PATH" => None,
        Does::LoadsCode => Some("it would make the tool load code"),
        Does::WritesFile if variable.is_read_by_every() => None,
        Does::WritesFile => Some("it would make the tool write a file"),
        Does::NamesSettings
        | Does::Redirects
        | Does::NamesAddress
        | Does::NamesProxy
        | Does::Governs
        | Does::Nothing => None,
    }
}

/// `PATH` without the places in which whoever calls can have put a program, and those places.
fn trusted(path: &Raw, cwd: &Path) -> (Raw, Vec<String>) {
    let Some(text) = path.as_str() else { return (Raw::from("/usr/bin:/bin"), vec![path.lossy().into_owned()]) };
    let tree = tree(cwd);
    let (kept, left): (Vec<&str>, Vec<&str>) = text.split(':').partition(|place| {
        let place = Path::new(place);
        let is_plain = place.is_absolute() && !place.components().any(|part| part == Component::ParentDir);
        is_plain && !SCRATCH.iter().any(|scratch| place.starts_with(scratch)) && !place.starts_with(&tree)
    });
    // An empty list would mean the working directory.
    let kept = if kept.is_empty() { "/usr/bin:/bin".to_owned() } else { kept.join(":") };
    (Raw::from(kept.as_str()), left.into_iter().map(str::to_owned).collect())
}

/// The working tree around a directory, or the directory itself.
fn tree(cwd: &Path) -> PathBuf {
    cwd.ancestors().find(|place| place.join(".git").exists()).unwrap_or(cwd).to_path_buf()
}

/// The variables that say where these tools point, as whom, and what they run: what an approval binds.
pub fn relevant(env: &[Variable], tools: &[&str]) -> Vec<Variable> {
    let counts = |(name, _): &&Variable| {
        find(&name.lossy()).is_some_and(|variable| {
            let is_read = variable.is_read_by_every() || tools.iter().any(|tool| variable.is_read_by(tool));
            is_read && !matches!(variable.does, Does::Nothing | Does::Governs)
        })
    };
    env.iter().filter(counts).cloned().collect()
}

/// As `relevant`, for a tool that can start any other.
pub fn relevant_to_any(env: &[Variable]) -> Vec<Variable> {
    let counts = |(name, _): &&Variable| {
        find(&name.lossy()).is_some_and(|variable| !matches!(variable.does, Does::Nothing | Does::Governs))
    };
    env.iter().filter(counts).cloned().collect()
}

impl ChildEnvironment {
    /// What looks must not be talked into running something: no commands from a pager, no programs that a repository's
    /// settings name, and the pager that git would take if no repository named another.
    fn quieten(&mut self) {
        self.inject("LESSSECURE", "1");
        self.inject("GIT_CONFIG_COUNT", &GIT.len().to_string());
        for (at, (name, value)) in GIT.iter().enumerate() {
            self.inject(&format!("GIT_CONFIG_KEY_{at}"), name);
            self.inject(&format!("GIT_CONFIG_VALUE_{at}"), value);
        }
        let known = |name: &str| self.vars.iter().find(|(known, _)| known.0 == name.as_bytes()).map(|(_, value)| value);
        if known("GIT_PAGER").is_none() {
            let pager = known("PAGER").and_then(Raw::as_str).unwrap_or("less").to_owned();
            self.inject("GIT_PAGER", &pager);
        }
    }

    /// Leaves these variables out.
    pub fn drop_variables(&mut self, names: &[&str], why: &str) {
        self.vars.retain(|(name, _)| {
            let is_named = names.iter().any(|one| one.as_bytes() == name.0);
            if is_named {
                self.dropped.push((name.lossy().into_owned(), why.to_owned()));
            }
            !is_named
        });
    }

    /// Adds a variable of aigov's own.
    pub fn inject(&mut self, name: &str, value: &str) {
        self.vars.retain(|(known, _)| known.0 != name.as_bytes());
        self.vars.push((Raw::from(name), Raw::from(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::{Environment, Impact, Reversible};

    fn env(pairs: &[(&str, &str)]) -> Vec<Variable> {
        pairs.iter().map(|(name, value)| (Raw::from(*name), Raw::from(*value))).collect()
    }

    fn names_of(vars: &[Variable]) -> Vec<String> {
        vars.iter().map(|(name, _)| name.lossy().into_owned()).collect()
    }

    fn action(tool: &str, categories: &[Category]) -> Action {
        Action {
            tool: tool.to_owned(),
            operation: tool.to_owned(),
            impact: Impact::Read,
            categories: categories.iter().copied().collect(),
            environment: Environment::local(),
            service: None,
            targets: Vec::new(),
            reversible: Reversible::Yes,
            evidence: Vec::new(),
        }
    }

    /// What is left of these variables when a tool is started.
    fn left(pairs: &[(&str, &str)], tool: &str, categories: &[Category]) -> Vec<String> {
        let child = prepare(&env(pairs), &[action(tool, categories)], Path::new("/src/tree"), Whose::Other);
        let is_given = |name: &String| pairs.iter().any(|(given, _)| given == name);
        names_of(&child.vars).into_iter().filter(is_given).collect()
    }

    #[test]
    fn variables_that_run_code_are_left_out_only_where_the_tool_reads_them() {
        let given = [("GIT_SSH_COMMAND", "sh -c evil"), ("PAGER", "less"), ("LD_PRELOAD", "/home/x.so"), ("LANG", "C")];
        assert_eq!(left(&given, "git", &[Category::Observe]), ["PAGER", "LANG"]);
        assert_eq!(left(&given, "kubectl", &[Category::Observe]), ["GIT_SSH_COMMAND", "PAGER", "LANG"]);
        let all = env(&given);
        assert_eq!(prepare(&all, &[action("git", &[])], Path::new("/"), Whose::Human).vars, all);
    }

    #[test]
    fn libraries_of_the_system_pass_and_a_way_out_of_them_does_not() {
        for (value, passes) in
            [("/usr/lib/libjemalloc.so", true), ("/usr/../tmp/x.so", false), ("/usr/lib:/tmp/x", false)]
        {
            assert_eq!(left(&[("LD_PRELOAD", value)], "ls", &[]).len(), usize::from(passes), "{value}");
        }
    }

    #[test]
    fn places_of_the_tree_stay_only_where_code_of_the_tree_runs() {
        let given = [("PYTHONPATH", "src"), ("PATH", "/src/tree/bin:/tmp/x:.:/usr/bin:/home/u/.local/bin")];
        assert_eq!(left(&given, "pytest", &[Category::Execution]), ["PYTHONPATH", "PATH"]);
        assert_eq!(left(&given, "aws", &[Category::Observe]), ["PATH"]);
        let child = prepare(&env(&given), &[action("aws", &[])], Path::new("/src/tree"), Whose::Other);
        assert!(
            child.vars.contains(&(Raw::from("PATH"), Raw::from("/usr/bin:/home/u/.local/bin"))),
            "{:?}",
            child.vars
        );
        let why: Vec<&str> = child.dropped.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(why, ["PYTHONPATH", "PATH", "PATH", "PATH"]);
    }

    #[test]
    fn what_says_where_a_tool_points_is_never_left_out() {
        let given = [
            ("KUBECONFIG", "/tmp/x"),
            ("AWS_PROFILE", "prod"),
            ("AWS_ENDPOINT_URL", "http://x"),
            ("HTTPS_PROXY", "http://x"),
            ("TF_WORKSPACE", "prod"),
            ("TF_CLI_CONFIG_FILE", "x"),
            ("HOME", "/x"),
            ("AIGOV_AGENT", "x"),
        ];
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        assert_eq!(left(&given, "terraform", &[Category::Plan]), names);
    }

    #[test]
    fn what_says_where_a_tool_points_is_bound() {
        let env =
            env(&[("KUBECONFIG", "a"), ("AWS_PROFILE", "b"), ("PATH", "/bin"), ("LANG", "C"), ("AIGOV_AGENT", "x")]);
        assert_eq!(names_of(&relevant(&env, &["kubectl"])), ["KUBECONFIG", "AWS_PROFILE", "PATH"]);
        assert_eq!(names_of(&relevant(&env, &["git"])), ["PATH"]);
    }

    #[test]
    fn an_added_variable_replaces_an_inherited_one() {
        let mut child =
            ChildEnvironment { vars: env(&[("AIGOV_PARENT", "x-0"), ("ENV", "/tmp/rc")]), dropped: Vec::new() };
        child.inject("AIGOV_PARENT", "x-1");
        child.drop_variables(&["ENV"], "no start-up files");
        assert_eq!(child.vars, env(&[("AIGOV_PARENT", "x-1")]));
        assert_eq!(child.dropped.len(), 1);
    }
}
