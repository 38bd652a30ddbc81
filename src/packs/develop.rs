//! Builds, tests, linters and package managers. What they run is code of the working tree that was not seen; a policy
//! that lets them run says so.

use super::schema::{Change, Example, FlagStyle, Flags, Modifier, Pack, Targets, Verb, When};
use crate::model::action::Category::{self, Build, Code, Deploy, Execution, Observe, Secrets, Test};
use crate::model::action::Impact::{Read, Unknown, Write};

const ANY: Flags = Flags::HARMLESS;

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: ANY, ..Verb::READ }
}

const fn build(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: ANY, categories: &[Build, Execution], modifiers: &FOREIGN, ..Verb::WRITE }
}

const fn test(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: ANY, categories: &[Test, Execution], modifiers: &FOREIGN, ..Verb::WRITE }
}

const fn edit(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: ANY, categories: &[Code], ..Verb::WRITE }
}

/// Runs code that comes from elsewhere, or reaches others.
const fn reach(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, impact: Unknown, flags: ANY, categories, ..Verb::WRITE }
}

/// What tests and builds are: said with each, so that nobody takes them for understood.
const UNSEEN: Modifier =
    Modifier { when: When::All(&[]), then: Change::Unseen("it runs code of the working tree that was not seen") };
/// Flags by which the caller names a program or settings of its own.
const NAMED: Modifier = Modifier {
    when: When::Flag(&[
        "--config", "-C", "--exec", "-exec", "--toolexec", "-toolexec", "--eval", "-I", "--init-script", "--plugin",
        "--rootdir", "--script-shell", "--manifest-path", "--prefix", "--globalSetup", "--import", "--require",
        "--index-url", "--index", "--default-index", "--extra-index-url", "--find-links", "--registry",
    ]),
    then: Change::Opaque("it names settings or code that the tool then runs"),
};
const FOREIGN: [Modifier; 2] = [NAMED, UNSEEN];
/// Names of targets and scripts that bring something out.
const OUTWARD: &[&str] = &[
    "*deploy*", "*release*", "*publish*", "*install*", "*destroy*", "*prod*", "*push*", "*apply*", "*upload*",
    "*migrate*", "*rollback*", "*ship*", "*drop*", "*=*", "*seed*", "*reset*",
];
/// Directories that are not below the one it runs in.
const OUTSIDE: &[&str] = &["/*", "~*", "..", "../*", "*/..", "*/../*", ""];
const OUT: Modifier = Modifier { when: When::AnyOperand(OUTWARD), then: Change::Impact(Unknown) };
const TARGETS: [Modifier; 3] = [
    OUT,
    Modifier {
        when: When::Flag(&[
            "-f", "--file", "--makefile", "-C", "--directory", "-I", "--eval", "-E", "--justfile", "-d",
            "--working-directory",
        ]),
        then: Change::Opaque("it names another file of targets"),
    },
    UNSEEN,
];
const MAKE_TARGETS: [Modifier; 5] = [
    OUT,
    Modifier {
        when: When::Flag(&["-f", "--file", "--makefile", "-I", "--include-dir", "--eval", "-E"]),
        then: Change::Opaque("it names another file of targets"),
    },
    Modifier {
        when: When::FlagValue(&["-C", "--directory"], OUTSIDE),
        then: Change::Opaque("it goes to a directory that is not below this one"),
    },
    UNSEEN,
    Modifier {
        when: When::Flag(&["-n", "--just-print", "--dry-run", "--recon", "-q", "--question"]),
        then: Change::Unseen("even then make runs `$(shell …)` and lines that begin with `+`"),
    },
];
/// Flags of checkers and formatters that name settings, which can bring code along.
const SETTINGS: &[&str] = &[
    "-c", "--config", "--config-file", "--rcfile", "--rootdir", "--confcutdir", "--rulesdir", "--plugin", "--parser",
    "--resolve-plugins-relative-to", "--root", "--dir", "--noxfile", "--globalSetup", "--setupFiles",
];
const CHECKER: Flags = Flags {
    value: SETTINGS,
    writes: &[
        "--output-file", "--output-path", "--cache-location", "--cache-dir", "--cache-file", "--log-file",
        "--junitxml", "--junit-xml", "--basetemp", "--outFile", "--outDir", "--declarationDir", "--tsBuildInfoFile",
        "--coverageDirectory", "--outputFile", "--workdir",
    ],
    ..ANY
};
const CHECKS: [Modifier; 4] = [
    Modifier {
        when: When::AnyOperand(OUTSIDE),
        then: Change::Opaque("it runs or changes what lies outside of this directory"),
    },
    Modifier {
        when: When::FlagValue(SETTINGS, OUTSIDE),
        then: Change::Opaque("it names settings or code that lie elsewhere"),
    },
    Modifier {
        when: When::Flag(&["--init-hook", "--python-executable"]),
        then: Change::Opaque("it names code that the tool then runs"),
    },
    UNSEEN,
];
/// `exec` and its like run the words after them; what settings are overridden by can be commands.
const TOX: [Modifier; 6] = [
    CHECKS[0],
    CHECKS[1],
    CHECKS[2],
    CHECKS[3],
    Modifier {
        when: When::AnyOperand(&["exec", "e", "devenv", "d", "quickstart", "q"]),
        then: Change::Opaque("it runs the words after it"),
    },
    Modifier {
        when: When::Flag(&["-x", "--override", "--installpkg", "--force-dep", "--conf"]),
        then: Change::Opaque("it overrides settings, which can be commands"),
    },
];
const CMAKE: [Modifier; 7] = [
    TARGETS[0],
    TARGETS[1],
    TARGETS[2],
    Modifier { when: When::Flag(&["-P"]), then: Change::Opaque("it runs a script of commands") },
    Modifier { when: When::Flag(&["--install"]), then: Change::Opaque("it installs what was built") },
    Modifier {
        when: When::FlagValue(&["-D", "-S", "-B", "--build", "--toolchain", "--open", "--workflow"], ELSEWHERE),
        then: Change::Opaque("it names code or a directory that lies elsewhere"),
    },
    Modifier { when: When::AnyOperand(ELSEWHERE), then: Change::Opaque("it reads what lies outside of this tree") },
];
/// What of cmake's names something that is neither below this directory nor its parent, from which builds are made.
const ELSEWHERE: &[&str] = &["/*", "~*", "../*", "*/..", "*/../*", "*=/*", "*=~*", "*=..*", "*;/*"];
const GRADLE: [Modifier; 4] = [
    TARGETS[0],
    TARGETS[1],
    TARGETS[2],
    Modifier {
        when: When::Flag(&["-b", "--build-file", "-c", "--settings-file", "-p", "--project-dir", "--include-build"]),
        then: Change::Opaque("it names another build"),
    },
];
/// The flags of make that have a value.
const MAKE: Flags = Flags {
    value: &[
        "-C", "--directory", "-f", "--file", "--makefile", "-I", "--include-dir", "-o", "--old-file", "-W",
        "--what-if", "--eval", "-E",
    ],
    ..ANY
};
const SCRIPT: [Modifier; 3] = [OUT, NAMED, UNSEEN];
const PACKAGES: [Modifier; 3] =
    [Modifier { when: When::Operand(0, &["*"]), then: Change::Impact(Unknown) }, NAMED, UNSEEN];

