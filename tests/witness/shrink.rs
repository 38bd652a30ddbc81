//! Makes a script smaller as long as it still shows what it shows.

/// The most tries.
const MOST: usize = 600;

/// A smaller text of which `still` holds: lines go first, then words and signs.
pub fn shrink(text: &str, mut still: impl FnMut(&str) -> bool) -> String {
    let mut best = text.to_owned();
    let mut tries = 0;
    for cut in [lines, words] {
        loop {
            let before = best.len();
            best = without_parts(&best, cut, &mut tries, &mut still);
            if best.len() == before || tries >= MOST {
                break;
            }
        }
    }
    best
}

/// Takes away runs of parts, long ones first.
fn without_parts(
    text: &str,
    cut: fn(&str) -> Vec<String>,
    tries: &mut usize,
    still: &mut impl FnMut(&str) -> bool,
) -> String {
    let mut parts = cut(text);
    let mut length = parts.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at < parts.len() && *tries < MOST {
            let end = (at + length).min(parts.len());
            let shorter: String = parts[..at].iter().chain(&parts[end..]).map(String::as_str).collect();
            *tries += 1;
            if still(&shorter) {
                parts.drain(at..end);
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    parts.concat()
}

fn lines(text: &str) -> Vec<String> {
    text.split_inclusive(['\n', ';']).map(str::to_owned).collect()
}

fn words(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut is_word = false;
    for c in text.chars() {
        let belongs = c.is_alphanumeric() || c == '_' || c == '-';
        match parts.last_mut() {
            Some(last) if belongs && is_word => last.push(c),
            _ => parts.push(c.to_string()),
        }
        is_word = belongs;
    }
    parts
}

#[test]
fn what_is_not_needed_goes_away() {
    let text = "echo one; (two three)\nif four; then kubectl delete ns; fi\n";
    assert_eq!(shrink(text, |text| text.contains("delete")), "delete");
}
