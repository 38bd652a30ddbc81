//! SQL: the exact opposite of what makes something new; for what overwrites or removes, plainly that nothing keeps it.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo};
use crate::model::secret::Redacted;

/// The way back of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A statement that takes exactly this back.
    Inverse(String),
    /// What a person can do.
    ByHand(String),
    /// Nothing can be done, and why.
    Lost(String),
}

/// The way back of all statements, the last one first, and the words of it where aigov can ask for them.
pub fn way_back(connection: &[Raw], steps: &[Step]) -> (Undo, Option<Vec<Raw>>) {
    let clean = |text: &str| Redacted::assume_clean(text);
    let inverses: Option<Vec<&str>> = steps
        .iter()
        .rev()
        .map(|step| match step {
            Step::Inverse(text) => Some(text.as_str()),
            Step::ByHand(_) | Step::Lost(_) => None,
        })
        .collect();
    let Some(inverses) = inverses.filter(|all| !all.is_empty()) else {
        return (without_command(steps), None);
    };
    let mut argv = connection.to_vec();
    argv.extend(["-X", "-v", "ON_ERROR_STOP=1"].map(Raw::from));
    for text in &inverses {
        argv.extend([Raw::from("-c"), Raw::from(*text)]);
    }
    let note = format!("`{}`; what is put into it meanwhile goes as well", inverses.join("; "));
    (Undo::Command { command: clean(&format!("aigov rollback {TICKET}")), note: clean(&note) }, Some(argv))
}

/// What is told where there is no command for all of it.
fn without_command(steps: &[Step]) -> Undo {
    let mut told: Vec<String> = Vec::new();
    let mut is_hopeless = true;
    for step in steps.iter().rev() {
        is_hopeless &= matches!(step, Step::Lost(_));
        let text = match step {
            Step::Inverse(text) => format!("`{text}`"),
            Step::ByHand(text) | Step::Lost(text) => text.clone(),
        };
        if !told.contains(&text) {
            told.push(text);
        }
    }
    if steps.is_empty() {
        told.push("it changes nothing that lasts".to_owned());
    }
    match is_hopeless {
        true => Undo::Nothing { why: Redacted::assume_clean(told.join("; ")) },
        false => Undo::ByHand { steps: told.into_iter().map(Redacted::assume_clean).collect() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_offered_only_where_every_statement_has_an_exact_opposite() {
        let inverse = |text: &str| Step::Inverse(text.to_owned());
        let lost = Step::Lost("gone".to_owned());
        let connection = [Raw::from("psql"), Raw::from("shop")];
        let (undo, argv) = way_back(&connection, &[inverse("drop a"), inverse("drop b")]);
        let line = argv.unwrap().iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(line, "psql shop -X -v ON_ERROR_STOP=1 -c drop b -c drop a");
        assert!(matches!(undo, Undo::Command { .. }));
        let (undo, argv) = way_back(&connection, &[inverse("drop a"), lost.clone()]);
        assert!(argv.is_none() && matches!(undo, Undo::ByHand { steps } if steps[0].as_str() == "gone"));
        let (undo, argv) = way_back(&connection, &[lost.clone(), Step::ByHand("by hand".to_owned())]);
        assert!(argv.is_none() && matches!(undo, Undo::ByHand { .. }));
        let (undo, argv) = way_back(&connection, &[lost.clone(), lost]);
        assert!(argv.is_none() && matches!(undo, Undo::Nothing { why } if why.as_str() == "gone"));
    }
}
