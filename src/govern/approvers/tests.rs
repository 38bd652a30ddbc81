//! Every demand against every order of deciders, each with who must not be enough.

use proptest::prelude::*;

use super::*;
use crate::model::demand::Escalation;

/// Who is in which group, beside their own names.
const GROUPS: &[(&str, &[&str])] =
    &[("sre", &["ann", "ben", "cleo"]), ("security", &["cleo", "dan"]), ("cto", &["eve"])];
const HUMANS: &[&str] = &["ann", "ben", "cleo", "dan", "eve", "mallory"];

fn is_named(human: &str, name: &str) -> bool {
    human == name || GROUPS.iter().any(|(group, members)| *group == name && members.contains(&human))
}

fn stage(approvers: &[&str], count: u32) -> Stage {
    Stage { approvers: approvers.iter().map(|name| (*name).to_owned()).collect(), count, escalate: Vec::new() }
}

fn demands(anybody: u32, stages: &[&[Stage]]) -> Demands {
    Demands { anybody, least: Assurance::A0, stages: stages.iter().map(|one| one.to_vec()).collect() }
}

fn by(human: &str) -> Approved {
    let uid = u32::try_from(HUMANS.iter().position(|one| *one == human).unwrap()).unwrap();
    Approved { human: human.to_owned(), uid, assurance: Assurance::A1, counts: Vec::new(), break_glass: false }
}

/// What comes of these humans deciding in this order, as `decide` would let them: each that counts, and whether it is enough.
fn after(demands: &Demands, order: &[&str]) -> (Vec<String>, bool) {
    let mut approved: Vec<Approved> = Vec::new();
    for human in order {
        let standing = Standing::new(demands, &approved, &[]);
        if standing.has_enough() {
            break;
        }
        let mut one = by(human);
        one.counts = standing.counts(&one, &|name| is_named(human, name));
        assert!(standing.bears(&one), "what counts is borne");
        if !one.counts.is_empty() || standing.is_one_more(&one) {
            approved.push(one);
        }
    }
    let is_enough = Standing::new(demands, &approved, &[]).has_enough();
    (approved.into_iter().map(|one| one.human).collect(), is_enough)
}

