//! Which services a command is about, and that several are noticed.

use std::fs;

use aigov::model::environments::{EnvironmentRule, Environments};
use serde_json::Value;

use crate::Desk;
use crate::support::Place;

/// Command, service, and whether there are several.
const CASES: &[(&str, Option<&str>, bool)] = &[
    ("kubectl scale deploy/web --replicas=2", Some("web"), false),
    ("kubectl delete deploy web db", Some("db, web"), true),
    ("kubectl delete deploy/web svc/web", Some("web"), false),
    ("kubectl delete pods --all", Some("*"), true),
    ("kubectl delete pods -l app=web", Some("web"), false),
    ("kubectl delete pods -l 'app in (web, db)'", Some("db, web"), true),
    ("kubectl delete pods -l tier=x", Some("*"), true),
    ("kubectl delete deploy web -A", Some("*, web"), true),
    ("kubectl apply -f x.yaml", Some("?"), false),
    ("kubectl get pods", None, false),
    ("kubectl get deploy web", Some("web"), false),
    ("kubectl delete configmap settings", None, false),
    ("helm upgrade web ./chart", Some("web"), false),
    ("helm uninstall web db", Some("db, web"), true),
    ("helm install -g ./chart", Some("?"), false),
    ("terraform -chdir=infra/prod/web apply", Some("web"), false),
    ("terraform -chdir=infra/prod apply", Some("work"), false),
    ("terraform -chdir=/elsewhere/web apply", None, false),
    ("terraform apply -target=module.web -target=module.db.aws_instance.x", Some("db, web"), true),
    ("terraform apply -target=module.web", Some("web"), false),
    ("terraform state rm aws_instance.x", Some("aws_instance.x"), false),
    ("aws ecs update-service --cluster c --service web", Some("web"), false),
    ("aws lambda update-function-code --function-name arn:aws:lambda:r:1:function:web", Some("web"), false),
    ("docker rm web db", Some("db, web"), true),
    ("docker compose restart web", Some("web"), false),
    ("docker compose down", Some("*"), true),
    ("docker exec web ls", Some("web"), false),
    ("git push origin topic", None, false),
    ("rm x", None, false),
];

#[test]
fn services_are_named_and_several_are_marked() {
    let desk = Desk::new();
    fs::create_dir(desk.work().join(".git")).unwrap();
    fs::write(desk.work().join(".git/HEAD"), "ref: refs/heads/topic\n").unwrap();
    let rule = EnvironmentRule { directories: vec!["prod".to_owned()], ..EnvironmentRule::default() };
    let environments = Environments { rules: vec![("production".to_owned(), rule)] };
    let mut wrong = Vec::new();
    for (line, service, is_multi) in CASES {
        let words = shlex::split(line).unwrap();
        let call = desk.call(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let action = desk.action(&call, &environments);
        if (action.service.as_deref(), action.is_multi_service()) != (*service, *is_multi) {
            wrong.push(format!("{line}: {:?}, {}", action.service, action.is_multi_service()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn checked(place: &Place, text: &str) -> Value {
    place.agent(&["check", "--json", "-c", text]).json()
}

#[test]
fn commands_that_together_reach_several_targets_are_marked() {
    let place = Place::new();
    for (text, is_multi) in [
        ("kubectl -n a delete deploy web && kubectl -n b delete deploy web", true),
        ("kubectl delete deploy web; kubectl delete deploy db", true),
        ("kubectl -n a delete deploy web && kubectl -n a rollout status deploy/web", false),
        ("kubectl -n a delete pod web && kubectl -n b get pods", false),
        ("kubectl delete deploy web && ls && git commit -m x", false),
        ("ls; cat x", false),
    ] {
        assert_eq!(checked(&place, text)["multi_service"], is_multi, "{text}");
    }
}

#[test]
fn a_rule_about_one_service_is_not_escaped_by_naming_another_first() {
    let place = Place::with(|policy| {
        let rules = "[[rules]]\nid = \"no-payments\"\ntier = 4\nwhen = { service = \"payments\", impact = [\"write\", \"destroy\"] }\n\
            [[rules]]\nid = \"web-runs\"\ntier = 2\nwhen = { service = \"web\", impact = [\"write\", \"destroy\"], category = [\"deploy\"], environment = \"dev\" }\n";
        let (before, after) = policy.split_once("[[tests]]").unwrap();
        format!("{before}{rules}\n[[tests]]{after}")
    });
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: dev\ncontexts: [{name: dev, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n";
    fs::create_dir(place.home().join(".kube")).unwrap();
    fs::write(place.home().join(".kube/config"), kubeconfig).unwrap();
    for (text, decision) in [
        ("kubectl delete deploy payments", "deny"),
        ("kubectl delete deploy web payments", "deny"),
        ("kubectl delete deploy --all", "deny"),
        ("kubectl delete deploy $X", "deny"),
        ("kubectl delete deploy web", "allow"),
        ("kubectl delete deploy web db", "ask"),
    ] {
        let answer = checked(&place, text);
        assert_eq!(answer["decision"], decision, "{text}: {answer}");
    }
}
