//! terraform, tofu and terragrunt: directory, workspace, backend, variables.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, gitops};

/// Variables of the providers that say where they point.
const PROVIDERS: &[(&str, Mark)] = &[
    ("AWS_PROFILE", Mark::Profile),
    ("AWS_DEFAULT_PROFILE", Mark::Profile),
    ("GOOGLE_PROJECT", Mark::Project),
    ("GOOGLE_CLOUD_PROJECT", Mark::Project),
    ("GCLOUD_PROJECT", Mark::Project),
    ("CLOUDSDK_CORE_PROJECT", Mark::Project),
    ("ARM_SUBSCRIPTION_ID", Mark::Subscription),
    ("ARM_SUBSCRIPTION_NAME", Mark::Subscription),
    ("VAULT_ADDR", Mark::Host),
    ("CONSUL_HTTP_ADDR", Mark::Host),
    ("PGHOST", Mark::Host),
];
/// Settings of a backend whose words name the state: they say which environment it is the state of.
const STATE: &[&str] = &["key", "path", "prefix", "workspace", "workspace_key_prefix", "schema_name", "secret_suffix"];
/// Settings of a backend that name where states are kept: they can only protect.
const STORE: &[&str] = &[
    "bucket", "container_name", "storage_account_name", "resource_group_name", "organization", "hostname", "address",
    "namespace", "table", "lock_table", "dynamodb_table", "profile", "role_arn", "subscription_id", "project",
];

/// terraform's target.
pub fn terraform(reach: &mut Reach<'_>) {
    let chdir = reach.early_flag(&["-chdir"]);
    let Some(directory) = directory(chdir, reach) else { return };
    workspace(&directory, reach);
    variables(&directory, reach);
    plan(reach);
}

/// terragrunt's target: what it includes and generates is known when it runs, so that its directory says most.
pub fn terragrunt(reach: &mut Reach<'_>) {
    let named = reach
        .flag(&["--working-dir", "--terragrunt-working-dir"])
        .or_else(|| reach.first_variable(&["TG_WORKING_DIR", "TERRAGRUNT_WORKING_DIR"]));
    let config = reach
        .flag(&["--config", "--terragrunt-config"])
        .or_else(|| reach.first_variable(&["TG_CONFIG", "TERRAGRUNT_CONFIG"]));
    reach.signs.claim(Mark::File, config.as_deref());
    let Some(directory) = directory(named, reach) else { return };
    let name = reach.variable("TF_WORKSPACE");
    reach.signs.found(Mark::Workspace, name.as_deref());
    let is_whole_tree = reach.reading.operation.contains("run-all")
        || reach.reading.has(&["--all", "--graph"])
        || ["plan-all", "apply-all", "destroy-all", "output-all"].contains(&reach.reading.operation.as_str());
    if is_whole_tree {
        reach.signs.doubt(format!("it reaches every unit below `{directory}`"));
    }
    given_variables(reach);
    providers(reach);
}

fn directory(named: Option<String>, reach: &mut Reach<'_>) -> Option<String> {
    let base = reach.scene.directory();
    let found = match named {
        Some(to) if to.starts_with('/') => Some(to),
        Some(to) => base.map(|base| format!("{base}/{to}")),
        None => base,
    };
    let Some(directory) = found else {
        reach.signs.doubt("the directory is not known before it runs");
        return None;
    };
    reach.signs.found(Mark::Directory, Some(&directory));
    // A link to it has another name.
    if let answer @ Answer::Known { .. } = reach.scene.context.facts.answer(&Want::Path { path: directory.clone() }) {
        reach.signs.claim(Mark::Directory, answer.field("real"));
    }
    Some(directory)
}

fn workspace(directory: &str, reach: &mut Reach<'_>) {
    let variable = reach.variable("TF_WORKSPACE");
    let data_dir = reach.variable("TF_DATA_DIR");
    let want = Want::TerraformWorkspace { directory: directory.to_owned(), variable: variable.clone(), data_dir };
    let answer = reach.scene.context.facts.answer(&want);
    reach.signs.claim(Mark::Workspace, variable.as_deref());
    match &answer {
        Answer::Known { fields } => {
            reach.signs.found(Mark::Workspace, answer.field("workspace"));
            for (name, value) in fields {
                let Some(setting) = name.strip_prefix("backend.") else { continue };
                if STATE.contains(&setting) {
                    reach.signs.found(Mark::State, Some(value));
                } else if STORE.contains(&setting) {
                    reach.signs.claim(Mark::State, Some(value));
                    reach.signs.claim(Mark::Name, Some(value));
                }
            }
        }
        Answer::Absent => reach.signs.doubt(format!("no terraform configuration was found in `{directory}`")),
        Answer::Failed { cause } => reach.signs.doubt(cause.clone()),
    }
    // `workspace delete prod` and another state say more than the selected workspace does.
    if reach.reading.operation.starts_with("workspace") {
        for name in reach.operands() {
            reach.signs.claim(Mark::Workspace, Some(&name));
        }
    }
    for given in reach.flags(&["-backend-config", "-state", "-state-out"]) {
        reach.signs.claim(Mark::State, Some(&given));
        reach.signs.claim(Mark::Name, Some(&given));
        if !reach.reading.operation.starts_with("init") {
            reach.signs.doubt("another state than the directory's is named");
        }
    }
}

/// Files of variables, variables in the command, and those of the providers can say that it is a protected one.
fn variables(directory: &str, reach: &mut Reach<'_>) {
    let files = reach.flags(&["-var-file"]);
    for file in &files {
        reach.signs.claim(Mark::File, Some(file));
    }
    let want = Want::TerraformVariables { directory: directory.to_owned(), files };
    match reach.scene.context.facts.answer(&want) {
        Answer::Known { fields } => {
            for value in fields.values() {
                reach.signs.claim(Mark::Name, Some(value));
            }
        }
        Answer::Absent => {}
        Answer::Failed { cause } => reach.signs.doubt(cause),
    }
    given_variables(reach);
    providers(reach);
}

fn given_variables(reach: &mut Reach<'_>) {
    for given in reach.flags(&["-var"]) {
        let value = given.split_once('=').map_or(given.as_str(), |(_, value)| value);
        reach.signs.claim(Mark::Name, Some(value));
    }
    for (_, value) in reach.variables("TF_VAR_") {
        reach.signs.claim(Mark::Name, Some(&value));
    }
    for target in reach.flags(&["-target", "-replace"]) {
        reach.signs.claim(Mark::Name, Some(&target));
    }
}

fn providers(reach: &mut Reach<'_>) {
    for (name, mark) in PROVIDERS {
        let value = reach.variable(name);
        reach.signs.push(*mark, Weight::Claim, value.as_deref());
    }
    gitops::ambient(reach);
}

/// A saved plan holds the workspace and the backend that it was made for.
fn plan(reach: &mut Reach<'_>) {
    if reach.reading.operation != "apply" && reach.reading.operation != "destroy" {
        return;
    }
    for file in reach.operands() {
        reach.signs.claim(Mark::File, Some(&file));
        reach.signs.doubt(format!("a saved plan goes where it was made for, and `{file}` is not read"));
    }
}
