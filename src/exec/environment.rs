//! The child's environment: what is bound by an approval, what is passed on, what is left out, and what is added.
//!
//! Inherited variables that make a tool run code count only where the tool reads them. For a human's own command
//! nothing is left out.

use crate::model::invocation::{Raw, Variable};

/// A child's environment, settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChildEnvironment {
    /// Every variable that the child gets.
    pub vars: Vec<Variable>,
    /// What was left out, with the reason.
    pub dropped: Vec<(String, String)>,
}

/// What one tool reads from its environment.
struct Reads {
    tool: &'static str,
    /// Where it points and as whom; a name that ends in `*` stands for all that start so.
    target: &'static [&'static str],
    /// What makes it run a program.
    code: &'static [&'static str],
}

/// Read by whatever is started: the path of programs, the home, proxies, the loader's libraries.
const ANY: Reads = Reads {
    tool: "",
    target: &[
        "PATH", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy",
        "no_proxy",
    ],
    code: &[
        "BASH_ENV", "ENV", "BASH_FUNC_*", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "GREP", "LD_PRELOAD",
        "LD_AUDIT", "LD_LIBRARY_PATH", "DYLD_*", "GCONV_PATH", "GLIBC_TUNABLES",
    ],
};

const TOOLS: &[Reads] = &[
    Reads {
        tool: "kubectl",
        target: &["KUBECONFIG", "KUBERNETES_*"],
        code: &["KUBE_EDITOR", "EDITOR", "VISUAL", "KUBECTL_EXTERNAL_DIFF", "KUBERC"],
    },
    Reads { tool: "helm", target: &["KUBECONFIG", "HELM_*", "KUBERNETES_*"], code: &["HELM_PLUGINS"] },
    Reads {
        tool: "terraform",
        target: &[
            "TF_WORKSPACE", "TF_DATA_DIR", "TF_VAR_*", "TF_TOKEN_*", "AWS_*", "GOOGLE_*", "ARM_*", "AZURE_*", "KUBE_*",
            "KUBECONFIG",
        ],
        code: &[
            "TF_CLI_ARGS*", "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_REATTACH_PROVIDERS", "TF_PLUGIN_CACHE_DIR",
        ],
    },
    Reads { tool: "aws", target: &["AWS_*"], code: &["AWS_PAGER", "PAGER", "PYTHON*"] },
    Reads { tool: "docker", target: &["DOCKER_*", "COMPOSE_*", "BUILDKIT_*"], code: &["DOCKER_CLI_PLUGIN_EXTRA_DIRS"] },
    Reads {
        tool: "gh",
        target: &["GH_*", "GITHUB_*"],
        code: &["GH_PAGER", "GH_EDITOR", "GH_BROWSER", "BROWSER", "PAGER", "EDITOR", "VISUAL"],
    },
    Reads {
        tool: "psql",
        target: &["PG*"],
        code: &["PSQL_PAGER", "PSQL_EDITOR", "PSQLRC", "PAGER", "EDITOR", "VISUAL"],
    },
    Reads {
        tool: "git",
        target: &[
            "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_AUTHOR_*",
            "GIT_COMMITTER_*",
        ],
        code: &[
            "GIT_CONFIG*", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR",
            "GIT_SEQUENCE_EDITOR", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR",
            "GIT_ALLOW_PROTOCOL", "SSH_ASKPASS", "PAGER", "EDITOR", "VISUAL", "BROWSER",
        ],
    },
    Reads { tool: "less", target: &[], code: &["LESSOPEN", "LESSCLOSE", "LESSKEY*", "EDITOR", "VISUAL"] },
    Reads { tool: "man", target: &[], code: &["MANPAGER", "PAGER", "BROWSER", "MANOPT"] },
    Reads { tool: "rg", target: &[], code: &["RIPGREP_CONFIG_PATH"] },
];

/// Values that run nothing, or only what the system itself installed.
const BENIGN: &[&str] = &[
    "", "cat", "less", "more", "most", "less -R", "less -FRX", "vi", "vim", "nano", "emacs", "code --wait", "true", ":",
];

