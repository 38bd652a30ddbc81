//! `xargs` and `parallel`: commands whose arguments come from elsewhere, as far as those are known.

use super::flags::{self, Given, Wrapper};
use super::{
    Command, Dialect, Outer, Parsed, Peel, StdinSource, Word, add, inner, inside, known_input, push, read, text_of,
};
use crate::command::OpaqueKind;
use crate::text::quote;

const XARGS: Wrapper = Wrapper {
    names: &["xargs"],
    value: &[
        "-a", "--arg-file", "-d", "--delimiter", "-E", "-I", "-L", "-n", "--max-args", "-P", "--max-procs", "-s",
        "--max-chars", "--process-slot-var",
    ],
    optional: &["-e", "--eof", "-i", "--replace", "-l", "--max-lines"],
    switch: &[
        "-0", "--null", "-o", "--open-tty", "-p", "--interactive", "-r", "--no-run-if-empty", "-t", "--verbose", "-x",
        "--exit", "--show-limits",
    ],
    ..Wrapper::BASE
};
const PARALLEL: Wrapper = Wrapper {
    names: &["parallel"],
    value: &[
        "-j", "--jobs", "--max-procs", "-P", "--delay", "--timeout", "--retries", "--joblog", "--colsep", "-C",
        "--tagstring", "-d", "--delimiter", "-E", "--nice", "--load", "--memfree",
    ],
    optional: &["--halt", "--progress", "--eta"],
    switch: &[
        "-k", "--keep-order", "-q", "--quote", "-t", "--verbose", "-v", "--tag", "--bar", "--dry-run", "--dryrun",
        "--ungroup", "-u", "--line-buffer", "--lb", "--group", "-0", "--null", "--no-run-if-empty", "-r",
        "--no-notice", "--will-cite", "-X", "-m", "--link",
    ],
    ..Wrapper::BASE
};
/// The most commands that are told apart; more are one with arguments that are not known.
const MOST: usize = 50;
/// Longer words and inputs are not filled in: a mark can stand in a word as often as it has letters.
const LONGEST: usize = 1024;

/// `xargs CMD`: more arguments come from standard input.
pub fn xargs(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let given = match flags::read(&XARGS, &command.words, 1) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    let mut words: Vec<Word> = command.words.get(given.rest..).unwrap_or_default().to_vec();
    if words.is_empty() {
        words.push(Word::known("echo"));
    }
    let new = Outer { stdin: StdinSource::Piped, ..inside(command, outer, "xargs") };
    for file in given.values(&["-a", "--arg-file"]) {
        read(command, file, outer, parsed);
    }
    let mark = match mark(&given) {
        Ok(mark) if mark.as_ref().is_none_or(|mark| !mark.is_empty()) => mark,
        _ => return Peel::Unclear("what `-I` replaces is not known".to_owned()),
    };
    let is_short = words.iter().filter_map(Word::text).all(|text| text.len() <= LONGEST);
    let items =
        if given.has(&["-a", "--arg-file"]) || !is_short { None } else { items(&given, command, mark.is_some()) };
    let runs = match (items, mark) {
        (Some(items), Some(mark)) if items.len() <= MOST => {
            items.iter().map(|item| filled(&words, &mark, item)).collect()
        }
        (Some(items), None) if items.len() <= MOST => batches(&words, &items, &given),
        (_, Some(mark)) => vec![replaced(&words, &mark)],
        (_, None) => {
            let is_whole = given.has(&["-0", "--null"]) && command.stdin == StdinSource::Piped && only_searches(parsed);
            let source = Some(&parsed.commands).filter(|_| is_whole).and_then(|all| sources(all));
            let is_counted = words.first().and_then(Word::text) == Some("wc") && !has_batches(&given);
            let is_found = is_counted && command.stdin == StdinSource::Piped && only_searches(parsed);
            words.push(if is_found { found() } else { source.unwrap_or_else(rest) });
            vec![words]
        }
    };
    if runs.is_empty() {
        // Nothing comes in, and so nothing runs.
        push(Command::plain(vec![Word::known(":")], &new), &new, parsed);
    }
    for run in runs {
        add(inner(command, run, &new), &new, parsed);
    }
    Peel::Done
}

