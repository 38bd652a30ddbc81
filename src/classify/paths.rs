//! What a path is to us: aigov's own, a place from which code is run later, a secret, the working tree, or elsewhere.

use crate::command::{Opaque, OpaqueKind, Word};
use crate::model::action::{Category, Evidence, Impact};
use crate::model::facts::{Answer, Want};

use super::{Context, Scene};
use crate::text::glob::glob;

/// What touching a path adds to a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touch {
    /// The impact is at least this.
    pub impact: Option<Impact>,
    /// These categories are added.
    pub categories: Vec<Category>,
    /// Why.
    pub evidence: Vec<Evidence>,
}

impl Touch {
    fn of(impact: Option<Impact>, category: Category, about: &str, text: String) -> Self {
        Self { impact, categories: vec![category], evidence: vec![Evidence::new(about, text)] }
    }
}

/// Files from which code runs later without anybody asking: hooks, CI, start-up files, agents' and editors' settings.
const RUN_LATER: &[&str] = &[
    "*/.git/hooks/*", "*/.git/config", "*/.git/info/attributes", "*/.husky/*", "*/.github/workflows/*",
    "*/.github/actions/*", "*/.gitlab-ci.yml", "*/.circleci/*", "*/.buildkite/*", "*/Jenkinsfile",
    "*/azure-pipelines.yml", "*/.travis.yml", "*/.pre-commit-config.yaml", "*/.envrc", "*/.bashrc", "*/.bash_profile",
    "*/.bash_login", "*/.bash_logout", "*/.profile", "*/.zshrc", "*/.zshenv", "*/.zprofile", "*/.zlogin", "*/.kshrc",
    "*/.inputrc", "*/.config/fish/*", "*/.gitconfig", "*/.config/git/*", "*/.ssh/*", "*/.vimrc", "*/.config/nvim/*",
    "*/.config/systemd/*", "*/.config/autostart/*", "*/.local/bin/*", "*/.claude/*", "*/.claude.json", "*/.cursor/*",
    "*/.codex/*", "*/.gemini/*", "*/.vscode/*", "*/.idea/*", "*/.mcp.json", "*/.kube/*", "*/.aws/config",
    "*/.docker/config.json", "*/.terraformrc", "*/.cargo/config*", "*/.cargo/bin/*", "*/.npmrc", "*/.config/aigov/*",
    "*/.psqlrc", "*/.tmux.conf", "*/.screenrc", "*/.gdbinit", "*/.pythonrc*", "*/.pip/*", "*/.config/pip/*",
    "/etc/cron*", "/var/spool/cron*", "/etc/systemd/*", "/etc/init.d/*", "/etc/rc.local", "/etc/profile*",
    "/etc/bash*", "/etc/zsh*", "/etc/environment*", "/etc/ld.so.*", "/etc/apt/*", "*/Library/LaunchAgents/*",
    "*/Library/LaunchDaemons/*", "*/.xprofile", "*/.xsession*", "*/.xinitrc",
];

/// Files that hold secrets.
const SECRET: &[&str] = &[
    "*/.ssh/id_*", "*/.ssh/*_key", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk",
    "*.asc", "*.gpg", "*/.aws/credentials", "*/.aws/sso/*", "*/.aws/cli/cache/*", "*/.kube/config", "*/.kube/cache/*",
    "*kubeconfig*", "*/.netrc", "*/_netrc", "*/.npmrc", "*/.pypirc", "*/.docker/config.json", "*/.env", "*/.env.*",
    "*.env", "*/.envrc", "*.tfstate", "*.tfstate.*", "*.tfvars", "*/.git-credentials", "*/.config/gh/hosts.yml",
    "*/.config/gcloud/*", "*/.azure/*", "*/.vault-token", "*/.gnupg/*", "*/.pgpass", "*/.my.cnf",
    "*/.terraform.d/credentials*", "*/.cargo/credentials*", "*/.gem/credentials", "*service-account*.json",
    "*service_account*.json", "*/credentials.json", "*/credentials", "*secrets.y*ml", "*secret.y*ml", "*secrets.json",
    "*secret.json", "/etc/shadow*", "/etc/gshadow*", "/etc/sudoers*", "/proc/*/environ", "/proc/*/mem",
    "/proc/*/cmdline", "/proc/kcore", "/dev/*", "*/.config", "*/.config/gh", "*/.config/gcloud", "*/.local",
    "*/.local/share", "*/.ssh", "*/.aws", "*/.kube", "*/.docker", "*/.gnupg", "*/.azure", "*/.terraform.d", "*/.cargo",
    "*/.password-store", "*/.bash_history", "*/.zsh_history", "*/.psql_history", "*/.python_history", "/run/secrets/*",
    "/var/run/secrets/*", "*/.password-store/*", "*/.local/share/keyrings/*", "*/.local/share/aigov/*", "*/id_rsa",
    "*/id_ed25519",
];

