//! What claims a text, and what is taken from addresses.

use super::*;
use crate::classify::arguments;
use crate::command::{Certainty, Command, OpaqueKind, Place, StdinSource};
use crate::model::environments::Environments;
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::Raw;
use crate::packs::schema::{FlagStyle, Flags, Pack, Verb};

#[test]
fn a_plain_word_claims_whole_segments_only() {
    assert!(claims("prod", "prod-eu") && claims("prod", "eks/prod") && claims("prod", "prod"));
    assert!(!claims("prod", "preprod") && !claims("prod", "product") && !claims("prod", "PROD"));
    assert!(claims("arn:*:prod", "arn:x:prod") && !claims("prod-eu", "prod-eu-1"));
}

#[test]
fn hosts_are_taken_from_addresses() {
    assert_eq!(host_of("https://u:p@db.example:5432/x"), "db.example");
    assert_eq!(host_of("ssh://root@10.0.0.1"), "10.0.0.1");
    assert_eq!(host_of("[::1]:6443"), "::1");
    assert_eq!(host_of("fe80::1"), "fe80::1");
    assert_eq!(host_of("https://10.0.0.5#dev"), "10.0.0.5");
}

#[test]
fn a_word_in_an_address_that_the_caller_made_up_opens_nothing() {
    let sign = |weight, text: &str| Sign { mark: Mark::Host, text: text.to_owned(), weight };
    assert!(opens("dev", &sign(Weight::Found, "db.dev.example.com")));
    assert!(opens("dev", &sign(Weight::Given, "dev-1")));
    assert!(opens("*.dev.example.com", &sign(Weight::Given, "db.dev.example.com")));
    assert!(!opens("dev", &sign(Weight::Given, "dev.10.0.0.5.nip.io")));
    assert!(!opens("dev", &sign(Weight::Claim, "dev")));
}

/// A host that knows two of everything: one of production, one of dev.
struct Host;

impl Facts for Host {
    fn answer(&self, want: &Want) -> Answer {
        let named = |fields: &[(&str, &str)]| Answer::Known {
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        match want {
            Want::GcloudConfiguration { configuration, .. } => match configuration.as_deref() {
                Some("dev") => named(&[("configuration", "dev"), ("project", "acme-dev")]),
                _ => named(&[("configuration", "default"), ("project", "acme-prod")]),
            },
            Want::AzureSubscription { subscription, .. } => match subscription.as_deref() {
                Some("Acme Dev") => named(&[("name", "Acme dev"), ("id", "d1")]),
                Some(_) => Answer::Failed { cause: "no such subscription".to_owned() },
                None => named(&[("name", "Acme prod"), ("id", "p1")]),
            },
            Want::SshHost { host, .. } => match host.as_str() {
                "web" => named(&[("hostname", "web.prod.example")]),
                "box" => named(&[("hostname", "box.dev.example")]),
                "jump" => named(&[("hostname", "jump.dev.example"), ("proxy_command", "set")]),
                other => named(&[("hostname", other)]),
            },
            Want::MysqlOptions { only, .. } => match only.as_deref() {
                Some(_) => named(&[("host", "db.prod.example")]),
                None => named(&[("host", "db.dev.example")]),
            },
            Want::KubeContext { context, .. } => match context.as_deref() {
                Some("none") => Answer::Failed { cause: "no such context".to_owned() },
                Some(name) => named(&[("context", name), ("namespace", "default")]),
                None => named(&[("context", "dev"), ("namespace", "default")]),
            },
            Want::Path { path } => named(&[("kind", "file"), ("real", path)]),
            _ => Answer::Absent,
        }
    }
}

const VERB: Verb = Verb { flags: Flags::HARMLESS, ..Verb::WRITE };

/// A pack of a tool that is located so, with these flags that take a value.
const fn pack(locate: Locate, value: &'static [&'static str]) -> Pack {
    let flags = Flags { value, ..Flags::HARMLESS };
    Pack { tool: "t", programs: &["t"], style: FlagStyle::Gnu, flags, bare: Some(VERB), locate, ..Pack::BASE }
}

