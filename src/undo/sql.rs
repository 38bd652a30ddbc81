//! SQL: the exact opposite of what makes something new; for what overwrites or removes, plainly that nothing keeps it.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo, WayBack};
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

/// What runs the statements of a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// PostgreSQL's.
    Psql,
    /// MySQL's and MariaDB's.
    Mysql,
    /// SQLite's.
    Sqlite,
}

/// A path at which nothing can be made: what it names is kept, and laid out for the run.
pub const KEPT: &str = "/proc/aigov/previous.db";
/// What a database of the time before is called among the kept files.
pub const FILE: &str = "previous.db";

/// The way back by a copy of a whole database that was taken before: the copy is written over it.
pub fn restore(program: &Raw, path: &str, cwd: Raw, bytes: Vec<u8>) -> Option<(Undo, WayBack)> {
    let is_plain = path.starts_with('/') && !path.contains(['\'', '"', '\\', '\n']);
    let note = format!(
        "puts all of {path} back as it was when this was shown ({} bytes are kept until then); everything that is written \
         to it meanwhile goes as well",
        bytes.len()
    );
    let command = Redacted::assume_clean(format!("aigov rollback {TICKET}"));
    let argv = vec![program.clone(), Raw::from(KEPT), Raw::from(format!(".backup '{path}'"))];
    let way_back = WayBack { argv, cwd, files: vec![(FILE.to_owned(), Raw(bytes))] };
    is_plain.then(|| (Undo::Command { command, note: Redacted::assume_clean(note) }, way_back))
}

/// The way back of all statements, the last one first, and the words of it where aigov can ask for them.
pub fn way_back(client: Client, connection: &[Raw], steps: &[Step]) -> (Undo, Option<Vec<Raw>>) {
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
    match client {
        Client::Psql => {
            argv.extend(["-X", "-v", "ON_ERROR_STOP=1"].map(Raw::from));
            argv.extend(inverses.iter().flat_map(|text| [Raw::from("-c"), Raw::from(*text)]));
        }
        Client::Mysql => argv.extend([Raw::from("-e"), Raw::from(inverses.join("; "))]),
        Client::Sqlite => argv.extend(inverses.iter().map(|text| Raw::from(*text))),
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
        let (undo, argv) = way_back(Client::Psql, &connection, &[inverse("drop a"), inverse("drop b")]);
        let line = argv.unwrap().iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(line, "psql shop -X -v ON_ERROR_STOP=1 -c drop b -c drop a");
        assert!(matches!(undo, Undo::Command { .. }));
        let (undo, argv) = way_back(Client::Psql, &connection, &[inverse("drop a"), lost.clone()]);
        assert!(argv.is_none() && matches!(undo, Undo::ByHand { steps } if steps[0].as_str() == "gone"));
        let (undo, argv) = way_back(Client::Psql, &connection, &[lost.clone(), Step::ByHand("by hand".to_owned())]);
        assert!(argv.is_none() && matches!(undo, Undo::ByHand { .. }));
        let (undo, argv) = way_back(Client::Psql, &connection, &[lost.clone(), lost]);
        assert!(argv.is_none() && matches!(undo, Undo::Nothing { why } if why.as_str() == "gone"));
    }
}