/// Names like secrets that hold none.
const HARMLESS: &[&str] =
    &["*.pub", "*.env.example", "*.env.sample", "*.env.template", "*.env.dist", "*.example", "*/known_hosts"];

/// Whether a path lies where whoever calls can write, as far as that is known.
pub fn is_callers(given: &str, scene: &Scene<'_>) -> bool {
    real(given, scene).map_or(true, |real| in_tree(&real, scene) || in_scratch(&real))
}

/// What writing to `word` means.
pub fn written(word: &Word, scene: &Scene<'_>) -> Touch {
    let Some(given) = word.text() else { return written_unknown(word, scene) };
    if matches!(given, "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "-") {
        return Touch::default();
    }
    if !scene.is_here() {
        return written_elsewhere(given);
    }
    let real = match real(given, scene) {
        Ok(real) => real,
        Err(cause) => return Touch::of(Some(Impact::Unknown), Category::Code, "opaque", cause),
    };
    if is_own(&real, scene.context) {
        let text = format!("`{given}` is aigov's own");
        return Touch::of(Some(Impact::Destroy), Category::Governance, "category", text);
    }
    if any(RUN_LATER, &real) {
        let text = format!("`{given}` is a place from which code is run later");
        return Touch::of(Some(Impact::Write), Category::Execution, "later_code", text);
    }
    if any(SECRET, &real) && !any(HARMLESS, &real) {
        return Touch::of(Some(Impact::Write), Category::Secrets, "category", format!("`{given}` holds secrets"));
    }
    if is_whole_tree(&real, scene) {
        return Touch::of(
            Some(Impact::Write),
            Category::UserData,
            "category",
            format!("`{given}` is the whole working tree or its history"),
        );
    }
    if in_tree(&real, scene) || in_scratch(&real) {
        return Touch::default();
    }
    Touch::of(Some(Impact::Write), Category::Config, "category", format!("`{given}` is outside the working tree"))
}

/// What editing `word`, or the files below it, means: the working tree is not lost by that.
pub fn edited(word: &Word, scene: &Scene<'_>) -> Touch {
    let is_root = word.text().and_then(|given| real(given, scene).ok()).is_some_and(|real| scene.root() == Some(real));
    if is_root && scene.is_here() { Touch::default() } else { written(word, scene) }
}

/// What reading `word` means.
pub fn read(word: &Word, scene: &Scene<'_>) -> Touch {
    let unknown = |text: &str| Touch::of(Some(Impact::Unknown), Category::Observe, "opaque", text.to_owned());
    let secret = |given: &str| Touch::of(None, Category::Secrets, "category", format!("`{given}` holds secrets"));
    match word {
        Word::Literal(raw) => {
            let given = raw.lossy();
            if given == "-" || is_harmless_device(&given) || given.is_empty() {
                return Touch::default();
            }
            if given.len() >= LONGEST_PATH {
                return unknown("what is read has a name that is too long for a path");
            }
            if !scene.is_here() {
                let path = elsewhere(&given);
                return if is_secret(&path) || ROOTS.contains(&path.as_str()) {
                    secret(&given)
                } else {
                    Touch::default()
                };
            }
            match real(&given, scene) {
                Ok(real) if is_secret(&real) => secret(&given),
                Ok(real) if holds_secrets(&real, scene) => secret(&given),
                Ok(_) => Touch::default(),
                Err(cause) => unknown(&cause),
            }
        }
        // A pattern over the working tree's plain files: `*` matches no name that starts with a dot.
        Word::Opaque(opaque) if opaque.kind == OpaqueKind::Glob => {
            let text = opaque.text.as_str();
            let strays = text.starts_with(['/', '~', '$', '.']) || text.contains("..") || text.contains("/.");
            // Files of these kinds often enough hold secrets whose names a pattern does not show.
            let could_hold = ["json", "yaml", "yml", "ini", "cfg", "conf", "xml"].iter().any(|end| text.ends_with(end));
            match (strays, is_secret(&format!("/{text}")) || could_hold) {
                (_, true) => secret(text),
                (true, false) => unknown(&format!("`{text}` could match files that hold secrets")),
                (false, false) => Touch::default(),
            }
        }
        // A pipe from commands that are looked at themselves.
        Word::Opaque(opaque) if is_pipe(opaque) => Touch::default(),
        Word::Opaque(_) => unknown("a path that is read is not known before it runs"),
    }
}

