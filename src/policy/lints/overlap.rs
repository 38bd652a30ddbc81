//! How two conditions stand to each other: whether one covers the other, and whether any action can meet both.

use crate::model::action::Impact;
use crate::model::decision::Decision;
use crate::model::environments::Environments;
use crate::policy::matching::is_protected;
use crate::policy::schema::{Rule, When};
use crate::text::glob::glob;

/// Whether some text matches both patterns.
pub fn meet(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    // `ends[j]`: whether the rests behind the current place of `one` and behind `j` of `other` meet.
    let mut ends: Vec<bool> = (0..=other.len()).map(|j| other.iter().skip(j).all(|byte| *byte == b'*')).collect();
    for a in one.iter().rev() {
        let mut row = vec![false; other.len() + 1];
        for j in (0..=other.len()).rev() {
            let at = |list: &[bool], j: usize| list.get(j).copied().unwrap_or(false);
            let is_met = match (a, other.get(j)) {
                (b'*', None) => at(&ends, j),
                (b'*', Some(_)) => at(&ends, j) || at(&row, j + 1),
                (_, Some(b'*')) => at(&row, j + 1) || at(&ends, j),
                (a, Some(b)) => a == b && at(&ends, j + 1),
                (_, None) => false,
            };
            if let Some(cell) = row.get_mut(j) {
                *cell = is_met;
            }
        }
        ends = row;
    }
    ends.first().copied().unwrap_or(false)
}

/// Whether everything that the narrow list lets through, the wide one does. An empty list lets everything through.
fn covers<T>(wide: &[T], narrow: &[T], fits: impl Fn(&T, &T) -> bool) -> bool {
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|one| wide.iter().any(|other| fits(other, one))))
}

/// A pattern covers another when it matches it as a text: what its `*` takes in can be anything.
fn covers_patterns(wide: &[String], narrow: &[String]) -> bool {
    covers(wide, narrow, |wide, narrow| glob(wide, narrow))
}

/// The impacts that a rule can match: what allows a change must say where.
pub fn impacts(rule: &Rule) -> Vec<Impact> {
    let all = if rule.when.impact.is_empty() { Impact::ALL.to_vec() } else { rule.when.impact.clone() };
    let names_place = !rule.when.environment.is_empty() || rule.when.protected == Some(false);
    let needs_place = rule.decision < Decision::Ask && !names_place;
    all.into_iter().filter(|impact| !needs_place || *impact == Impact::Read).collect()
}

/// What is certain of the protection of where a condition holds.
fn protection(when: &When, environments: &Environments) -> Option<bool> {
    when.protected.or_else(|| {
        let mut all = when.environment.iter().map(|name| is_protected(name, &environments.rules));
        let first = all.next()?;
        all.all(|is| is == first).then_some(first)
    })
}

/// Whether `wide` holds for every action for which the `when` of `rule` does, when lists of several values are read in
/// `wide` at least as widely as in the rule.
pub fn holds_wherever(wide: &When, rule: &Rule, environments: &Environments) -> bool {
    let narrow = &rule.when;
    let same = |one: &String, other: &String| one == other;
    (wide.impact.is_empty() || impacts(rule).iter().all(|impact| wide.impact.contains(impact)))
        && covers(&wide.category, &narrow.category, |one, other| one == other)
        && covers(&wide.environment, &narrow.environment, same)
        && covers_patterns(&wide.tool, &narrow.tool)
        && covers_patterns(&wide.operation, &narrow.operation)
        && covers_patterns(&wide.target, &narrow.target)
        && covers_patterns(&wide.service, &narrow.service)
        && wide.protected.is_none_or(|wanted| protection(narrow, environments) == Some(wanted))
}

/// Why no action meets both; none where one may.
pub fn contradiction(one: &When, other: &When, environments: &Environments) -> Option<&'static str> {
    fn apart<T>(one: &[T], other: &[T], meet: impl Fn(&T, &T) -> bool) -> bool {
        !one.is_empty() && !other.is_empty() && !one.iter().any(|a| other.iter().any(|b| meet(a, b)))
    }
    let patterns = |a: &String, b: &String| meet(a, b);
    let is_apart = |a: Option<bool>, b: Option<bool>| a.is_some() && b.is_some() && a != b;
    [
        ("impact", apart(&one.impact, &other.impact, |a, b| a == b)),
        ("category", apart(&one.category, &other.category, |a, b| a == b)),
        ("environment", apart(&one.environment, &other.environment, |a, b| a == b)),
        ("tool", apart(&one.tool, &other.tool, patterns)),
        ("operation", apart(&one.operation, &other.operation, patterns)),
        ("target", apart(&one.target, &other.target, patterns)),
        ("protected", is_apart(protection(one, environments), protection(other, environments))),
    ]
    .into_iter()
    .find_map(|(name, is_apart)| is_apart.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_meet_where_one_text_matches_both() {
        for (one, other) in
            [("a*", "*b"), ("*", ""), ("get", "g*t"), ("a*c", "ab*"), ("**", "x"), ("s3 *", "* rb"), ("é*", "*é")]
        {
            assert!(meet(one, other) && meet(other, one), "{one} {other}");
        }
        for (one, other) in [("a*", "b*"), ("*a", "*b"), ("get", "gets"), ("", "a"), ("a*c", "a*d"), ("a", "A")] {
            assert!(!meet(one, other) && !meet(other, one), "{one} {other}");
        }
    }
}