fn rest() -> Word {
    Word::opaque(OpaqueKind::Stdin, "…", "xargs adds arguments from its standard input")
}

/// What a search finds: wc counts in it what it is given, and refuses a flag that names more files beside others.
fn found() -> Word {
    Word::opaque(OpaqueKind::Stdin, "\"./…\"", "xargs adds arguments from its standard input")
}

/// The one search's files, where their names show that they are source texts.
fn sources(commands: &[Command]) -> Option<Word> {
    let mut searches = commands.iter().filter(|command| command.words.first().and_then(Word::text) == Some("find"));
    let word = super::find::found(&searches.next().filter(|_| searches.next().is_none())?.words);
    matches!(&word, Word::Opaque(opaque) if opaque.kind == OpaqueKind::Glob).then_some(word)
}

/// Whether the arguments of one command can be few.
fn has_batches(given: &Given) -> bool {
    given.has(&["-n", "--max-args", "-L", "-l", "--max-lines", "-s", "--max-chars", "-a", "--arg-file"])
}

/// Whether all that ran before prints only the names of what it finds below a place that is no flag.
fn only_searches(parsed: &Parsed) -> bool {
    let prints = |text: &str| ["-printf", "-fprintf", "-exec", "-execdir", "-ok", "-okdir", "-ls"].contains(&text);
    let searches = |command: &Command| {
        let texts: Option<Vec<&str>> = command.words.iter().map(Word::text).collect();
        texts.is_some_and(|texts| match texts.as_slice() {
            ["cd", ..] => true,
            ["find", place, rest @ ..] => !place.starts_with('-') && !rest.iter().any(|text| prints(text)),
            _ => false,
        })
    };
    parsed.opaque.is_empty() && !parsed.commands.is_empty() && parsed.commands.iter().all(searches)
}

/// What stands for an argument; the last of the flags that say it counts.
fn mark(given: &Given) -> Result<Option<String>, ()> {
    let flag = given.flags.iter().rev().find(|(name, _)| ["-I", "-i", "--replace"].contains(&name.as_str()));
    match flag {
        None => Ok(None),
        Some((_, None)) => Ok(Some("{}".to_owned())),
        Some((_, Some(word))) => word.text().map(|text| Some(text.to_owned())).ok_or(()),
    }
}

/// The arguments, where standard input is known and none of it is quoted.
fn items(given: &Given, command: &Command, is_lines: bool) -> Option<Vec<String>> {
    let text = known_input(&command.stdin).filter(|text| text.len() <= LONGEST)?;
    let has_own_form = given.has(&["-E", "-e", "--eof", "-L", "-l", "--max-lines", "-s", "--max-chars"]);
    let delimiter = given.values(&["-d", "--delimiter"]).last().map(Word::text);
    let split = |by: char| text.strip_suffix(by).unwrap_or(text).split(by).map(str::to_owned).collect();
    match delimiter {
        _ if has_own_form => None,
        _ if given.has(&["-0", "--null"]) => Some(split('\0')),
        Some(Some("\\n")) => Some(split('\n')),
        Some(Some(by)) if by.len() == 1 => by.chars().next().map(split),
        Some(_) => None,
        None if text.contains(['\'', '"', '\\']) => None,
        None if is_lines => {
            Some(text.lines().map(|line| line.trim_start().to_owned()).filter(|line| !line.is_empty()).collect())
        }
        None => Some(text.split_ascii_whitespace().map(str::to_owned).collect()),
    }
}

/// The words with an argument in the place of the mark.
fn filled(words: &[Word], mark: &str, item: &str) -> Vec<Word> {
    let fill = |word: &Word| match word.text() {
        Some(text) if text.contains(mark) => Word::known(text.replace(mark, item)),
        _ => word.clone(),
    };
    words.iter().map(fill).collect()
}

/// The words with what is not known in the place of the mark.
fn replaced(words: &[Word], mark: &str) -> Vec<Word> {
    let fill = |word: &Word| match word.text() {
        Some(text) if text.contains(mark) => {
            Word::opaque(OpaqueKind::Stdin, text, "xargs puts what it reads from its standard input in it")
        }
        _ => word.clone(),
    };
    words.iter().map(fill).collect()
}

