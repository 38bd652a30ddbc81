//! Whether a decision counts: who may decide, and what must be given.
//!
//! Nobody decides whom policy does not know, where it knows anybody. The one for whom it was asked does
//! not approve it, in whatever environment, unless policy lets a team of one do so; they may always reject it. Where rules
//! name approvers, only these approve, stage after stage, and only these reject. In a freeze window the first to approve is
//! one who may override it. Broken glass skips approvers, stages and windows, and the second human; it skips no
//! assurance, no preview, no clock, and no rule that wants four eyes.

use crate::error::{Error, ErrorKind};
use crate::govern::approvers::{Approved, Case};
use crate::govern::windows::{InForce, in_force, lacking};
use crate::model::attribution::Attribution;
use crate::model::decision::Obligation;
use crate::model::demand::{Count, Escalated, either};
use crate::model::ledger::{ClockState, Snapshot};
use crate::model::preview::PreviewState;
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::policy::people::People;

use super::decide::{Choice, Decided};
use super::decider::{Channel, Decider};
use super::unseen;

/// What a decision counts for.
#[derive(Default)]
pub(super) struct Weight {
    /// The stages of the verdict.
    pub(super) counts: Vec<Count>,
    /// The freeze windows that it overrides.
    pub(super) overrides: Vec<String>,
}

/// A decision on a request, inside the transaction that is to record it.
pub(super) struct Matter<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    pub(super) policies: &'a Policies,
    pub(super) people: &'a People,
    pub(super) row: &'a RequestRow,
    pub(super) escalated: &'a [Escalated],
    pub(super) decider: &'a Decider,
    pub(super) decided: &'a Decided<'a>,
}