const fn runner(tool: &'static str, examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs: &[],
        source: "its manual",
        bare: Some(Verb { flags: ANY, categories: &[Build, Execution], modifiers: &TARGETS, ..Verb::WRITE }),
        examples,
        ..Pack::BASE
    }
}

const fn checker(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual",
        bare: Some(Verb { flags: CHECKER, categories: &[Test, Execution], modifiers: &CHECKS, ..Verb::WRITE }),
        examples,
        ..Pack::BASE
    }
}

const fn formatter(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual",
        bare: Some(Verb {
            flags: CHECKER,
            categories: &[Code, Execution],
            targets: Targets::EditPaths,
            modifiers: &CHECKS,
            ..Verb::WRITE
        }),
        examples,
        ..Pack::BASE
    }
}

const NODE: &[Verb] = &[
    look(&["ls=list=ll|outdated|view=info=show|why|root|bin|prefix|ping|search|help|explain|fund|licenses"]),
    test(&["test=t=tst"]),
    test(&["audit|doctor|lint|dedupe|check"]),
    Verb {
        modifiers: &SCRIPT,
        ..build(&["run=run-script|build|start|stop|restart|rebuild|pack|prune|workspaces|workspace"])
    },
    Verb {
        modifiers: &PACKAGES,
        ..build(&["ci=clean-install|install=i=add=in|update=up=upgrade|remove=uninstall=rm=un|link|import|fetch"])
    },
    reach(&["exec=x|dlx|create=init"], &[Execution]),
    reach(
        &[
            "publish|unpublish|deprecate|dist-tag|owner|access|team|org|hook|profile|star|adduser|login|logout|token|set-script|config|cache|npm|plugin|set|deploy|pkg|edit|explore",
        ],
        &[Deploy, Secrets],
    ),
];

