//! A grant on its way: as what a request can be granted, and whether its human may grant that.
//!
//! What is checked here is told at once; what holds is checked again with each use.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::govern::grants::{ANY, Often, Shape, obstacle, questions, shapes};
use crate::model::action::{Action, Environment};
use crate::model::decision::{Decision, Verdict};
use crate::model::grant::{Foreseen, Grant, Scope};
use crate::model::ids::GrantId;
use crate::model::request::RequestRow;
use crate::model::secret::Redacted;
use crate::model::time::Instant;
use crate::policy::replay::decided;
use crate::policy::{Policies, decide};

use super::decider::Decider;
use super::judge::is_own_of;
use super::standing::lacks;

/// How many uses a grant has unless its human says otherwise.
pub const USES: u32 = 20;
/// The most uses.
pub const MOST_USES: u32 = 10_000;
/// How long it stands unless its human says otherwise.
pub const LASTS: Duration = Duration::from_secs(8 * 3600);
/// The longest time.
pub const LONGEST: Duration = Duration::from_secs(90 * 86_400);

/// How far a grant reaches within its environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// The namespaces, or the directory, of the request.
    #[default]
    SamePlace,
    /// Anywhere in them.
    Everywhere,
}

/// What a human says of a grant; what is not said is as the request has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Operations; patterns.
    pub operations: Vec<String>,
    /// Environments by name.
    pub environments: Vec<String>,
    /// How far within them.
    pub reach: Reach,
    /// Services; patterns.
    pub services: Vec<String>,
    /// Targets; patterns.
    pub targets: Vec<String>,
    /// The agent; `*` means every agent.
    pub agent: Option<String>,
    /// The task.
    pub task: Option<String>,
    /// How many actions it lets run.
    pub uses: u32,
    /// How long it stands.
    pub lasts: Duration,
    /// Why.
    pub rationale: Redacted,
}

impl Terms {
    /// What the request has, for the usual time and number of uses.
    pub fn usual(rationale: Redacted) -> Self {
        Self {
            operations: Vec::new(),
            environments: Vec::new(),
            reach: Reach::SamePlace,
            services: Vec::new(),
            targets: Vec::new(),
            agent: None,
            task: None,
            uses: USES,
            lasts: LASTS,
            rationale,
        }
    }

    fn says_what(&self) -> bool {
        [&self.operations, &self.environments, &self.services, &self.targets].iter().any(|list| !list.is_empty())
    }

    fn apply(&self, scope: &mut Scope) {
        let lists = [
            (&self.operations, &mut scope.operations),
            (&self.environments, &mut scope.environments),
            (&self.services, &mut scope.services),
            (&self.targets, &mut scope.targets),
        ];
        for (said, list) in lists.into_iter().filter(|(said, _)| !said.is_empty()) {
            list.clone_from(said);
        }
        if self.reach == Reach::Everywhere {
            scope.places = None;
        }
        match self.agent.as_deref() {
            None => {}
            Some(ANY) => scope.agent = None,
            Some(name) => scope.agent = Some(name.to_owned()),
        }
        scope.task.clone_from(&self.task);
    }
}

/// The grants by which a request would have run: one for each kind of action that asks.
///
/// # Errors
/// When the request is of a kind that is decided each time, the terms say too much, or the human may not grant it.
pub fn draft(
    policies: &Policies,
    row: &RequestRow,
    decider: &Decider,
    terms: &Terms,
    now: Instant,
    ids: &mut dyn FnMut() -> Result<GrantId, Error>,
) -> Result<Vec<Grant>, Error> {
    let not = |why: &str| Error::new(ErrorKind::Refused, format!("request `{}` cannot be granted: {why}", row.id));
    check_terms(policies, terms)?;
    if row.body.rolls_back.is_some() {
        return Err(not("a human looks at every way back"));
    }
    if row.body.shell.is_some() && Often::of_text(row.body.command.as_str()) == Often::Perhaps {
        return Err(not("how often its commands run is not known"));
    }
    let verdict = decided(&row.body, &row.attribution, policies);
    let shapes = shapes(&verdict, &row.attribution).map_err(|gap| not(&gap.why()))?;
    if shapes.len() > 1 && terms.says_what() {
        let text = format!("request `{}` asks for {} kinds of action, and a grant is for one", row.id, shapes.len());
        return Err(Error::new(ErrorKind::Usage, text)
            .for_human("grant it as it is, without `--operation`, `--env`, `--service` and `--target`"));
    }
    let mut grants = Vec::new();
    for Shape { mut scope, rules, sample } in shapes {
        terms.apply(&mut scope);
        check_scope(&scope).map_err(|(why, hint)| not(&why).for_human(hint))?;
        let mut grant = grant(ids()?, policies, row, decider, (terms, now), scope);
        grant.rules.extend(rules);
        may(policies, &verdict, row, &grant).map_err(|why| not(&why))?;
        widen(policies, row, &sample, &mut grant).map_err(|why| not(&why))?;
        grants.push(grant);
    }
    Ok(grants)
}

