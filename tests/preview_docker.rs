//! What a human sees of docker and compose before they decide: the real clients against podman's service, which speaks docker's
//! own protocol on a socket. Where one of them is not installed, each test says so. Containers are made and not started.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::print_stderr, reason = "what is not run is told")]

mod support;

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use support::{Place, Ran, has};
use tempfile::TempDir;

/// The example policy, which refuses agents what changes users' data, with a human in the place of the refusal.
fn asking(policy: String) -> String {
    let rules = policy.split("# Tests: commands with what must be decided").next().unwrap().to_owned();
    let rules = rules.split("[[rules]]").map(|rule| match rule.contains("id = \"no-changing-user-data\"") {
        true => rule.replace("tier = 4", "tier = 3"),
        false => rule.to_owned(),
    });
    rules.collect::<Vec<_>>().join("[[rules]]")
}

struct Engine {
    service: Child,
    _storage: TempDir,
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ended = self.service.kill();
        let _ended = self.service.wait();
    }
}

struct Work {
    place: Place,
    _engine: Engine,
}

impl Work {
    /// An engine with an image, a container `web` on a volume `rows`, and a network.
    fn new() -> Option<Self> {
        if !has("docker") || !has("podman") {
            return None;
        }
        if !rustix::process::geteuid().is_root() {
            eprintln!("not run: podman's service needs root here");
            return None;
        }
        let storage = tempfile::Builder::new().prefix("aigov-pod-").tempdir().unwrap();
        let at = |name: &str| storage.path().join(name).display().to_string();
        let address = format!("unix://{}", at("s"));
        let service = Command::new("podman")
            .args([
                "--root",
                &at("root"),
                "--runroot",
                &at("run"),
                "--storage-driver",
                "vfs",
                "--cgroup-manager",
                "cgroupfs",
                "--network-config-dir",
                &at("networks"),
            ])
            .args(["system", "service", "--time=0", &address])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let engine = Engine { service, _storage: storage };
        let mut place = Place::with(asking);
        place.set("DOCKER_HOST", &address);
        let work = Self { place, _engine: engine };
        for _ in 0..300 {
            if work.command(&["docker", "info"]).output().unwrap().status.success() {
                work.fill();
                return Some(work);
            }
            thread::sleep(Duration::from_millis(200));
        }
        eprintln!("not run: podman's service does not answer here");
        None
    }

    fn fill(&self) {
        let tar = Command::new("tar").args(["-c", "-C", "/etc", "hostname"]).output().unwrap().stdout;
        let mut import = self
            .command(&["docker", "import", "-", "tiny:1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        import.stdin.take().unwrap().write_all(&tar).unwrap();
        assert!(import.wait().unwrap().success());
        self.docker(&["volume", "create", "rows"]);
        self.docker(&["network", "create", "inner"]);
        self.docker(&["create", "--name", "web", "-v", "rows:/rows", "-e", "DB_PASSWORD=hush-hush-1", "tiny:1", "/x"]);
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.place.command(words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        command
    }

    #[track_caller]
    fn docker(&self, words: &[&str]) -> String {
        Ran::of(&self.command(&[&["docker"], words].concat()).output().unwrap()).ended(0).out.trim().to_owned()
    }

    fn ask(&self, text: &str) -> String {
        self.place.ask(&text.split(' ').collect::<Vec<_>>()).ended(75).ticket()
    }

    #[track_caller]
    fn preview(&self, ticket: &str) -> Value {
        // What was not made in the first seconds is made by who looks.
        self.place.human(&["show", ticket]).ended(0);
        let preview = self.place.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone();
        assert_eq!(preview["state"], "ready", "{preview}");
        preview
    }

    /// The page with its lines made one.
    fn page(&self, ticket: &str) -> String {
        let page = self.place.agent(&["show", ticket]).ended(0).out;
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn run(&self, ticket: &str) {
        self.place.approve(ticket);
        self.place.agent(&["run", ticket]).ended(0);
    }

    #[track_caller]
    fn refused(&self, ticket: &str) -> String {
        self.place.approve(ticket);
        let ran = self.place.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.place.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }
}

fn titles(preview: &Value) -> Vec<String> {
    let title = |hunk: &Value| {
        let word = |name: &str| hunk[name].as_str().unwrap().to_owned();
        format!("{} {} {}", word("risk"), word("change"), word("what"))
    };
    preview["hunks"].as_array().unwrap().iter().map(title).collect()
}

#[test]
fn a_container_that_is_removed_is_the_one_that_was_shown() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("docker rm -f web");
    let preview = work.preview(&ticket);
    assert_eq!(titles(&preview), ["high delete container/web"]);
    let id = work.docker(&["ps", "-a", "-q", "--no-trunc"]);
    assert_eq!(preview["runs"], format!("docker rm -f {id}"));
    let page = work.page(&ticket);
    assert!(page.contains("what is in its volumes stays") && page.contains("docker keeps nothing"), "{page}");
    assert!(!format!("{preview}{page}").contains("hush"), "{page}");
    // Another one under the same name.
    work.docker(&["rm", "-f", "web"]);
    work.docker(&["create", "--name", "web", "tiny:1", "/x"]);
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("container/web"), "{why}");
    let ticket = work.ask("docker rm -f web");
    work.run(&ticket);
    assert_eq!(work.docker(&["ps", "-a", "-q"]), "");
}

#[test]
fn a_new_name_is_taken_back() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("docker rename web old");
    assert_eq!(titles(&work.preview(&ticket)), ["usual update container/web"]);
    work.run(&ticket);
    let names = || work.docker(&["ps", "-a", "--format", "{{.Names}}"]);
    assert_eq!(names(), "old");
    let back = work.place.agent(&["rollback", "--json", &ticket]).ended(75).ticket();
    work.preview(&back);
    work.run(&back);
    assert_eq!(names(), "web");
    work.place.verify();
}

#[test]
fn a_volume_that_goes_is_data_that_is_lost() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("docker volume rm rows");
    let preview = work.preview(&ticket);
    assert_eq!(titles(&preview), ["high delete volume/rows"]);
    assert!(work.page(&ticket).contains("all that is in it is gone"));
    assert_eq!(preview["undo"]["undo"], "nothing");
    assert_eq!(titles(&work.preview(&work.ask("docker network rm inner"))), ["high delete network/inner"]);
}

