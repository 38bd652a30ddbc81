//! AWS's INI files: sections of `key = value`. Indented lines belong to the key above and are left out.

use std::collections::BTreeMap;

/// A section's keys.
pub type Section = BTreeMap<String, String>;

/// Reads sections by their headers, as written between the brackets, blanks trimmed.
///
/// # Errors
/// When a line is neither, or a section or key is there twice, which AWS's own reader refuses too.
pub fn parse(text: &str) -> Result<BTreeMap<String, Section>, String> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut open: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        let at = |what: &str| format!("line {}: {what}", index + 1);
        let body = line.trim();
        let indented = line.starts_with([' ', '\t']);
        if body.is_empty() || body.starts_with(['#', ';']) || (indented && open.is_some()) {
            continue;
        }
        if let Some(rest) = body.strip_prefix('[') {
            let name = rest.split_once(']').ok_or_else(|| at("a section without `]`"))?.0.trim().to_owned();
            if sections.insert(name.clone(), Section::new()).is_some() {
                return Err(at("a section that is there twice"));
            }
            open = Some(name);
            continue;
        }
        let (key, value) = body.split_once('=').or_else(|| body.split_once(':')).ok_or_else(|| at("no `=`"))?;
        let section = open.as_ref().and_then(|name| sections.get_mut(name)).ok_or_else(|| at("no section"))?;
        if section.insert(key.trim().to_lowercase(), value.trim().to_owned()).is_some() {
            return Err(at("a key that is there twice"));
        }
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_comments_and_nested_lines_are_told_apart() {
        let text = "# c\n[default]\nregion = eu-1\ns3 =\n  addressing_style = path\n\n[profile prod]\nRegion=us-1\n";
        let sections = parse(text).unwrap();
        assert_eq!(sections["default"]["region"], "eu-1");
        assert!(!sections["default"].contains_key("addressing_style"));
        assert_eq!(sections["profile prod"]["region"], "us-1");
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for text in ["a = b", "[x", "[x]\nword\n", "[x]\n[x]\n", "[x]\na=1\na=2\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
