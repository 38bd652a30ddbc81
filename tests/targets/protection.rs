//! One more sign of a protected environment never makes a command less protected, and no made-up name opens one.

use aigov::model::action::Action;
use aigov::model::environments::{EnvironmentRule, Environments};

use crate::{Call, Desk};

fn environments() -> Environments {
    let rule = |protected, word: &str| {
        let list = vec![word.to_owned()];
        EnvironmentRule {
            protected: Some(protected),
            contexts: list.clone(),
            clusters: list.clone(),
            namespaces: list.clone(),
            workspaces: list.clone(),
            profiles: list.clone(),
            accounts: list.clone(),
            hosts: list.clone(),
            branches: Vec::new(),
            directories: list,
        }
    };
    Environments { rules: vec![("dev".to_owned(), rule(false, "dev")), ("production".to_owned(), rule(true, "prod"))] }
}

/// How protected an action is: what is unknown counts as production, what is named so is.
fn rank(action: &Action) -> u8 {
    match action.environment.as_str() {
        "production" => 2,
        "unknown" => 1,
        _ => 0,
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    let context = |name: &str| {
        format!(
            "- name: {name}\n  context: {{cluster: {name}, user: u}}\nclusters:\n- name: {name}\n  cluster: {{server: 'https://{name}.example'}}\n"
        )
    };
    desk.write(
        "home/.kube/config",
        "apiVersion: v1\nkind: Config\ncurrent-context: dev\ncontexts:\n- {name: dev, context: {cluster: dev, user: u}}\n- {name: prod, context: {cluster: prod, user: u}}\n- {name: x, context: {cluster: x, user: u, namespace: team}}\nclusters:\n- {name: dev, cluster: {server: 'https://a'}}\n- {name: prod, cluster: {server: 'https://b'}}\n- {name: x, cluster: {server: 'https://c'}}\n",
    );
    for name in ["dev", "prod"] {
        desk.write(
            format!("work/kube-{name}"),
            &format!("apiVersion: v1\nkind: Config\ncurrent-context: {name}\ncontexts:\n{}", context(name)),
        );
    }
    desk.write("home/.aws/config", "[default]\n[profile dev]\nregion = r\n[profile prod]\nregion = r\n");
    desk.write("work/tf/.terraform/environment", "dev");
    desk.write("work/tf/main.tf", "");
    desk.write("work/tf/prod.tfvars", "");
    desk.write("home/.config/gcloud/configurations/config_default", "[core]\nproject = acme-dev\n");
    desk
}

/// Commands, and what can be said in addition that is a sign of production: words, or `NAME=value`.
const CASES: &[(&[&str], &[&str])] = &[
    (
        &["kubectl", "scale", "deploy/web", "--replicas=0"],
        &[
            "-n prod", "--namespace=prod", "--context prod", "--cluster prod", "--server https://prod.example",
            "KUBECONFIG=kube-prod", "--kubeconfig kube-prod",
        ],
    ),
    (
        &["kubectl", "--context", "x", "delete", "pod", "a"],
        &["-n prod", "--context prod", "--cluster prod", "-s https://10.0.0.1/prod"],
    ),
    (&["kubectl", "--context", "dev", "delete", "ns"], &["prod"]),
    (&["kubectl", "-n", "dev", "delete", "deploy", "a"], &["--context prod", "-n prod"]),
    (
        &["helm", "upgrade", "web", "./chart"],
        &[
            "-n prod", "--kube-context prod", "--kube-apiserver https://prod", "-f values-prod.yaml",
            "-f values.PROD.yaml", "--set env=prod", "HELM_NAMESPACE=prod", "HELM_KUBECONTEXT=prod",
            "HELM_KUBEAPISERVER=https://prod", "KUBECONFIG=kube-prod",
        ],
    ),
    (
        &["terraform", "-chdir=tf", "apply"],
        &[
            "TF_WORKSPACE=prod", "-var env=prod", "-var-file=prod.tfvars", "-state=prod.tfstate", "TF_VAR_env=prod",
            "AWS_PROFILE=prod", "GOOGLE_PROJECT=acme-prod", "ARM_SUBSCRIPTION_ID=prod", "-target=module.prod",
            "plan-prod.bin",
        ],
    ),
    (
        &["aws", "s3", "rm", "s3://x"],
        &[
            "--profile prod", "AWS_PROFILE=prod", "AWS_DEFAULT_PROFILE=prod", "--endpoint-url https://prod",
            "s3://acme-prod/x", "AWS_ENDPOINT_URL_S3=http://prod", "AWS_ROLE_ARN=arn:aws:iam::prod:role/x",
        ],
    ),
    (
        &["aws", "--profile", "dev", "ecs", "update-service", "--service", "web"],
        &["--cluster prod", "--profile prod", "--cluster arn:aws:ecs:r:prod:cluster/x"],
    ),
    (&["docker", "rm", "x"], &["DOCKER_HOST=tcp://prod:1", "DOCKER_CONTEXT=prod"]),
    (&["docker", "-H", "tcp://dev:2375", "rm", "x"], &["-H tcp://prod:1"]),
    (
        &["psql", "-h", "dev"],
        &[
            "postgres://prod/x", "-d prod_shop", "PGHOSTADDR=prod", "-h prod", "PGHOST=prod", "PGDATABASE=shop-prod",
            "PGSERVICE=prod",
        ],
    ),
    (&["psql"], &["host=prod", "host=a,prod", "hostaddr=prod", "service=prod", "PGHOST=db.PROD.example"]),
];

/// `base` with one more thing said.
fn with(base: &Call, more: &str) -> Call {
    let mut call = base.clone();
    match more.split_once('=') {
        Some((name, value)) if name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') => {
            call.env.insert(name.to_owned(), value.to_owned());
        }
        _ if base.argv[0] == "docker" && more.starts_with('-') => {
            call.argv.splice(1..1, more.split(' ').map(str::to_owned));
        }
        _ => call.argv.extend(more.split(' ').map(str::to_owned)),
    }
    call
}