/// Flags that stand before npm's, pnpm's and yarn's verbs.
const NODE_EARLY: Flags = Flags {
    value: &[
        "--prefix", "-C", "--dir", "--filter", "-F", "-w", "--workspace", "--registry", "--loglevel", "--tag", "--cwd",
        "--userconfig", "--otp",
    ],
    switch: &[
        "-r", "--recursive", "-s", "--silent", "-q", "--quiet", "-d", "-g", "--global", "--workspaces", "-ws",
        "--json", "--workspace-root", "--if-present", "--offline", "--stream", "--parallel", "-v", "--version", "-h",
        "--help",
    ],
    ..Flags::NONE
};

const PYTHON: &[Verb] = &[
    look(&["list|show|freeze|check|search|help|debug|inspect|version|env|tree|about"]),
    build(&["sync|lock|build|venv"]),
    Verb { modifiers: &PACKAGES, ..build(&["install|add|remove|uninstall|update"]) },
    Verb { modifiers: &PACKAGES, ..test(&["run"]) },
    reach(
        &["publish|self|config|cache|tool|pip|python|source|init|new|download|wheel|export|shell"],
        &[Execution, Deploy],
    ),
];

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "cargo",
        programs: &["cargo"],
        source: "https://doc.rust-lang.org/cargo/commands/",
        style: FlagStyle::Gnu,
        flags: Flags {
            value: &[
                "--config", "-C", "--color", "-Z", "-p", "--package", "--features", "-F", "--target",
                "--manifest-path", "--target-dir", "-j", "--jobs", "--profile", "--bin", "--test", "--example",
                "--bench", "--message-format", "--lockfile-path",
            ],
            ..Flags::HARMLESS
        },
        verbs: &[
            look(&["metadata|tree|search|version|help|locate-project|pkgid|info|read-manifest|verify-project"]),
            test(&["test=t|bench|clippy|check=c|nextest|deny|audit|miri|llvm-cov|udeps|outdated"]),
            build(&["build=b|doc=d|rustdoc|rustc|fetch|vendor|generate-lockfile|expand|package"]),
            edit(&["fmt|add|remove=rm|init|new|clean|update|fix"]),
            Verb { modifiers: &SCRIPT, ..build(&["run=r"]) },
            reach(&["publish|yank|owner|login|logout|install|uninstall|binstall|release|xtask"], &[Deploy, Execution]),
        ],
        bare: Some(Verb { flags: ANY, ..Verb::READ }),
        modifiers: &[Modifier {
            when: When::Flag(&["--config", "-C", "-Z", "--manifest-path", "--target-dir"]),
            then: Change::Opaque("it names settings or code that cargo then runs"),
        }],
        examples: &[
            Example { command: "cargo test --locked -p x", operation: "test", impact: Write },
            Example { command: "cargo build --release", operation: "build", impact: Write },
            Example { command: "cargo publish", operation: "publish", impact: Unknown },
            Example { command: "cargo --config x.toml build", operation: "build", impact: Unknown },
            Example { command: "cargo fmt --check", operation: "fmt", impact: Write },
            Example { command: "cargo tree", operation: "tree", impact: Read },
            Example { command: "cargo install x", operation: "install", impact: Unknown },
            Example { command: "cargo frob", operation: "unknown", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "go",
        programs: &["go"],
        source: "https://pkg.go.dev/cmd/go",
        style: FlagStyle::SingleDash,
        flags: Flags {
            value: &[
                "-C", "-o", "-run", "-tags", "-exec", "-toolexec", "-ldflags", "-gcflags", "-mod", "-modfile",
                "-overlay", "-vettool", "-count", "-timeout", "-bench", "-coverprofile",
            ],
            ..Flags::HARMLESS
        },
        verbs: &[
            look(&["list|version|doc|help"]),
            test(&["test|vet"]),
            build(&["build"]),
            edit(&["fmt|clean|fix"]),
            build(&["mod", "tidy|download|verify|vendor|graph|why|init|edit"]),
            Verb { modifiers: &PACKAGES, ..build(&["get"]) },
            build(&["generate"]),
            reach(&["run|install|tool|env|work|telemetry"], &[Execution]),
        ],
        modifiers: &[Modifier {
            when: When::Flag(&["-exec", "-toolexec", "-overlay", "-modfile", "-vettool", "-C", "-ldflags", "-gcflags"]),
            then: Change::Opaque("it names settings or code that go then runs"),
        }],
        examples: &[
            Example { command: "go test ./...", operation: "test", impact: Write },
            Example { command: "go run x.go", operation: "run", impact: Unknown },
            Example { command: "go test -exec=/tmp/x ./...", operation: "test", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "npm",
        programs: &["npm"],
        source: "https://docs.npmjs.com/cli",
        flags: ANY,
        early: NODE_EARLY,
        verbs: NODE,
        bare: Some(Verb { flags: ANY, ..Verb::READ }),
        examples: &[
            Example { command: "npm test", operation: "test", impact: Write },
            Example { command: "npm run build", operation: "run", impact: Write },
            Example { command: "npm run deploy", operation: "run", impact: Unknown },
            Example { command: "npm ci", operation: "ci", impact: Write },
            Example { command: "npm install left-pad", operation: "install", impact: Unknown },
            Example { command: "npm publish", operation: "publish", impact: Unknown },
            Example { command: "npm exec x", operation: "exec", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "pnpm",
        programs: &["pnpm"],
        source: "https://pnpm.io",
        flags: ANY,
        early: NODE_EARLY,
        verbs: NODE,
        examples: &[Example { command: "pnpm test", operation: "test", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        tool: "yarn",
        programs: &["yarn", "yarnpkg"],
        source: "https://yarnpkg.com",
        flags: ANY,
        early: NODE_EARLY,
        verbs: NODE,
        bare: Some(build(&[])),
        examples: &[Example { command: "yarn", operation: "yarn", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        tool: "pip",
        programs: &["pip", "pip3"],
        source: "https://pip.pypa.io",
        flags: ANY,
        verbs: PYTHON,
        examples: &[
            Example { command: "pip install x", operation: "install", impact: Unknown },
            Example { command: "pip list", operation: "list", impact: Read },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "uv",
        programs: &["uv"],
        source: "https://docs.astral.sh/uv",
        flags: ANY,
        verbs: PYTHON,
        examples: &[Example { command: "uv sync", operation: "sync", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        tool: "poetry",
        programs: &["poetry", "pipenv", "pdm"],
        source: "https://python-poetry.org/docs",
        flags: ANY,
        verbs: PYTHON,
        examples: &[Example { command: "poetry install", operation: "install", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        programs: &["make", "gmake"],
        bare: Some(Verb { flags: MAKE, categories: &[Build, Execution], modifiers: &MAKE_TARGETS, ..Verb::WRITE }),
        ..runner(
            "make",
            &[
                Example { command: "make build", operation: "make", impact: Write },
                Example { command: "make deploy", operation: "make", impact: Unknown },
                Example { command: "make SHELL=/tmp/x", operation: "make", impact: Unknown },
                Example { command: "make -C sub build", operation: "make", impact: Write },
                Example { command: "make -C ../x build", operation: "make", impact: Unknown },
                Example { command: "make -f x build", operation: "make", impact: Unknown },
                Example { command: "make -n build", operation: "make", impact: Write },
            ],
        )
    },
    Pack {
        programs: &["just"],
        ..runner("just", &[Example { command: "just test", operation: "just", impact: Write }])
    },
    Pack {
        programs: &["cmake"],
        bare: Some(Verb {
            flags: Flags {
                value: &[
                    "-D", "-S", "-B", "--build", "-P", "--install", "--toolchain", "-G", "-A", "-T", "-C", "-U",
                    "--open",
                ],
                ..ANY
            },
            categories: &[Build, Execution],
            modifiers: &CMAKE,
            ..Verb::WRITE
        }),
        ..runner(
            "cmake",
            &[
                Example { command: "cmake --build build", operation: "cmake", impact: Write },
                Example {
                    command: "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release",
                    operation: "cmake",
                    impact: Write,
                },
                Example { command: "cmake -P /dev/stdin", operation: "cmake", impact: Unknown },
                Example { command: "cmake -DCMAKE_TOOLCHAIN_FILE=/tmp/x .", operation: "cmake", impact: Unknown },
                Example { command: "cmake /tmp/x", operation: "cmake", impact: Unknown },
            ],
        )
    },
    Pack {
        programs: &["ninja", "meson"],
        ..runner("ninja", &[Example { command: "ninja -v", operation: "ninja", impact: Write }])
    },
    Pack {
        programs: &["mvn", "mvnw"],
        ..runner(
            "mvn",
            &[
                Example { command: "mvn verify", operation: "mvn", impact: Write },
                Example { command: "mvn deploy", operation: "mvn", impact: Unknown },
                Example { command: "mvn -o deploy", operation: "mvn", impact: Unknown },
            ],
        )
    },
    Pack {
        programs: &["gradle"],
        bare: Some(Verb { flags: ANY, categories: &[Build, Execution], modifiers: &GRADLE, ..Verb::WRITE }),
        ..runner(
            "gradle",
            &[
                Example { command: "gradle check", operation: "gradle", impact: Write },
                Example { command: "gradle -b /tmp/x test", operation: "gradle", impact: Unknown },
            ],
        )
    },
    checker(
        "pytest",
        &["pytest", "py.test"],
        &[
            Example { command: "pytest -x tests", operation: "pytest", impact: Write },
            Example { command: "pytest -c pytest.ini", operation: "pytest", impact: Write },
            Example { command: "pytest -c /tmp/x", operation: "pytest", impact: Unknown },
            Example { command: "pytest --rootdir=../x", operation: "pytest", impact: Unknown },
        ],
    ),
    Pack {
        bare: Some(Verb { flags: CHECKER, categories: &[Test, Execution], modifiers: &TOX, ..Verb::WRITE }),
        ..checker(
            "tox",
            &["tox"],
            &[
                Example { command: "tox -e py312", operation: "tox", impact: Write },
                Example { command: "tox exec -- x", operation: "tox", impact: Unknown },
                Example { command: "tox -e py e -- x", operation: "tox", impact: Unknown },
                Example { command: "tox -x testenv.commands=x", operation: "tox", impact: Unknown },
            ],
        )
    },
    checker("nox", &["nox"], &[Example { command: "nox", operation: "nox", impact: Write }]),
    checker("jest", &["jest"], &[Example { command: "jest", operation: "jest", impact: Write }]),
    checker("vitest", &["vitest"], &[Example { command: "vitest run", operation: "vitest", impact: Write }]),
    checker("mypy", &["mypy", "pyright"], &[Example { command: "mypy src", operation: "mypy", impact: Write }]),
    checker("flake8", &["flake8", "pylint"], &[Example { command: "flake8", operation: "flake8", impact: Write }]),
    checker("tsc", &["tsc"], &[Example { command: "tsc --noEmit", operation: "tsc", impact: Write }]),
    checker(
        "golangci-lint",
        &["golangci-lint", "staticcheck"],
        &[Example { command: "golangci-lint run", operation: "golangci-lint", impact: Write }],
    ),
    Pack {
        modifiers: &[Modifier {
            when: When::Operand(
                0,
                &["install*", "uninstall", "init-templatedir", "autoupdate", "migrate-config", "try-repo"],
            ),
            then: Change::Opaque("it changes the hooks of the repository, or runs others"),
        }],
        ..checker(
            "pre-commit",
            &["pre-commit"],
            &[
                Example { command: "pre-commit run", operation: "pre-commit", impact: Write },
                Example { command: "pre-commit install", operation: "pre-commit", impact: Unknown },
            ],
        )
    },
    Pack {
        bare: Some(Verb { flags: ANY, categories: &[Test, Observe], targets: Targets::ReadPaths, ..Verb::READ }),
        ..checker(
            "shellcheck",
            &["shellcheck", "yamllint", "hadolint"],
            &[Example { command: "shellcheck x.sh", operation: "shellcheck", impact: Read }],
        )
    },
    formatter("ruff", &["ruff"], &[Example { command: "ruff check", operation: "ruff", impact: Write }]),
    formatter("black", &["black", "isort"], &[Example { command: "black src", operation: "black", impact: Write }]),
    formatter(
        "eslint",
        &["eslint"],
        &[
            Example { command: "eslint src", operation: "eslint", impact: Write },
            Example { command: "eslint --config /tmp/x src", operation: "eslint", impact: Unknown },
        ],
    ),
    formatter(
        "prettier",
        &["prettier"],
        &[
            Example { command: "prettier -w src", operation: "prettier", impact: Write },
            Example { command: "prettier -w ~/.bashrc", operation: "prettier", impact: Unknown },
        ],
    ),
    formatter(
        "rustfmt",
        &["rustfmt", "gofmt", "goimports", "clang-format", "shfmt"],
        &[Example { command: "rustfmt src/x.rs", operation: "rustfmt", impact: Write }],
    ),
];
