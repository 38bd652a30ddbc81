//! `aigov report reviews`: how humans decided, and what came of it.
//!
//! Each fact is a yes or no with its meaning, counted over the decisions for which it can be told; what a surface could not
//! tell is counted apart, never as a no. Shares have intervals, and too few decisions have no share at all. Nothing here says
//! that a decision was right, and short times stand as times, not as marks.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::govern::review::{BURST_FROM, glance};
use crate::ledger::Decided;
use crate::model::decision::Assurance;
use crate::model::request::{RequestRow, RequestState};
use crate::model::review::{Naming, PastAnswer, Review};
use crate::model::time::Instant;
use crate::model::verification::Health;
use crate::text::escape::escape;
use crate::text::layout::{padded, wrapped};

/// Below this number nothing is made of shares and quartiles: the interval of a half of 20 goes from 30 to 70 %.
pub const LEAST: u64 = 20;
/// The normal distribution's quantile for 95 % on two sides.
const Z: f64 = 1.959_964;

/// What the report says beside its numbers.
const CAUTION: &str = "These are facts about how decisions came about. None of them shows that a decision was right: a fast \
                       one may be, a slow one may not, and a page that was opened need not have been read.";

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share, from 0 to 1.
    pub share: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A yes or no, counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Its name.
    pub fact: &'static str,
    /// What a yes means.
    pub meaning: &'static str,
    /// How many are yes.
    pub yes: u64,
    /// Of how many that can tell.
    pub n: u64,
    /// How many cannot.
    pub unmeasured: u64,
    /// The share; none where there are too few.
    pub share: Option<Share>,
}

/// How long pages were up before an approval, for one tier and impact.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Times {
    /// The tier.
    pub tier: u8,
    /// The impact.
    pub impact: &'static str,
    /// How many were measured.
    pub n: u64,
    /// How many were not.
    pub unmeasured: u64,
    /// First quartile, median and third quartile in milliseconds; none where there are too few.
    pub quartiles_ms: Option<[u64; 3]>,
}

/// The decisions of one human, or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The human; none for all.
    pub human: Option<String>,
    /// How many decisions.
    pub decisions: u64,
    /// How many of them were approvals.
    pub approvals: u64,
    /// The facts.
    pub facts: Vec<Fact>,
    /// The times.
    pub times: Vec<Times>,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviews {
    /// From when on.
    pub since: Instant,
    /// All humans together.
    pub all: Group,
    /// Each human, who decided most first.
    pub humans: Vec<Group>,
    /// What expired without anybody's decision.
    pub unanswered: Unanswered,
}

/// Requests that expired without anybody's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unanswered {
    /// How many.
    pub expired: u64,
    /// How many of them had been escalated.
    pub escalated: u64,
}

impl Unanswered {
    /// Those among requests that have expired.
    pub fn among(expired: &[RequestRow]) -> Self {
        let of = |is_so: fn(&RequestRow) -> bool| {
            count(expired.iter().filter(|row| row.approvals.is_empty() && is_so(row)).count())
        };
        Self { expired: of(|_| true), escalated: of(|row| !row.escalated.is_empty()) }
    }
}

impl Reviews {
    /// The report over these decisions.
    pub fn of(decisions: &[Decided], since: Instant, unanswered: Unanswered) -> Self {
        let mut by: BTreeMap<&str, Vec<&Decided>> = BTreeMap::new();
        for one in decisions {
            by.entry(&one.approval.human).or_default().push(one);
        }
        let mut humans: Vec<Group> = by.iter().map(|(name, own)| group(Some((*name).to_owned()), own)).collect();
        humans.sort_by_key(|group| std::cmp::Reverse(group.decisions));
        Self { since, all: group(None, &decisions.iter().collect::<Vec<_>>()), humans, unanswered }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "schema": 1,
            "since": self.since,
            "least": LEAST,
            "all": self.all,
            "humans": self.humans,
            "expired_unanswered": self.unanswered,
            "caution": CAUTION,
        })
    }

    /// For people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
        let day = self.since.to_string();
        let mut text = format!("decisions since {}\n", day.get(..16).unwrap_or(&day).replace('T', " "));
        text.push_str(&self.all.text("all humans", width));
        if self.humans.len() > 1 {
            self.humans
                .iter()
                .for_each(|one| text.push_str(&one.text(one.human.as_deref().unwrap_or_default(), width)));
        } else if let Some(only) = self.humans.first() {
            let who = format!("All of them are {}'s.", escape(only.human.as_deref().unwrap_or_default()));
            text.push_str(&format!("\n{}", wrapped("", &who, width)));
        }
        let Unanswered { expired, escalated } = self.unanswered;
        let line = format!(
            "{expired} request(s) expired without anybody's decision, {escalated} of them after others were asked too."
        );
        text.push_str(&format!("\n{}", wrapped("", &line, width)));
        text.push_str(&wrapped(
            "",
            &format!("Shares, intervals and quartiles are left out below {LEAST} decisions."),
            width,
        ));
        text.push_str(&wrapped("", CAUTION, width));
        text
    }
}

