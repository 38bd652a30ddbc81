//! INI files as Python's `configparser` reads them, which aws and gcloud do: sections of `key = value`.

use std::collections::BTreeMap;

/// A section's keys.
pub type Section = BTreeMap<String, String>;

/// Reads sections by their headers as written between the brackets. A line that is further in than its key belongs to
/// its value. The keys of `[DEFAULT]` are every section's.
///
/// # Errors
/// When a line is none of these, or a section or key is there twice, which `configparser` refuses too.
pub fn parse(text: &str) -> Result<BTreeMap<String, Section>, String> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut open: Option<String> = None;
    // The key that lines further in belong to, and how far in it is.
    let mut key: Option<String> = None;
    let mut indent = 0;
    for (index, line) in text.lines().enumerate() {
        let at = |what: &str| format!("line {}: {what}", index + 1);
        let body = line.trim();
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let section = open.as_ref().and_then(|name| sections.get_mut(name));
        if let (Some(section), Some(key), true) = (section, &key, depth > indent) {
            section.entry(key.clone()).and_modify(|value| *value = format!("{value}\n{body}"));
            continue;
        }
        indent = depth;
        if let Some(name) = header(body) {
            key = None;
            if sections.insert(name.to_owned(), Section::new()).is_some() {
                return Err(at("a section that is there twice"));
            }
            open = Some(name.to_owned());
            continue;
        }
        let section = open.as_ref().and_then(|name| sections.get_mut(name)).ok_or_else(|| at("no section"))?;
        let (name, value) = body.split_once(['=', ':']).ok_or_else(|| at("no `=`"))?;
        let name = name.trim_end().to_lowercase();
        if name.is_empty() {
            return Err(at("no key"));
        }
        if section.insert(name.clone(), value.trim().to_owned()).is_some() {
            return Err(at("a key that is there twice"));
        }
        key = Some(name);
    }
    Ok(with_defaults(sections))
}

/// The header goes up to the last bracket.
fn header(body: &str) -> Option<&str> {
    let name = body.strip_prefix('[')?.rsplit_once(']')?.0;
    (!name.is_empty()).then_some(name)
}

fn with_defaults(mut sections: BTreeMap<String, Section>) -> BTreeMap<String, Section> {
    let defaults = sections.remove("DEFAULT").unwrap_or_default();
    for section in sections.values_mut() {
        for (key, value) in &defaults {
            section.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_comments_and_nested_lines_are_told_apart() {
        let text = "# c\n[default]\nregion = eu-1\ns3 =\n  addressing_style = path\n\n[profile prod]\n  Region: us=1\n  x = y\n[a]b]\n[DEFAULT]\nd=1\n";
        let sections = parse(text).unwrap();
        assert_eq!(sections["default"]["region"], "eu-1");
        assert_eq!(sections["default"]["s3"], "\naddressing_style = path");
        assert_eq!(
            (sections["profile prod"]["region"].as_str(), sections["profile prod"]["x"].as_str()),
            ("us=1", "y")
        );
        assert_eq!(sections["a]b"]["d"], "1");
        assert!(!sections.contains_key("DEFAULT"));
    }

    #[test]
    fn what_configparser_refuses_is_refused() {
        for text in ["a = b", "[x", "[x]\nword\n", "[x]\n[x]\n", "[x]\na=1\na=2\n", "[x]\n= 1\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
