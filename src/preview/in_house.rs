//! In-house tools: what the command answers that the policy names as their `preview`, and the way back that it names as
//! their `undo`.
//!
//! Both are commands of the same program, so that the file that was understood is the one that answers. The preview is asked
//! again right before the run; another answer refuses.

use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, Pin, Risk, WayBack};
use crate::model::secret::Redacted;
use crate::packs::described::{Described, Tool as Description, Worth};
use crate::undo;

use super::Tool;
use super::made::Made;
use super::open;
use super::prober::{Asking, Failure, Prober};
use super::subject::Subject;

/// Stands for all words after the program.
const ARGS: &str = "{args}";
/// The most lines that are shown.
const LINES: usize = 200;
/// The lines of one hunk.
const PART: usize = 40;
/// The most characters of a line that are shown.
const LENGTH: usize = 300;

/// The tool; which one it is says the policy.
pub(super) const TOOL: Tool =
    Tool { tool: "", shows: |_| false, make, pins, leaves_open: open::nothing, has_moved: open::never };

/// The description by which something can be shown or taken back, where it counts for this file.
pub(super) fn described(described: Option<Described>) -> Option<&'static Description> {
    let one = described.filter(|one| !matches!(one.worth, Worth::Doubtful(_)))?;
    (!one.tool.preview.is_empty() || !one.tool.undo.is_empty()).then_some(one.tool)
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let tool = description(subject)?;
    let argv = filled(tool.undo, &subject.words);
    let undo = undo::in_house::way_back(&argv, prober.redactor());
    let way_back = (!argv.is_empty()).then(|| WayBack {
        argv,
        cwd: Raw::from(subject.directory.clone().into_os_string()),
        files: Vec::new(),
    });
    let mut made = Made { summary: String::new(), hunks: Vec::new(), pins: Vec::new(), runs: None, undo, way_back };
    made.summary = format!("{} in {}", subject.action.title(), subject.place());
    if tool.preview.is_empty() {
        let why = format!(
            "the policy names no `preview` for `{}`, so that nothing shows what it will change",
            tool.pack.tool
        );
        return Err(Failure::new(why).knowing(made));
    }
    match told(subject, tool, prober) {
        Ok(text) => {
            made.hunks = hunks(&text, &command(subject, tool), prober);
            made.pins = vec![pin(&text, &command(subject, tool), prober)];
            Ok(made)
        }
        Err(failure) if failure.is_late => Err(failure),
        Err(failure) => Err(failure.knowing(made)),
    }
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let tool = description(subject)?;
    if tool.preview.is_empty() {
        return Ok(Vec::new());
    }
    let text = told(subject, tool, prober)?;
    Ok(vec![pin(&text, &command(subject, tool), prober)])
}

fn description(subject: &Subject<'_>) -> Result<&'static Description, Failure> {
    described(subject.described).ok_or_else(|| Failure::new("the policy's description does not count for this file"))
}

/// The words of the policy with those of the command in them. The program is the one that was asked for.
fn filled(words: &[&str], given: &[Raw]) -> Vec<Raw> {
    let mut all = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match (at, *word) {
            (0, _) => all.extend(given.first().cloned()),
            (_, ARGS) => all.extend(given.iter().skip(1).cloned()),
            (_, word) => all.push(Raw::from(word)),
        }
    }
    all
}

fn command(subject: &Subject<'_>, tool: &Description) -> String {
    let words = filled(tool.preview, &subject.words);
    words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn told(subject: &Subject<'_>, tool: &Description, prober: &mut Prober<'_>) -> Result<String, Failure> {
    let argv = filled(tool.preview, &subject.words);
    prober.allowed(subject, &argv)?;
    let env = subject.env.clone();
    let answered = prober.ask(Asking { program: &subject.program, argv, cwd: &subject.directory, env })?;
    let name = command(subject, tool);
    if answered.exit_code != Some(0) {
        let said = String::from_utf8_lossy(&answered.err).split_whitespace().collect::<Vec<_>>().join(" ");
        let code = answered.exit_code.map_or_else(|| "by a signal".to_owned(), |code| format!("with {code}"));
        return Err(Failure::new(format!("`{name}` ended {code}: {said}")));
    }
    let text = String::from_utf8_lossy(&answered.out).into_owned();
    match text.trim().is_empty() {
        true => Err(Failure::new(format!("`{name}` answered nothing, which says nothing of what would change"))),
        false => Ok(text),
    }
}

fn pin(text: &str, command: &str, prober: &Prober<'_>) -> Pin {
    let digest = crate::chain::digest_json("aigov-in-house-preview-v1", &text).map(|digest| digest.to_string());
    Pin {
        what: prober.redactor().text(&format!("what `{command}` answers")),
        was: Redacted::assume_clean(digest.unwrap_or_default()),
    }
}

fn hunks(text: &str, command: &str, prober: &Prober<'_>) -> Vec<Hunk> {
    let clean = prober.redactor().text(text);
    let lines: Vec<&str> = clean.as_str().lines().collect();
    let shown = lines.get(..lines.len().min(LINES)).unwrap_or_default();
    let parts = shown.chunks(PART).enumerate().map(|(at, part)| {
        let field = |(next, line): (usize, &&str)| FieldChange {
            field: Redacted::assume_clean((at * PART + next + 1).to_string()),
            before: None,
            after: Some(Redacted::assume_clean(line.chars().take(LENGTH).collect::<String>())),
        };
        let is_last = (at + 1) * PART >= shown.len();
        let rest = if is_last { lines.len() - shown.len() } else { 0 };
        Hunk {
            change: Change::Run,
            what: prober.redactor().text(&format!("what `{command}` says")),
            risk: Risk::High,
            why: Vec::new(),
            fields: part.iter().enumerate().map(field).collect(),
            left_out: u64::try_from(rest).unwrap_or(u64::MAX),
        }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_command_stand_where_the_policy_wants_them_each_as_one() {
        let given = ["./ship.sh", "release", "a b; rm"].map(Raw::from);
        let words = filled(&["ship.sh", "diff", "{args}", "--brief"], &given);
        assert_eq!(words, ["./ship.sh", "diff", "release", "a b; rm", "--brief"].map(Raw::from));
        assert!(filled(&[], &given).is_empty());
    }
}