static GCLOUD: Pack = pack(Locate::Gcloud, &["--project", "--configuration", "--cluster", "--account"]);
static AZURE: Pack = pack(Locate::Azure, &["--subscription", "-g", "--ids", "--name"]);
static ARGOCD: Pack = pack(Locate::Argocd, &["--dest-server", "--dest-name", "--dest-namespace", "--server"]);
static FLUX: Pack = pack(Locate::Flux, &["--context", "-n", "--path", "--branch"]);
static MYSQL: Pack = pack(Locate::Mysql, &["-h", "--host", "--defaults-file", "-D", "--login-path"]);
static MONGO: Pack = pack(Locate::Mongo, &["--host", "--uri", "--db"]);
static REDIS: Pack = pack(Locate::Redis, &["-h", "-u", "-s"]);
static SQLITE: Pack = pack(Locate::Sqlite, &[]);
static SSH: Pack = pack(Locate::Ssh, &["-F", "-o", "-J", "-l", "-S"]);
static COPY: Pack = pack(Locate::Copy, &["-F", "-o", "-J", "-S"]);
static WEB: Pack = pack(Locate::Web, &["--url", "-x", "--resolve"]);
static STAGE: Pack = pack(Locate::Named(&["--stage", "-s"]), &["--stage", "-s"]);
static TERRAGRUNT: Pack = pack(Locate::Terragrunt, &["--working-dir", "-var", "-target"]);

fn rules() -> Environments {
    let rule = |protected, word: &str| {
        let list = vec![word.to_owned()];
        EnvironmentRule {
            protected: Some(protected),
            contexts: list.clone(),
            clusters: list.clone(),
            namespaces: list.clone(),
            workspaces: list.clone(),
            profiles: list.clone(),
            accounts: Vec::new(),
            hosts: list.clone(),
            branches: Vec::new(),
            directories: list,
        }
    };
    Environments { rules: vec![("dev".to_owned(), rule(false, "dev")), ("production".to_owned(), rule(true, "prod"))] }
}

/// Where a command line points; `$X` is a word that is not known.
fn place(pack: &'static Pack, line: &str) -> String {
    let word = |text: String| match text.as_str() {
        "$X" => Word::opaque(OpaqueKind::Variable, "\"$X\"", "not known"),
        _ => Word::known(text.as_str()),
    };
    let (settings, line) = line.split_once(" | ").unwrap_or(("", line));
    let words: Vec<Word> = shlex::split(line).unwrap().into_iter().map(word).collect();
    let assignments = settings.split_whitespace().filter_map(|pair| pair.split_once('='));
    let assignments = assignments.map(|(name, value)| (name.to_owned(), word(value.to_owned()))).collect();
    let command = Command {
        words: words.clone(),
        assignments,
        redirects: Vec::new(),
        stdin: StdinSource::Inherited,
        via: Vec::new(),
        directory: None,
        place: Place::Here,
        certainty: Certainty::Found,
        described: None,
    };
    let (environments, cwd, env) = (rules(), Raw::from("/work"), [(Raw::from("HOME"), Raw::from("/home/u"))]);
    let context = Context { facts: &Host, environments: &environments, cwd: &cwd, env: &env };
    let reading = arguments::read(pack, &words[1..]);
    locate(pack.locate, &reading, &Scene::of(&command, &context)).environment.as_str().to_owned()
}

