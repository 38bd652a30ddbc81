//! What is known of environment variables, as constant data: who reads them, what they do, which values are harmless.
//!
//! Names are looked up in order and the first entry counts, so that what is harmless in a family (`GIT_AUTHOR_NAME`)
//! stands before the family (`GIT_*`), whose other members are taken to run code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::readers::{
    AGENTS, ANSIBLE, AWS, AZURE, BUILDS, CARGO, CURL, DOCKER, EDITING, EVERY, FORGES, GCLOUD, GITS, GO, HELM, JAVA,
    KUBE, LESS, MAN, MYSQL, NETWORK, NOBODY, NODE, PAGED, PERL, PSQL, PYTHON, RIPGREP, RUBY, SHELLS, SSH, SUDO,
    TERRAFORM, VAULT, VIM,
};
use crate::text::glob::glob;

/// One variable or family of variables.
#[derive(Debug)]
pub struct Variable {
    /// Names; `*` stands for any run of characters.
    pub names: &'static [&'static str],
    /// The tools that read it, by the names that actions have; `*` is every program.
    pub readers: &'static [&'static str],
    /// What it does.
    pub does: Does,
    /// Values that are harmless.
    pub benign: &'static [Benign],
    /// What an empty value does.
    pub empty: Empty,
    /// Where this is documented.
    pub source: &'static str,
}

/// What a variable does to a tool that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Its value is code, or names a program or a library, or flags that can.
    RunsCode,
    /// It names places from which more code is loaded.
    LoadsCode,
    /// It names files of settings, which can name programs, addresses and credentials.
    NamesSettings,
    /// It says which account, cluster, project or repository is meant.
    Redirects,
    /// It names the address that requests and credentials are sent to.
    NamesAddress,
    /// It names a proxy that requests go through.
    NamesProxy,
    /// It names a file that is written.
    WritesFile,
    /// It speaks to aigov itself.
    Governs,
    /// Nothing that counts.
    Nothing,
}

/// Values of a variable that are harmless.
#[derive(Debug, Clone, Copy)]
pub enum Benign {
    /// One of these, as it stands.
    Values(&'static [&'static str]),
    /// Words, each of which fits one of these patterns. `*` stands for no `/` unless the pattern has one.
    Words(&'static [&'static str]),
    /// One of these programs, by name or in a directory of the system's.
    Programs(&'static [&'static str]),
    /// A pager, with flags that only change how it shows.
    Pager,
    /// less's flags that only change how it shows, with or without dashes.
    LessFlags,
    /// ssh with options that name a key, a port or a waiting time.
    Ssh,
    /// A switch or a number.
    Switch,
    /// Absolute paths that only root writes.
    SystemPaths,
    /// An address of this machine.
    ThisMachine,
}

/// What an empty value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// The same as no value.
    Harmless,
    /// Something else.
    Counts,
}

/// Directories that only root writes.
const SYSTEM: &[&str] = &["/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/opt/", "/etc/", "/nix/store/"];
/// Where the system's programs lie.
const SYSTEM_BIN: &[&str] = &["/usr/bin/", "/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];
/// Pagers that show what they are given.
const PAGERS: &[&str] = &["cat", "less", "more", "most", "bat", "batcat", "delta", "diff-so-fancy", "moar", "ov"];
/// less's flags that change only how it shows: not `-o` (a log), `-k` (key bindings), `-p` and `+` (commands).
const PAGER_FLAGS: &str = "aAcCdeEfFgGiIJKLmMnNqQrRsSuUwWXxjz0123456789";
/// Editors that edit what they are given, and programs that leave it as it is.
const EDITORS: &[&str] = &[
    "vi", "vim", "nvim", "nano", "pico", "emacs", "emacs -nw", "emacsclient", "emacsclient -t", "emacsclient -nw",
    "micro", "hx", "helix", "kak", "joe", "mg", "ed", "code", "code --wait", "code -w", "code-insiders --wait",
    "codium --wait", "cursor --wait", "cursor -w", "zed --wait", "subl -w", "subl --wait", "subl -n -w", "mate -w",
    "gedit", "gedit --wait", "kate", "vim -f", "nvim -f", "nano -w", "true", ":", "cat", "false", "/bin/true",
    "/usr/bin/true", "/usr/bin/vi", "/usr/bin/vim", "/usr/bin/nvim", "/usr/bin/nano", "/usr/bin/editor", "/bin/nano",
    "editor", "sensible-editor",
];
const JVM: &[&str] = &[
    "-Xm*", "-Xss*", "-XX:+Use*", "-XX:MaxRAMPercentage=*", "-XX:MaxMetaspaceSize=*", "-XX:MaxPermSize=*",
    "-XX:ActiveProcessorCount=*", "-XX:TieredStopAtLevel=*", "-Dfile.encoding=*", "-Duser.timezone=*",
    "-Duser.language=*", "-Djava.awt.headless=*", "-Djava.net.preferIPv4Stack=*", "-Dorg.gradle.daemon=*",
    "-Dorg.gradle.jvmargs=-Xm*", "-ea", "-server",
];
const COMPILER_FLAGS: &[&str] = &[
    "-O*", "-g", "-g0", "-g1", "-g2", "-g3", "-ggdb", "-Wall", "-Wextra", "-Werror", "-Wpedantic", "-pedantic",
    "-Wno-*", "-Werror=*", "-march=*", "-mtune=*", "-fPIC", "-fPIE", "-fsanitize=*", "-fno-*", "-fstack-protector*",
    "-std=*", "-D*", "-U*", "-I*", "-I*/*", "-L*", "-L*/*", "-l*", "-pipe", "-pthread", "-static", "-m32", "-m64",
    "--coverage",
];
const RUST_FLAGS: &[&str] = &[
    "-C", "target-cpu=*", "opt-level=*", "debuginfo=*", "instrument-coverage", "link-dead-code", "strip=*",
    "-Ctarget-cpu=*", "-Copt-level=*", "-Cdebuginfo=*", "-Cinstrument-coverage", "-Cstrip=*", "--cfg",
    "tokio_unstable", "docsrs", "loom", "-D", "-W", "-A", "warnings", "-D*", "-W*", "-A*", "--cap-lints", "allow",
    "warn", "--cap-lints=*", "--document-private-items",
];
const TF_FLAGS: &[&str] = &[
    "-no-color", "-input=false", "-compact-warnings", "-lock-timeout=*", "-parallelism=*", "-json",
    "-detailed-exitcode",
];
const NODE_FLAGS: &[&str] = &[
    "--max-old-space-size=*", "--max_old_space_size=*", "--max-semi-space-size=*", "--openssl-legacy-provider",
    "--no-warnings", "--no-deprecation", "--trace-warnings", "--trace-deprecation", "--trace-uncaught",
    "--enable-source-maps", "--experimental-vm-modules", "--experimental-strip-types", "--experimental-fetch",
    "--unhandled-rejections=*", "--dns-result-order=*", "--stack-size=*", "--stack-trace-limit=*",
    "--pending-deprecation",
];
const GO_FLAGS: &[&str] = &[
    "-mod=mod", "-mod=vendor", "-mod=readonly", "-v", "-race", "-count=*", "-buildvcs=*", "-trimpath", "-tags=*",
    "-p=*", "-short", "-timeout=*", "-modcacherw",
];
const MAKE_FLAGS: &[&str] = &[
    "-j*", "-k", "-s", "-i", "-B", "-n", "-w", "--no-print-directory", "--jobs=*", "--silent", "--keep-going",
    "--output-sync*",
];
const PYTEST_FLAGS: &[&str] = &[
    "-v*", "-q*", "-x", "-s", "-l", "-rA", "-ra", "-rs", "-n", "-n*", "auto", "--tb=*", "--maxfail=*", "--color=*",
    "--durations=*", "--lf", "--ff", "--sw", "--no-header", "--no-summary", "--strict-markers", "--no-cov", "--cov",
];
const PG_FLAGS: &[&str] = &[
    "-c", "statement_timeout=*", "lock_timeout=*", "idle_in_transaction_session_timeout=*", "search_path=*",
    "client_min_messages=*", "default_transaction_read_only=on", "application_name=*", "-cstatement_timeout=*",
    "--statement_timeout=*", "--search_path=*", "--client_min_messages=*", "-cdefault_transaction_read_only=on",
    "--default_transaction_read_only=on",
];

const fn variable(
    (names, readers): (&'static [&'static str], &'static [&'static str]),
    does: Does,
    benign: &'static [Benign],
    source: &'static str,
) -> Variable {
    Variable { names, readers, does, benign, empty: Empty::Harmless, source }
}

