//! SQL: the exact opposite of what makes something new; for what overwrites or removes, plainly that nothing keeps it.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo};
use crate::model::secret::Redacted;

/// The way back of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A statement that takes exactly this back.
    Inverse(String),
    /// What a person can do, or why nothing can be done.
    None(String),
}

/// The way back of all statements, the last one first, and the words of it where aigov can ask for them.
pub fn way_back(connection: &[Raw], steps: &[Step]) -> (Undo, Option<Vec<Raw>>) {
    let clean = |text: &str| Redacted::assume_clean(text);
    let inverses: Vec<&str> = steps
        .iter()
        .rev()
        .filter_map(|step| match step {
            Step::Inverse(text) => Some(text.as_str()),
            Step::None(_) => None,
        })
        .collect();
    if inverses.is_empty() {
        let mut whys: Vec<&str> = Vec::new();
        for step in steps {
            if let Step::None(why) = step
                && !whys.contains(&why.as_str())
            {
                whys.push(why);
            }
        }
        let why = if whys.is_empty() { "it changes nothing".to_owned() } else { whys.join("; ") };
        return (Undo::Nothing { why: clean(&why) }, None);
    }
    if inverses.len() < steps.len() {
        let told = steps.iter().rev().map(|step| match step {
            Step::Inverse(text) => clean(&format!("`{text}`")),
            Step::None(why) => clean(why),
        });
        return (Undo::ByHand { steps: told.collect() }, None);
    }
    let mut argv = connection.to_vec();
    argv.extend(["-X", "-v", "ON_ERROR_STOP=1"].map(Raw::from));
    for text in &inverses {
        argv.extend([Raw::from("-c"), Raw::from(*text)]);
    }
    let note = format!("`{}`; what is put into it meanwhile goes as well", inverses.join("; "));
    (Undo::Command { command: clean(&format!("aigov rollback {TICKET}")), note: clean(&note) }, Some(argv))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_offered_only_where_every_statement_has_an_exact_opposite() {
        let inverse = |text: &str| Step::Inverse(text.to_owned());
        let lost = Step::None("gone".to_owned());
        let connection = [Raw::from("psql"), Raw::from("shop")];
        let (undo, argv) = way_back(&connection, &[inverse("drop a"), inverse("drop b")]);
        let line = argv.unwrap().iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(line, "psql shop -X -v ON_ERROR_STOP=1 -c drop b -c drop a");
        assert!(matches!(undo, Undo::Command { .. }));
        let (undo, argv) = way_back(&connection, &[inverse("drop a"), lost.clone()]);
        assert!(argv.is_none() && matches!(undo, Undo::ByHand { steps } if steps[0].as_str() == "gone"));
        let (undo, argv) = way_back(&connection, &[lost.clone(), lost]);
        assert!(argv.is_none() && matches!(undo, Undo::Nothing { why } if why.as_str() == "gone"));
    }
}