#[test]
fn one_more_sign_of_production_never_protects_less() {
    let desk = desk();
    let environments = environments();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (argv, signs) in CASES {
        let base = desk.call(argv);
        let mut calls = vec![base.clone()];
        // What opens, in every combination with what protects.
        for open in
            ["AWS_PROFILE=dev", "TF_WORKSPACE=dev", "PGHOST=dev", "KUBECONFIG=kube-dev", "DOCKER_HOST=tcp://dev:1"]
        {
            calls.push(with(&base, open));
        }
        calls.extend(signs.iter().map(|sign| with(&base, sign)));
        for call in calls {
            let before = rank(&desk.action(&call, &environments));
            for sign in *signs {
                let after = with(&call, sign);
                let action = desk.action(&after, &environments);
                tried += 1;
                if rank(&action) < before || rank(&action) != 2 {
                    wrong.push(format!("{} is {}: {:?}", after.text(), action.environment, action.evidence));
                }
            }
        }
    }
    assert!(tried > 300, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_name_that_the_caller_made_up_opens_nothing() {
    let desk = desk();
    let environments = environments();
    for argv in [
        &["kubectl", "--kubeconfig", "kube-dev", "delete", "pod", "x"][..],
        &["kubectl", "--context", "x", "-s", "https://10.0.0.5/dev", "delete", "pod", "x"],
        &["kubectl", "--context", "x", "-s", "https://dev.10.0.0.5.nip.io", "delete", "pod", "x"],
        &["kubectl", "--context", "x", "-n", "dev", "delete", "ns", "payments"],
        &["kubectl", "--context", "x", "-n", "dev", "delete", "node", "a"],
        &["kubectl", "--context", "x", "-n", "dev", "apply", "-f", "x.yaml"],
        &["kubectl", "--context", "x", "-n", "dev", "-A", "delete", "pods", "--all"],
        &["kubectl", "--context", "dev", "--cluster", "x", "delete", "pod", "x"],
        &["kubectl", "--context", "dev", "-A", "delete", "pods", "--all"],
        &["helm", "--kube-context", "x", "-n", "dev", "upgrade", "web", "./chart"],
        &["terraform", "-chdir=tf", "apply", "saved-plan"],
        &["terraform", "-chdir=tf", "destroy", "-state=other.tfstate"],
        &["psql", "-h", "dev", "host=10.0.0.5"],
        &["psql", "-h", "dev", "hostaddr=10.0.0.5"],
        &["psql", "-h", "dev,10.0.0.5"],
        &["psql", "-h", "dev.10.0.0.5.nip.io"],
        &["docker", "-H", "tcp://dev.10.0.0.5.nip.io:2375", "rm", "x"],
        &["docker", "-H", "unix:///tmp/tunnel.sock", "rm", "x"],
        &["aws", "--profile", "none", "ec2", "terminate-instances", "--instance-ids", "dev"],
    ] {
        let action = desk.action(&desk.call(argv), &environments);
        assert_eq!(action.environment.as_str(), "unknown", "{argv:?}: {:?}", action.evidence);
    }
    for (argv, variable) in [
        (&["psql"][..], ("PGHOSTADDR", "10.0.0.5")),
        (&["psql", "-h", "dev"], ("PGHOSTADDR", "10.0.0.5")),
        (&["kubectl", "--context", "dev", "delete", "pod", "x"], ("KUBECONFIG", "kube-dev")),
        (&["docker", "--context", "none", "rm", "x"], ("DOCKER_HOST", "unix:///var/run/docker.sock")),
        (&["aws", "--region", "r", "s3", "rm", "s3://x"], ("AWS_ACCESS_KEY_ID", "AKIA")),
    ] {
        let mut call = desk.call(argv);
        call.env.insert("AWS_PROFILE".to_owned(), "dev".to_owned());
        call.env.insert(variable.0.to_owned(), variable.1.to_owned());
        let action = desk.action(&call, &environments);
        assert_eq!(action.environment.as_str(), "unknown", "{}: {:?}", call.text(), action.evidence);
    }
}

#[test]
fn what_really_points_at_dev_is_dev() {
    let desk = desk();
    let environments = environments();
    for argv in [
        &["kubectl", "delete", "pod", "x"][..],
        &["kubectl", "--context", "dev", "scale", "deploy/web", "--replicas=2"],
        &["kubectl", "--context", "x", "-n", "dev", "delete", "pod", "a"],
        &["kubectl", "--context", "dev", "-n", "team", "apply", "-f", "x.yaml"],
        &["helm", "--kube-context", "dev", "upgrade", "web", "./chart"],
        &["terraform", "-chdir=tf", "apply"],
        &["aws", "--profile", "dev", "s3", "rm", "s3://x"],
        &["psql", "-h", "dev"],
        &["docker", "-H", "tcp://dev-1:2375", "rm", "x"],
    ] {
        let action = desk.action(&desk.call(argv), &environments);
        assert_eq!(action.environment.as_str(), "dev", "{argv:?}: {:?}", action.evidence);
    }
}
