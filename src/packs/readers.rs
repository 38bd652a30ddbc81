//! Which tools read a variable, as lists that the table of variables shares.

/// Every program.
pub const EVERY: &[&str] = &["*"];
/// No tool that is known; it counts where a command sets it for itself.
pub const NOBODY: &[&str] = &[];
/// Tools that start git.
pub const GITS: &[&str] = &[
    "git", "gh", "glab", "terraform", "cargo", "go", "npm", "pnpm", "yarn", "pip", "uv", "poetry", "helm",
    "pre-commit", "make", "just", "bundle", "hub", "lazygit", "git-lfs", "pod", "flux", "kustomize",
];
/// Forges' tools.
pub const FORGES: &[&str] = &["gh", "glab", "hub"];
/// Tools that show long output through a pager.
pub const PAGED: &[&str] = &[
    "git", "gh", "glab", "aws", "az", "gcloud", "psql", "mysql", "mariadb", "sqlite3", "man", "journalctl",
    "systemctl", "loginctl", "timedatectl", "hostnamectl", "networkctl", "resolvectl", "less", "more", "bat", "delta",
    "jj", "hg", "apt", "perldoc", "pydoc", "ri", "cargo", "npm", "terraform", "docker", "flutter", "jrnl", "fzf",
    "python", "python3", "help", "info",
];
/// Tools that open an editor or a shell.
pub const EDITING: &[&str] = &[
    "git", "gh", "glab", "kubectl", "oc", "helm", "psql", "mysql", "crontab", "systemctl", "sudo", "sudoedit",
    "visudo", "vipw", "less", "more", "man", "vi", "vim", "nvim", "jj", "hg", "svn", "ansible-vault", "aws", "gcloud",
    "bundle", "gem", "script", "screen", "tmux", "watch", "xargs", "ranger", "virsh", "etcdctl", "argocd", "flux",
    "eksctl", "op",
];
/// less, and what shows through it.
pub const LESS: &[&str] = PAGED;
/// man.
pub const MAN: &[&str] = &["man", "git", "apropos", "whatis", "aws", "cargo", "npm", "info"];
/// Shells.
pub const SHELLS: &[&str] = &["*"];
/// vim and its kin.
pub const VIM: &[&str] = &["vi", "vim", "nvim", "view", "vimdiff", "ex", "emacs", "git", "crontab", "kubectl", "less"];
/// Tools that speak to other machines.
pub const NETWORK: &[&str] = &[
    "git", "gh", "glab", "aws", "az", "gcloud", "gsutil", "bq", "kubectl", "oc", "helm", "terraform", "docker",
    "podman", "vault", "consul", "nomad", "curl", "wget", "cargo", "go", "npm", "pnpm", "yarn", "pip", "uv", "poetry",
    "bundle", "gem", "mvn", "gradle", "argocd", "flux", "istioctl", "kustomize", "skaffold", "eksctl", "doctl", "psql",
    "ansible", "ansible-playbook", "ansible-galaxy", "pulumi", "packer", "ssh", "rsync", "composer", "http", "https",
    "xh", "make", "deno", "bun", "twine", "sentry-cli", "vercel", "netlify", "flyctl", "heroku", "openssl", "apt",
    "apt-get",
];
/// terraform.
pub const TERRAFORM: &[&str] = &["terraform", "terragrunt", "packer", "pulumi"];
/// AWS's tools, and those that speak to AWS.
pub const AWS: &[&str] = &[
    "aws", "terraform", "terragrunt", "eksctl", "sam", "cdk", "copilot", "packer", "pulumi", "kubectl", "helm",
    "docker", "ansible", "ansible-playbook", "sops", "chamber", "s3cmd", "awslocal", "serverless",
];
/// Google's tools, and those that speak to Google's cloud.
pub const GCLOUD: &[&str] =
    &["gcloud", "gsutil", "bq", "terraform", "terragrunt", "kubectl", "helm", "packer", "pulumi", "sops", "firebase"];
/// Azure's tools, and those that speak to Azure.
pub const AZURE: &[&str] =
    &["az", "terraform", "terragrunt", "packer", "pulumi", "kubectl", "helm", "sops", "azd", "func"];