#[test]
fn a_prune_lists_what_it_would_find_and_refuses_when_that_moved() {
    let Some(work) = Work::new() else { return };
    work.docker(&["volume", "create", "left"]);
    let ticket = work.ask("docker system prune -f --volumes");
    let all = titles(&work.preview(&ticket));
    for what in ["high delete container/web", "high delete volume/left", "high delete network/inner"] {
        assert!(all.contains(&what.to_owned()), "{what}: {all:?}");
    }
    assert!(work.page(&ticket).contains("it chooses again when it runs"));
    work.docker(&["volume", "create", "later"]);
    let why = work.refused(&ticket);
    assert!(why.contains("volume/later"), "{why}");
}

#[test]
fn what_a_container_may_reach_is_shown_before_it_runs() {
    let Some(work) = Work::new() else { return };
    let ticket =
        work.ask("docker run --rm --privileged -v /etc:/host -e TOKEN=hush-hush-2 --network host tiny:1 /x --now");
    let (preview, page) = (work.preview(&ticket), work.page(&ticket));
    assert_eq!(titles(&preview), ["high run container/without a name"]);
    for told in
        ["privileged", "`--network host`", "it may write to /etc of this machine", "variable: TOKEN", "/x --now"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!format!("{preview}{page}").contains("hush"), "{page}");
    let page = work.page(&work.ask("docker run -d --name w elsewhere:9"));
    assert!(page.contains("fetched when it runs") && page.contains("ends and removes the container"), "{page}");
}

#[test]
fn what_is_not_there_or_not_known_is_said() {
    let Some(work) = Work::new() else { return };
    for (text, says) in [
        ("docker rm gone", "was refused"),
        ("docker volume prune -f --filter label=x", "is not known"),
        ("docker -H unix:///nonexistent rm web", "was refused"),
    ] {
        let page = work.page(&work.ask(text));
        assert!(page.contains("NOT KNOWN, the preview failed") && page.contains(says), "{says}: {page}");
    }
}

#[test]
fn compose_is_shown_service_by_service() {
    let Some(work) = Work::new() else { return };
    if !has("docker-compose") {
        return;
    }
    let file = |image: &str| {
        format!(
            "version: '3'\nservices:\n  db:\n    image: {image}\n    command: /x\n    environment: {{DB_PASSWORD: hush-hush-3}}\n    volumes: ['data:/data']\nvolumes: {{data: {{}}}}\n"
        )
    };
    let write = |image: &str| fs::write(work.place.tree().join("docker-compose.yml"), file(image)).unwrap();
    write("tiny:1");
    let new = work.preview(&work.ask("docker-compose up -d"));
    assert_eq!(titles(&new), ["high create service db"], "{new}");
    // It cannot be started here, and is made all the same.
    let _made = work.command(&["docker-compose", "up", "--no-start"]).output().unwrap();
    let name = work.docker(&["ps", "-a", "--filter", "label=com.docker.compose.service=db", "--format", "{{.Names}}"]);
    write("tiny:2");
    // The same words would be the same request, with the preview that it has.
    let ticket = work.ask("docker-compose -p tree up -d");
    let (preview, page) = (work.preview(&ticket), work.page(&ticket));
    assert_eq!(titles(&preview), [format!("high replace container/{name}")], "{preview}");
    assert!(page.contains("image: tiny:1 → tiny:2") && page.contains("another image runs"), "{page}");
    assert!(!format!("{preview}{page}").contains("hush"), "{page}");
    write("tiny:3");
    let why = work.refused(&ticket);
    assert!(why.contains("docker-compose.yml"), "{why}");
    let ticket = work.ask("docker-compose down -v");
    let all = titles(&work.preview(&ticket));
    assert!(all.contains(&format!("high delete container/{name}")), "{all:?}");
    assert!(all.iter().any(|title| title.starts_with("high delete volume/")), "{all:?}");
    assert!(work.page(&ticket).contains("only a copy from before brings it back"));
    work.run(&ticket);
    assert_eq!(work.docker(&["volume", "ls", "-q"]), "rows");
}