/// How many bytes a path cannot have without its end: `PATH_MAX` of Linux.
const LONGEST_PATH: usize = 4096;

/// Directories under which systems keep homes and secrets.
const ROOTS: &[&str] = &["/", "/etc", "/root", "/home", "/proc", "/run", "/var"];
/// aigov's own files, by name: on another machine there is nothing else to go by.
const OWN: &[&str] = &[
    "*/.config", "*/.local", "*/.local/share", "*/.config/aigov", "*/.config/aigov/*", "*/share/aigov",
    "*/share/aigov/*", "*/.aigov.toml", "/etc/aigov", "/etc/aigov/*",
];

/// Names of aigov's own files.
const OWN_NAMES: &[&str] = &["policy.toml", "ledger.db", "ledger.db-wal", "ledger.db-shm", ".aigov.toml", "aigov"];

/// Whether a path is a home directory by its place.
fn is_home(path: &str) -> bool {
    path.strip_prefix("/home/").is_some_and(|name| !name.contains('/'))
}

/// A path on another machine, of which only the text is known.
fn elsewhere(given: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in given.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A path that is not known before it runs, but for the letters that stand in it.
fn written_unknown(word: &Word, scene: &Scene<'_>) -> Touch {
    let mut touch = Touch::of(
        Some(Impact::Unknown),
        Category::Code,
        "opaque",
        "a path that is written is not known before it runs".to_owned(),
    );
    if let Word::Opaque(opaque) = word
        && is_like_own(&opaque.text.replace(['"', '\'', '\\'], ""), scene)
    {
        touch.categories.push(Category::Governance);
        touch.evidence.push(Evidence::new("category", format!("`{}` ends like aigov's own", opaque.text)));
    }
    touch
}

/// Whether a path that is known in part, or a pattern, can be one of aigov's own.
fn is_like_own(text: &str, scene: &Scene<'_>) -> bool {
    if any(OWN, &elsewhere(text)) || OWN_NAMES.iter().any(|name| text.ends_with(&format!("/{name}"))) {
        return true;
    }
    let full = match (text.strip_prefix("~/"), scene.home()) {
        (Some(rest), Some(home)) => Some(format!("{home}/{rest}")),
        _ => scene.absolute(text),
    };
    let Some(full) = full else { return false };
    let Answer::Known { fields } = scene.context.facts.answer(&Want::OwnFiles) else { return true };
    let root = scene.root().map(|root| format!("{root}/.aigov.toml"));
    let own = fields.iter().filter(|(name, _)| *name != "home").map(|(_, place)| place.clone()).chain(root);
    own.into_iter().any(|place| holds_by_pattern(&elsewhere(&full), &place))
}

/// Whether a pattern of files matches a place or a directory above it. `*` begins with no dot.
fn holds_by_pattern(pattern: &str, place: &str) -> bool {
    let mut parts = place.split('/');
    let is_one = |part: &str, name: &str| glob(part, name) && (!name.starts_with('.') || part.starts_with('.'));
    pattern.split('/').all(|part| parts.next().is_some_and(|name| is_one(part, name)))
}

/// What a search deletes below the places that it looks in, as far as aigov's own files can be among it.
pub fn searched(place: &Word, names: &[&str], scene: &Scene<'_>) -> Touch {
    let can_match = names.is_empty() || OWN_NAMES.iter().any(|own| names.iter().any(|name| glob(name, own)));
    let is_above = place
        .text()
        .and_then(|given| real(given, scene).ok())
        .is_some_and(|real| is_own(&real, scene.context) && !is_whole_tree(&real, scene));
    if is_above && can_match { written(place, scene) } else { Touch::default() }
}

/// Writing a file on another machine changes how things run there.
fn written_elsewhere(given: &str) -> Touch {
    let path = elsewhere(given);
    if any(OWN, &path) || ROOTS.contains(&path.as_str()) || is_home(&path) {
        let text = format!("`{given}` is aigov's own there, or can hold it");
        return Touch::of(Some(Impact::Destroy), Category::Governance, "category", text);
    }
    if any(RUN_LATER, &path) {
        let text = format!("`{given}` is a place from which code is run later");
        return Touch::of(Some(Impact::Write), Category::Execution, "later_code", text);
    }
    if any(SECRET, &path) && !any(HARMLESS, &path) {
        return Touch::of(Some(Impact::Write), Category::Secrets, "category", format!("`{given}` holds secrets"));
    }
    Touch::of(Some(Impact::Write), Category::Deploy, "category", format!("`{given}` is not on this machine"))
}

/// Whether a word is a process substitution and nothing else.
fn is_pipe(opaque: &Opaque) -> bool {
    opaque.kind == OpaqueKind::Pipe
}

fn is_harmless_device(path: &str) -> bool {
    let name = path.strip_prefix("/dev/").unwrap_or_default();
    ["null", "zero", "full", "random", "urandom", "stdin", "stdout", "stderr", "tty"].contains(&name)
        || name.starts_with("fd/")
}

/// A directory under which homes and the system's own secrets lie: reading all of it reads them.
fn holds_secrets(real: &str, scene: &Scene<'_>) -> bool {
    let holds = |place: &str| {
        place.strip_prefix(real).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || real == "/")
    };
    scene.home().is_some_and(|home| holds(&home)) || ROOTS.contains(&real)
}