const fn counts_empty(variable: Variable) -> Variable {
    Variable { empty: Empty::Counts, ..variable }
}

const fn code(
    names: &'static [&'static str],
    readers: &'static [&'static str],
    benign: &'static [Benign],
    source: &'static str,
) -> Variable {
    variable((names, readers), Does::RunsCode, benign, source)
}

const fn loads(names: &'static [&'static str], readers: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, readers), Does::LoadsCode, &[Benign::SystemPaths], source)
}

const fn settings(names: &'static [&'static str], readers: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, readers), Does::NamesSettings, &[Benign::SystemPaths, Benign::Values(&["/dev/null"])], source)
}

const fn redirects(names: &'static [&'static str], readers: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, readers), Does::Redirects, &[], source)
}

const fn address(names: &'static [&'static str], readers: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, readers), Does::NamesAddress, &[Benign::ThisMachine], source)
}

const fn writes(names: &'static [&'static str], readers: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, readers), Does::WritesFile, &[Benign::Switch], source)
}

const fn nothing(names: &'static [&'static str], source: &'static str) -> Variable {
    variable((names, NOBODY), Does::Nothing, &[], source)
}

/// Every variable that is known, by what reads it.
const FILES: &[&[Variable]] = &[OWN, PROCESS, SHELL, SHOWN, GIT, CLOUD, CLUSTER, DATABASE, LANGUAGES, TOOLS, FAMILIES];

const OWN: &[Variable] = &[
    nothing(&["AIGOV_OUTPUT"], "aigov(1)"),
    counts_empty(variable((&["AIGOV_*"], EVERY), Does::Governs, &[], "aigov(1)")),
];

/// What the loader, the C library and every program read.
const PROCESS: &[Variable] = &[
    counts_empty(variable((&["PATH"], EVERY), Does::LoadsCode, &[Benign::SystemPaths], "environ(7)")),
    nothing(&["LD_BIND_NOW"], "ld.so(8)"),
    code(
        &["LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_*", "DYLD_*"],
        EVERY,
        &[Benign::SystemPaths],
        "ld.so(8), dyld(1)",
    ),
    code(&["GCONV_PATH", "LOCPATH", "NLSPATH"], EVERY, &[Benign::SystemPaths], "iconv(1), setlocale(3), catopen(3)"),
    code(&["GLIBC_TUNABLES"], EVERY, &[], "https://sourceware.org/glibc/manual/latest/html_node/Tunables.html"),
    code(
        &["OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES"],
        EVERY,
        &[Benign::SystemPaths, Benign::Values(&["/dev/null"])],
        "openssl-env(7)",
    ),
    code(
        &["HOSTALIASES", "RESOLV_HOST_CONF", "RESOLV_*", "LOCALDOMAIN", "RES_OPTIONS"],
        NETWORK,
        &[],
        "hostname(7), resolv.conf(5)",
    ),
    code(&["TERMINFO", "TERMINFO_DIRS", "TERMCAP"], PAGED, &[Benign::SystemPaths], "terminfo(5)"),
    counts_empty(variable(
        (&["HOME"], EVERY),
        Does::NamesSettings,
        &[Benign::Values(&["/nonexistent", "/dev/null"])],
        "environ(7)",
    )),
    nothing(
        &["XDG_SESSION_*", "XDG_CURRENT_DESKTOP", "XDG_SEAT*", "XDG_VTNR"],
        "https://www.freedesktop.org/software/systemd/man/latest/pam_systemd.html",
    ),
    counts_empty(variable(
        (&["XDG_RUNTIME_DIR"], EVERY),
        Does::NamesSettings,
        &[Benign::Words(&["/run/user/*"])],
        "https://specifications.freedesktop.org/basedir-spec/latest/",
    )),
    counts_empty(settings(&["XDG_*"], EVERY, "https://specifications.freedesktop.org/basedir-spec/latest/")),
    nothing(&["NO_PROXY", "no_proxy"], "curl(1)"),
    variable(
        (
            &[
                "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "http_proxy", "https_proxy", "all_proxy",
                "ftp_proxy", "*_PROXY", "*_proxy",
            ],
            NETWORK,
        ),
        Does::NamesProxy,
        &[Benign::ThisMachine],
        "curl(1)",
    ),
    settings(
        &[
            "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
            "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "AWS_CA_BUNDLE", "CARGO_HTTP_CAINFO",
        ],
        NETWORK,
        "openssl-env(7), curl(1)",
    ),
    code(&["SSLKEYLOGFILE"], NETWORK, &[], "https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-02.html"),
    code(&["NETRC"], NETWORK, &[Benign::Values(&["/dev/null"])], "curl(1)"),
];

/// What shells read; a program that is a script starts one.
const SHELL: &[Variable] = &[
    code(&["BASH_ENV"], EVERY, &[Benign::SystemPaths], "bash(1)"),
    // Programs of all sorts call the stage that they run in so.
    code(
        &["ENV"],
        EVERY,
        &[
            Benign::SystemPaths,
            Benign::Words(&["dev", "test", "ci", "prod", "production", "staging", "development", "local"]),
        ],
        "sh(1p)",
    ),
    code(
        &[
            "BASH_FUNC_*", "PS4", "PROMPT_COMMAND", "PS0", "BASH_LOADABLES_PATH", "SHELLOPTS", "BASHOPTS",
            "BASH_XTRACEFD", "GREP",
        ],
        EVERY,
        &[],
        "bash(1)",
    ),
    counts_empty(code(
        &["IFS", "CDPATH", "GLOBIGNORE", "BASH_COMPAT", "ZDOTDIR", "FPATH", "INPUTRC"],
        SHELLS,
        &[],
        "bash(1), zsh(1)",
    )),
    writes(&["HISTFILE"], SHELLS, "bash(1)"),
    code(&["SHELL"], EDITING, &[Benign::Programs(&["sh", "bash", "dash", "zsh", "fish", "ksh"])], "environ(7)"),
];

