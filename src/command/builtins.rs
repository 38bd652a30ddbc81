//! Builtins that change what the rest of a text means; everything else is handed on as a program.

use std::rc::Rc;

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::fields::Fields;
use super::flow::{Flow, Output};
use super::names::is_variable;
use super::redirection::Redirections;
use super::shell::Reader;
use super::state::{State, Value};
use super::{Command, StdinSource, Word, assignments, conditions, described, scripts};

/// POSIX's special builtins: in some shells what is assigned before them stays.
pub const SPECIAL: &[&str] = &[
    ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
    "trap", "unset", "source",
];
/// Builtins after which the rest of the text can mean anything.
pub(super) const REFUSED: &[&str] =
    &["enable", "bind", "complete", "compgen", "fc", "history", "function", "select", "let"];

impl Reader<'_> {
    /// A builtin or a program.
    pub(super) fn builtin(
        &mut self,
        node: Node<'_>,
        words: Fields,
        prefix: &[(String, Value)],
        mut redirections: Redirections,
        mut state: State,
    ) -> Flow {
        let first = words.first().and_then(Word::text).unwrap_or_default().to_owned();
        let name = first.as_str();
        if SPECIAL.contains(&name) {
            for (name, value) in prefix {
                let both = state.variable(name).map_or(Value::Unknown, |before| before.or(value));
                state.set(name, both);
                state.export(name);
            }
        }
        if REFUSED.contains(&name) {
            self.refuse(node, "after it the rest of the text can mean something else");
            state.forget();
        }
        match name {
            "eval" => return self.eval(node, &words, prefix, redirections, state),
            "." | "source" => return self.source(node, &words, redirections, state),
            "trap" => self.trap(node, &words, &mut state),
            "alias" => self.alias(node, &words, &mut state),
            "test" | "[" => {
                let operands = words.get(1..).unwrap_or_default();
                if !conditions::is_safe(operands) {
                    self.refuse(node, "a test that can evaluate a variable");
                }
            }
            "exec" if words.len() == 1 && redirections.stdin.is_some() => {
                // From here on everything reads from there.
                redirections.stdin = None;
                state.stdin = Rc::new(StdinSource::Piped);
            }
            "set" if words.len() == 1 => {
                // It prints every variable.
                let words = vec![Word::known("declare"), Word::known("-p")];
                return Flow::even(state.clone(), self.emit(words, prefix, redirections, &state));
            }
            "set" => self.set_options(node, &words, &mut state),
            "shopt" => self.shopt(node, &words, &mut state),
            "shift" => self.shift(&words, &mut state),
            "hash" if words.len() > 1 && words.get(1).and_then(Word::text) != Some("-r") => {
                self.refuse(node, "it changes how the shell finds commands");
            }
            "export" | "readonly" | "declare" | "typeset" | "local" | "unset" => {
                self.declared(node, &words, &mut state);
            }
            _ => self.setter(node, name, &words, &mut state),
        }
        match name {
            "cd" | "pushd" | "popd" => self.change_directory(name, words, prefix, redirections, state),
            "exit" => {
                self.emit(words, prefix, redirections, &state);
                self.may_end(state);
                Flow { success: None, failure: None, output: Output::NOTHING }
            }
            "return" | "break" | "continue" => {
                self.emit(words, prefix, redirections, &state);
                self.escapes.push(state);
                Flow { success: None, failure: None, output: Output::NOTHING }
            }
            _ => {
                let output = self.emit(words, prefix, redirections, &state);
                match name {
                    "true" | ":" => Flow { success: Some(state), failure: None, output },
                    "false" => Flow { success: None, failure: Some(state), output },
                    _ => Flow::even(state, output),
                }
            }
        }
    }

    /// `eval`: its words are one more text, read here and now.
    fn eval(
        &mut self,
        node: Node<'_>,
        words: &[Word],
        _: &[(String, Value)],
        redirections: Redirections,
        mut state: State,
    ) -> Flow {
        let texts: Option<Vec<&str>> = words.iter().skip(1).map(Word::text).collect();
        let Some(mut texts) = texts else {
            return self.refuse_in(node, "what is evaluated is not known before it runs", state);
        };
        if texts.first() == Some(&"--") {
            texts.remove(0);
        }
        let kept = Rc::clone(&state.stdin);
        if let Some(stdin) = &redirections.stdin {
            state.stdin = Rc::new(stdin.clone());
        }
        let (has_output, target) = (redirections.has_output, redirections.output_file());
        self.opened(&redirections, &state);
        let mut flow = self.text_in(&texts.join(" "), state.clone());
        for end in [&mut flow.success, &mut flow.failure].into_iter().flatten() {
            end.stdin = Rc::clone(&kept);
        }
        if has_output {
            self.printed_to(target, &flow.output, &state);
            flow.output = Output::NOTHING;
        }
        flow
    }

    /// `. FILE`: the file's text is read here and now.
    fn source(&mut self, node: Node<'_>, words: &[Word], redirections: Redirections, mut state: State) -> Flow {
        let Some(path) = words.get(1) else { return Flow::even(state, Output::Unknown) };
        described::note_started(&Command::plain(words.to_vec(), self.outer), self.outer, self.parsed);
        let text = match scripts::sourced(path, state.directory().as_ref(), self.outer, self.parsed) {
            Ok(text) => text,
            Err(why) => return self.refuse_in(node, &why, state),
        };
        self.opened(&redirections, &state);
        let kept = state.positional.clone();
        if words.len() > 2 {
            state.positional = Some(Rc::new(words.get(2..).unwrap_or_default().to_vec()));
        }
        let escapes = std::mem::take(&mut self.escapes);
        let mut flow = self.text_in(&text, state);
        for end in std::mem::replace(&mut self.escapes, escapes) {
            flow = flow.or(Flow::even(end, Output::Unknown));
        }
        for end in [&mut flow.success, &mut flow.failure].into_iter().flatten() {
            end.positional = if words.len() > 2 { kept.clone() } else { end.positional.clone() };
        }
        Flow { output: Output::Unknown, ..flow }
    }

    /// `trap TEXT SIGNAL…`: the text is read as what may run at any time.
    fn trap(&mut self, node: Node<'_>, words: &[Word], state: &mut State) {
        let texts: Option<Vec<&str>> = words.iter().skip(1).map(Word::text).collect();
        let Some(mut texts) = texts else {
            self.refuse(node, "what is trapped is not known before it runs");
            return;
        };
        if texts.first() == Some(&"--") {
            texts.remove(0);
        }
        let (Some(text), signals) = (texts.first(), texts.get(1..).unwrap_or_default()) else { return };
        if matches!(*text, "-" | "" | "-l" | "-p") || signals.is_empty() {
            return;
        }
        let is_at_end = signals.iter().all(|signal| matches!(*signal, "EXIT" | "0"));
        if !is_at_end && !is_inert(text) {
            // It can run between any two commands, and change what the later one means.
            self.refuse(node, "a trap that can change the commands after it");
            state.forget();
        }
        self.traps.push((*text).to_owned());
        self.may_end(state.clone());
    }

    /// `alias NAME=TEXT`.
    fn alias(&mut self, node: Node<'_>, words: &[Word], state: &mut State) {
        for word in words.iter().skip(1) {
            match word.text().map(|text| text.split_once('=')) {
                Some(Some((name, text))) if name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) => {
                    state.set_alias(name, text);
                }
                Some(None) => {}
                _ => {
                    self.refuse(node, "an alias that is not followed");
                }
            }
        }
    }

    fn set_options(&mut self, node: Node<'_>, words: &[Word], state: &mut State) {
        let texts: Option<Vec<&str>> = words.iter().skip(1).map(Word::text).collect();
        let mut at = 0;
        let options = texts.as_deref().unwrap_or(&["?"]);
        let mut is_positional = false;
        while let Some(text) = options.get(at) {
            at += 1;
            match *text {
                "--" => {
                    is_positional = true;
                    break;
                }
                "-" => break,
                "-o" | "+o" => {
                    let option = options.get(at).copied().unwrap_or_default();
                    at += 1;
                    match option {
                        "errexit" => state.ends_on_failure = *text == "-o",
                        "pipefail" | "nounset" | "xtrace" | "noglob" | "noclobber" | "monitor" | "" => {}
                        _ => self.refuse(node, "it changes how the rest of the text is read"),
                    }
                }
                _ if text.len() > 1 && text.starts_with(['-', '+']) => {
                    let letters = text.get(1..).unwrap_or_default();
                    if letters.contains('e') {
                        state.ends_on_failure = text.starts_with('-');
                    }
                    let is_option = letters.ends_with('o');
                    let known = letters.strip_suffix('o').unwrap_or(letters).chars().all(|c| "euxfCm".contains(c));
                    let is_known =
                        !is_option || matches!(options.get(at), Some(&("pipefail" | "errexit" | "nounset" | "xtrace")));
                    if !known || !is_known {
                        self.refuse(node, "it changes how the rest of the text is read");
                    }
                    at += usize::from(is_option);
                }
                _ => {
                    at -= 1;
                    is_positional = true;
                    break;
                }
            }
        }
        if texts.is_none() {
            let is_positional = matches!(words.get(1).and_then(Word::text), Some("--"));
            let is_whole = words.iter().skip(2).all(Word::is_single);
            if !is_positional {
                self.refuse(node, "it changes how the rest of the text is read");
            }
            state.positional =
                (is_positional && is_whole).then(|| Rc::new(words.get(2..).unwrap_or_default().to_vec()));
        } else if is_positional || at < options.len() {
            let rest = options.get(at..).unwrap_or_default();
            state.positional = Some(Rc::new(rest.iter().map(|text| Word::known(*text)).collect()));
        }
    }

    fn shopt(&mut self, node: Node<'_>, words: &[Word], state: &mut State) {
        let harmless = [
            "-s", "-u", "-q", "-p", "nullglob", "failglob", "globstar", "dotglob", "nocaseglob", "expand_aliases",
            "inherit_errexit", "checkwinsize", "histappend",
        ];
        let is_known = words.iter().skip(1).all(|word| word.text().is_some_and(|text| harmless.contains(&text)));
        if !is_known || self.dialect != Dialect::Bash {
            self.refuse(node, "it changes how the rest of the text is read");
            state.forget();
        }
    }

    fn shift(&self, words: &[Word], state: &mut State) {
        let count = match words {
            [_] => Some(1),
            [_, count] => count.text().and_then(|count| count.parse::<usize>().ok()),
            _ => None,
        };
        let rest = count.zip(state.positional.as_ref()).and_then(|(count, all)| all.get(count..).map(<[Word]>::to_vec));
        state.positional = rest.map(Rc::new);
    }

    /// A declaration that the grammar did not see as one (`command export A=b`).
    fn declared(&mut self, node: Node<'_>, words: &[Word], state: &mut State) {
        if words.iter().skip(1).all(|word| word.text().is_some_and(|text| text.starts_with('-'))) {
            // It prints every variable.
            self.emit(vec![Word::known("declare"), Word::known("-p")], &[], Redirections::default(), state);
        }
        for word in words.iter().skip(1) {
            let name = word.text().map(|text| text.split_once('=').map_or(text, |(name, _)| name));
            match name {
                Some(name) if is_variable(name) && !assignments::is_special(name) => {
                    state.set(name, Value::Unknown);
                    state.export(name);
                }
                Some(flag) if assignments::is_plain_flag(flag) => {}
                _ => {
                    self.refuse(node, "what is declared, and how, is not known");
                    state.forget();
                }
            }
        }
    }

    /// Builtins that set the variables that they are given by name; a subscript in a name would be evaluated.
    fn setter(&mut self, node: Node<'_>, name: &str, words: &[Word], state: &mut State) {
        let operands = words.get(1..).unwrap_or_default();
        let names: Vec<&Word> = match name {
            "read" | "mapfile" | "readarray" | "getopts" => operands.iter().collect(),
            "printf" if operands.first().is_none_or(|first| first.text().is_none_or(|text| text.starts_with("-v"))) => {
                operands.iter().take(2).collect()
            }
            "wait" if operands.iter().any(|word| word.text().is_none_or(|text| text.starts_with("-p"))) => {
                operands.iter().collect()
            }
            _ => return,
        };
        if name == "mapfile" || name == "readarray" {
            let calls = operands
                .iter()
                .any(|word| word.text().is_none_or(|text| text.starts_with("-C") || text.starts_with("-c")));
            if calls {
                self.refuse(node, "it runs a command for what it reads");
            }
            state.set("MAPFILE", Value::Unknown);
        }
        if name == "read" {
            state.set("REPLY", Value::Unknown);
        }
        for word in names {
            match word.text() {
                // A number after a flag that takes one; it counts as what it sets without doing harm.
                Some(text) if text.starts_with('-') => {
                    let attached: String = text.chars().skip(2).collect();
                    if is_variable(&attached) {
                        state.set(&attached, Value::Unknown);
                    }
                }
                Some(text) if is_variable(text) => state.set(text, Value::Unknown),
                Some(text) if text.contains('[') => {
                    self.refuse(node, "a subscript is evaluated");
                    state.forget();
                }
                Some(_) => {}
                None => {
                    self.refuse(node, "which variable it sets is not known");
                    state.forget();
                }
            }
        }
    }
}

/// Whether a trap's text only runs programs: it sets nothing, calls nothing of the shell's own, and goes nowhere.
fn is_inert(text: &str) -> bool {
    let words = [
        "cd", "eval", "source", ".", "read", "export", "unset", "set", "shift", "alias", "declare", "local",
        "readonly", "exec",
    ];
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " _-./:,@%'\"$;".contains(c));
    let programs = ["rm", "echo", "kill", "exit", "printf", "true", ":", "date", "rmdir"];
    is_plain
        && text.split(';').all(|part| {
            let first = part.split_ascii_whitespace().next().unwrap_or(":");
            programs.contains(&first)
        })
        && !words.iter().any(|word| text.split_ascii_whitespace().any(|part| part == *word))
}