fn is_secret(real: &str) -> bool {
    any(SECRET, real) && !any(HARMLESS, real)
}

fn any(patterns: &[&str], path: &str) -> bool {
    patterns.iter().any(|pattern| glob(pattern, path))
}

/// The path behind all links, absolute.
fn real(given: &str, scene: &Scene<'_>) -> Result<String, String> {
    if given.len() >= LONGEST_PATH {
        return Err("a name is too long for a path".to_owned());
    }
    let expanded = match given.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            let home = scene.home().ok_or_else(|| format!("`{given}`: there is no home directory"))?;
            format!("{home}{rest}")
        }
        _ => given.to_owned(),
    };
    let path = scene.absolute(&expanded).ok_or_else(|| format!("`{given}`: the directory it is in is not known"))?;
    match scene.context.facts.answer(&Want::Path { path }) {
        answer @ Answer::Known { .. } => {
            answer.field("real").map(str::to_owned).ok_or_else(|| format!("cannot tell what `{given}` is"))
        }
        Answer::Absent => Err(format!("cannot tell where `{given}` leads")),
        Answer::Failed { cause } => Err(cause),
    }
}

fn is_own(real: &str, context: &Context<'_>) -> bool {
    let Answer::Known { fields } = context.facts.answer(&Want::OwnFiles) else { return true };
    let inside = |place: &str| real == place || real.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'));
    let holds = |place: &str| place.strip_prefix(real).is_some_and(|rest| rest.starts_with('/'));
    let beside = |place: &str| real.starts_with(place);
    fields.iter().any(|(name, place)| match name.as_str() {
        "home" => false,
        "ledger" => beside(place) || holds(place),
        _ => inside(place) || holds(place),
    }) || real.ends_with("/.aigov.toml")
        || real == "/etc/aigov"
        || real.starts_with("/etc/aigov/")
}

fn in_scratch(real: &str) -> bool {
    ["/tmp/", "/var/tmp/", "/private/tmp/"].iter().any(|start| real.starts_with(start))
}

fn in_tree(real: &str, scene: &Scene<'_>) -> bool {
    scene.root().is_some_and(|root| real.strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

fn is_whole_tree(real: &str, scene: &Scene<'_>) -> bool {
    scene.root().is_some_and(|root| {
        let holds = root.strip_prefix(real).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || real == "/");
        holds || real.ends_with("/.git") || real.contains("/.git/")
    })
}