/// Pagers, editors and browsers.
const SHOWN: &[Variable] = &[
    code(
        &["LESSOPEN", "LESSCLOSE"],
        LESS,
        &[Benign::Values(&[
            "| /usr/bin/lesspipe %s", "/usr/bin/lesspipe %s %s", "|/usr/bin/lesspipe.sh %s",
            "||/usr/bin/lesspipe.sh %s", "| /usr/bin/lesspipe.sh %s",
        ])],
        "less(1)",
    ),
    code(
        &["LESSKEY*", "LESSEDIT", "LESSGLOBALTAGS", "LESSMETACHARS", "LESSMETAESCAPE"],
        LESS,
        &[Benign::SystemPaths],
        "less(1)",
    ),
    code(&["LESS", "SYSTEMD_LESS"], LESS, &[Benign::LessFlags], "less(1)"),
    writes(&["LESSHISTFILE"], LESS, "less(1)"),
    nothing(&["LESSSECURE*", "LESSCHARSET", "LESSUTFCHARDEF", "LESS_TERMCAP_*", "LESSANSI*", "LESSBINFMT"], "less(1)"),
    code(&["PAGER", "MANPAGER"], PAGED, &[Benign::Pager], "man(1), git-var(1)"),
    code(&["GIT_PAGER"], GITS, &[Benign::Pager], "git-var(1)"),
    code(
        &["AWS_PAGER"],
        AWS,
        &[Benign::Pager],
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html",
    ),
    code(&["GH_PAGER", "GLAB_PAGER"], FORGES, &[Benign::Pager], "https://cli.github.com/manual/gh_help_environment"),
    code(&["PSQL_PAGER", "PSQL_WATCH_PAGER"], PSQL, &[Benign::Pager], "psql(1)"),
    nothing(&["SYSTEMD_PAGERSECURE"], "systemd(1)"),
    code(&["SYSTEMD_PAGER", "DELTA_PAGER", "BAT_PAGER", "*PAGER"], PAGED, &[Benign::Pager], "systemd(1)"),
    code(&["GIT_EDITOR", "GIT_SEQUENCE_EDITOR"], GITS, &[Benign::Values(EDITORS)], "git-var(1)"),
    code(
        &[
            "EDITOR", "VISUAL", "KUBE_EDITOR", "GH_EDITOR", "PSQL_EDITOR", "SYSTEMD_EDITOR", "SUDO_EDITOR", "FCEDIT",
            "*EDITOR",
        ],
        EDITING,
        &[Benign::Values(EDITORS)],
        "environ(7)",
    ),
    code(
        &["BROWSER", "GH_BROWSER"],
        PAGED,
        &[Benign::Values(&[
            "none", "true", "echo", "cat", ":", "open", "xdg-open", "firefox", "google-chrome", "chromium", "wslview",
            "chrome",
        ])],
        "git-web--browse(1)",
    ),
    code(
        &["VIMINIT", "EXINIT", "GVIMINIT", "MYVIMRC", "NVIM_APPNAME", "VIMRUNTIME", "EMACSLOADPATH"],
        VIM,
        &[],
        "vim(1)",
    ),
    code(&["MANROFFOPT", "MANOPT", "GROFF_*"], MAN, &[], "man(1)"),
    loads(&["MANPATH", "INFOPATH"], MAN, "man(1)"),
];

const GIT: &[Variable] = &[
    nothing(
        &[
            "GIT_AUTHOR_*", "GIT_COMMITTER_*", "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS", "GIT_PAGER_IN_USE",
            "GIT_MERGE_VERBOSITY", "GIT_MERGE_AUTOEDIT", "GIT_REFLOG_ACTION", "GIT_ADVICE", "GIT_LITERAL_PATHSPECS",
            "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_FLUSH",
            "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_DEFAULT_HASH", "GIT_DEFAULT_BRANCH",
            "GIT_LFS_SKIP_SMUDGE", "GIT_LFS_SKIP_PUSH", "GIT_HTTP_LOW_SPEED_*", "GIT_HTTP_USER_AGENT", "GIT_PROTOCOL",
            "GIT_NO_LAZY_FETCH", "GIT_NO_REPLACE_OBJECTS", "GIT_ATTR_NOSYSTEM", "GIT_CONFIG_NOSYSTEM",
            "GIT_SSH_VARIANT", "GIT_CLONE_PROTECTION_ACTIVE", "GIT_CURL_VERBOSE", "GIT_PRINT_SHA1_ELLIPSIS",
            "GIT_PS1_*",
            // Names that builds give to what they know of a repository; git reads none of them.
            "GIT_SHA*", "GIT_COMMIT", "GIT_COMMIT_*", "GIT_BRANCH", "GIT_REF", "GIT_TAG", "GIT_REVISION", "GIT_HASH",
            "GIT_VERSION", "GIT_REV", "GIT_URL", "GIT_DESCRIBE", "GIT_DIRTY",
        ],
        "git(1)",
    ),
    writes(&["GIT_TRACE*"], GITS, "git(1)"),
    redirects(
        &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_VERSION", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"],
        GITS,
        "git(1)",
    ),
    settings(&["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"], GITS, "git(1)"),
    // The index says which directories are repositories, in which git then looks.
    code(&["GIT_INDEX_FILE"], GITS, &[Benign::Values(&[".git/index"])], "git(1)"),
    // Also without a value: what aigov itself says through them must stay.
    counts_empty(code(&["GIT_CONFIG*"], GITS, &[], "git-config(1)")),
    code(&["GIT_SSH", "GIT_SSH_COMMAND"], GITS, &[Benign::Ssh], "git(1)"),
    code(
        &["GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER"],
        GITS,
        &[
            Benign::Switch,
            Benign::Values(&["https", "ssh", "https:ssh", "ssh:https", "file:https:ssh", "http:https:ssh"]),
        ],
        "git(1)",
    ),
    code(
        &["GIT_ASKPASS", "SSH_ASKPASS"],
        GITS,
        &[Benign::Programs(&["true", "echo", "false", ":"])],
        "gitcredentials(7)",
    ),
    code(&["GIT_DIFF_OPTS"], GITS, &[Benign::Words(&["-u*", "--unified=*"])], "git(1)"),
    code(&["GIT_*"], GITS, &[Benign::Switch], "git(1)"),
];

