//! Makes shell scripts from the grammar in grammar.txt, always the same one for the same seed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::collected;
use crate::pen::Script;

/// How deep symbols stand within each other, at most, before only plain alternatives are taken.
const DEEPEST: u64 = 8;
/// How long a text becomes, at most, before only plain alternatives are taken.
const LONGEST: u64 = 400;

/// One way to write a symbol.
struct Alternative {
    weight: u64,
    is_plain: bool,
    is_bash: bool,
    template: String,
}

type Grammar = BTreeMap<char, Vec<Alternative>>;

/// The script of a seed.
pub fn script(seed: u64) -> Script {
    let mut writer = Writer {
        random: seed,
        is_bash: false,
        depth: 0,
        deepest: 0,
        longest: 0,
        text: String::new(),
        documents: vec![Vec::new()],
    };
    writer.is_bash = writer.below(2) == 0;
    // Many small scripts, in which nothing hides what is read wrongly, and some large ones.
    writer.deepest = 3 + writer.below(DEEPEST - 2);
    writer.longest = 20 + usize::try_from(writer.below(LONGEST)).unwrap();
    // Most of what can be known; the rest is anything that a shell reads.
    let start = if writer.below(5) < 3 { 'Y' } else { 'Z' };
    writer.symbol(start);
    writer.line_end();
    Script { text: writer.text, files: collected::files() }
}

fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| read(include_str!("grammar.txt")))
}

fn read(text: &str) -> Grammar {
    let mut grammar = Grammar::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (head, template) = line.split_once(' ').unwrap();
        let (symbol, rest) = head.split_at(1);
        let weight = rest.trim_end_matches(['.', 'b']);
        let alternative = Alternative {
            weight: if weight.is_empty() { 1 } else { weight.parse().unwrap() },
            is_plain: rest.contains('.'),
            is_bash: rest.contains('b'),
            template: template.to_owned(),
        };
        grammar.entry(symbol.chars().next().unwrap()).or_default().push(alternative);
    }
    grammar
}

struct Writer {
    random: u64,
    is_bash: bool,
    depth: u64,
    deepest: u64,
    longest: usize,
    text: String,
    /// Bodies of here-documents that the next line end brings, for each nesting of substitutions.
    documents: Vec<Vec<String>>,
}

impl Writer {
    /// A number below `end` (SplitMix64).
    fn below(&mut self, end: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn symbol(&mut self, symbol: char) {
        let all = grammar().get(&symbol).unwrap_or_else(|| panic!("`%{symbol}` is not in the grammar"));
        let is_enough = self.depth >= self.deepest || self.text.len() >= self.longest;
        let has_plain = all.iter().any(|one| one.is_plain);
        let open: Vec<&Alternative> = all
            .iter()
            .filter(|one| (!one.is_bash || self.is_bash) && (one.is_plain || !is_enough || !has_plain))
            .collect();
        let mut at = self.below(open.iter().map(|one| one.weight).sum());
        let chosen = open.iter().find(|one| {
            let is_here = at < one.weight;
            at = at.saturating_sub(one.weight);
            is_here
        });
        self.depth += 1;
        self.template(&chosen.unwrap().template);
        self.depth -= 1;
    }

    fn template(&mut self, template: &str) {
        let mut chars = template.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                self.text.push(c);
                continue;
            }
            match chars.next().unwrap() {
                '%' => self.text.push('%'),
                'n' => self.line_end(),
                '(' => self.documents.push(Vec::new()),
                ')' => self.close(),
                'H' => self.document(),
                quote @ ('\'' | '"' | '`' | '6') => {
                    let inner = self.apart(chars.next().unwrap());
                    self.text.push_str(&quoted(&inner, quote));
                }
                symbol => self.symbol(symbol),
            }
        }
    }

    fn line_end(&mut self) {
        self.text.push('\n');
        let bodies = std::mem::take(self.documents.last_mut().unwrap());
        bodies.iter().for_each(|body| self.text.push_str(body));
    }

    /// Ends a substitution; here-documents that were begun in it end there too.
    fn close(&mut self) {
        if !self.documents.last().unwrap().is_empty() {
            self.line_end();
        }
        self.documents.pop();
    }

    /// A symbol as a text of its own.
    fn apart(&mut self, symbol: char) -> String {
        let outer = std::mem::take(&mut self.text);
        self.documents.push(Vec::new());
        self.symbol(symbol);
        self.close();
        std::mem::replace(&mut self.text, outer)
    }

    /// Begins a here-document.
    fn document(&mut self) {
        let number = self.below(3);
        let end = ["EOF", "END", "E_2"][usize::try_from(number).unwrap()];
        let is_dashed = self.below(4) == 0;
        let is_quoted = self.below(2) == 0;
        let dash = if is_dashed { "-" } else { "" };
        let tab = if is_dashed { "\t" } else { "" };
        let mark = match (is_quoted, number) {
            (false, _) => end.to_owned(),
            (true, 0) => format!("'{end}'"),
            (true, 1) => format!("\"{end}\""),
            (true, _) => format!("\\{end}"),
        };
        self.text.push_str(&format!("<<{dash}{mark}"));
        let body = self.apart(if is_quoted { 'Q' } else { 'D' });
        let body: String = body.lines().map(|line| format!("{tab}{line}\n")).collect();
        self.documents.last_mut().unwrap().push(format!("{body}{tab}{end}\n"));
    }
}

fn quoted(text: &str, quote: char) -> String {
    let with_backslashes = |special: &str| {
        text.chars().flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c])).collect::<String>()
    };
    match quote {
        '\'' => format!("'{}'", text.replace('\'', "'\\''")),
        '"' => format!("\"{}\"", with_backslashes("\\\"$`")),
        '`' => format!("`{}`", with_backslashes("\\$`")),
        _ => STANDARD.encode(text),
    }
}

#[test]
fn a_seed_makes_one_script() {
    assert_eq!(script(7), script(7));
    assert_ne!(script(7), script(8));
}