/// HashiCorp's other tools.
pub const VAULT: &[&str] = &["vault", "consul", "nomad", "terraform", "bao", "packer", "sops", "boundary"];
/// Tools that read a kubeconfig.
pub const KUBE: &[&str] = &[
    "kubectl", "oc", "helm", "terraform", "kustomize", "istioctl", "argocd", "flux", "skaffold", "k9s", "stern",
    "kubectx", "kubens", "eksctl", "velero", "linkerd", "cilium", "tilt", "helmfile", "ansible", "ansible-playbook",
];
/// helm.
pub const HELM: &[&str] = &["helm", "helmfile", "terraform", "skaffold", "flux"];
/// Containers.
pub const DOCKER: &[&str] = &[
    "docker", "docker-compose", "podman", "buildah", "skopeo", "nerdctl", "kind", "minikube", "skaffold", "act", "sam",
];
/// ansible.
pub const ANSIBLE: &[&str] = &[
    "ansible", "ansible-playbook", "ansible-galaxy", "ansible-vault", "ansible-inventory", "ansible-doc",
    "ansible-pull", "ansible-config", "ansible-lint",
];
/// PostgreSQL's tools.
pub const PSQL: &[&str] = &[
    "psql", "pg_dump", "pg_restore", "pg_dumpall", "pgbench", "createdb", "dropdb", "createuser", "dropuser",
    "vacuumdb", "reindexdb", "pg_basebackup", "pg_isready", "pgcli",
];
/// MySQL's and other databases' tools.
pub const MYSQL: &[&str] =
    &["mysql", "mariadb", "mysqldump", "mysqladmin", "mysqlimport", "mycli", "sqlite3", "redis-cli", "mariadb-dump"];
/// Programs written in Python.
pub const PYTHON: &[&str] = &[
    "python", "python3", "pip", "pip3", "pipx", "uv", "poetry", "pytest", "tox", "nox", "mypy", "black", "ruff",
    "flake8", "isort", "pylint", "aws", "az", "gcloud", "gsutil", "bq", "ansible", "ansible-playbook", "ansible-vault",
    "ansible-galaxy", "ansible-inventory", "pre-commit", "sam", "http", "pgcli", "mycli", "yamllint", "sqlfluff",
    "make", "just", "conda", "twine", "django-admin", "alembic", "dbt",
];
/// Programs written for Node.
pub const NODE: &[&str] = &[
    "node", "npm", "npx", "pnpm", "yarn", "jest", "vitest", "tsc", "eslint", "prettier", "webpack", "vite", "next",
    "cdk", "serverless", "make", "just", "deno", "bun", "corepack", "turbo", "nx", "prisma", "firebase", "vercel",
    "netlify",
];
/// Programs written in Ruby.
pub const RUBY: &[&str] = &["ruby", "gem", "bundle", "rake", "rails", "rspec", "rubocop", "irb", "pod", "make", "brew"];
/// Programs written in Perl.
pub const PERL: &[&str] = &["perl", "prove", "cpan", "cpanm", "perldoc", "git", "ack", "exiftool", "make", "cloc"];
/// Programs for Java's machine.
pub const JAVA: &[&str] = &[
    "java", "javac", "mvn", "gradle", "sbt", "kotlin", "kotlinc", "ant", "scala", "jshell", "lein", "clojure", "make",
];
/// Rust's tools.
pub const CARGO: &[&str] =
    &["cargo", "rustc", "rustdoc", "rustup", "rustfmt", "make", "just", "clippy-driver", "maturin"];
/// Go's tools.
pub const GO: &[&str] = &["go", "gofmt", "golangci-lint", "make", "just", "gopls", "ko", "goreleaser"];
/// What builds and tests.
pub const BUILDS: &[&str] = &[
    "make", "gmake", "cmake", "ninja", "meson", "just", "cargo", "go", "npm", "pnpm", "yarn", "pip", "uv", "poetry",
    "pytest", "tox", "nox", "gem", "bundle", "gcc", "g++", "cc", "c++", "clang", "clang++", "ld", "configure", "bazel",
    "ctest", "pre-commit", "twine", "pipx", "python", "python3",
];
/// ssh and what goes through it.
pub const SSH: &[&str] =
    &["ssh", "scp", "sftp", "rsync", "git", "svn", "hg", "cvs", "mosh", "ansible", "ansible-playbook"];
/// sudo.
pub const SUDO: &[&str] = &["sudo", "sudoedit"];
/// curl and wget.
pub const CURL: &[&str] = &["curl", "wget"];
/// Search tools with a file of settings.
pub const RIPGREP: &[&str] = &["rg", "bat", "fd", "eza"];
/// Tools that speak to a server of the session's.
pub const AGENTS: &[&str] = &["tmux", "screen", "systemctl", "journalctl", "busctl", "gdbus", "loginctl"];