/// Cloud tools, and terraform, which speaks to all of them.
const CLOUD: &[Variable] = &[
    nothing(
        &[
            "TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_IN_AUTOMATION", "TF_INPUT", "TF_IGNORE", "TF_REGISTRY_*",
            "TF_CLI_NO_COLOR",
        ],
        "https://developer.hashicorp.com/terraform/cli/config/environment-variables",
    ),
    writes(&["TF_LOG_PATH"], TERRAFORM, "https://developer.hashicorp.com/terraform/cli/config/environment-variables"),
    code(
        &["TF_CLI_ARGS*"],
        TERRAFORM,
        &[Benign::Words(TF_FLAGS)],
        "https://developer.hashicorp.com/terraform/cli/config/environment-variables",
    ),
    settings(
        &["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"],
        TERRAFORM,
        "https://developer.hashicorp.com/terraform/cli/config/config-file",
    ),
    code(
        &["TF_REATTACH_PROVIDERS", "TF_PLUGIN_*", "TF_ACC*"],
        TERRAFORM,
        &[Benign::Switch],
        "https://developer.hashicorp.com/terraform/plugin/debugging",
    ),
    redirects(
        &["TF_DATA_DIR", "TF_WORKSPACE", "TF_VAR_*", "TF_TOKEN_*", "TF_CLOUD_*", "TF_*"],
        TERRAFORM,
        "https://developer.hashicorp.com/terraform/cli/config/environment-variables",
    ),
    nothing(
        &[
            "AWS_DEFAULT_OUTPUT", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_EC2_METADATA_DISABLED",
            "AWS_CLI_AUTO_PROMPT", "AWS_SDK_LOAD_CONFIG", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
        ],
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
    ),
    address(
        &["AWS_ENDPOINT_URL*", "AWS_CONTAINER_CREDENTIALS_*", "AWS_EC2_METADATA_SERVICE_ENDPOINT*"],
        AWS,
        "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html",
    ),
    settings(
        &["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "BOTO_CONFIG"],
        AWS,
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
    ),
    loads(&["AWS_DATA_PATH"], AWS, "https://docs.aws.amazon.com/cli/latest/topic/config-vars.html"),
    redirects(&["AWS_*"], AWS, "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html"),
    nothing(
        &[
            "CLOUDSDK_CORE_DISABLE_PROMPTS", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "CLOUDSDK_CORE_VERBOSITY",
            "CLOUDSDK_COMPONENT_MANAGER_*",
        ],
        "https://cloud.google.com/sdk/gcloud/reference/topic/configurations",
    ),
    code(
        &["CLOUDSDK_PYTHON*", "CLOUDSDK_GSUTIL_PYTHON", "CLOUDSDK_BQ_PYTHON"],
        GCLOUD,
        &[Benign::Programs(&["python3", "python"])],
        "https://cloud.google.com/sdk/gcloud/reference/topic/startup",
    ),
    address(
        &["CLOUDSDK_API_ENDPOINT_OVERRIDES_*", "CLOUDSDK_PROXY_*", "CLOUDSDK_AUTH_*", "GCE_METADATA_*"],
        GCLOUD,
        "https://cloud.google.com/sdk/gcloud/reference/config",
    ),
    settings(
        &[
            "CLOUDSDK_CONFIG", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS",
            "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
        ],
        GCLOUD,
        "https://google.aip.dev/auth/4110",
    ),
    code(
        &["GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES"],
        GCLOUD,
        &[Benign::Values(&["0"])],
        "https://google.aip.dev/auth/4117",
    ),
    redirects(
        &["CLOUDSDK_*", "GOOGLE_*", "GCLOUD_*", "GCP_*"],
        GCLOUD,
        "https://cloud.google.com/sdk/gcloud/reference/topic/configurations",
    ),
    loads(
        &["AZURE_EXTENSION_DIR", "AZURE_EXTENSION_*"],
        AZURE,
        "https://learn.microsoft.com/cli/azure/azure-cli-configuration",
    ),
    settings(
        &["AZURE_CONFIG_DIR", "AZURE_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PATH"],
        AZURE,
        "https://learn.microsoft.com/cli/azure/azure-cli-configuration",
    ),
    address(
        &["ARM_METADATA_HOST*", "AZURE_AUTHORITY_HOST", "MSI_ENDPOINT", "IDENTITY_ENDPOINT", "ARM_OIDC_REQUEST_URL"],
        AZURE,
        "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs",
    ),
    nothing(
        &["AZURE_CORE_OUTPUT", "AZURE_CORE_NO_COLOR", "AZURE_CORE_COLLECT_TELEMETRY", "AZURE_CORE_ONLY_SHOW_ERRORS"],
        "https://learn.microsoft.com/cli/azure/azure-cli-configuration",
    ),
    redirects(&["AZURE_*", "ARM_*"], AZURE, "https://learn.microsoft.com/cli/azure/azure-cli-configuration"),
    address(
        &["VAULT_ADDR", "VAULT_AGENT_ADDR", "VAULT_PROXY_ADDR", "CONSUL_HTTP_ADDR", "NOMAD_ADDR", "BAO_ADDR"],
        VAULT,
        "https://developer.hashicorp.com/vault/docs/commands",
    ),
    settings(
        &["VAULT_CONFIG_PATH", "VAULT_CACERT", "VAULT_CAPATH", "VAULT_CLIENT_*", "CONSUL_CACERT", "NOMAD_CACERT"],
        VAULT,
        "https://developer.hashicorp.com/vault/docs/commands",
    ),
    nothing(
        &["VAULT_FORMAT", "VAULT_CLI_NO_COLOR", "VAULT_MAX_RETRIES"],
        "https://developer.hashicorp.com/vault/docs/commands",
    ),
    redirects(&["VAULT_*", "CONSUL_*", "NOMAD_*"], VAULT, "https://developer.hashicorp.com/vault/docs/commands"),
];

/// Clusters, containers and what deploys to them.
const CLUSTER: &[Variable] = &[
    settings(
        &["KUBECONFIG"],
        KUBE,
        "https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/",
    ),
    settings(&["KUBERC", "KUBECTL_KUBERC_PATH"], KUBE, "https://kubernetes.io/docs/reference/kubectl/kuberc/"),
    code(
        &["KUBECTL_EXTERNAL_DIFF"],
        KUBE,
        &[Benign::Values(&["diff", "diff -u", "diff -u -N", "diff -N -u", "colordiff -N -u", "/usr/bin/diff"])],
        "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_diff/",
    ),
    nothing(
        &[
            "KUBECTL_COMMAND_HEADERS", "KUBECTL_PORT_FORWARD_WEBSOCKETS", "KUBECTL_REMOTE_COMMAND_WEBSOCKETS",
            "KUBECTL_OPENAPIV3_PATCH", "KUBECTL_VERSION",
        ],
        "https://kubernetes.io/docs/reference/kubectl/",
    ),
    code(&["KUBECTL_*"], KUBE, &[Benign::Values(&["false"])], "https://kubernetes.io/docs/reference/kubectl/"),
    redirects(&["KUBERNETES_*", "KUBE_*"], KUBE, "https://kubernetes.io/docs/reference/kubectl/"),
    nothing(
        &["HELM_DEBUG", "HELM_MAX_HISTORY", "HELM_DIFF_*", "HELM_BURST_LIMIT", "HELM_QPS", "HELM_BIN"],
        "https://helm.sh/docs/helm/helm/",
    ),
    settings(
        &[
            "HELM_PLUGINS", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_CACHE_HOME", "HELM_REGISTRY_CONFIG",
            "HELM_REPOSITORY_*",
        ],
        HELM,
        "https://helm.sh/docs/helm/helm/",
    ),
    redirects(&["HELM_*"], HELM, "https://helm.sh/docs/helm/helm/"),
    nothing(
        &[
            "DOCKER_BUILDKIT", "DOCKER_CLI_HINTS", "DOCKER_CLI_EXPERIMENTAL", "DOCKER_DEFAULT_PLATFORM",
            "DOCKER_SCAN_SUGGEST", "DOCKER_HIDE_LEGACY_COMMANDS", "COMPOSE_DOCKER_CLI_BUILD", "COMPOSE_PROGRESS",
            "COMPOSE_ANSI", "COMPOSE_HTTP_TIMEOUT", "COMPOSE_PARALLEL_LIMIT", "COMPOSE_MENU", "COMPOSE_BAKE",
            "BUILDKIT_PROGRESS", "BUILDKIT_COLORS",
        ],
        "https://docs.docker.com/reference/cli/docker/",
    ),
    settings(&["DOCKER_CONFIG"], DOCKER, "https://docs.docker.com/reference/cli/docker/"),
    loads(&["DOCKER_CLI_PLUGIN_*"], DOCKER, "https://docs.docker.com/reference/cli/docker/"),
    redirects(
        &[
            "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS*", "DOCKER_API_VERSION",
            "DOCKER_CONTENT_TRUST*", "COMPOSE_*", "BUILDX_*", "BUILDKIT_*", "CONTAINER_HOST", "CONTAINER_CONNECTION",
        ],
        DOCKER,
        "https://docs.docker.com/reference/cli/docker/",
    ),
    nothing(
        &[
            "ANSIBLE_FORCE_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_STDOUT_CALLBACK",
            "ANSIBLE_RETRY_FILES_ENABLED", "ANSIBLE_DEPRECATION_WARNINGS", "ANSIBLE_VERBOSITY", "ANSIBLE_FORKS",
            "ANSIBLE_TIMEOUT", "ANSIBLE_PIPELINING",
        ],
        "https://docs.ansible.com/ansible/latest/reference_appendices/config.html",
    ),
    settings(
        &["ANSIBLE_CONFIG", "ANSIBLE_VAULT_*"],
        ANSIBLE,
        "https://docs.ansible.com/ansible/latest/reference_appendices/config.html",
    ),
    redirects(
        &["ANSIBLE_INVENTORY", "ANSIBLE_LIMIT"],
        ANSIBLE,
        "https://docs.ansible.com/ansible/latest/reference_appendices/config.html",
    ),
    code(&["ANSIBLE_*"], ANSIBLE, &[], "https://docs.ansible.com/ansible/latest/reference_appendices/config.html"),
    nothing(
        &[
            "GH_NO_UPDATE_NOTIFIER", "GH_PROMPT_DISABLED", "GH_DEBUG", "GH_FORCE_TTY", "GH_SPINNER_DISABLED",
            "GH_MDWIDTH", "GITHUB_ACTIONS", "GITHUB_SHA", "GITHUB_REF*", "GITHUB_RUN_*", "GITHUB_WORKFLOW",
        ],
        "https://cli.github.com/manual/gh_help_environment",
    ),
    code(&["GH_PATH"], GITS, &[Benign::SystemPaths], "https://cli.github.com/manual/gh_help_environment"),
    settings(&["GH_CONFIG_DIR", "GLAB_CONFIG_DIR"], FORGES, "https://cli.github.com/manual/gh_help_environment"),
    redirects(&["GH_*", "GITHUB_*", "GITLAB_*"], FORGES, "https://cli.github.com/manual/gh_help_environment"),
];

const DATABASE: &[Variable] = &[
    nothing(
        &[
            "PGPASSWORD", "PGAPPNAME", "PGCONNECT_TIMEOUT", "PGTZ", "PGDATESTYLE", "PGCLIENTENCODING", "PGSSLMODE",
            "PGTARGETSESSIONATTRS", "PGCHANNELBINDING", "PGGEQO",
        ],
        "https://www.postgresql.org/docs/current/libpq-envars.html",
    ),
    settings(
        &[
            "PSQLRC", "PGSERVICEFILE", "PGSYSCONFDIR", "PGPASSFILE", "PGSSLCERT", "PGSSLKEY", "PGSSLROOTCERT",
            "PGSSLCRL*",
        ],
        PSQL,
        "psql(1)",
    ),
    writes(&["PSQL_HISTORY"], PSQL, "psql(1)"),
    code(&["PGOPTIONS"], PSQL, &[Benign::Words(PG_FLAGS)], "https://www.postgresql.org/docs/current/libpq-envars.html"),
    redirects(&["PG*"], PSQL, "https://www.postgresql.org/docs/current/libpq-envars.html"),
    nothing(&["MYSQL_PWD", "MYSQL_PS1"], "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html"),
    settings(
        &["MYSQL_HOME", "MYSQL_TEST_LOGIN_FILE", "REDISCLI_RCFILE"],
        MYSQL,
        "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html",
    ),
    loads(&["LIBMYSQL_PLUGIN*"], MYSQL, "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html"),
    writes(
        &["MYSQL_HISTFILE", "MYSQL_DEBUG", "SQLITE_HISTORY", "REDISCLI_HISTFILE"],
        MYSQL,
        "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html",
    ),
    redirects(
        &["MYSQL_*", "MARIADB_*", "REDIS_URL", "REDISCLI_*"],
        MYSQL,
        "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html",
    ),
];

/// Interpreters, compilers and their package managers.
const LANGUAGES: &[Variable] = &[
    nothing(
        &[
            "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONUTF8", "PYTHONIOENCODING",
            "PYTHONFAULTHANDLER", "PYTHONOPTIMIZE", "PYTHONNOUSERSITE", "PYTHONSAFEPATH", "PYTHONDEVMODE",
            "PYTHONASYNCIODEBUG", "PYTHONTRACEMALLOC", "PYTHONVERBOSE", "PYTHONCOERCECLOCALE", "PYTHONDEBUG",
            "PYTHONMALLOC", "PYTHONINTMAXSTRDIGITS", "PYTHONDONTWRITE*", "PYTHON_COLORS", "PYTHON_VERSION",
            "PYTHON_GIL",
        ],
        "python(1)",
    ),
    code(
        &["PYTHONWARNINGS"],
        PYTHON,
        &[Benign::Words(&["ignore", "error", "default", "always", "once", "ignore::DeprecationWarning"])],
        "python(1)",
    ),
    code(&["PYTHON"], BUILDS, &[Benign::Programs(&["python", "python3", "python2", "pypy3"])], "node-gyp, make"),
    loads(&["PYTHONPATH"], PYTHON, "python(1)"),
    code(&["PYTHON*"], PYTHON, &[Benign::SystemPaths], "python(1)"),
    code(
        &["PYTEST_ADDOPTS"],
        BUILDS,
        &[Benign::Words(PYTEST_FLAGS)],
        "https://docs.pytest.org/en/stable/reference/reference.html",
    ),
    loads(&["PYTEST_PLUGINS"], BUILDS, "https://docs.pytest.org/en/stable/reference/reference.html"),
    nothing(
        &[
            "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "PIP_NO_INPUT", "PIP_REQUIRE_VIRTUALENV",
            "PIP_CACHE_DIR", "PIP_PROGRESS_BAR", "PIP_DEFAULT_TIMEOUT", "PIP_NO_COLOR", "PIP_QUIET",
            "PIP_ROOT_USER_ACTION", "PIP_BREAK_SYSTEM_PACKAGES", "UV_CACHE_DIR", "UV_NO_CACHE", "UV_FROZEN",
            "UV_LOCKED", "UV_OFFLINE", "UV_NO_PROGRESS", "UV_LINK_MODE", "UV_SYSTEM_PYTHON", "UV_NO_SYNC",
            "UV_CONCURRENT_*", "POETRY_VIRTUALENVS_*", "POETRY_NO_INTERACTION",
        ],
        "https://pip.pypa.io/en/stable/topics/configuration/",
    ),
    code(
        &["PIP_*", "UV_*", "POETRY_*", "PIPX_*", "TWINE_*"],
        BUILDS,
        &[Benign::Switch],
        "https://pip.pypa.io/en/stable/topics/configuration/",
    ),
    code(&["NODE_OPTIONS"], NODE, &[Benign::Words(NODE_FLAGS)], "node(1)"),
    loads(&["NODE_PATH", "NODE_COMPILE_CACHE", "NODE_ICU_DATA"], NODE, "node(1)"),
    code(&["NODE_REPL_EXTERNAL_MODULE"], NODE, &[], "node(1)"),
    nothing(
        &[
            "npm_config_loglevel", "npm_config_yes", "npm_config_cache", "npm_config_audit", "npm_config_fund",
            "npm_config_progress", "npm_config_update_notifier", "npm_config_color", "npm_config_production",
            "npm_config_legacy_peer_deps", "npm_config_offline", "npm_config_prefer_offline", "NPM_CONFIG_LOGLEVEL",
            "NPM_CONFIG_YES", "NPM_CONFIG_CACHE", "NPM_CONFIG_AUDIT", "NPM_CONFIG_FUND", "NPM_CONFIG_PROGRESS",
            "NPM_CONFIG_UPDATE_NOTIFIER", "NPM_CONFIG_COLOR", "NPM_CONFIG_PRODUCTION",
        ],
        "https://docs.npmjs.com/cli/using-npm/config",
    ),
    code(
        &["npm_config_*", "NPM_CONFIG_*", "YARN_*", "PNPM_*", "COREPACK_*", "BUN_*"],
        NODE,
        &[Benign::Switch],
        "https://docs.npmjs.com/cli/using-npm/config",
    ),
    code(&["RUBYOPT"], RUBY, &[Benign::Words(&["-W*", "-w"])], "ruby(1)"),
    nothing(&["RUBY_VERSION", "RUBY_YJIT_ENABLE", "RUBY_GC_*"], "ruby(1)"),
    loads(&["RUBYLIB", "GEM_PATH", "GEM_HOME", "RUBY*"], RUBY, "ruby(1)"),
    nothing(
        &["BUNDLE_JOBS", "BUNDLE_RETRY", "BUNDLE_WITHOUT", "BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"],
        "bundle-config(1)",
    ),
    loads(&["BUNDLE_*", "BUNDLER_*"], RUBY, "bundle-config(1)"),
    nothing(&["PERL_UNICODE", "PERL_BADLANG", "PERL_HASH_SEED*", "PERL_MM_USE_DEFAULT"], "perlrun(1)"),
    code(&["PERL5OPT", "PERL5DB", "PERL_*"], PERL, &[], "perlrun(1)"),
    loads(&["PERL5LIB", "PERLLIB", "PERL*"], PERL, "perlrun(1)"),
    code(
        &[
            "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "MAVEN_OPTS", "GRADLE_OPTS",
            "SBT_OPTS", "KOTLIN_OPTS", "ANT_OPTS",
        ],
        JAVA,
        &[Benign::Words(JVM)],
        "java(1)",
    ),
    code(
        &["MAVEN_ARGS", "MAVEN_*", "ANT_ARGS"],
        JAVA,
        &[Benign::Words(&["-B", "-q", "-ntp", "-T*", "--batch-mode", "--no-transfer-progress"])],
        "https://maven.apache.org/configure.html",
    ),
    loads(&["CLASSPATH", "JAVA_HOME", "JDK_HOME", "GRADLE_USER_HOME", "GRADLE_HOME", "M2_HOME"], JAVA, "java(1)"),
    code(
        &["RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_LINKER", "RUSTFMT"],
        CARGO,
        &[Benign::Programs(&["sccache", "ccache", "rustc", "rustdoc", "rustfmt"])],
        "https://doc.rust-lang.org/cargo/reference/environment-variables.html",
    ),
    code(
        &["RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"],
        CARGO,
        &[Benign::Words(RUST_FLAGS)],
        "https://doc.rust-lang.org/cargo/reference/environment-variables.html",
    ),
    nothing(
        &["RUSTC_BOOTSTRAP", "RUSTC_LOG", "RUSTC_ICE"],
        "https://doc.rust-lang.org/cargo/reference/environment-variables.html",
    ),
    nothing(
        &[
            "CARGO_TERM_*", "CARGO_INCREMENTAL", "CARGO_NET_OFFLINE", "CARGO_NET_RETRY",
            "CARGO_NET_GIT_FETCH_WITH_CLI", "CARGO_PROFILE_*", "CARGO_BUILD_JOBS", "CARGO_BUILD_TARGET",
            "CARGO_BUILD_INCREMENTAL", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_LOG", "CARGO_HTTP_TIMEOUT",
            "CARGO_HTTP_MULTIPLEXING", "CARGO_MANIFEST_DIR", "CARGO_PKG_*", "CARGO_LOCKED", "CARGO_UNSTABLE_*",
        ],
        "https://doc.rust-lang.org/cargo/reference/config.html",
    ),
    settings(&["CARGO_HOME"], CARGO, "https://doc.rust-lang.org/cargo/reference/environment-variables.html"),
    code(&["CARGO_*", "CARGO"], CARGO, &[], "https://doc.rust-lang.org/cargo/reference/config.html"),
    code(
        &["RUSTUP_TOOLCHAIN"],
        CARGO,
        &[Benign::Words(&["stable*", "beta*", "nightly*", "1.*"])],
        "https://rust-lang.github.io/rustup/environment-variables.html",
    ),
    nothing(
        &["RUSTUP_LOG", "RUSTUP_IO_THREADS", "RUSTUP_TERM_*", "RUSTUP_NO_*"],
        "https://rust-lang.github.io/rustup/environment-variables.html",
    ),
    settings(&["RUSTUP_HOME"], CARGO, "https://rust-lang.github.io/rustup/environment-variables.html"),
    code(&["RUSTUP_*"], CARGO, &[], "https://rust-lang.github.io/rustup/environment-variables.html"),
    code(&["GOFLAGS"], GO, &[Benign::Words(GO_FLAGS)], "https://pkg.go.dev/cmd/go#hdr-Environment_variables"),
    code(
        &["GOPROXY", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"],
        GO,
        &[Benign::Values(&[
            "direct", "off", "https://proxy.golang.org", "https://proxy.golang.org,direct", "sum.golang.org", "netrc",
        ])],
        "https://pkg.go.dev/cmd/go#hdr-Environment_variables",
    ),
    code(&["GOTOOLCHAIN"], GO, &[Benign::Words(&["local", "auto", "go1.*"])], "https://go.dev/doc/toolchain"),
    loads(
        &["GOROOT", "GOENV", "GOTOOLDIR", "GOCACHEPROG", "GOPACKAGESDRIVER"],
        GO,
        "https://pkg.go.dev/cmd/go#hdr-Environment_variables",
    ),
    code(
        &[
            "CGO_CFLAGS*", "CGO_CPPFLAGS*", "CGO_CXXFLAGS*", "CGO_FFLAGS*", "CGO_LDFLAGS*", "CFLAGS", "CXXFLAGS",
            "CPPFLAGS", "LDFLAGS", "FFLAGS",
        ],
        BUILDS,
        &[Benign::Words(COMPILER_FLAGS)],
        "https://www.gnu.org/software/make/manual/html_node/Implicit-Variables.html",
    ),
    code(
        &[
            "CC", "CXX", "CPP", "LD", "AR", "AS", "NM", "RANLIB", "STRIP", "OBJCOPY", "FC", "HOSTCC", "HOSTCXX",
            "NVCC", "CC_*", "CXX_*", "AR_*", "PKG_CONFIG", "LINKER",
        ],
        BUILDS,
        &[Benign::Programs(&[
            "cc", "c++", "gcc", "g++", "clang", "clang++", "cpp", "ld", "ld.lld", "lld", "mold", "ar", "llvm-ar",
            "gcc-ar", "as", "nm", "ranlib", "strip", "objcopy", "gfortran", "gcc-*", "g++-*", "clang-*", "clang++-*",
            "musl-gcc", "*-linux-gnu-*", "*-linux-musl-*", "tcc", "zig", "nvcc", "pkg-config",
        ])],
        "https://www.gnu.org/software/make/manual/html_node/Implicit-Variables.html",
    ),
    code(
        &["MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS"],
        BUILDS,
        &[Benign::Words(MAKE_FLAGS)],
        "https://www.gnu.org/software/make/manual/html_node/Options_002fRecursion.html",
    ),
    loads(
        &[
            "MAKEFILES", "MAKE", "COMPILER_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH",
            "CPLUS_INCLUDE_PATH", "PKG_CONFIG_PATH", "CMAKE_TOOLCHAIN_FILE", "CMAKE_PREFIX_PATH", "CMAKE_*_LAUNCHER",
            "CMAKE_PROJECT_*",
        ],
        BUILDS,
        "gcc(1), make(1), cmake-env-variables(7)",
    ),
    code(
        &[
            "CONDA_EXE", "ERL_FLAGS", "ERL_AFLAGS", "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS", "LUA_INIT*", "R_PROFILE*",
            "R_ENVIRON*", "DOTNET_STARTUP_HOOKS", "COR_PROFILER*", "CORECLR_PROFILER*", "PHPRC", "PHP_INI_SCAN_DIR",
            "GUILE_LOAD_PATH", "TCLLIBPATH",
        ],
        EVERY,
        &[Benign::SystemPaths],
        "erl(1), lua(1), Rscript(1), https://learn.microsoft.com/dotnet/core/tools/dotnet-environment-variables",
    ),
    loads(&["LUA_PATH*", "LUA_CPATH*"], EVERY, "lua(1)"),
];

const TOOLS: &[Variable] = &[
    nothing(&["GREP_COLOR", "GREP_COLORS"], "grep(1)"),
    code(&["GREP_OPTIONS"], EVERY, &[Benign::Words(&["--color=*", "--colour=*"])], "grep(1)"),
    code(
        &["TAR_OPTIONS", "TAR_RSH", "RSH", "GZIP", "BZIP", "BZIP2", "ZIPOPT", "UNZIP", "ZSTD_CFLAGS"],
        EVERY,
        &[Benign::Words(&["-1", "-6", "-9", "-v", "--fast", "--best"])],
        "tar(1), gzip(1)",
    ),
    code(&["XZ_OPT", "XZ_DEFAULTS"], EVERY, &[Benign::Words(&["-0", "-1", "-6", "-9", "-9e", "-T*"])], "xz(1)"),
    settings(
        &["RIPGREP_CONFIG_PATH", "BAT_CONFIG_PATH", "BAT_CONFIG_DIR", "FD_CONFIG_PATH", "EZA_CONFIG_DIR"],
        RIPGREP,
        "rg(1)",
    ),
    code(&["FZF_DEFAULT_COMMAND", "FZF_DEFAULT_OPTS*", "BAT_OPTS"], PAGED, &[], "fzf(1)"),
    nothing(
        &["SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "SSH_ASKPASS_REQUIRE"],
        "ssh(1)",
    ),
    code(
        &["SSH_*", "RSYNC_RSH", "RSYNC_CONNECT_PROG", "CVS_RSH", "SVN_SSH", "HG*", "MOSH_*"],
        SSH,
        &[Benign::Values(&["ssh"])],
        "ssh(1), rsync(1)",
    ),
    nothing(&["SUDO_PROMPT", "SUDO_USER", "SUDO_UID", "SUDO_GID", "SUDO_COMMAND", "SUDO_HOME", "SUDO_TTY"], "sudo(8)"),
    code(&["SUDO_*"], SUDO, &[], "sudo(8)"),
    settings(&["CURL_HOME", "WGETRC", "SYSTEM_WGETRC"], CURL, "curl(1), wget(1)"),
    redirects(
        &["TMUX*", "STY", "SCREENDIR", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "SYSTEMD_BUS_*"],
        AGENTS,
        "tmux(1), systemctl(1)",
    ),
    code(
        &["DIRENV_*", "MISE_*", "ASDF_*", "PYENV_*", "NVM_*", "VOLTA_*", "RBENV_*", "JENV_*"],
        NOBODY,
        &[Benign::SystemPaths, Benign::Switch],
        "direnv(1), https://mise.jdx.dev/configuration.html",
    ),
];

/// Names that say what they are for.
const FAMILIES: &[Variable] = &[
    code(&["*_ASKPASS"], NOBODY, &[Benign::Programs(&["true", "echo", "false"])], "ssh(1), sudo(8)"),
    code(&["*_PRELOAD"], NOBODY, &[Benign::SystemPaths, Benign::Switch], "ld.so(8)"),
    code(&["*_SSH_COMMAND"], NOBODY, &[Benign::Ssh], "git(1)"),
];

/// Where a pattern stands in the table, with what it is about.
type Place = (usize, &'static str, &'static Variable);

/// The patterns by their first byte, in order, since an environment holds a hundred names and the table many more.
static BY_START: LazyLock<BTreeMap<u8, Vec<Place>>> = LazyLock::new(|| {
    let mut by_start: BTreeMap<u8, Vec<Place>> = BTreeMap::new();
    for (at, variable) in all().enumerate() {
        for pattern in variable.names {
            by_start.entry(start(pattern)).or_default().push((at, pattern, variable));
        }
    }
    by_start
});

fn start(text: &str) -> u8 {
    text.bytes().next().unwrap_or_default()
}

/// Every entry, in the order in which they count.
pub fn all() -> impl Iterator<Item = &'static Variable> {
    FILES.iter().copied().flatten()
}

/// What is known of a variable.
pub fn find(name: &str) -> Option<&'static Variable> {
    let first = |byte: u8| BY_START.get(&byte)?.iter().find(|(_, pattern, _)| glob(pattern, name));
    let found = [first(start(name)), first(b'*')].into_iter().flatten().min_by_key(|(at, ..)| at);
    found.map(|(_, _, variable)| *variable)
}

impl Variable {
    /// Whether a tool reads it.
    pub fn is_read_by(&self, tool: &str) -> bool {
        self.is_read_by_every() || self.readers.contains(&tool)
    }

    /// Whether every program reads it.
    pub fn is_read_by_every(&self) -> bool {
        self.readers.contains(&"*")
    }

    /// Whether a value is harmless.
    pub fn is_benign(&self, value: &str) -> bool {
        if self.does == Does::Nothing {
            return true;
        }
        if value.is_empty() && self.empty == Empty::Harmless {
            return true;
        }
        self.benign.iter().any(|benign| benign.holds(value))
    }
}

impl Benign {
    /// Whether it is one of these.
    pub fn holds(self, value: &str) -> bool {
        match self {
            Self::Values(values) => values.contains(&value),
            Self::Words(patterns) => words(value).is_some_and(|mut all| all.all(|word| fits(patterns, word))),
            Self::Programs(programs) => fits(programs, bare(value)),
            Self::Pager => pager(value),
            Self::LessFlags => words(value).is_some_and(|mut all| all.all(are_flags)),
            Self::Ssh => ssh(value),
            Self::Switch => {
                ["true", "false", "yes", "no", "on", "off"].contains(&value.to_ascii_lowercase().as_str())
                    || (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()))
            }
            Self::SystemPaths => !value.is_empty() && value.split(':').all(is_system),
            Self::ThisMachine => is_this_machine(value),
        }
    }
}

