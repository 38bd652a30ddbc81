//! What a caller may do instead right now: the same as a dry run, as a plan, or where it can do no harm. Each is decided
//! by the policy in force before it is named; what would not run is not named.

use crate::model::action::Impact;
use crate::model::attribution::Attribution;
use crate::model::decision::{Decision, Verdict};
use crate::model::facts::Facts;
use crate::model::invocation::{Form, Invocation, Raw};
use crate::policy::understand::understand;
use crate::policy::{Policies, decide};
use crate::redact::Redactor;
use crate::text::quote;

/// The most environments that are named.
const MOST_PLACES: usize = 2;
/// Flags that make a dry run; the first that the tool's pack takes for one is named.
const DRY_RUNS: &[&str] = &["--dry-run=server", "--dry-run", "--dryrun"];
/// Tools whose flag takes no value.
const WITHOUT_VALUE: &[&str] = &["helm"];
/// Tools that plan.
const PLANNERS: &[&str] = &["terraform", "tofu", "terragrunt"];
/// Flags of an apply that a plan does not know.
const OF_APPLY: &[&str] = &["-auto-approve", "--auto-approve", "-auto-approve=true"];

/// What would run now instead of what `verdict` is about, in words.
pub fn instead(
    invocation: &Invocation,
    facts: &dyn Facts,
    policies: &Policies,
    caller: &Attribution,
    verdict: &Verdict,
) -> Vec<String> {
    if verdict.decision < Decision::Ask || verdict.impact == Impact::Read {
        return Vec::new();
    }
    let redactor = Redactor::new(&invocation.env);
    let looks = |argv: &Vec<Raw>| {
        let invocation = Invocation { form: Form::Argv(argv.clone()), ..invocation.clone() };
        let again = understand(&invocation, facts, policies, caller).verdict;
        again.decision < Decision::Ask && again.impact == Impact::Read
    };
    let tried = harmless(invocation).into_iter().find(looks);
    let tried = tried.map(|argv| format!("`{}` only shows what it would do", quote::words(&redactor.words(&argv))));
    tried.into_iter().chain(elsewhere(policies, caller, verdict)).collect()
}

/// The same words as a plan or a dry run.
fn harmless(invocation: &Invocation) -> Vec<Vec<Raw>> {
    let Form::Argv(argv) = &invocation.form else { return Vec::new() };
    let words: Vec<String> = argv.iter().map(|word| word.lossy().into_owned()).collect();
    let Some(program) = words.first().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned()) else {
        return Vec::new();
    };
    // What stands after `--` is another's.
    if words.iter().any(|word| word == "--") {
        return Vec::new();
    }
    if PLANNERS.contains(&program.as_str()) {
        return planned(argv, &words).into_iter().collect();
    }
    let flags = DRY_RUNS.iter().filter(|flag| !(WITHOUT_VALUE.contains(&program.as_str()) && flag.contains('=')));
    flags.map(|flag| argv.iter().cloned().chain([Raw::from(*flag)]).collect()).collect()
}

/// `terraform apply` as `terraform plan`, and a saved plan as what it says.
fn planned(argv: &[Raw], words: &[String]) -> Option<Vec<Raw>> {
    let at = words.iter().position(|word| word == "apply" || word == "destroy")?;
    let rest = words.get(at + 1..).unwrap_or_default();
    let operands: Vec<&String> = rest.iter().filter(|word| !word.starts_with('-')).collect();
    let verb: Vec<Raw> = match (words.get(at).map(String::as_str), operands.as_slice()) {
        (Some("apply"), []) => vec![Raw::from("plan")],
        (Some("apply"), [file]) => {
            let shown = [Raw::from("show"), Raw::from(file.as_str())];
            return Some(argv.iter().take(at).cloned().chain(shown).collect());
        }
        (Some("destroy"), []) => vec![Raw::from("plan"), Raw::from("-destroy")],
        _ => return None,
    };
    let kept = argv.iter().skip(at + 1).filter(|word| !OF_APPLY.contains(&word.lossy().as_ref())).cloned();
    Some(argv.iter().take(at).cloned().chain(verb).chain(kept).collect())
}

/// Environments in which the same would run without a human.
fn elsewhere(policies: &Policies, caller: &Attribution, verdict: &Verdict) -> Vec<String> {
    let is_somewhere = verdict.actions.iter().any(|action| !action.environment.is_local());
    if !is_somewhere || verdict.impact == Impact::Unknown {
        return Vec::new();
    }
    let environments = policies.environments().rules;
    let here = verdict.environments();
    let others = environments
        .iter()
        .filter(|(name, rule)| !rule.is_protected() && !here.iter().any(|environment| environment.as_str() == name));
    let runs = |name: &str| {
        let mut actions = verdict.actions.clone();
        for action in actions.iter_mut().filter(|action| !action.environment.is_local()) {
            action.environment = crate::model::action::Environment::named(name);
        }
        decide(policies, caller, actions).decision < Decision::Ask
    };
    let names = others.map(|(name, _)| name).filter(|name| runs(name)).take(MOST_PLACES);
    names.map(|name| format!("the same in `{name}` runs without a human")).collect()
}
