//! Secrets are replaced before anything reaches the chain: known forms of tokens, what follows a secret-looking name,
//! and the values of secret-looking variables wherever they appear.
//!
//! A name stays, its value becomes `[redacted:WHAT]`. What is hidden once stays hidden: redacting twice changes nothing.

pub mod names;
mod statements;
mod tokens;

use crate::model::invocation::{Raw, Variable};
use crate::model::secret::Redacted;

/// The shortest value of a variable that is searched for: shorter ones stand in too many harmless words.
const SHORTEST_VALUE: usize = 6;

/// Flags that take a secret, of programs that give them no telling name. An empty flag word means: attached, too.
const FLAGS: &[(&str, &str)] = &[
    ("mysql", "-p"),
    ("mysqldump", "-p"),
    ("mysqladmin", "-p"),
    ("mariadb", "-p"),
    ("sshpass", "-p"),
    ("docker", "-p"),
    ("podman", "-p"),
    ("curl", "-u"),
    ("curl", "--user"),
    ("curl", "--proxy-user"),
    ("redis-cli", "-a"),
    ("mongosh", "-p"),
    ("mongo", "-p"),
    ("ldapsearch", "-w"),
    ("htpasswd", "-b"),
];

/// Replaces secrets. Knows the values of the caller's secret-looking variables.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    values: Vec<String>,
}

impl Redactor {
    /// Learns the values to look for.
    pub fn new(env: &[Variable]) -> Self {
        let mut values: Vec<String> = env
            .iter()
            .filter(|(name, _)| name.as_str().is_some_and(names::is_secret))
            .filter_map(|(_, value)| value.as_str())
            .filter(|value| value.len() >= SHORTEST_VALUE && !value.contains("[redacted:"))
            .map(str::to_owned)
            .collect();
        // The longest first, so that a value within another does not leave the rest of that other.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.dedup();
        Self { values }
    }

    /// The same, knowing more values that are secret, wherever they stand.
    #[must_use]
    pub fn knowing(mut self, values: impl IntoIterator<Item = String>) -> Self {
        let long = values.into_iter().filter(|value| value.len() >= SHORTEST_VALUE && !value.contains("[redacted:"));
        self.values.extend(long);
        self.values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        self.values.dedup();
        self
    }

    /// Whether a name says that a secret follows: `db_password`, `apiKey`.
    pub fn is_secret_name(name: &str) -> bool {
        names::is_secret(name)
    }

    /// A text without its secrets.
    pub fn text(&self, text: &str) -> Redacted {
        Redacted::assume_clean(self.clean(text))
    }

    /// An argument vector without its secrets; bytes that are not UTF-8 become U+FFFD.
    pub fn words(&self, words: &[Raw]) -> Vec<Redacted> {
        let mut program = "";
        let lossy: Vec<_> = words.iter().map(Raw::lossy).collect();
        let mut clean = Vec::with_capacity(words.len());
        let mut takes_secret = false;
        for word in &lossy {
            let known = base_name(word);
            if FLAGS.iter().any(|(name, _)| *name == known) {
                program = known;
            }
            clean.push(match (takes_secret, attached(program, word)) {
                (true, _) => hidden("value", word),
                (false, Some(flag)) => format!("{flag}[redacted:value]"),
                (false, None) => self.clean(word),
            });
            takes_secret = is_secret_flag(program, word);
        }
        clean.into_iter().map(Redacted::assume_clean).collect()
    }

    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.values {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), "[redacted:variable]");
            }
        }
        let text = tokens::private_keys(&text);
        let text = tokens::addresses(&text);
        let text = tokens::known_forms(&text);
        let text = names::named_values(&text);
        statements::values(&text)
    }
}

