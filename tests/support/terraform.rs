//! A working tree with a configuration of built-in resources, for the real terraform.

use std::fs;

use serde_json::Value;

use super::{Place, has};

pub const CONFIGURATION: &str = r#"
variable "password" {
  sensitive = true
  default   = "hush-hush-1"
}
resource "terraform_data" "db" {
  input            = "staging"
  triggers_replace = ["staging"]
}
resource "terraform_data" "app" {
  input = { size = 1, what = var.password }
}
resource "terraform_data" "once" {
  input = "x"
  provisioner "local-exec" { command = "echo applied >> applied.txt" }
}
"#;

/// What changes in most of these tests: one thing is replaced, one changed, the secret is another.
pub fn changed() -> String {
    CONFIGURATION.replace("staging", "prod").replace("size = 1", "size = 2").replace("hush-hush-1", "hush-hush-2")
}

pub const APPLY: [&str; 3] = ["terraform", "apply", "-auto-approve"];

pub struct Work(pub Place);

impl Work {
    /// A tree with an initialised configuration that was never applied.
    pub fn new() -> Option<Self> {
        has("terraform").then(|| Self::with_policy(|policy| policy))
    }

    pub fn with_policy(change: impl Fn(String) -> String) -> Self {
        let mut place = Place::with(change);
        place.set("CHECKPOINT_DISABLE", "1");
        place.set("TF_CLI_CONFIG_FILE", "/dev/null");
        let work = Self(place);
        work.write("main.tf", CONFIGURATION);
        work.terraform(&["init", "-no-color", "-input=false"]);
        work
    }

    /// The same in a repository with the configuration committed.
    pub fn commit(&self) {
        for args in [
            &["init", "-q"][..],
            &["add", "main.tf"],
            &["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "first"],
        ] {
            assert!(self.0.command("git").args(args).status().unwrap().success());
        }
    }

    /// The same, applied, with the changed configuration in the tree.
    pub fn applied() -> Option<Self> {
        let work = Self::new()?;
        work.terraform(&["apply", "-auto-approve", "-input=false"]);
        work.write("main.tf", &changed());
        Some(work)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.0.tree().join(name), text).unwrap();
    }

    pub fn terraform(&self, args: &[&str]) -> String {
        let output = self.0.command("terraform").args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Asks for an apply, and gives the ticket once its preview is there.
    pub fn ask(&self, command: &[&str]) -> String {
        let asked = self.0.ask(command).ended(75);
        let states: Vec<String> =
            asked.err.lines().map(|line| parsed(line)["status"].as_str().unwrap().to_owned()).collect();
        assert_eq!(states, ["preparing", "pending"], "the ticket is told before the preview is made");
        asked.ticket()
    }

    pub fn shown(&self, ticket: &str) -> Value {
        self.0.agent(&["show", ticket, "--json"]).ended(0).json()
    }

    pub fn page(&self, ticket: &str) -> String {
        self.0.agent(&["show", ticket]).ended(0).out
    }

    /// The page with its lines made one.
    pub fn flat(&self, ticket: &str) -> String {
        self.page(ticket).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The value that is in the state now.
    pub fn size(&self) -> Value {
        let state: Value = serde_json::from_str(&self.terraform(&["show", "-json"])).unwrap();
        let resources = state["values"]["root_module"]["resources"].as_array().unwrap().clone();
        resources.iter().find(|one| one["name"] == "app").unwrap()["values"]["input"]["size"].clone()
    }

    pub fn applied_lines(&self) -> String {
        fs::read_to_string(self.0.tree().join("applied.txt")).unwrap_or_default()
    }

    pub fn refused(&self, ticket: &str) -> String {
        let ran = self.0.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.0.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }
}

pub fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
