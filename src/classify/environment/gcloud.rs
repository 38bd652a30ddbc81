//! gcloud, gsutil, bq: project, configuration, account.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, gitops};

/// Flags whose values name no resource.
const FORMS: &[&str] = &["--format", "--filter", "--sort-by", "--limit", "--verbosity"];

/// gcloud's target: `--project`, `CLOUDSDK_CORE_PROJECT`, then the configuration in force.
pub fn gcloud(reach: &mut Reach<'_>) {
    let given = reach.flag(&["--project", "--project_id", "-p"]);
    let variable = reach.variable("CLOUDSDK_CORE_PROJECT");
    let configuration = reach.flag(&["--configuration"]).or_else(|| reach.variable("CLOUDSDK_ACTIVE_CONFIG_NAME"));
    let directory = reach.settings("CLOUDSDK_CONFIG");
    let want = Want::GcloudConfiguration { configuration: configuration.clone(), directory };
    let answer = reach.scene.context.facts.answer(&want);
    let named = given.or(variable);
    match &answer {
        Answer::Known { .. } => {
            // What is named for this call outranks the configuration that happens to be in force.
            if named.is_none() {
                reach.signs.found(Mark::Project, answer.field("project"));
                reach.signs.claim(Mark::Project, answer.field("configuration"));
                if answer.field("project").is_none() {
                    reach.signs.doubt("no gcloud project is set");
                }
            }
            reach.signs.claim(Mark::Name, answer.field("impersonated"));
            if let Some(account) = answer.field("account") {
                reach.signs.note(format!("gcloud account `{account}`"));
            }
        }
        Answer::Absent if named.is_some() => {}
        Answer::Absent => reach.signs.doubt("no gcloud project was found"),
        Answer::Failed { cause } => reach.signs.doubt(cause.clone()),
    }
    reach.signs.claim(Mark::Project, configuration.as_deref());
    if reach.reading.has(&["--flags-file"]) {
        reach.signs.doubt("a file of flags can name another project");
    }
    reach.signs.found(Mark::Project, named.as_deref());
    let account = reach.flag(&["--account", "--impersonate-service-account"]);
    reach.signs.claim(Mark::Name, account.as_deref());
    for (name, value) in reach.variables("CLOUDSDK_") {
        if name.contains("API_ENDPOINT") || name.contains("IMPERSONATE") || name == "CLOUDSDK_CORE_ACCOUNT" {
            reach.signs.claim(Mark::Name, Some(&value));
        }
    }
    gitops::cluster_of(reach, &["--cluster"]);
    reach.names(FORMS);
    paths(reach);
}

/// `projects/NAME/…` names a project of its own, whatever `--project` says.
fn paths(reach: &mut Reach<'_>) {
    let words = reach.reading.operands.iter().chain(reach.reading.flags.iter().filter_map(|flag| flag.value.as_ref()));
    let named: Vec<String> = super::texts(words)
        .filter_map(|text| text.split_once("projects/"))
        .filter_map(|(_, rest)| rest.split('/').next().map(str::to_owned))
        .collect();
    for project in &named {
        reach.signs.claim(Mark::Project, Some(project));
    }
    if named.iter().any(|project| !project.is_empty()) {
        reach.signs.doubt("a resource's full name says its own project");
    }
}