impl Group {
    fn text(&self, name: &str, width: usize) -> String {
        let rejected = self.decisions - self.approvals;
        let head = format!(
            "{}: {} decision(s), {} approved, {rejected} rejected",
            escape(name),
            self.decisions,
            self.approvals
        );
        let mut text = format!("\n{}", wrapped("", &head, width));
        if self.decisions == 0 {
            return text;
        }
        text.push_str(&format!("  {}{}{}\n", padded("SHARE (95 %)", 19), padded("YES OF N", 11), "WHAT"));
        for fact in &self.facts {
            let unmeasured =
                if fact.unmeasured > 0 { format!(" ({} unmeasured)", fact.unmeasured) } else { String::new() };
            let count = format!("{} of {}", fact.yes, fact.n);
            let first = format!("  {}{}", padded(&percent(fact), 19), padded(&count, 11));
            text.push_str(&wrapped(&first, &format!("{}{unmeasured}", fact.meaning), width));
        }
        text.push_str(&wrapped("  ", "how long the page was up before an approval, median (quartiles):", width));
        for one in &self.times {
            let unmeasured =
                if one.unmeasured > 0 { format!(", {} unmeasured", one.unmeasured) } else { String::new() };
            let line = format!("tier {}, {}: {} of n = {}{unmeasured}", one.tier, one.impact, quartiles(one), one.n);
            text.push_str(&wrapped("    ", &line, width));
        }
        text
    }
}

fn percent(fact: &Fact) -> String {
    let whole = |share: f64| format!("{:.0}", share * 100.0);
    match fact.share {
        Some(one) => format!("{} % ({}\u{2013}{})", whole(one.share), whole(one.low), whole(one.high)),
        None if fact.n == 0 => "none".to_owned(),
        None => "too few".to_owned(),
    }
}

fn quartiles(times: &Times) -> String {
    let seconds = |ms: u64| format!("{}.{}", ms / 1000, ms % 1000 / 100);
    match times.quartiles_ms {
        Some([low, median, high]) => format!("{} s ({} to {} s)", seconds(median), seconds(low), seconds(high)),
        None => "too few".to_owned(),
    }
}

/// What can be told of one decision: yes, no, or that nobody measured it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Yes,
    No,
    Unmeasured,
    /// The question does not arise.
    Beside,
}

impl From<bool> for Told {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}

type Question = (&'static str, &'static str, fn(&Decided) -> Told);

/// The facts, each with what a yes means.
const QUESTIONS: &[Question] = &[
    ("rejected", "decisions that were a no", |one| (one.answer == PastAnswer::Rejected).into()),
    ("opened", "approvals for which the page with its preview was opened", |one| {
        of_review(one, |review| review.opened.known().map(Told::from))
    }),
    ("seen_whole", "approvals for which the whole page was on the screen at once; a pager does not tell", |one| {
        of_review(one, |review| Some((review.lines_seen.known()? >= review.page_lines.known()?).into()))
    }),
    ("brief", "approvals for which the page was up for less than a glance at each changed line takes", brief),
    ("named", "approvals of deletions for which the name of what is deleted was typed", |one| {
        of_review(one, |review| match review.naming {
            Naming::NotAsked => Some(Told::Beside),
            Naming::Typed => Some(Told::Yes),
            Naming::Missing => Some(Told::No),
        })
    }),
    ("reasoned", "approvals with a rationale", |one| {
        of_approval(one, one.approval.rationale.as_ref().is_some_and(|text| !text.as_str().trim().is_empty()).into())
    }),
    ("repeated", "approvals whose rationale is one of that human's twenty before", |one| {
        of_review(one, |review| {
            Some(if review.rationale_chars == 0 { Told::Beside } else { (review.rationale_repeats > 0).into() })
        })
    }),
    ("burst", "approvals that came after six or more of the same human within five minutes", |one| {
        of_review(one, |review| Some((review.burst >= BURST_FROM).into()))
    }),
    ("asked_again", "approvals of which an earlier answer on the same page did not count", |one| {
        of_review(one, |review| Some((review.asked > 1).into()))
    }),
    ("proven", "approvals that more than the user id speaks for (assurance above A0)", |one| {
        of_approval(one, (one.approval.assurance > Assurance::A0).into())
    }),
    ("escalated", "decisions on requests that had waited so long that others were asked too", |one| {
        (!one.request.escalated.is_empty()).into()
    }),
    ("single_operator", "approvals by the human for whom the request was made", |one| {
        of_approval(one, one.approval.single_operator.into())
    }),
    ("failed", "approved requests that ran and failed, or whose check did not hold", |one| came_of_it(one, has_failed)),
    ("rolled_back", "approved requests that ran and were taken back", |one| {
        came_of_it(one, |row| row.state == RequestState::RolledBack)
    }),
];

fn of_approval(one: &Decided, told: Told) -> Told {
    if one.answer == PastAnswer::Approved { told } else { Told::Beside }
}

