//! Programs that bear a wrapper's name and are another's: what they do with the words after them is not known.

use super::base;
use crate::command::scripts::absolute;
use crate::command::{Outer, Place};
use crate::model::facts::{Answer, Want};

/// Places that everybody can write to.
const SCRATCH: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/", "/proc/", "/private/tmp/"];

/// Why the program is not the wrapper of its name: whoever calls can have put it there.
pub fn stray(program: &str, outer: &Outer<'_>) -> Option<String> {
    if outer.place != Place::Here {
        return None;
    }
    let path = if program.contains('/') {
        let full = absolute(program, outer);
        let answer = full.map(|path| outer.facts.answer(&Want::Path { path }));
        match answer.as_ref().and_then(|answer| answer.field("real")) {
            Some(path) => path.to_owned(),
            None => return Some(format!("cannot tell where `{program}` leads")),
        }
    } else {
        match outer.facts.answer(&Want::Program { name: program.to_owned() }) {
            answer @ Answer::Known { .. } => answer.field("path")?.to_owned(),
            // A builtin of the shell, or a program that is not there: then it does not run.
            Answer::Absent => return None,
            Answer::Failed { cause } => return Some(cause),
        }
    };
    let directory = outer.invocation.cwd.as_str()?.to_owned();
    let answer = outer.facts.answer(&Want::GitRepository { directory: directory.clone() });
    let root = answer.field("root").unwrap_or(&directory).trim_end_matches('/');
    let in_tree = path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let in_scratch = SCRATCH.iter().any(|start| path.starts_with(start));
    (in_tree || in_scratch).then(|| format!("`{}` is {path}, which whoever calls can have written", base(program)))
}