impl Matter<'_> {
    /// What the decision counts for, or why it does not count.
    pub(super) fn judge(&self) -> Result<Weight, Error> {
        self.stands()?;
        self.by_a_human()?;
        if self.decided.choice == Choice::Reject {
            return self.may_reject().map(|()| Weight::default());
        }
        unseen(self.row, self.decided).map_or(Ok(()), Err)?;
        self.clock()?;
        self.assurance()?;
        let weight = match self.decided.choice {
            Choice::BreakGlass => self.may_break_glass()?,
            Choice::Approve | Choice::Reject => self.may_approve()?,
        };
        self.rationale()?;
        Ok(weight)
    }

    fn no(&self, text: String) -> Error {
        Error::new(ErrorKind::Refused, text)
    }

    /// Whether there is anything to decide.
    fn stands(&self) -> Result<(), Error> {
        let row = self.row;
        let may_reject = self.decided.choice == Choice::Reject && row.state == RequestState::Preparing;
        if row.state == RequestState::Preparing && !may_reject {
            let text = format!(
                "the preview of request `{}` is not made yet, and nobody approves what nobody has seen",
                row.id
            );
            let error = Error::new(ErrorKind::NotYet, text);
            return Err(error.for_human(format!("make it and look at it: `aigov show {}`", row.id)));
        }
        if row.state != RequestState::Pending && !may_reject {
            return Err(self.no(format!("request `{}` is {}, so there is nothing to decide", row.id, row.state)));
        }
        if row.body.expires.is_some_and(|expires| expires <= self.snapshot.now()) {
            return Err(self.no(format!("request `{}` has expired", row.id)));
        }
        Ok(())
    }

    /// No agent decides: what comes in at this machine comes from a human's process.
    fn by_a_human(&self) -> Result<(), Error> {
        let is_here = matches!(self.decider.channel, Channel::Terminal | Channel::Command);
        if is_here && !self.decider.brought_by.is_human() {
            return Err(self.no(format!("{} is no human, and only humans decide", self.decider.brought_by.label())));
        }
        Ok(())
    }

    fn clock(&self) -> Result<(), Error> {
        let ClockState::Back(micros) = self.snapshot.clock() else { return Ok(()) };
        let text = format!("the clock is {} s behind the ledger, so expiry cannot be trusted", micros / 1_000_000);
        Err(self.no(text).for_human("set the clock, or accept it: `aigov doctor --accept-clock`"))
    }

    fn assurance(&self) -> Result<(), Error> {
        let needed = self.row.body.verdict.min_assurance();
        if needed <= self.decider.proof.assurance() {
            return Ok(());
        }
        Err(self.decider.proof.falls_short(&self.row.id, &self.row.body.verdict.rule, needed))
    }

    fn rationale(&self) -> Result<(), Error> {
        let wants = self.row.body.verdict.obligations.contains(&Obligation::Rationale);
        let is_given = self.decided.rationale.is_some_and(|text| !text.trim().is_empty());
        let text = match (self.decided.choice, is_given, wants) {
            (_, true, _) | (Choice::Approve | Choice::Reject, false, false) => return Ok(()),
            (Choice::BreakGlass, false, _) => "who breaks the glass says why".to_owned(),
            (Choice::Approve | Choice::Reject, false, true) => {
                format!("rule `{}` wants a rationale", self.row.body.verdict.rule)
            }
        };
        let verb = self.decided.choice.as_str().replace("approve", &format!("approve {}", self.row.id));
        Err(Error::new(ErrorKind::Usage, text).for_human(format!("aigov {verb} --rationale \"why this is right\"")))
    }

    /// Nobody decides whom policy does not know, once it knows anybody: a name alone proves nothing.
    fn is_known(&self) -> bool {
        self.people.is_empty() || self.people.human_of(&self.decider.identity).is_some()
    }

    fn is_named(&self, name: &str) -> bool {
        self.is_known() && self.people.is_named(&self.decider.human, name)
    }

    fn known(&self) -> Result<(), Error> {
        if self.is_known() {
            return Ok(());
        }
        let identity = &self.decider.identity;
        let text = format!("`{identity}` is none of the humans that policy knows, so they do not decide");
        Err(self.no(text).for_human(format!("who keeps the policy adds \"{identity}\" to the identities of a human")))
    }

    fn may_reject(&self) -> Result<(), Error> {
        if is_asked_for(self.row, self.people, self.decider) {
            return Ok(());
        }
        self.known()?;
        let case = self.case();
        let named = case.standing().deciders();
        let windows = self.windows();
        let others = windows.iter().flat_map(|one| &one.approvers).chain(self.policies.break_glass());
        let is_free = named.is_empty() || case.standing().is_for_anybody();
        if is_free || named.iter().copied().chain(others.map(String::as_str)).any(|name| self.is_named(name)) {
            return Ok(());
        }
        let text = format!(
            "{} decides on request `{}`, and {} is none of them",
            either(&named),
            self.row.id,
            self.decider.human
        );
        Err(self.no(text))
    }

    fn may_break_glass(&self) -> Result<Weight, Error> {
        let row = self.row;
        if !matches!(self.decider.channel, Channel::Terminal | Channel::Command) {
            return Err(self.no(format!("the glass is broken at a terminal: `aigov approve {} --break-glass`", row.id)));
        }
        self.known()?;
        let named = self.policies.break_glass();
        if !named.iter().any(|name| self.is_named(name)) {
            return Err(self.no(match named {
                [] => "policy lets nobody break the glass".to_owned(),
                named => format!("{} may break the glass, and {} is none of them", either(named), self.decider.human),
            }));
        }
        if self.is_own() && row.body.verdict.obligations.contains(&Obligation::FourEyes) {
            return Err(self.own());
        }
        Ok(Weight::default())
    }

    fn may_approve(&self) -> Result<Weight, Error> {
        let (row, who) = (self.row, &self.decider.human);
        self.known()?;
        let wants_others = row.body.verdict.obligations.contains(&Obligation::FourEyes);
        if self.is_own() && (wants_others || !self.policies.single_operator()) {
            return Err(self.own());
        }
        let case = self.case();
        let standing = case.standing();
        let by = self.by();
        let counts = standing.counts(&by, &|name| self.is_named(name));
        let windows = self.windows();
        let may_override = |window: &&InForce| window.approvers.iter().any(|name| self.is_named(name));
        let overrides: Vec<String> = windows.iter().filter(may_override).map(|window| window.name.clone()).collect();
        let is_new = |name: &String| !row.approvals.iter().any(|before| before.overrides.contains(name));
        if counts.is_empty() && !standing.is_one_more(&by) && !overrides.iter().any(is_new) {
            if row.approvals.iter().any(|approval| approval.human == *who) {
                let text = format!("{who} has already approved request `{}`; another human is needed", row.id);
                return Err(self.no(text));
            }
            if let Some(before) = row.approvals.iter().find(|before| by.is_same(&Approved::from(*before))) {
                let text = format!(
                    "{who} cannot be told from {}, who has approved request `{}`: both are no more than one user id here",
                    before.human, row.id
                );
                return Err(self.no(text).for_human(
                    "decide under another user id, by a signature, or on a channel that a policy of root's names",
                ));
            }
            let waits = standing.waits_for(row.created).join("; and ");
            return Err(self.no(format!("request `{}` waits for {waits}; {who} is none of them", row.id)));
        }
        let left: Vec<InForce> = windows.iter().filter(|window| !overrides.contains(&window.name)).cloned().collect();
        if let Some(window) = lacking(&left, &row.approvals) {
            let first = match window.approvers.as_slice() {
                [] => "nobody approves anything in it".to_owned(),
                names => format!("{} approves first in it", either(names)),
            };
            return Err(self.no(format!("request `{}` is {}; {first}", row.id, window.why())));
        }
        Ok(Weight { counts, overrides })
    }

    fn own(&self) -> Error {
        let text = format!(
            "{} asked for request `{}`, or it was asked on their behalf; another human has to decide",
            self.decider.human, self.row.id
        );
        if self.row.body.verdict.obligations.contains(&Obligation::FourEyes) {
            return self.no(text);
        }
        self.no(text).for_human(
            "for a team of one, set `single_operator = true` at the top of the policy; every record then says so",
        )
    }

    pub(super) fn is_own(&self) -> bool {
        is_own(self.row, self.people, self.decider)
    }

    fn case(&self) -> Case {
        Case::of(self.row).with(self.escalated)
    }

    fn windows(&self) -> Vec<InForce> {
        in_force(self.policies, self.snapshot.now(), &self.row.body.verdict)
    }

    fn by(&self) -> Approved {
        Approved {
            human: self.decider.human.clone(),
            uid: self.decider.brought_by.uid,
            assurance: self.decider.proof.assurance(),
            counts: Vec::new(),
            break_glass: false,
        }
    }
}