/// Directories that only root writes.
const SYSTEM: &[&str] = &["/usr/", "/lib/", "/lib64/", "/bin/", "/opt/", "/nix/store/"];

/// Settles the environment of a child that runs these tools.
pub fn prepare(env: &[Variable], tools: &[&str], is_human: bool) -> ChildEnvironment {
    let mut child = ChildEnvironment::default();
    for (name, value) in env {
        let text = name.lossy();
        let runs_code = readers(tools).any(|reads| names(reads.code, &text));
        if is_human || !runs_code || is_benign(value) {
            child.vars.push((name.clone(), value.clone()));
        } else {
            child.dropped.push((text.into_owned(), "it would make the tool run code".to_owned()));
        }
    }
    child
}

/// The variables that say where these tools point and as whom: what an approval binds.
pub fn relevant(env: &[Variable], tools: &[&str]) -> Vec<Variable> {
    let counts = |(name, _): &&Variable| {
        let name = name.lossy();
        readers(tools).any(|reads| names(reads.target, &name) || names(reads.code, &name))
    };
    env.iter().filter(counts).cloned().collect()
}

impl ChildEnvironment {
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

fn readers<'a>(tools: &'a [&str]) -> impl Iterator<Item = &'static Reads> + 'a {
    std::iter::once(&ANY).chain(TOOLS.iter().filter(|reads| tools.contains(&reads.tool)))
}

fn names(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}

fn is_benign(value: &Raw) -> bool {
    let Some(text) = value.as_str() else { return false };
    let is_system = |part: &str| SYSTEM.iter().any(|start| part.starts_with(start)) && !part.contains("..");
    BENIGN.contains(&text) || (!text.contains(char::is_whitespace) && text.split(':').all(is_system))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<Variable> {
        pairs.iter().map(|(name, value)| (Raw::from(*name), Raw::from(*value))).collect()
    }

    fn names_of(vars: &[Variable]) -> Vec<String> {
        vars.iter().map(|(name, _)| name.lossy().into_owned()).collect()
    }

    #[test]
    fn variables_that_run_code_are_left_out_only_where_the_tool_reads_them() {
        let env =
            env(&[("GIT_SSH_COMMAND", "sh -c evil"), ("PAGER", "less"), ("LD_PRELOAD", "/tmp/x.so"), ("LANG", "C")]);
        let child = prepare(&env, &["git"], false);
        assert_eq!(names_of(&child.vars), ["PAGER", "LANG"]);
        assert_eq!(child.dropped.len(), 2);
        let other = prepare(&env, &["kubectl"], false);
        assert_eq!(names_of(&other.vars), ["GIT_SSH_COMMAND", "PAGER", "LANG"]);
        assert_eq!(prepare(&env, &["git"], true).dropped, []);
    }

    #[test]
    fn libraries_of_the_system_pass_and_a_way_out_of_them_does_not() {
        for (value, passes) in
            [("/usr/lib/libjemalloc.so", true), ("/usr/../tmp/x.so", false), ("/usr/lib:/tmp/x", false)]
        {
            let child = prepare(&env(&[("LD_PRELOAD", value)]), &[], false);
            assert_eq!(child.dropped.is_empty(), passes, "{value}");
        }
    }

    #[test]
    fn what_says_where_a_tool_points_is_bound() {
        let env = env(&[("KUBECONFIG", "a"), ("AWS_PROFILE", "b"), ("PATH", "/bin"), ("LANG", "C")]);
        assert_eq!(names_of(&relevant(&env, &["kubectl"])), ["KUBECONFIG", "PATH"]);
        assert_eq!(names_of(&relevant(&env, &["terraform"])), ["KUBECONFIG", "AWS_PROFILE", "PATH"]);
    }

    #[test]
    fn an_added_variable_replaces_an_inherited_one() {
        let mut child = prepare(&env(&[("AIGOV_PARENT", "x-0"), ("ENV", "/tmp/rc")]), &[], false);
        child.inject("AIGOV_PARENT", "x-1");
        child.drop_variables(&["ENV"], "no start-up files");
        assert_eq!(child.vars, env(&[("AIGOV_PARENT", "x-1")]));
        assert_eq!(child.dropped.len(), 1);
    }
}