/// The words of a value that is made of plain characters only.
fn words(value: &str) -> Option<impl Iterator<Item = &str>> {
    let is_plain = |byte: u8| byte == b' ' || (byte.is_ascii_graphic() && !b"`$;|&<>()\\\"'".contains(&byte));
    value.bytes().all(is_plain).then(|| value.split(' ').filter(|word| !word.is_empty()))
}

fn fits(patterns: &[&str], word: &str) -> bool {
    let is_name = !word.contains('/') && !word.contains(char::is_whitespace);
    let is_path = !word.contains("..") && !word.contains(char::is_whitespace);
    patterns.iter().any(|pattern| {
        let may_be = if pattern.contains('/') { is_path } else { is_name };
        may_be && glob(pattern, word)
    })
}

/// A program's name without a directory of the system's.
fn bare(value: &str) -> &str {
    SYSTEM_BIN.iter().find_map(|start| value.strip_prefix(start)).unwrap_or(value)
}

/// A pager's name with flags.
fn pager(value: &str) -> bool {
    let Some(mut all) = words(value) else { return false };
    let is_pager = |name: &str| PAGERS.contains(&bare(name)) || ["true", ":"].contains(&name);
    all.next().is_some_and(is_pager) && all.all(|flag| flag.starts_with('-') && are_flags(flag))
}

