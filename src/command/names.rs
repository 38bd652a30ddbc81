//! Characters and names as shells see them.

use crate::text::escape::is_deceptive;

use super::builtins::{REFUSED, SPECIAL};
use super::{code, wrappers};

/// Words of the grammar of shells.
const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "time", "coproc",
];

/// Whether a program reads a file of code that its words name: a shell or an interpreter.
pub fn is_reader(name: &str) -> bool {
    dialect(name).is_some() || code::is_interpreter(name)
}

/// Whether a program's name means something to the reader of commands: a shell, a wrapper, a word of shells.
pub fn is_taken(name: &str) -> bool {
    let is_word = [SPECIAL, REFUSED, KEYWORDS].iter().any(|names| names.contains(&name));
    is_word || is_reader(name) || wrappers::is_wrapper(name)
}

/// Whether a character cannot be seen, changes how its neighbours are seen, or is a blank that only some programs see.
pub fn hides(c: char) -> bool {
    let is_line = c == '\n' || c == '\t';
    (is_deceptive(c) && !is_line) || (c.is_whitespace() && !c.is_ascii())
}

/// Whether a letter beyond ASCII is one in every locale: bytes that some of them take for a blank are not in it.
pub fn is_safe_letter(c: char) -> bool {
    c.is_alphanumeric() && !c.is_ascii() && !c.encode_utf8(&mut [0; 4]).bytes().any(|byte| byte == 0xa0 || byte == 0x85)
}

/// Whether `text` is the name of a variable.
pub fn is_variable(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `NAME=value`, as before a command or after `env`.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(name, _)| is_variable(name))
}

/// The dialect of a shell by its program's name; none for one that is not read.
pub fn dialect(program: &str) -> Option<crate::model::invocation::Dialect> {
    use crate::model::invocation::Dialect;
    match program {
        "bash" => Some(Dialect::Bash),
        "sh" | "dash" | "ash" => Some(Dialect::Posix),
        _ => None,
    }
}
