//! How far a policy's tests reach, as a table and the list of what is missing.

use crate::policy::coverage::{Coverage, Covered, Reached};
use crate::text::escape::escape;

use crate::text::layout::{padded, shortened, wrapped};

/// Columns of the two counts and the decision, with the blanks between.
const COUNTS: usize = 8;

/// A line for each rule, then what is missing and how to add it.
pub fn table(coverage: &Coverage, width: usize) -> String {
    let place = |rule: &Covered| format!("{}:{}", rule.layer, rule.line);
    let last = coverage.rules.iter().map(|rule| place(rule).len()).max().unwrap_or(0).max(5);
    let longest = coverage.rules.iter().map(|rule| rule.rule.chars().count()).max().unwrap_or(0);
    let first = longest.clamp(4, width.saturating_sub(3 * COUNTS + last + 3).max(12));
    let row = |rule: &str, decision: &str, decides: &str, matches: &str, place: &str| {
        format!(
            "{}  {}{decides:>COUNTS$} {matches:>COUNTS$}  {place}",
            padded(&shortened(rule, first), first),
            padded(decision, COUNTS - 2)
        )
    };
    let mut text = row("RULE", "", "DECIDES", "MATCHES", "WHERE") + "\n";
    for rule in &coverage.rules {
        let counts = (rule.decides.to_string(), rule.matches.to_string());
        text.push_str(&row(&escape(&rule.rule), rule.decision.as_str(), &counts.0, &counts.1, &place(rule)));
        text.push('\n');
    }
    text
}

/// What no test decides, each with its place and what to do. Nothing where all is covered.
pub fn missing(coverage: &Coverage, width: usize) -> String {
    let one = |rule: &Covered| {
        let name = escape(&rule.rule);
        let (what, help) = match rule.reached() {
            Reached::Decided => return None,
            Reached::Never if rule.rule == "default" => {
                ("no test has what no rule speaks about".to_owned(), "add one with `rule = \"default\"`".to_owned())
            }
            Reached::Never => (
                format!("no example or test matches `{name}`"),
                "add a command to its `match`, or take the rule out".to_owned(),
            ),
            Reached::Matched => {
                let stricter: Vec<String> = rule.stricter.iter().map(|id| format!("`{}`", escape(id))).collect();
                let help = format!(
                    "of the {} that match, a stricter rule decides each ({}); add one about which it decides",
                    rule.matches,
                    stricter.join(", ")
                );
                (format!("`{name}` decides in no test"), help)
            }
        };
        Some(format!("{}:{}: {what}\n{}", escape(&rule.path), rule.line, wrapped("  help: ", &help, width)))
    };
    coverage.rules.iter().filter_map(one).collect()
}

/// The one line that sums it up.
pub fn summary(coverage: &Coverage) -> String {
    let of = |reached: Reached| coverage.count(reached);
    let mut text = format!(
        "coverage: {} of {} rules decide in a test ({} %)",
        of(Reached::Decided),
        coverage.rules.len(),
        coverage.percent()
    );
    for (count, what) in [(of(Reached::Matched), "only matched"), (of(Reached::Never), "never matched")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text + "\n"
}
