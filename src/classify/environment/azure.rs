//! az: subscription, resource group, and the ids in the arguments.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, gitops};

/// Flags whose values name no resource.
const FORMS: &[&str] = &["--query", "--output", "-o"];

/// az's target: `--subscription`, else the subscription that is marked as default.
pub fn azure(reach: &mut Reach<'_>) {
    let given = reach.flag(&["--subscription"]);
    let directory = reach.settings("AZURE_CONFIG_DIR");
    let want = Want::AzureSubscription { subscription: given.clone(), directory };
    let answer = reach.scene.context.facts.answer(&want);
    match &answer {
        Answer::Known { .. } => {
            reach.signs.found(Mark::Subscription, answer.field("name"));
            reach.signs.found(Mark::Subscription, answer.field("id"));
            reach.signs.claim(Mark::Name, answer.field("cloud"));
            if let Some(tenant) = answer.field("tenant") {
                reach.signs.note(format!("Azure tenant `{tenant}`"));
            }
        }
        Answer::Absent => {
            reach.signs.claim(Mark::Subscription, given.as_deref());
            reach.signs.doubt("no Azure subscription was found");
        }
        Answer::Failed { cause } => {
            reach.signs.claim(Mark::Subscription, given.as_deref());
            reach.signs.doubt(cause.clone());
        }
    }
    gitops::cluster_of(reach, &["--cluster-name"]);
    reach.names(FORMS);
    let words = reach.reading.operands.iter().chain(reach.reading.flags.iter().filter_map(|flag| flag.value.as_ref()));
    let ids: Vec<String> = super::texts(words)
        .filter_map(|text| text.split_once("/subscriptions/"))
        .filter_map(|(_, rest)| rest.split('/').next().map(str::to_owned))
        .collect();
    for id in ids {
        let is_same = answer.field("id") == Some(id.as_str());
        reach.signs.claim(Mark::Subscription, Some(&id));
        if !is_same {
            reach.signs.doubt("a resource's full name says its own subscription");
        }
    }
}
