//! What changes the meaning of a tool's verb, in words.

use crate::packs::schema::{Change, Script, When};

/// A condition in words.
pub fn condition(when: &When) -> String {
    match when {
        When::Flag(names) => format!("with {}", names.join(", ")),
        When::EarlyFlag(names) => format!("with {} before the verb", names.join(", ")),
        When::FlagValue(names, values) => {
            let values: Vec<&str> =
                values.iter().map(|value| if value.is_empty() { "no value" } else { value }).collect();
            format!("with {} being {}", names.join(", "), values.join(" or "))
        }
        When::NoFlag(names) => format!("without {}", names.join(", ")),
        When::Operand(at, values) => format!("where operand {at} is {}", values.join(" or ")),
        When::AnyOperand(values) => format!("where an operand is {}", values.join(" or ")),
        When::EveryOperand(values) => format!("where every operand is {}", values.join(" or ")),
        When::PlainScript(Script::Sed) => "where the sed script only prints".to_owned(),
        When::PlainScript(Script::Awk) => "where the awk script only prints".to_owned(),
        When::NoOperand(at) => format!("without operand {at}"),
        When::Operands(least) => format!("with {least} operands or more"),
        When::Kind(kinds) => format!("where it is a {}", kinds.join(" or ")),
        When::All(all) => all.iter().map(condition).collect::<Vec<_>>().join(" and "),
        When::Not(one) => format!("not ({})", condition(one)),
    }
}

/// What becomes of a verb, in words.
pub fn change(change: &Change) -> String {
    match change {
        Change::Impact(impact) => format!("{impact}"),
        Change::AtLeast(impact) => format!("at least {impact}"),
        Change::Categories(categories) => {
            let names: Vec<&str> = categories.iter().map(|category| category.as_str()).collect();
            format!("is {}", names.join("+"))
        }
        Change::AddCategory(category) => format!("is {} too", category.as_str()),
        Change::Operation(name) => format!("is called `{name}`"),
        Change::Irreversible => "there is no way back".to_owned(),
        Change::Opaque(why) => format!("not understood: {why}"),
        Change::Unseen(why) => format!("runs unseen code: {why}"),
        Change::Target(target) => format!("acts on {target}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::Impact;

    #[test]
    fn what_a_dry_run_is_reads_as_a_sentence() {
        let when = When::All(&[When::Flag(&["--dry-run"]), When::Not(&When::FlagValue(&["--dry-run"], &["none"]))]);
        assert_eq!(condition(&when), "with --dry-run and not (with --dry-run being none)");
        assert_eq!(change(&Change::Impact(Impact::Read)), "read");
        assert_eq!(condition(&When::FlagValue(&["-n"], &["", "true"])), "with -n being no value or true");
    }
}