/// As many commands as there are batches of arguments.
fn batches(words: &[Word], items: &[String], given: &Given) -> Vec<Vec<Word>> {
    let most = given.values(&["-n", "--max-args"]).last().map(|word| word.text().and_then(|text| text.parse().ok()));
    let size = match most {
        None => items.len().max(1),
        Some(size) => size.filter(|size| *size > 0).unwrap_or(1),
    };
    let with =
        |batch: &[String]| words.iter().cloned().chain(batch.iter().map(|item| Word::known(item.as_str()))).collect();
    if items.is_empty() { vec![words.to_vec()] } else { items.chunks(size).map(with).collect() }
}

/// `parallel CMD ::: ARGS`: a shell text for every argument.
pub fn parallel(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let unclear = |why: &str| Peel::Unclear(why.to_owned());
    let given = match flags::read(&PARALLEL, &command.words, 1) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    let texts: Option<Vec<&str>> = command.words.get(given.rest..).unwrap_or_default().iter().map(Word::text).collect();
    let Some(texts) = texts else { return unclear("a word of it is not known before it runs") };
    let end = texts.iter().position(|text| text.starts_with(":::")).unwrap_or(texts.len());
    let (template, sources) = texts.split_at_checked(end).unwrap_or_default();
    if template.iter().any(|text| text.contains("{=") || text.contains('`')) {
        return unclear("its replacements are code");
    }
    let new = Outer { stdin: StdinSource::Piped, ..inside(command, outer, "parallel") };
    let lines = match sources.split_first() {
        Some((&":::", items)) if !items.iter().any(|item| item.starts_with(":::")) => {
            Some(items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>())
        }
        Some(_) => None,
        None => known_input(&command.stdin).map(|text| text.lines().map(str::to_owned).collect()),
    };
    let lines = lines.filter(|lines| lines.iter().map(String::len).sum::<usize>() <= LONGEST);
    // GNU's parallel gives the words to a shell as they are, with each argument quoted; with `-q`, and in the parallel of
    // moreutils, the words stay words; with `--colsep` or `uq()` an argument becomes several. All of it counts.
    let quoted = template.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" ");
    let mut templates = vec![template.join(" "), quoted];
    templates.dedup();
    if templates.iter().any(|template| template.len() > LONGEST) {
        return unclear("it is too long");
    }
    for template in templates {
        let runs = match &lines {
            Some(lines) if template.is_empty() && lines.len() <= MOST => lines.clone(),
            _ if template.is_empty() => return unclear("the commands that it reads are not known"),
            Some(lines) if lines.len() <= MOST && !has_parts(&template) => {
                let mut runs: Vec<String> = lines.iter().map(|line| with(&template, &quote::one(line))).collect();
                let is_plain = |line: &&String| line.chars().all(|c| c.is_alphanumeric() || "-_=./ ".contains(c));
                runs.extend(
                    lines.iter().filter(|line| line.contains(' ')).filter(is_plain).map(|line| with(&template, line)),
                );
                runs
            }
            _ => vec![with(&template, "\"$PARALLEL_ARGUMENT\"")],
        };
        for run in runs {
            text_of(run.as_bytes(), Dialect::Posix, &new, parsed);
        }
    }
    super::redirections(command, &new, parsed);
    Peel::Done
}

/// A word that stays one, but for the places of arguments in it.
fn quoted(text: &str) -> String {
    let is_place = |c: char| c.is_ascii_alphanumeric() || "{}./#%-_=:".contains(c);
    if text.chars().all(is_place) { text.to_owned() } else { quote::one(text) }
}

/// Replacements other than `{}`: parts of the argument, or one of several.
fn has_parts(template: &str) -> bool {
    template.replace("{}", "").contains('{')
}

/// The text with an argument in every place for one, or at its end.
fn with(template: &str, argument: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    let mut is_placed = false;
    while let Some((before, after)) = rest.split_once('{') {
        let inside = after.split_once('}').filter(|(name, _)| name.chars().all(|c| "./#%0123456789".contains(c)));
        text.push_str(before);
        match inside {
            Some((_, after)) => {
                text.push_str(argument);
                is_placed = true;
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    if !is_placed {
        text.push(' ');
        text.push_str(argument);
    }
    text
}