#[test]
fn each_demand_is_met_by_those_it_names_and_by_nobody_else() {
    let sre = [stage(&["sre"], 1)];
    let two = [stage(&["sre"], 2)];
    let then = [stage(&["sre"], 1), stage(&["security"], 1)];
    let security = [stage(&["security"], 1)];
    let named = [stage(&["ann", "security"], 2)];
    // (anybody, demands, order, who counts, whether that is enough)
    type Case<'a> = (u32, &'a [&'a [Stage]], &'a [&'a str], &'a [&'a str], bool);
    let cases: &[Case<'_>] = &[
        (1, &[], &["mallory"], &["mallory"], true),
        (2, &[], &["mallory", "mallory"], &["mallory"], false),
        (2, &[], &["mallory", "ann"], &["mallory", "ann"], true),
        (0, &[&sre], &["ann"], &["ann"], true),
        (0, &[&sre], &["mallory", "dan", "eve"], &[], false),
        (0, &[&two], &["ann", "ann", "dan"], &["ann"], false),
        (0, &[&two], &["ann", "ben"], &["ann", "ben"], true),
        // In order, and one human once over all stages.
        (0, &[&then], &["dan", "ann", "dan"], &["ann", "dan"], true),
        (0, &[&then], &["dan"], &[], false),
        (0, &[&then], &["cleo", "cleo"], &["cleo"], false),
        (0, &[&then], &["cleo", "dan"], &["cleo", "dan"], true),
        (0, &[&then], &["ann", "ben"], &["ann"], false),
        (0, &[&named], &["ann", "dan"], &["ann", "dan"], true),
        (0, &[&named], &["ann", "ben"], &["ann"], false),
        // Several rules: all of their demands, each by itself.
        (0, &[&sre, &security], &["ann"], &["ann"], false),
        (0, &[&sre, &security], &["ann", "dan"], &["ann", "dan"], true),
        (0, &[&sre, &security], &["cleo"], &["cleo"], true),
        (0, &[&two, &security], &["cleo"], &["cleo"], false),
        (0, &[&two, &security], &["cleo", "ben"], &["cleo", "ben"], true),
        // A rule that wants two of anybody beside one that names.
        (2, &[&sre], &["ann"], &["ann"], false),
        (2, &[&sre], &["mallory", "eve"], &["mallory", "eve"], false),
        (2, &[&sre], &["mallory", "ann"], &["mallory", "ann"], true),
    ];
    for (anybody, all, order, who, is_enough) in cases {
        let demands = demands(*anybody, all);
        assert_eq!(
            after(&demands, order),
            (who.iter().map(|one| (*one).to_owned()).collect(), *is_enough),
            "{order:?} {demands:?}"
        );
    }
}

#[test]
fn whoever_shares_a_user_id_and_nothing_else_is_one_human() {
    let demands = demands(0, &[&[stage(&["sre"], 2)]]);
    let mut first = Approved { assurance: Assurance::A0, uid: 1000, ..by("ann") };
    first.counts = vec![Count { demand: 0, stage: 0, named: "sre".to_owned() }];
    let second = Approved { assurance: Assurance::A0, uid: 1000, ..by("ben") };
    let approved = [first];
    let standing = Standing::new(&demands, &approved, &[]);
    assert_eq!(standing.counts(&second, &|name| is_named("ben", name)), []);
    // Vouched for by somebody else, or under another user id, they are two.
    for second in [Approved { uid: 1001, ..second.clone() }, Approved { assurance: Assurance::A1, ..second }] {
        assert_eq!(standing.counts(&second, &|name| is_named("ben", name)).len(), 1);
    }
}

#[test]
fn what_is_not_sure_enough_counts_for_nothing() {
    let mut demands = demands(0, &[&[stage(&["sre"], 1)]]);
    demands.least = Assurance::A3;
    assert_eq!(after(&demands, &["ann"]), (Vec::new(), false));
    let broken = [Approved { break_glass: true, ..by("ann") }];
    assert!(!Standing::new(&demands, &broken, &[]).has_enough(), "nor does broken glass");
    demands.least = Assurance::A1;
    assert!(Standing::new(&demands, &broken, &[]).has_enough());
}

#[test]
fn an_escalation_adds_approvers_and_approves_nothing() {
    let mut sre = stage(&["sre"], 1);
    sre.escalate = vec![Escalation { after_s: 7200, to: vec!["cto".to_owned()] }];
    let demands = demands(0, &[&[sre, stage(&["security"], 1)]]);
    let created = Instant::parse("2026-11-25T12:00:00Z").unwrap();
    let standing = Standing::new(&demands, &[], &[]);
    let minute = |text: &str| Instant::parse(text).unwrap();
    assert_eq!(standing.due(created, minute("2026-11-25T13:59:59Z")), []);
    let due = standing.due(created, minute("2026-11-25T14:00:00Z"));
    assert_eq!(due, [Escalated { demand: 0, stage: 0, step: 0, to: vec!["cto".to_owned()] }]);
    assert_eq!(standing.waits_for(created), ["sre (stage 1 of 2), then security; from 2026-11-25 14:00Z also cto"]);
    let eve = |name: &str| is_named("eve", name);
    assert_eq!(standing.counts(&by("eve"), &eve), [], "not before it is recorded");
    let after = Standing::new(&demands, &[], &due);
    assert!(!after.has_enough());
    assert_eq!(after.due(created, minute("2026-11-26T14:00:00Z")), [], "once");
    assert_eq!(after.counts(&by("eve"), &eve).len(), 1);
    assert_eq!(after.waits_for(created), ["sre or cto (stage 1 of 2), then security"]);
    // Only what the verdict says, of a stage that is open.
    assert!(standing.may_escalate(&due[0]) && !after.may_escalate(&due[0]));
    assert!(!standing.may_escalate(&Escalated { to: vec!["mallory".to_owned()], ..due[0].clone() }));
    assert!(!standing.may_escalate(&Escalated { stage: 1, ..due[0].clone() }));
}

#[test]
fn an_approval_that_claims_what_it_cannot_count_for_is_not_borne() {
    let demands = demands(0, &[&[stage(&["sre"], 1), stage(&["security"], 1)]]);
    let standing = Standing::new(&demands, &[], &[]);
    let count = |demand, stage, named: &str| Count { demand, stage, named: named.to_owned() };
    let claims = |counts: &[Count]| Approved { counts: counts.to_vec(), ..by("ann") };
    assert!(standing.bears(&claims(&[count(0, 0, "sre")])));
    for counts in [
        vec![count(0, 1, "security")],
        vec![count(0, 0, "security")],
        vec![count(1, 0, "sre")],
        vec![count(0, 0, "sre"), count(0, 0, "sre")],
        vec![count(0, 0, "sre"), count(0, 1, "security")],
    ] {
        assert!(!standing.bears(&claims(&counts)), "{counts:?}");
    }
}

prop_compose! {
    fn stages()(
        all in proptest::collection::vec((proptest::sample::subsequence(vec!["sre", "security", "cto", "ann", "dan"], 1..=2), 1_u32..3), 1..4),
    ) -> Vec<Stage> {
        all.iter().map(|(names, count)| stage(names, *count)).collect()
    }
}

proptest! {
    #[test]
    fn nobody_outside_of_what_is_demanded_ever_approves(
        all in proptest::collection::vec(stages(), 1..4),
        order in proptest::collection::vec(proptest::sample::select(HUMANS.to_vec()), 0..24),
    ) {
        let demands = Demands { anybody: 0, least: Assurance::A0, stages: all };
        let (who, is_enough) = after(&demands, &order);
        for human in &who {
            let names = demands.stages.iter().flatten().flat_map(|stage| &stage.approvers);
            prop_assert!(names.into_iter().any(|name| is_named(human, name)), "{} is named nowhere", human);
        }
        // The other way round: where it is enough, each demand has its stages' humans, in order, each once.
        if is_enough {
            for stages in &demands.stages {
                let wanted: u32 = stages.iter().map(|stage| stage.count).sum();
                prop_assert!(who.len() >= usize::try_from(wanted).unwrap());
            }
        }
        // Without those who are named in some stage, it is never enough.
        for stages in &demands.stages {
            for stage in stages {
                let others: Vec<&str> = order.iter().copied()
                    .filter(|human| !stage.approvers.iter().any(|name| is_named(human, name))).collect();
                prop_assert!(!after(&demands, &others).1);
            }
        }
    }
}