fn grant(
    id: GrantId,
    policies: &Policies,
    row: &RequestRow,
    decider: &Decider,
    (terms, now): (&Terms, Instant),
    scope: Scope,
) -> Grant {
    Grant {
        id,
        human: decider.human.clone(),
        identity: decider.identity.clone(),
        uid: decider.brought_by.uid,
        channel: decider.channel.as_str().to_owned(),
        assurance: decider.proof.assurance(),
        single_operator: is_own_of(&row.attribution, &policies.people(), (&decider.human, &decider.identity)),
        from: row.id.clone(),
        scope,
        rules: Vec::new(),
        expires: now.plus(terms.lasts),
        uses: terms.uses,
        rationale: terms.rationale.clone(),
        foreseen: Foreseen { since: now, asked: 0, runs: 0, rejected: 0 },
        policy: policies.digests(),
    }
}

fn check_terms(policies: &Policies, terms: &Terms) -> Result<(), Error> {
    let wrong = |text: String, hint: &str| Err(Error::new(ErrorKind::Usage, text).for_human(hint));
    if terms.uses == 0 || terms.uses > MOST_USES {
        return wrong(format!("a grant has 1 to {MOST_USES} uses, not {}", terms.uses), "`--uses 20`");
    }
    if terms.lasts.as_secs() == 0 || terms.lasts > LONGEST {
        return wrong("a grant stands for 1 second to 90 days".to_owned(), "`--for 8h`");
    }
    if terms.rationale.as_str().trim().is_empty() {
        return wrong("a grant needs a rationale".to_owned(), "`--rationale \"why this may run without asking\"`");
    }
    let known = policies.environments();
    let is_known = |name: &&String| *name == "local" || known.rules.iter().any(|(one, _)| one == *name);
    if let Some(name) = terms.environments.iter().find(|name| !is_known(name)) {
        return wrong(
            format!("`{name}` is not an environment that can be granted"),
            "name one of the policy's; where a command points must be known",
        );
    }
    Ok(())
}

/// What a scope leaves open that a human has to say.
fn check_scope(scope: &Scope) -> Result<(), (String, String)> {
    if scope.targets.is_empty() {
        let why = format!("`{}` names nothing that it acts on", scope.tool);
        return Err((why, "`--target '*'` where the grant shall hold whatever it acts on".to_owned()));
    }
    if scope.places.is_none() && scope.environments.iter().any(|name| name == "local") {
        let why = "what is on this machine is granted in one directory".to_owned();
        return Err((why, "without `--anywhere`".to_owned()));
    }
    if scope.services.iter().any(|service| service == "?") {
        let why = "which service it is about is not known".to_owned();
        return Err((why, "`--service '*'` where the grant shall hold for every service".to_owned()));
    }
    Ok(())
}

/// Why a human may not make this grant, if they may not: they could not approve the request alone.
fn may(policies: &Policies, verdict: &Verdict, row: &RequestRow, grant: &Grant) -> Result<(), String> {
    if let Some(gap) = obstacle(verdict, grant) {
        return Err(gap.why());
    }
    lacks(policies, verdict, &row.attribution, grant).map_or(Ok(()), Err)
}

/// Looks at each place and operation that the scope names: nothing may be denied there, the human must be able to approve
/// it, and the rules that ask there are answered too.
fn widen(policies: &Policies, row: &RequestRow, sample: &Action, grant: &mut Grant) -> Result<(), String> {
    for environment in grant.scope.environments.clone() {
        for operation in grant.scope.operations.clone() {
            let operation = if operation.contains(ANY) { sample.operation.clone() } else { operation };
            let action = Action { environment: Environment::named(environment.as_str()), operation, ..sample.clone() };
            let title = action.title();
            let verdict = decide(policies, &row.attribution, vec![action]);
            match verdict.decision {
                Decision::Allow | Decision::Flag => {}
                Decision::Deny => {
                    let rule = &verdict.rule;
                    return Err(format!(
                        "rule `{rule}` denies `{title}` in {environment}, and a grant lifts no denial"
                    ));
                }
                Decision::Ask => {
                    may(policies, &verdict, row, grant)?;
                    let new: Vec<_> = questions(&verdict, 0).filter(|rule| !grant.rules.contains(rule)).collect();
                    grant.rules.extend(new);
                }
            }
        }
    }
    Ok(())
}