fn are_flags(word: &str) -> bool {
    let long =
        ["--RAW-CONTROL-CHARS", "--quit-if-one-screen", "--no-init", "--plain", "--style=plain", "--paging=never"];
    let short = word.strip_prefix('-').unwrap_or(word);
    long.contains(&word) || short.chars().all(|c| PAGER_FLAGS.contains(c))
}

/// ssh's options that start no program and read no other settings (ssh(1), ssh_config(5)).
fn ssh(value: &str) -> bool {
    const SETTINGS: &[&str] = &[
        "IdentitiesOnly=*", "IdentityFile=*", "IdentityFile=*/*", "BatchMode=*", "ConnectTimeout=*",
        "ServerAliveInterval=*", "ServerAliveCountMax=*", "StrictHostKeyChecking=yes",
        "StrictHostKeyChecking=accept-new", "AddKeysToAgent=*", "LogLevel=*", "PreferredAuthentications=*", "Port=*",
        "IPQoS=*",
    ];
    let Some(mut all) = words(value) else { return false };
    if all.next().map(bare) != Some("ssh") {
        return false;
    }
    while let Some(word) = all.next() {
        let is_harmless = match word {
            "-4" | "-6" | "-C" | "-T" | "-a" | "-q" | "-v" | "-vv" | "-vvv" | "-x" => true,
            "-i" | "-p" | "-l" => all.next().is_some_and(|value| !value.starts_with('-')),
            "-F" => all.next() == Some("/dev/null"),
            "-o" => all.next().is_some_and(|value| fits(SETTINGS, value)),
            _ => word.strip_prefix("-o").is_some_and(|value| fits(SETTINGS, value)),
        };
        if !is_harmless {
            return false;
        }
    }
    true
}

