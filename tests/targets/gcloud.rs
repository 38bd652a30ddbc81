//! gcloud: `config list` over configurations, variables and flags. It starts slowly, so that the calls are few.

use aigov::model::environments::Environments;
use aigov::model::facts::Want;

use crate::support::has;
use crate::{Call, Desk, Held, evidence, hold};

#[test]
fn the_configuration_in_force_is_gclouds() {
    if !has("gcloud") {
        return;
    }
    let desk = Desk::new();
    let base = "home/.config/gcloud";
    desk.write(format!("{base}/active_config"), "work");
    desk.write(format!("{base}/configurations/config_default"), "[core]\nproject = toys\n");
    desk.write(
        format!("{base}/configurations/config_work"),
        "[core]\nproject = acme-prod\naccount = me@acme.example\n\n[compute]\nregion = europe-west1\n",
    );
    desk.write(format!("{base}/configurations/config_hollow"), "");
    desk.write("work/other/configurations/config_default", "[core]\nproject: colon-project\n");
    let with = |flags: &[&str], pairs: &[(&str, &str)]| {
        let mut call = desk.call(&["gcloud", "config", "list", "--format=json"]);
        call.argv.extend(flags.iter().map(|flag| (*flag).to_owned()));
        call.env.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        call
    };
    let other = desk.work().join("other").display().to_string();
    let calls: Vec<Call> = vec![
        with(&[], &[]),
        with(&["--configuration=default"], &[("CLOUDSDK_ACTIVE_CONFIG_NAME", "hollow")]),
        with(&[], &[("CLOUDSDK_ACTIVE_CONFIG_NAME", "hollow")]),
        with(&[], &[("CLOUDSDK_CONFIG", &other)]),
        with(&["--configuration=gone"], &[]),
        with(&["--project=flag"], &[("CLOUDSDK_CORE_PROJECT", "variable")]),
        with(&[], &[("CLOUDSDK_CORE_PROJECT", "variable")]),
    ];
    hold("gcloud config list", &calls, 20, |call| {
        let said = desk.run(call, &call.argv);
        let listed: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        let given = |start: &str| call.argv.iter().find_map(|word| word.strip_prefix(start)).map(str::to_owned);
        let variable = |name: &str| call.env.get(name).cloned();
        let want = Want::GcloudConfiguration {
            configuration: given("--configuration=").or_else(|| variable("CLOUDSDK_ACTIVE_CONFIG_NAME")),
            directory: variable("CLOUDSDK_CONFIG"),
        };
        let ours = desk.answer(call, &want);
        let named = given("--project=").or_else(|| variable("CLOUDSDK_CORE_PROJECT"));
        let project = named.as_deref().or_else(|| ours.field("project"));
        let theirs = listed.pointer("/core/project").and_then(serde_json::Value::as_str);
        let region = listed.pointer("/compute/region").and_then(serde_json::Value::as_str);
        let both = || format!("{}\n  gcloud: {said:?}\n  aigov: {ours:?}", call.text());
        let mut used = call.clone();
        used.argv.splice(1..4, ["compute", "instances", "delete", "x"].map(str::to_owned));
        let action = desk.action(&used, &Environments::default());
        let located = evidence(&action, "gcloud project");
        if theirs.is_some_and(|theirs| !located.contains(&theirs)) {
            return Held::Wrong(format!("{}\n  {:?}", both(), action.evidence));
        }
        match said.is_good {
            true if project == theirs && ours.field("region") == region => Held::Same,
            false if project.is_none() => Held::Same,
            _ => Held::Wrong(both()),
        }
    });
}
