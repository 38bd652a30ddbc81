//! A machine on which agents run as a user of their own, and root holds the policy and the file of allowed signers.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::keys::{Device, NAMESPACE};
use crate::support::{AIGOV, Place, Ran};

/// The user that aigov runs as.
const SOMEBODY: u32 = 65534;
pub const ALICE: &str = "alice@example.com";

/// What is asked about: code that nobody has seen.
pub const ASKED: [&str; 3] = ["python3", "-c", "print('ran')"];

pub struct Desk {
    pub place: Place,
    user: Option<u32>,
}

impl Desk {
    /// A desk whose rule wants `assurance`, with more lines below `[approval]`; aigov runs as whoever runs the tests.
    pub fn new(assurance: &str, approval: &str) -> Self {
        let mut place = Place::bare();
        let config = place.dir.path().join("config");
        fs::create_dir_all(config.join("aigov")).unwrap();
        place.set("XDG_CONFIG_HOME", &config);
        let desk = Self { place, user: None };
        desk.policy(assurance, approval);
        desk.signers("");
        desk
    }

    /// The same with aigov as another user than root, who holds policy and signers; none where the tests are not root.
    pub fn apart(assurance: &str, approval: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not run: only root can hold a file that agents cannot write");
            return None;
        }
        let mut desk = Self::new(assurance, approval);
        fs::set_permissions(desk.place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for path in [desk.place.home(), desk.place.tree()] {
            chown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        }
        desk.user = Some(SOMEBODY);
        Some(desk)
    }