#[test]
fn every_kind_of_target_is_told_with_its_twin() {
    let mut wrong = Vec::new();
    for (pack, cases) in CASES {
        for (line, expected) in *cases {
            let found = place(pack, line);
            if found != *expected {
                wrong.push(format!("{:?}: `{line}` is {found}, should be {expected}", pack.locate));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Cases = &'static [(&'static str, &'static str)];

static CASES: &[(&Pack, Cases)] = &[
    (
        &GCLOUD,
        &[
            ("t", "production"),
            ("t --project acme-dev", "dev"),
            ("t --configuration dev", "dev"),
            ("t --configuration dev --project acme-prod", "production"),
            ("t --configuration dev --project $X", "unknown"),
            ("t --configuration dev --cluster prod-eu", "production"),
            ("CLOUDSDK_ACTIVE_CONFIG_NAME=dev | t", "dev"),
            ("CLOUDSDK_ACTIVE_CONFIG_NAME=dev CLOUDSDK_CORE_PROJECT=acme-prod | t", "production"),
            ("CLOUDSDK_ACTIVE_CONFIG_NAME=$X | t --project acme-dev", "unknown"),
            ("t --configuration dev projects/other/secrets/x", "unknown"),
            ("t --configuration dev projects/acme-prod/secrets/x", "production"),
        ],
    ),
    (
        &AZURE,
        &[
            ("t", "production"),
            ("t --subscription 'Acme Dev'", "dev"),
            ("t --subscription 'Acme Dev' -g rg-prod", "production"),
            ("t --subscription gone", "unknown"),
            ("t --subscription gone-prod", "production"),
            ("t --subscription 'Acme Dev' --ids /subscriptions/p1/x", "unknown"),
            ("t --subscription 'Acme Dev' --ids /subscriptions/d1/x", "dev"),
        ],
    ),
    (
        &ARGOCD,
        &[
            ("t web", "unknown"),
            ("t web-prod", "production"),
            ("t web --dest-name dev", "dev"),
            ("t web --dest-name dev --dest-namespace prod", "production"),
            ("t web --dest-server https://dev.10.0.0.5.nip.io", "unknown"),
            ("ARGOCD_SERVER=argocd.prod.example | t web", "production"),
        ],
    ),
    (
        &FLUX,
        &[
            ("t web", "dev"),
            ("t web --context prod", "production"),
            ("t web --context none", "unknown"),
            ("t web -n prod", "production"),
            ("t web --path ./clusters/prod", "production"),
        ],
    ),
    (
        &MYSQL,
        &[
            ("t", "dev"),
            ("t -h db.prod.example", "production"),
            ("t -h 10.0.0.5", "unknown"),
            ("t -h dev", "dev"),
            ("t -h $X", "unknown"),
            ("t --defaults-file x", "production"),
            ("t shop-prod", "production"),
            ("t --login-path x", "unknown"),
            ("MYSQL_HOST=prod | t", "production"),
        ],
    ),
    (
        &MONGO,
        &[
            ("t mongodb://u:p@dev/shop", "dev"),
            ("t mongodb://u:p@dev,10.0.0.5/shop", "unknown"),
            ("t mongodb+srv://db.prod.example/shop", "production"),
            ("t shop", "unknown"),
            ("t --host rs/dev", "dev"),
            ("t --host dev mongodb://10.0.0.5", "unknown"),
            ("t mongodb://dev/prod", "production"),
        ],
    ),
    (
        &REDIS,
        &[
            ("t -h dev", "dev"),
            ("t -u redis://:x@prod:6379", "production"),
            ("t -h dev -u redis://10.0.0.5", "unknown"),
            ("t", "unknown"),
        ],
    ),
    (&SQLITE, &[("t app.db", "local"), ("t $X", "unknown"), ("t /mnt/prod/app.db", "production")]),
    (
        &SSH,
        &[
            ("t web", "production"),
            ("t me@box", "dev"),
            ("t jump", "unknown"),
            ("t dev", "dev"),
            ("t dev.10.0.0.5.nip.io", "unknown"),
            ("t -o HostName=10.0.0.5 box", "unknown"),
            ("t -S /x box", "unknown"),
            ("t -F own box", "unknown"),
            ("t -J prod-bastion box", "production"),
            ("t $X", "unknown"),
            ("t", "unknown"),
        ],
    ),
    (
        &COPY,
        &[
            ("t a box:b", "dev"),
            ("t web:a b", "production"),
            ("t box:a other:b", "unknown"),
            ("t a b", "unknown"),
            ("t ./x:y box:z", "dev"),
        ],
    ),
    (
        &WEB,
        &[
            ("t http://dev/x", "dev"),
            ("t http://dev/x http://other", "unknown"),
            ("t https://api.prod.example", "production"),
            ("t https://api.example/prod/x", "production"),
            ("t http://dev@10.0.0.5", "unknown"),
            ("t -x other http://dev", "unknown"),
            ("t $X", "unknown"),
        ],
    ),
    (
        &STAGE,
        &[
            ("t --stage dev", "dev"),
            ("t -s prod", "production"),
            ("t", "unknown"),
            ("t --stage $X", "unknown"),
            ("t --stage dev prod-x", "production"),
        ],
    ),
    (
        &TERRAGRUNT,
        &[
            ("t --working-dir live/dev/web", "dev"),
            ("t --working-dir live/prod/web", "production"),
            ("t --working-dir live/dev/web -var env=prod", "production"),
            ("t --working-dir live/dev --all", "unknown"),
            ("TG_WORKING_DIR=live/prod | t", "production"),
            ("TF_VAR_env=$X | t --working-dir live/dev/web", "unknown"),
            ("AWS_PROFILE=prod | t --working-dir live/dev/web", "production"),
        ],
    ),
];
