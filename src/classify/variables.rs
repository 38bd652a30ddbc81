//! Variables that a command sets for itself: those that would make a tool run something else are not understood.

use crate::command::Word;

use crate::text::glob::glob;

/// Names whose value decides which code runs, or which user and home it runs as.
const RUN_CODE: &[&str] = &[
    "PATH", "LD_*", "DYLD_*", "BASH_ENV", "ENV", "BASH_FUNC_*", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS",
    "SHELL", "IFS", "GIT_*", "*PAGER", "*EDITOR", "VISUAL", "*BROWSER", "LESSOPEN", "LESSCLOSE", "*_ASKPASS",
    "PYTHON*", "NODE_*", "NPM_CONFIG_*", "npm_config_*", "RUBY*", "PERL*", "JAVA_*", "JDK_*", "_JAVA_OPTIONS",
    "MAVEN_*", "GRADLE_*", "CLASSPATH", "TF_CLI_*", "TF_PLUGIN*", "TF_REATTACH_PROVIDERS", "TERRAFORM_CONFIG",
    "KUBECTL_*", "KUBERC", "HELM_PLUGINS", "HELM_*HOME", "RUSTC*", "RUSTDOC*", "CARGO_HOME", "CARGO_BUILD_*",
    "CARGO_TARGET_*", "RUSTUP_*", "CC", "CXX", "AR", "LD", "MAKEFLAGS", "MAKEFILES", "GNUMAKEFLAGS", "GOFLAGS",
    "GOTOOLCHAIN", "GOROOT", "GOPROXY", "*_PROXY", "*_proxy", "GCONV_PATH", "GLIBC_TUNABLES", "DOCKER_CONFIG",
    "DOCKER_CLI_*", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ENDPOINT_URL*", "AWS_CA_BUNDLE", "HOME",
    "XDG_*", "USER", "TMPDIR", "PSQLRC", "PGSERVICE*", "PGSYSCONFDIR", "SSH_*", "SUDO_*", "TERMINFO*", "TERMCAP",
    "AIGOV_*", "RIPGREP_CONFIG_PATH", "GREP_OPTIONS", "TAR_OPTIONS", "GZIP", "MANPATH", "LOCPATH", "GREP", "TMUX*",
    "NLSPATH", "OPENSSL_CONF", "PIP_*", "UV_*", "POETRY_*", "BUNDLE_*", "CURL_HOME", "WGETRC",
];

/// Values that run nothing.
const BENIGN: &[&str] = &["", "cat", "less", "more", "true", ":", "0", "1", "false"];

/// Why setting `name` makes a command not understood; none where it does not.
pub fn objection(name: &str, value: &Word) -> Option<String> {
    let counts = RUN_CODE.iter().any(|pattern| glob(pattern, name));
    let is_benign = value.text().is_some_and(|text| BENIGN.contains(&text)) && !is_directory_like(name);
    (counts && !is_benign)
        .then(|| format!("`{name}` is set, which can make the tool run other code or use other settings"))
}

/// Names for which an empty or odd value still changes where things are looked for.
fn is_directory_like(name: &str) -> bool {
    ["PATH", "HOME", "IFS"].contains(&name)
        || name.starts_with("XDG_")
        || name.starts_with("LD_")
        || name.starts_with("AIGOV_")
}