    fn policy(&self, assurance: &str, approval: &str) {
        let path = self.place.dir.path().join("config/aigov/policy.toml");
        let example = fs::read_to_string("policy.example.toml").unwrap();
        let signers = format!("allowed_signers = \"{}\"\n{approval}", self.signers_path().display());
        let text = example.replace("single_operator = true", &format!("single_operator = true\n{signers}"));
        let rule = format!(
            "[humans.alice]\nidentities = [\"signer:{ALICE}\"]\n[humans.bob]\nidentities = [\"signer:bob\"]\n\
             [[rules]]\nid = \"signed\"\nowner = \"test\"\nwhen = {{ impact = [\"unknown\"] }}\ndecision = \"ask\"\n{assurance}\n"
        );
        fs::write(&path, format!("{text}\n{rule}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }

    pub fn signers_path(&self) -> PathBuf {
        self.place.dir.path().join("config/allowed_signers")
    }

    pub fn signers(&self, text: &str) {
        fs::write(self.signers_path(), text).unwrap();
        fs::set_permissions(self.signers_path(), fs::Permissions::from_mode(0o644)).unwrap();
    }

    /// A directory that the user may write into.
    pub fn file(&self, name: &str) -> PathBuf {
        self.place.tree().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.place.command(program);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    pub fn agent(&self, args: &[&str]) -> Ran {
        let mut command = self.command(AIGOV);
        Ran::of(&command.env("AIGOV_AGENT", "test-agent").args(args).stdin(Stdio::null()).output().unwrap())
    }

    /// At a terminal; `answers` gets what was printed so far and gives what is to be typed next, until it has nothing.
    pub fn human(&self, args: &[&str], mut answers: impl FnMut(&str) -> Option<String>) -> Ran {
        let words: Vec<String> = [&[AIGOV], args].concat().iter().map(|word| format!("'{word}'")).collect();
        let mut child = self
            .command("script")
            .args(["-qefc", &words.join(" "), "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        let (mut out, mut bytes) = (Vec::new(), [0; 4096]);
        loop {
            let count = stdout.read(&mut bytes).unwrap();
            if count == 0 {
                break;
            }
            out.extend_from_slice(&bytes[..count]);
            if let (Some(pipe), Some(text)) = (&mut stdin, answers(&String::from_utf8_lossy(&out))) {
                pipe.write_all(text.as_bytes()).unwrap();
            }
        }
        drop(stdin.take());
        let status = child.wait().unwrap();
        Ran { code: status.code().unwrap_or(-1), out: String::from_utf8_lossy(&out).into_owned(), err: String::new() }
    }

    /// Signs at the terminal of the request, with the code that the page shows.
    pub fn signs(&self, args: &[&str]) -> Ran {
        let mut is_typed = false;
        self.human(args, |out| {
            let is_asked = out.contains("the code of the page");
            let code = code_in(out).filter(|_| is_asked && !is_typed)?;
            is_typed = true;
            Some(format!("{code}\r"))
        })
    }

    #[track_caller]
    pub fn ticket(&self) -> String {
        self.ticket_for(&ASKED)
    }

    #[track_caller]
    pub fn ticket_for(&self, asked: &[&str]) -> String {
        let args = [&["exec", "--json", "--reason", "a test", "--"], asked].concat();
        self.agent(&args).ended(75).ticket()
    }

    /// The question about a request, as it leaves the machine.
    #[track_caller]
    pub fn question(&self, ticket: &str) -> Value {
        let file = self.file(&format!("question-{ticket}-{}.json", self.count()));
        let ran = self.human(&["approve", "--export", ticket, "-o", file.to_str().unwrap()], |_| None).ended(0);
        let question: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert!(ran.out.contains(question["code"].as_str().unwrap()), "{}", ran.out);
        question
    }

    /// How many records there are.
    pub fn count(&self) -> u64 {
        self.agent(&["audit", "verify", "--json"]).ended(0).json()["records"].as_u64().unwrap()
    }

    /// Takes an answer back.
    pub fn import(&self, answer: &Value) -> Ran {
        let file = self.file("answer.json");
        fs::write(&file, answer.to_string()).unwrap();
        self.human(&["approve", "--import", file.to_str().unwrap()], |_| None)
    }

    /// The refusals so far: why each was.
    pub fn refusals(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let stamp = aigov::ledger::HostStamp {
            boot_id: String::new(),
            host: String::new(),
            now: Box::new(aigov::host::clock::now),
        };
        let copy = self.copy();
        let ledger = aigov::ledger::SqliteLedger::open(&copy, aigov::ledger::Access::ReadOnly, stamp).unwrap();
        for record in ledger.records(0, 10_000).unwrap() {
            if let aigov::model::record::Event::AttemptRefused(refusal) = &record.event {
                all.push(json!({ "why": refusal.why, "channel": refusal.channel, "identity": refusal.identity, "request": record.request }));
            }
        }
        all
    }

    /// The ledger as whoever runs the tests may read it.
    fn copy(&self) -> PathBuf {
        let dir = self.place.dir.path().join("copy");
        let _gone = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).unwrap();
        for ending in ["", "-wal"] {
            let from = PathBuf::from(format!("{}{ending}", self.place.ledger().display()));
            if from.exists() {
                fs::copy(&from, dir.join(format!("ledger.db{ending}"))).unwrap();
            }
        }
        dir.join("ledger.db")
    }
}

/// The four digits of the page.
fn code_in(out: &str) -> Option<String> {
    let line = out.lines().find(|line| line.starts_with("code "))?;
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 4).then_some(digits)
}

/// A statement that answers a question, as another program would make it.
pub fn statement(question: &Value, changes: &Value) -> String {
    let mut said = question["question"].clone();
    let fields = said.as_object_mut().unwrap();
    fields.insert("decision".to_owned(), json!("approve"));
    fields.insert("approver".to_owned(), json!(ALICE));
    fields.insert("rationale".to_owned(), Value::Null);
    fields.insert("decided_at".to_owned(), json!(aigov::host::clock::now()));
    for (name, value) in changes.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    String::from_utf8(aigov::chain::canonical_json(&said).unwrap()).unwrap()
}

/// An answer as it comes back.
pub fn answer(statement: &str, signature: &str) -> Value {
    json!({ "aigov": "approval-answer-v1", "statement": statement, "signature": signature, "rationale": null })
}

/// A right answer by a security key.
pub fn by_device(question: &Value, device: &Device, flags: u8, counter: u32) -> Value {
    let said = statement(question, &json!({}));
    answer(&said, &device.sign(NAMESPACE, &said, flags, counter))
}
