//! aws: profile, account, region, endpoint, and the names and ARNs in the arguments.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, gitops, host_of};

/// Variables that hand credentials to the tool, whatever a profile says (botocore's `EnvProvider` and
/// `AssumeRoleWithWebIdentityProvider`, and the container's and the instance's after them).
const KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE"];
/// Flags whose values name no resource.
const FORMS: &[&str] = &["--query", "--output", "--cli-binary-format", "--color", "--profile", "--region"];

/// aws's target.
pub fn aws(reach: &mut Reach<'_>) {
    let given = reach.flag(&["--profile"]);
    let first = reach.variable("AWS_DEFAULT_PROFILE");
    let second = reach.variable("AWS_PROFILE");
    if given.is_none() && first.is_some() && second.is_some() && first != second {
        reach.signs.doubt("AWS_PROFILE and AWS_DEFAULT_PROFILE name different profiles");
        reach.signs.claim(Mark::Profile, second.as_deref());
    }
    let variable = first.or(second);
    // A variable that names the profile gives way to keys in the environment, a flag does not.
    let keys = KEYS.iter().find(|name| reach.scene.assigned(name).is_some() || reach.scene.inherited(name).is_some());
    if let (Some(name), None) = (keys, &given) {
        reach.signs.doubt(format!("the credentials come from {name}: their account is not known"));
        reach.signs.claim(Mark::Profile, variable.as_deref());
    } else {
        profile(given, variable, reach);
    }
    let role = reach.variable("AWS_ROLE_ARN");
    arn(role.as_deref().unwrap_or_default(), reach);
    let endpoint = reach.flag(&["--endpoint-url"]);
    let ambient = reach.variables("AWS_ENDPOINT_URL").into_iter().map(|(_, value)| value);
    for url in endpoint.into_iter().chain(ambient) {
        reach.signs.push(Mark::Host, Weight::Given, Some(host_of(&url)));
    }
    let region = reach.flag(&["--region"]).or_else(|| reach.first_variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]));
    if let Some(region) = region {
        reach.signs.note(format!("region `{region}`"));
    }
    gitops::cluster_of(reach, &["--cluster", "--cluster-name"]);
    reach.names(FORMS);
    let words = reach.reading.operands.iter().chain(reach.reading.flags.iter().filter_map(|flag| flag.value.as_ref()));
    for text in super::texts(words).map(str::to_owned).collect::<Vec<_>>() {
        text.split([',', '=', ' ', '"']).for_each(|part| arn(part, reach));
    }
}

fn profile(given: Option<String>, variable: Option<String>, reach: &mut Reach<'_>) {
    let config = reach.settings("AWS_CONFIG_FILE");
    let credentials = reach.settings("AWS_SHARED_CREDENTIALS_FILE");
    let want = Want::AwsProfile { profile: given.clone(), variable: variable.clone(), config, credentials };
    let answer = reach.scene.context.facts.answer(&want);
    match &answer {
        Answer::Known { .. } => {
            reach.signs.found(Mark::Profile, answer.field("profile"));
            reach.signs.found(Mark::Account, answer.field("account"));
            reach.signs.claim(Mark::Profile, answer.field("source"));
            reach.signs.claim(Mark::Name, answer.field("role"));
            reach.signs.found(Mark::Host, answer.field("endpoint").map(host_of));
            if let Some(region) = answer.field("region") {
                reach.signs.note(format!("the profile's region is `{region}`"));
            }
        }
        Answer::Absent => reach.signs.doubt("no AWS profile was found"),
        Answer::Failed { cause } => {
            reach.signs.doubt(cause.clone());
            reach.signs.claim(Mark::Profile, given.as_deref());
            reach.signs.claim(Mark::Profile, variable.as_deref());
        }
    }
}

/// An ARN names its account.
fn arn(text: &str, reach: &mut Reach<'_>) {
    if text.starts_with("arn:") {
        reach.signs.claim(Mark::Account, text.split(':').nth(4));
    }
}