fn of_review(one: &Decided, tell: impl Fn(&Review) -> Option<Told>) -> Told {
    let told = one.approval.review.as_ref().and_then(|review| tell(review));
    of_approval(one, told.unwrap_or(Told::Unmeasured))
}

fn brief(one: &Decided) -> Told {
    of_review(one, |review| {
        Some((u128::from(one.approval.viewed_ms?) < glance(review.preview_lines).as_millis()).into())
    })
}

fn came_of_it(one: &Decided, is_so: fn(&RequestRow) -> bool) -> Told {
    use RequestState as S;
    let has_run = matches!(one.request.state, S::Succeeded | S::Failed | S::OutcomeUnknown | S::RolledBack);
    of_approval(one, if has_run { is_so(&one.request).into() } else { Told::Beside })
}

fn has_failed(row: &RequestRow) -> bool {
    let check = row.verification.as_ref().and_then(|state| state.ended.as_ref());
    let exit = row.outcome.as_ref().is_some_and(|outcome| outcome.state() == RequestState::Failed);
    exit || row.state == RequestState::OutcomeUnknown || check.is_some_and(|ended| ended.health == Health::Fails)
}

fn group(human: Option<String>, decisions: &[&Decided]) -> Group {
    let approvals: Vec<&Decided> = decisions.iter().copied().filter(|one| one.answer == PastAnswer::Approved).collect();
    Group {
        human,
        decisions: count(decisions.len()),
        approvals: count(approvals.len()),
        facts: QUESTIONS.iter().map(|question| fact(question, decisions)).collect(),
        times: times(&approvals),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn fact((fact, meaning, tell): &Question, decisions: &[&Decided]) -> Fact {
    let told: Vec<Told> = decisions.iter().map(|one| tell(one)).collect();
    let of = |wanted: Told| count(told.iter().filter(|one| **one == wanted).count());
    let (yes, no) = (of(Told::Yes), of(Told::No));
    let n = yes + no;
    Fact { fact, meaning, yes, n, unmeasured: of(Told::Unmeasured), share: share(yes, n) }
}

/// The share with its 95 % interval after Wilson (1927); none where there are too few.
pub fn share(yes: u64, n: u64) -> Option<Share> {
    if n < LEAST {
        return None;
    }
    let (yes, n) = (real(yes), real(n));
    let (share, squared) = (yes / n, Z * Z);
    let centre = (share + squared / (2.0 * n)) / (1.0 + squared / n);
    let half = Z / (1.0 + squared / n) * (share * (1.0 - share) / n + squared / (4.0 * n * n)).sqrt();
    Some(Share {
        share: rounded(share),
        low: rounded((centre - half).max(0.0)),
        high: rounded((centre + half).min(1.0)),
    })
}

fn real(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

fn times(approvals: &[&Decided]) -> Vec<Times> {
    let mut by: BTreeMap<(u8, &'static str), Vec<Option<u64>>> = BTreeMap::new();
    for one in approvals {
        let verdict = &one.request.body.verdict;
        by.entry((verdict.tier.into(), verdict.impact.as_str())).or_default().push(one.approval.viewed_ms);
    }
    by.into_iter()
        .map(|((tier, impact), all)| {
            let mut known: Vec<u64> = all.iter().flatten().copied().collect();
            known.sort_unstable();
            let n = count(known.len());
            let quartiles_ms = (n >= LEAST).then(|| [1, 2, 3].map(|quarter| quantile(&known, quarter)));
            Times { tier, impact, n, unmeasured: count(all.len()) - n, quartiles_ms }
        })
        .collect()
}

/// A quartile of sorted numbers, between the two nearest where it falls between.
fn quantile(sorted: &[u64], quarter: u64) -> u64 {
    let at = count(sorted.len().saturating_sub(1)) * quarter;
    let value = |at: u64| usize::try_from(at).ok().and_then(|at| sorted.get(at)).copied().unwrap_or_default();
    let (low, high) = (value(at / 4), value((at / 4 + 1).min(count(sorted.len().saturating_sub(1)))));
    low + (high - low) * (at % 4) / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_tables() {
        // Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662; 15 of 148 is 0.0624 to 0.1605.
        let is = |yes, n| share(yes, n).map(|one| (one.low, one.high));
        assert_eq!(is(81, 263), Some((0.2553, 0.3662)));
        assert_eq!(is(15, 148), Some((0.0624, 0.1605)));
        assert_eq!(is(0, 20), Some((0.0, 0.1611)));
        assert_eq!(is(29, 29), Some((0.8830, 1.0)));
    }

    #[test]
    fn too_few_have_no_share() {
        assert_eq!(share(19, 19), None);
        assert!(share(19, 20).is_some());
    }

    #[test]
    fn quartiles_fall_between_the_two_nearest() {
        assert_eq!([1, 2, 3].map(|quarter| quantile(&[1, 2, 3, 4, 5], quarter)), [2, 3, 4]);
        assert_eq!(quantile(&[0, 10], 2), 5);
        assert_eq!(quantile(&[7], 3), 7);
    }
}