fn hidden(what: &str, word: &str) -> String {
    if word.starts_with("[redacted:") { word.to_owned() } else { format!("[redacted:{what}]") }
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn is_secret_flag(program: &str, word: &str) -> bool {
    let by_name = word.starts_with('-') && !word.contains('=') && names::is_secret(word.trim_start_matches('-'));
    by_name || FLAGS.iter().any(|(name, flag)| *name == program && *flag == word)
}

/// `-pSECRET`: the flag of a word that has a secret attached.
fn attached(program: &str, word: &str) -> Option<&'static str> {
    let (_, flag) = FLAGS.iter().find(|(name, flag)| *name == program && flag.len() == 2 && word.starts_with(flag))?;
    let rest = word.get(flag.len()..)?;
    // `docker -p 80:80` publishes a port, `-pull` is another flag of another program.
    let is_secret =
        !rest.is_empty() && !rest.starts_with("[redacted:") && !rest.chars().all(|c| c.is_ascii_digit() || c == ':');
    is_secret.then_some(*flag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str) -> String {
        Redactor::default().text(text).to_string()
    }

    fn words(words: &[&str]) -> String {
        let raw: Vec<Raw> = words.iter().map(|word| Raw::from(*word)).collect();
        let clean: Vec<String> = Redactor::default().words(&raw).iter().map(ToString::to_string).collect();
        clean.join(" ")
    }

    #[test]
    fn known_forms_of_tokens_are_replaced() {
        for (text, secret) in [
            ("key AKIAIOSFODNN7EXAMPLE here", "AKIAIOSFODNN7EXAMPLE"),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c"),
            ("github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz", "11ABCDEFG"),
            ("glpat-abcdefghij0123456789", "abcdefghij"),
            ("xoxb-123456789012-abcdefghijkl", "123456789012"),
            ("sk-ant-api03-abcdefghijklmnopqrst", "api03"),
            ("sk-proj-abcdefghijklmnopqrstuvwx", "abcdefghij"),
            ("sk_live_abcdefghij0123456789", "abcdefghij"),
            ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "SyA12345"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "eyJzdWIi"),
            ("curl -H 'Authorization: Bearer abc.def-123'", "abc.def-123"),
            ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
            ("postgres://app:hunter22@db.example/app", "hunter22"),
            ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghij"),
            ("hvs.CAESIJabcdefghijklmnop", "CAESIJ"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
            ("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQ", "1QQQQ"),
        ] {
            let shown = clean(text);
            assert!(!shown.contains(secret), "{text} -> {shown}");
            assert!(shown.contains("[redacted:"), "{text} -> {shown}");
        }
    }

    #[test]
    fn values_of_secret_looking_names_are_replaced_and_the_names_stay() {
        for (text, expected) in [
            ("PASSWORD=hunter2", "PASSWORD=[redacted:value]"),
            ("--from-literal=password=hunter2", "--from-literal=password=[redacted:value]"),
            ("{\"password\": \"hunter2\"}", "{\"password\": \"[redacted:value]\"}"),
            ("db_password: hunter2", "db_password: [redacted:value]"),
            ("DB_PASS='a b' ls", "DB_PASS='[redacted:value]' ls"),
            ("login --token abc --user me", "login --token [redacted:value] --user me"),
            ("API_KEY=x&user=y", "API_KEY=[redacted:value]&user=y"),
        ] {
            assert_eq!(clean(text), expected);
        }
    }

    #[test]
    fn secrets_in_words_of_their_own_are_replaced() {
        assert_eq!(words(&["deploy", "--password", "hunter2"]), "deploy --password [redacted:value]");
        assert_eq!(words(&["mysql", "-phunter2", "-u", "root"]), "mysql -p[redacted:value] -u root");
        assert_eq!(words(&["curl", "-u", "me:hunter2"]), "curl -u [redacted:value]");
        assert_eq!(words(&["git", "log", "-p", "main"]), "git log -p main");
    }

    #[test]
    fn a_variables_value_is_found_wherever_it_stands() {
        let env = [(Raw::from("DB_PASSWORD"), Raw::from("correct horse")), (Raw::from("PATH"), Raw::from("/usr/bin"))];
        let redactor = Redactor::new(&env);
        assert_eq!(redactor.text("psql 'correct horse' /usr/bin").to_string(), "psql '[redacted:variable]' /usr/bin");
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "kubectl get secret db -o yaml",
            "git show 1f3d5a7b9c1f3d5a7b9c1f3d5a7b9c1f3d5a7b9c",
            "docker pull app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "123e4567-e89b-12d3-a456-426614174000",
            "aws secretsmanager get-secret-value --secret-id prod/db",
            "cat src/token.rs tests/password_test.py",
            "https://example.com/a:b/c",
            "terraform apply -var-file=prod.tfvars",
            "sk-learn and ghp_ and eyJ",
            "kubectl -n tokens get pods",
        ] {
            assert_eq!(clean(text), text);
        }
    }

    proptest! {
        #[test]
        fn redacting_twice_changes_nothing(text in "\\PC{0,80}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn texts_with_names_and_marks_are_stable_too(
            text in "(PASSWORD|token|--secret|Bearer|update |\\n\\n|\\$\\$|://u:p@|=|: |'|\"|x|,| |\\[redacted:value\\]|AKIAIOSFODNN7EXAMPLE){0,12}"
        ) {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let words = Redactor::default().words(&[Raw(bytes)]);
            prop_assert_eq!(words.len(), 1);
        }
    }
}
