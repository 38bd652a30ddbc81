//! terraform and tofu: the plan, saved; what is approved is that plan, and what runs is that plan.
//!
//! The plan is made without a lock, so that a question never stands in the way of a run. It lies in the sealed table until it
//! is run, once: a plan made where there was no state could otherwise be applied again and again
//! (<https://github.com/hashicorp/terraform/issues/24078>).

mod before;
mod options;
mod plan;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::Command;
use crate::exec::probe::Answered;
use crate::host::private::PrivateDir;
use crate::host::terraform_programs;
use crate::model::action::Action;
use crate::model::facts::Answer;
use crate::model::invocation::{Raw, Variable};
use crate::model::preview::{LeftOpen, Pin, WayBack};
use crate::model::secret::Redacted;
use crate::undo;

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::open;
use super::prober::{Asking, Failure, Prober};
use super::said::said;
use super::subject::{Standing, Subject};
use options::Options;

/// The largest plan that is kept, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;
/// What the plan is called among the kept files.
const PLAN: &str = "plan";
/// What the version of a state is called among the pins.
const SERIAL: &str = "state serial";

/// The tool.
pub(super) const TOOL: Tool = Tool { tool: "terraform", shows, make, pins, leaves_open, has_moved };

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
        None => {
            let kept = prober.kept().to_vec();
            let directory = if kept.is_empty() { None } else { Some(terraform.stand_in(&place, "kept-tree", &kept)?) };
            let file = place.path().join("made");
            terraform.plan(&options.plan, directory.as_deref(), &file, prober)?;
            file
        }
    };
    // Once read, it is this one, whatever becomes of the file.
    let bytes = terraform.bytes(&file)?;
    let kept = place.put("kept", &bytes).map_err(|error| Failure::new(error.text))?;
    let shown = terraform.ask(&["show", "-json", "-no-color"], &[Raw::from(kept.into_os_string())], prober)?;
    let plan = plan::read(&shown.out, prober.redactor())?;
    let runs = terraform.runs(bytes);
    let again = match subject.standing {
        Standing::Whole => "",
        Standing::Part => " (as planned now; something else starts it, so it plans again when it runs)",
    };
    let before = if plan.changes() { before::find(&terraform, &place, prober)? } else { None };
    let found = before.as_ref().map(|before| before.name.as_str());
    let undo = undo::terraform::way_back(&subject.words, found, pins.first());
    let way_back = before.map(|before| WayBack {
        argv: terraform.words(&["apply"], &options.back()),
        cwd: Raw::from(subject.directory.clone().into_os_string()),
        files: before.files,
    });
    Ok(Made {
        summary: format!("{} in {}{again}", plan.summary(), subject.place()),
        hunks: plan.hunks,
        pins,
        runs,
        undo,
        way_back,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let options = Options::sort(&subject.words)?;
    Terraform { subject, options: &options }.state(prober)
}

/// What it plans, unless it runs a saved plan, which is bound as a file.
fn leaves_open(command: &Command, directory: &Path) -> Option<LeftOpen> {
    let words = open::words(command);
    let mut operands = words.iter().skip(1).filter(|word| !word.0.starts_with(b"-"));
    let is_apply = operands.next().is_some_and(|verb| verb.0 == b"apply");
    let is_saved = operands.next().is_some_and(|plan| directory.join(plan.as_os()).is_file());
    (!(is_apply && is_saved)).then(|| {
        open::open("what it plans when it runs", "save a plan (`terraform plan -out=FILE`) and ask to apply that file")
    })
}

/// The same state, another version of it.
fn has_moved(one: &Pin, other: &Pin) -> bool {
    let serial = |pin: &Pin| pin.was.as_str().parse::<u64>().is_ok();
    one.what.as_str() == SERIAL && serial(one) && serial(other)
}

/// What a plan found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It looked, and everything is as the configuration says.
    Nothing,
    /// Something would change.
    Changes,
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
        self.words_in(self.options.chdir.as_ref(), verb, more)
    }

    fn words_in(&self, chdir: Option<&Raw>, verb: &[&str], more: &[Raw]) -> Vec<Raw> {
        let program = self.subject.words.first().cloned();
        let verb = verb.iter().map(|word| Raw::from(*word));
        program.into_iter().chain(chdir.cloned()).chain(verb).chain(more.iter().cloned()).collect()
    }

    fn put(
        &self,
        chdir: Option<&Raw>,
        verb: &[&str],
        more: &[Raw],
        prober: &mut Prober<'_>,
    ) -> Result<Answered, Failure> {
        let set = [("TF_IN_AUTOMATION", "1"), ("TF_INPUT", "0"), ("CHECKPOINT_DISABLE", "1")];
        let is_ours =
            |name: &Raw| set.iter().any(|(known, _)| known.as_bytes() == name.0) || name.0.starts_with(b"TF_LOG");
        let mut env: Vec<Variable> = self.subject.env.iter().filter(|(name, _)| !is_ours(name)).cloned().collect();
        env.extend(set.map(|(name, value)| (Raw::from(name), Raw::from(value))));
        let argv = self.words_in(chdir, verb, more);
        prober.ask(Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env })
    }

    fn ask(&self, verb: &[&str], more: &[Raw], prober: &mut Prober<'_>) -> Result<Answered, Failure> {
        let answered = self.put(self.options.chdir.as_ref(), verb, more, prober)?;
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
                pin(SERIAL, "none: there is no state".to_owned()),
                pin("state lineage", "none".to_owned()),
            ]);
        }
        let state: Value = serde_json::from_slice(&answered.out)
            .map_err(|error| Failure::new(format!("`terraform state pull` did not answer with JSON: {error}")))?;
        match (state.get("serial").and_then(Value::as_u64), state.get("lineage").and_then(Value::as_str)) {
            (Some(serial), Some(lineage)) => {
                Ok(vec![pin(SERIAL, serial.to_string()), pin("state lineage", lineage.to_owned())])
            }
            _ => Err(Failure::new("`terraform state pull` tells neither serial nor lineage")),
        }
    }

    /// Makes a saved plan in the directory or in one that stands in for it, where policy lets a plan run.
    fn plan(
        &self,
        options: &[Raw],
        stand_in: Option<&Path>,
        file: &Path,
        prober: &mut Prober<'_>,
    ) -> Result<Found, Failure> {
        prober.allowed(self.subject, &self.words(&["plan"], options))?;
        let chdir = stand_in.map(|to| Raw([b"-chdir=", to.as_os_str().as_encoded_bytes()].concat()));
        let chdir = chdir.or_else(|| self.options.chdir.clone());
        let mut more = options.to_vec();
        more.extend(["-input=false", "-no-color", "-lock=false", "-detailed-exitcode"].map(Raw::from));
        more.push(Raw([b"-out=", file.as_os_str().as_encoded_bytes()].concat()));
        let answered = self.put(chdir.as_ref(), &["plan"], &more, prober)?;
        match answered.exit_code {
            Some(0) => Ok(Found::Nothing),
            Some(2) => Ok(Found::Changes),
            _ => Err(refused(&["plan"], &answered)),
        }
    }

    /// A directory that is as the configuration's, but with these files in the place of its own: everything else is a link.
    /// Code that a plan of it would run must not be there: policy has decided about the tree's own files only.
    fn stand_in(&self, place: &PrivateDir, name: &str, files: &[(String, Raw)]) -> Result<PathBuf, Failure> {
        let told = |cause: std::io::Error| Failure::new(format!("cannot lay out the configuration before: {cause}"));
        let directory = place.path().join(name);
        std::fs::create_dir(&directory).map_err(told)?;
        for entry in std::fs::read_dir(self.directory()).map_err(told)? {
            let entry = entry.map_err(told)?;
            if !before::is_configuration(&entry.file_name().to_string_lossy()) {
                std::os::unix::fs::symlink(entry.path(), directory.join(entry.file_name())).map_err(told)?;
            }
        }
        for (file, bytes) in files {
            std::fs::write(directory.join(file), &bytes.0).map_err(told)?;
        }
        match terraform_programs::answer(&directory, None) {
            Answer::Known { fields } if !fields.contains_key("plan") => Ok(directory),
            Answer::Known { .. } => Err(Failure::new("the configuration before starts programs when it is planned")),
            Answer::Absent => Err(Failure::new("there was no configuration before")),
            Answer::Failed { cause } => Err(Failure::new(cause)),
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
    let said = said(&answered.err).join(" ");
    let code = answered.exit_code.map_or_else(|| "by a signal".to_owned(), |code| format!("with {code}"));
    let said = if said.is_empty() { "it said nothing".to_owned() } else { said };
    Failure::new(format!("`terraform {}` ended {code}: {said}", verb.join(" ")))
}
