//! terraform and tofu: the plan, saved; what is approved is that plan, and what runs is that plan.
//!
//! The plan is made without a lock, so that a question never stands in the way of a run. It lies in the sealed table until it
//! is run, once: a plan made where there was no state could otherwise be applied again and again
//! (<https://github.com/hashicorp/terraform/issues/24078>).

mod options;
mod plan;

use serde_json::Value;

use crate::exec::probe::Answered;
use crate::host::private::PrivateDir;
use crate::model::action::Action;
use crate::model::invocation::{Raw, Variable};
use crate::model::preview::Pin;
use crate::model::secret::Redacted;
use crate::undo;

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::prober::{Asking, Failure, Prober};
use super::subject::{Standing, Subject};
use options::Options;

/// The largest plan that is kept, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;
/// What the plan is called among the kept files.
const PLAN: &str = "plan";

/// The tool.
pub(super) const TOOL: Tool = Tool { tool: "terraform", shows, make, pins };

fn shows(action: &Action) -> bool {
    ["apply", "destroy", "refresh"].contains(&action.operation.as_str())
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let options = Options::sort(&subject.words)?;
    let terraform = Terraform { subject, options: &options };
    let pins = terraform.state(prober)?;
    let place = prober.place()?;
    let file = match &options.saved {
        Some(saved) => terraform.directory().join(saved.as_os()),
        None => terraform.plan(&place, prober)?,
    };
    // Once read, it is this one, whatever becomes of the file.
    let bytes = terraform.bytes(&file)?;
    let kept = place.put("kept", &bytes).map_err(|error| Failure::new(error.text))?;
    let shown = terraform.ask(&["show", "-json", "-no-color"], &[Raw::from(kept.into_os_string())], prober)?;
    let plan = plan::read(&shown.out, prober.redactor())?;
    let runs = terraform.runs(bytes);
    let undo = undo::terraform::way_back(&subject.words, plan.needs_before, pins.first());
    Ok(Made {
        summary: format!("{} in {}", plan.summary(), subject.place()),
        hunks: plan.hunks,
        pins,
        runs,
        undo,
        way_back: None,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let options = Options::sort(&subject.words)?;
    Terraform { subject, options: &options }.state(prober)
}

struct Terraform<'a> {
    subject: &'a Subject<'a>,
    options: &'a Options,
}

impl Terraform<'_> {
    /// The directory that its paths are relative to.
    fn directory(&self) -> std::path::PathBuf {
        let chdir = self.options.chdir.as_ref().and_then(|word| word.0.strip_prefix(b"-chdir="));
        chdir.map_or_else(|| self.subject.directory.clone(), |to| self.subject.directory.join(Raw(to.to_vec()).as_os()))
    }

    fn words(&self, verb: &[&str], more: &[Raw]) -> Vec<Raw> {
        let program = self.subject.words.first().cloned();
        let verb = verb.iter().map(|word| Raw::from(*word));
        program.into_iter().chain(self.options.chdir.clone()).chain(verb).chain(more.iter().cloned()).collect()
    }

    fn put(&self, verb: &[&str], more: &[Raw], prober: &mut Prober<'_>) -> Result<Answered, Failure> {
        let set = [("TF_IN_AUTOMATION", "1"), ("TF_INPUT", "0"), ("CHECKPOINT_DISABLE", "1")];
        let is_ours =
            |name: &Raw| set.iter().any(|(known, _)| known.as_bytes() == name.0) || name.0.starts_with(b"TF_LOG");
        let mut env: Vec<Variable> = self.subject.env.iter().filter(|(name, _)| !is_ours(name)).cloned().collect();
        env.extend(set.map(|(name, value)| (Raw::from(name), Raw::from(value))));
        let argv = self.words(verb, more);
        prober.ask(Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env })
    }

    fn ask(&self, verb: &[&str], more: &[Raw], prober: &mut Prober<'_>) -> Result<Answered, Failure> {
        let answered = self.put(verb, more, prober)?;
        match answered.exit_code {
            Some(0) => Ok(answered),
            _ => Err(refused(verb, &answered)),
        }
    }

    /// Which state it is, and which version of it: what a plan is made of, and what must not have moved when it runs.
    fn state(&self, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
        let answered = self.ask(&["state", "pull"], &[], prober)?;
        let pin =
            |what: &str, was: String| Pin { what: Redacted::assume_clean(what), was: Redacted::assume_clean(was) };
        if answered.out.iter().all(u8::is_ascii_whitespace) {
            return Ok(vec![
                pin("state serial", "none: there is no state".to_owned()),
                pin("state lineage", "none".to_owned()),
            ]);
        }
        let state: Value = serde_json::from_slice(&answered.out)
            .map_err(|error| Failure::new(format!("`terraform state pull` did not answer with JSON: {error}")))?;
        match (state.get("serial").and_then(Value::as_u64), state.get("lineage").and_then(Value::as_str)) {
            (Some(serial), Some(lineage)) => {
                Ok(vec![pin("state serial", serial.to_string()), pin("state lineage", lineage.to_owned())])
            }
            _ => Err(Failure::new("`terraform state pull` tells neither serial nor lineage")),
        }
    }

    /// Makes a saved plan, where policy lets a plan run.
    fn plan(&self, place: &PrivateDir, prober: &mut Prober<'_>) -> Result<std::path::PathBuf, Failure> {
        prober.allowed(self.subject, &self.words(&["plan"], &self.options.plan))?;
        let file = place.path().join("made");
        let mut more = self.options.plan.clone();
        more.extend(["-input=false", "-no-color", "-lock=false", "-detailed-exitcode"].map(Raw::from));
        more.push(Raw([b"-out=", file.as_os_str().as_encoded_bytes()].concat()));
        let answered = self.put(&["plan"], &more, prober)?;
        match answered.exit_code {
            // 0: it looked and nothing would change; 2: something would.
            Some(0 | 2) => Ok(file),
            _ => Err(refused(&["plan"], &answered)),
        }
    }

    fn bytes(&self, file: &std::path::Path) -> Result<Vec<u8>, Failure> {
        let told = |cause: std::io::Error| Failure::new(format!("cannot read the plan {}: {cause}", file.display()));
        let length = std::fs::metadata(file).map_err(told)?.len();
        if length > LARGEST {
            return Err(Failure::new(format!("the plan is {length} bytes long; at most {LARGEST} are kept")));
        }
        std::fs::read(file).map_err(told)
    }

    /// Exactly this plan, where it is terraform itself that is started.
    fn runs(&self, bytes: Vec<u8>) -> Option<Runs> {
        if self.subject.standing != Standing::Whole {
            return None;
        }
        let mut argv: Vec<RunWord> =
            self.words(&["apply", "-input=false"], &self.options.run).into_iter().map(RunWord::Word).collect();
        argv.push(RunWord::File(PLAN.to_owned()));
        Some(Runs { argv, files: vec![(PLAN.to_owned(), bytes)] })
    }
}

/// What terraform said when it did not do what it was asked.
fn refused(verb: &[&str], answered: &Answered) -> Failure {
    let said = String::from_utf8_lossy(&answered.err);
    let lines: Vec<&str> =
        said.lines().map(|line| line.trim_matches(|c: char| c.is_whitespace() || "│╷╵".contains(c))).collect();
    let said = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let code = answered.exit_code.map_or_else(|| "by a signal".to_owned(), |code| format!("with {code}"));
    let said = if said.is_empty() { "it said nothing".to_owned() } else { said };
    Failure::new(format!("`terraform {}` ended {code}: {said}", verb.join(" ")))
}