fn is_system(path: &str) -> bool {
    let is_inside = SYSTEM.iter().any(|start| path.starts_with(start) || path == start.trim_end_matches('/'));
    is_inside && !path.contains("..") && !path.contains(char::is_whitespace)
}

fn is_this_machine(value: &str) -> bool {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains(['@', '\\']) || value.contains(char::is_whitespace) {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    ["localhost", "127.0.0.1", "::1", "host.docker.internal", "localstack", "minio"].contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_says_where_it_is_documented_and_can_be_found() {
        for variable in all() {
            assert!(!variable.source.is_empty() && !variable.names.is_empty(), "{:?}", variable.names);
            for name in variable.names {
                // Nothing before it in the table hides the whole of it.
                let found = find(&name.replace('*', "\u{1}")).unwrap_or_else(|| panic!("{name} is not found"));
                assert!(std::ptr::eq(found, variable), "{name} is hidden by {:?}", found.names);
            }
        }
    }

    #[test]
    fn harmless_values_have_a_twin_that_is_not() {
        for (name, harmless, twin) in [
            ("PAGER", "less -FRX", "less -FRXo"),
            ("PAGER", "/usr/bin/less", "/tmp/less"),
            ("LESS", "FRX", "FRX+!x"),
            ("EDITOR", "vim", "vim -S"),
            ("GIT_SSH_COMMAND", "ssh -i ~/.ssh/k -p 22", "ssh -i ~/.ssh/k -F x"),
            ("GIT_SSH_COMMAND", "ssh -o IdentitiesOnly=yes", "ssh -o PermitLocalCommand=yes"),
            ("NODE_OPTIONS", "--max-old-space-size=1", "--max-old-space-size=1 -r./x"),
            ("RUSTFLAGS", "-C target-cpu=native", "-C linker=x"),
            ("CARGO_ENCODED_RUSTFLAGS", "-Dwarnings", "-Dwarnings\u{1f}-Clinker=x"),
            ("CC", "clang", "clang -B."),
            ("AWS_ENDPOINT_URL", "http://localhost:1", "http://localhost.example.com"),
            ("HTTPS_PROXY", "http://127.0.0.1:3128", "http://127.0.0.1@example.com"),
            ("LD_LIBRARY_PATH", "/usr/lib", "/usr/lib:"),
            ("GIT_CONFIG_GLOBAL", "/dev/null", "x"),
        ] {
            let known = find(name).unwrap();
            assert!(known.is_benign(harmless), "{name}={harmless}");
            assert!(!known.is_benign(twin), "{name}={twin}");
        }
        for name in ["PATH", "HOME", "XDG_CONFIG_HOME", "IFS", "GIT_CONFIG_COUNT", "AIGOV_AGENT"] {
            assert!(!find(name).unwrap().is_benign(""), "{name}");
        }
        assert!(find("LD_PRELOAD").unwrap().is_benign(""));
        assert!(find("NO_COLOR").is_none());
    }
}
