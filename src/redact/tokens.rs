//! Secrets that are told by their own form, whatever stands before them.

/// A form: how it starts, how many characters it has at least after that, and what it is.
const FORMS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "aws_key"),
    ("ASIA", 16, "aws_key"),
    ("ghp_", 20, "github_token"),
    ("gho_", 20, "github_token"),
    ("ghu_", 20, "github_token"),
    ("ghs_", 20, "github_token"),
    ("ghr_", 20, "github_token"),
    ("github_pat_", 20, "github_token"),
    ("glpat-", 16, "gitlab_token"),
    ("gldt-", 16, "gitlab_token"),
    ("glrt-", 16, "gitlab_token"),
    ("xoxb-", 16, "slack_token"),
    ("xoxp-", 16, "slack_token"),
    ("xoxa-", 16, "slack_token"),
    ("xoxr-", 16, "slack_token"),
    ("xoxs-", 16, "slack_token"),
    ("xapp-", 16, "slack_token"),
    ("sk-ant-", 12, "anthropic_key"),
    ("sk-", 20, "openai_key"),
    ("AIza", 30, "google_key"),
    ("ya29.", 16, "google_token"),
    ("sk_live_", 12, "stripe_key"),
    ("rk_live_", 12, "stripe_key"),
    ("sk_test_", 12, "stripe_key"),
    ("npm_", 30, "npm_token"),
    ("pypi-", 20, "pypi_token"),
    ("hvs.", 16, "vault_token"),
    ("hvb.", 16, "vault_token"),
    ("dop_v1_", 20, "digitalocean_token"),
    ("dp.pt.", 16, "doppler_token"),
    ("dckr_pat_", 16, "docker_token"),
    ("SG.", 30, "sendgrid_key"),
    ("AGE-SECRET-KEY-", 20, "age_key"),
    ("lin_api_", 20, "linear_key"),
    ("shpat_", 20, "shopify_token"),
];

/// Replaces tokens of known forms, JSON web tokens among them.
pub fn known_forms(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_start = true;
    while let Some(c) = rest.chars().next() {
        let found = if is_start { token(rest) } else { None };
        let step = match found {
            Some((length, what)) => {
                out.push_str("[redacted:");
                out.push_str(what);
                out.push(']');
                length
            }
            None => {
                out.push(c);
                c.len_utf8()
            }
        };
        is_start = found.is_none() && !is_token_char(c);
        rest = rest.get(step..).unwrap_or_default();
    }
    out
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn token(rest: &str) -> Option<(usize, &'static str)> {
    let end = rest.find(|c| !is_token_char(c)).unwrap_or(rest.len());
    let whole = rest.get(..end)?;
    if is_web_token(whole) {
        return Some((end, "jwt"));
    }
    let (_, _, what) = FORMS.iter().find(|(start, least, _)| {
        whole.strip_prefix(start).is_some_and(|tail| {
            tail.len() >= *least
                && tail.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || tail.len() > 24)
        })
    })?;
    Some((end, what))
}

fn is_web_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    text.starts_with("eyJ") && parts.len() == 3 && parts.iter().take(2).all(|part| part.len() >= 8)
}

/// Replaces private keys in PEM form; one without its end is taken to go on to the end of the text.
pub fn private_keys(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((start, head)) = pem_start(rest) {
        out.push_str(rest.get(..start).unwrap_or_default());
        out.push_str("[redacted:private_key]");
        let body = rest.get(start + head..).unwrap_or_default();
        let end = body.find("-----END").map(|at| {
            let tail = body.get(at + 8..).unwrap_or_default();
            tail.find("-----").map_or(body.len(), |to| at + 8 + to + 5)
        });
        rest = end.and_then(|end| body.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn pem_start(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("-----BEGIN ") {
        let start = from + at;
        let head = text.get(start + 11..)?;
        let end = head.find("-----").unwrap_or(head.len().min(64));
        if head.get(..end).is_some_and(|label| label.contains("PRIVATE KEY")) {
            return Some((start, 11 + end + 5));
        }
        from = start + 11;
    }
    None
}

/// Replaces the password in `scheme://user:password@host`.
pub fn addresses(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'')).unwrap_or(after.len());
        let authority = after.get(..end).unwrap_or_default();
        rest = after;
        if let Some((user, host)) = authority.rsplit_once('@')
            && let Some((name, password)) = user.split_once(':')
            && !password.is_empty()
        {
            out.push_str(name);
            out.push_str(":[redacted:password]@");
            out.push_str(host);
            rest = after.get(end..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}
