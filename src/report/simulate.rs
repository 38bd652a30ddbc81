//! `aigov policy simulate` as text and as JSON.

use serde_json::{Value, json};

use crate::model::ids::Digest;
use crate::model::time::Instant;
use crate::policy::change::Direction;
use crate::policy::replay::Lost;
use crate::policy::simulate::{Certainty, Counts, Group, Outcome, lost};
use crate::text::escape::escape;

use super::change::{Page, commands, grouped, pairs};

/// What was compared with what.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The file that was tried.
    pub new: String,
    /// The digest of its text.
    pub digest: Option<Digest>,
    /// The user's policy in force, when there is one.
    pub now: Option<String>,
    /// The layers that stay: kind and file.
    pub others: Vec<(String, String)>,
    /// From when on.
    pub since: Option<Instant>,
}

/// For people.
pub fn text(subject: &Subject, outcome: &Outcome, page: Page) -> String {
    let mut text = head(subject, page);
    text.push_str(&counts(subject, &outcome.counts, page));
    if !outcome.settings.loosens.is_empty() || !outcome.settings.tightens.is_empty() {
        text.push_str(&page.heading(outcome.settings.direction(), "SETTINGS, for every request that waits"));
        text.push_str(&page.leaning(2, &outcome.settings));
    }
    let of = |group: &Group| (group.shift.leaning().direction().is_some_and(Direction::loosens), group.certainty);
    for (direction, title, count, wanted) in [
        (Direction::Loosens, "LOOSENS", outcome.counts.loosened, (true, Certainty::Certain)),
        (
            Direction::Loosens,
            "MAY LOOSEN, as it cannot be told where they point",
            outcome.counts.may_be_loosened,
            (true, Certainty::Possible),
        ),
        (Direction::Tightens, "TIGHTENS", outcome.counts.tightened, (false, Certainty::Certain)),
    ] {
        if count > 0 {
            text.push_str(&page.heading(Some(direction), &format!("{title}: {}", commands(count))));
            outcome.groups.iter().filter(|one| of(one) == wanted).for_each(|one| text.push_str(&group(one, page)));
        }
    }
    text.push('\n');
    text.push_str(&foot(outcome, page));
    text
}

fn head(subject: &Subject, page: Page) -> String {
    let now = subject.now.as_deref().map_or_else(|| "no policy of the user's".to_owned(), escape);
    let mut rows = vec![("new", escape(&subject.new)), ("in force", now)];
    let others: Vec<String> =
        subject.others.iter().map(|(kind, path)| format!("{kind} layer {}", escape(path))).collect();
    if !others.is_empty() {
        rows.push(("stays", others.join(", ")));
    }
    pairs(&rows, page.width)
}

fn counts(subject: &Subject, counts: &Counts, page: Page) -> String {
    let since = subject.since.map(|since| format!(" since {}", minute(since))).unwrap_or_default();
    let mut text = format!("\n{} of the ledger{since}\n", commands(counts.commands));
    if counts.commands == 0 {
        return text;
    }
    text.push_str(&page.counted(counts.from_invocation, "understood again with what the host answered then"));
    let lost = lost(counts);
    let by_actions: u64 = lost.iter().map(|(_, count)| count).sum();
    if by_actions > 0 {
        let why: Vec<String> =
            lost.iter().map(|(why, count)| format!("{} {}", grouped(*count), reason(*why))).collect();
        let words = format!("decided by what was understood then: {}", why.join(", "));
        text.push_str(&page.counted(by_actions, &words));
    }
    if counts.place_unknown > 0 {
        let words = "of these cannot be placed again, as the new policy recognises environments differently: what they \
                     could be loosened to is told";
        text.push_str(&page.counted(counts.place_unknown, words));
    }
    text
}

fn reason(lost: Lost) -> &'static str {
    match lost {
        Lost::Words => "hung on a secret that is not kept",
        Lost::Text => "read a file whose text is not kept",
        Lost::More => "came out otherwise, by variables or a version of then",
    }
}

fn group(group: &Group, page: Page) -> String {
    let Group { shift, count, example, .. } = group;
    let mut text = page.shift(*count, shift);
    text.push_str(&page.command(&example.command));
    let environments: Vec<String> = group.environments.keys().map(|name| escape(name)).collect();
    let callers: Vec<String> = group.callers.keys().map(|name| escape(name)).collect();
    let when = if minute(group.first) == minute(group.last) {
        minute(group.last)
    } else {
        format!("{} to {}", minute(group.first), minute(group.last))
    };
    let words = format!("in {}, by {}, {when}, {}", environments.join(", "), callers.join(", "), example.request);
    text.push_str(&page.below(&words));
    text
}

fn foot(outcome: &Outcome, page: Page) -> String {
    let counts = &outcome.counts;
    let mut all = Vec::new();
    if !outcome.loosens() {
        all.push("Nothing loosens.".to_owned());
    }
    if counts.unchanged > 0 {
        let by = match counts.by_another_rule {
            0 => String::new(),
            some => format!(", {} of them by another rule", grouped(some)),
        };
        let stay = if counts.unchanged == 1 { "is" } else { "are" };
        all.push(format!("{} {stay} decided as before{by}.", commands(counts.unchanged)));
    }
    if counts.decided_otherwise_then > 0 {
        all.push(format!(
            "{} got another decision when asked, by a policy or a freeze of then; compared is the policy in force.",
            commands(counts.decided_otherwise_then)
        ));
    }
    crate::text::layout::wrapped("", &all.join(" "), page.width)
}

/// A time to the minute.
fn minute(time: Instant) -> String {
    let text = time.to_string().replace('T', " ");
    format!("{}Z", text.get(..16).unwrap_or(&text))
}

/// For programs.
pub fn json(subject: &Subject, outcome: &Outcome) -> Value {
    let layers: Vec<Value> = subject.others.iter().map(|(kind, path)| json!({ "kind": kind, "path": path })).collect();
    let group = |group: &Group| {
        let leaning = group.shift.leaning();
        json!({
            "direction": leaning.direction(),
            "certainty": group.certainty,
            "from": group.shift.from,
            "to": group.shift.to,
            "loosens": leaning.loosens,
            "tightens": leaning.tightens,
            "count": group.count,
            "first": group.first,
            "last": group.last,
            "environments": group.environments,
            "callers": group.callers,
            "example": group.example,
        })
    };
    json!({
        "schema": 1,
        "loosens": outcome.loosens(),
        "new": { "path": subject.new, "digest": subject.digest },
        "in_force": subject.now,
        "other_layers": layers,
        "since": subject.since,
        "counts": outcome.counts,
        "settings": outcome.settings,
        "changes": outcome.groups.iter().map(group).collect::<Vec<_>>(),
    })
}