/// Whether the preview that was decided on is the one that is there, and there where policy wants one.
fn unseen(row: &RequestRow, decided: &Decided<'_>) -> Option<Error> {
    let digest = row.preview.as_ref().map(|preview| preview.digest);
    if digest != decided.preview {
        let text = format!("the preview of request `{}` is not the one that was decided on", row.id);
        return Some(Error::new(ErrorKind::Refused, text).for_human(format!("look at it: `aigov show {}`", row.id)));
    }
    let is_ready = row.preview.as_ref().is_some_and(|preview| preview.state == PreviewState::Ready);
    if row.body.verdict.obligations.contains(&Obligation::Preview) && !is_ready {
        let text = format!(
            "rule `{}` wants to see what will change, and there is no preview of request `{}`",
            row.body.verdict.rule, row.id
        );
        return Some(Error::new(ErrorKind::Refused, text));
    }
    unseen::objection(row)
}

pub(super) fn is_own(row: &RequestRow, people: &People, decider: &Decider) -> bool {
    is_own_of(&row.attribution, people, (&decider.human, &decider.identity))
}

/// Where it is not known for whom it was asked, it may be for anybody: also where no account has the name under which it was
/// asked here, since who decides elsewhere could have that name here.
pub(super) fn is_own_of(asked_by: &Attribution, people: &People, who: (&str, &str)) -> bool {
    let is_local = who.1.starts_with("local:");
    let is_nobodys = |name: &String| !is_local && people.human_of(&format!("local:{name}")).is_none();
    asked_by.on_behalf_of.as_ref().is_none_or(is_nobodys) || is_known_for(asked_by, people, who)
}

/// Whether it is known to have been asked for this human.
fn is_asked_for(row: &RequestRow, people: &People, decider: &Decider) -> bool {
    is_known_for(&row.attribution, people, (&decider.human, &decider.identity))
}

fn is_known_for(asked_by: &Attribution, people: &People, (human, identity): (&str, &str)) -> bool {
    let Some(asked_for) = &asked_by.on_behalf_of else { return false };
    let account = people.human_of(&format!("local:{asked_for}")).map_or(asked_for, |human| &human.name);
    *account == human || identity == format!("local:{asked_for}")
}
