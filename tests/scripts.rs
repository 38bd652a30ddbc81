//! Scripts and recipes through the real binary: what they run is decided, and what was read is what runs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use support::{Place, Ran, has};

fn put(place: &Place, path: &str, text: &str) {
    let path = place.tree().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A tree with scripts and recipes.
fn place() -> Place {
    let place = Place::new();
    assert!(place.command("git").args(["init", "-q", "-b", "topic"]).status().unwrap().success());
    let files = [
        ("ok.sh", "#!/bin/bash -eu\n# looks\nls -la\nkubectl get pods\n"),
        ("bad.sh", "#!/usr/bin/env bash\nset -euo pipefail\nkubectl -n prod delete ns x\n"),
        ("scale.sh", "kubectl -n prod scale deploy/web --replicas=3\n"),
        ("outer.sh", "#!/bin/sh\ncd sub && ./inner.sh\n"),
        ("sub/inner.sh", "#!/bin/sh\nkubectl -n prod delete ns x\n"),
        ("x.py", "#!/usr/bin/env python3\nprint(1)\n"),
        ("kube.py", "#!/usr/bin/env python3\nimport os\nos.system('kubectl -n prod delete ns x')\n"),
        ("said.py", "# kubectl -n prod delete ns x\nprint(1)\n"),
        ("again.sh", "#!/bin/sh\n./again.sh\n"),
        ("grows.sh", "#!/bin/bash\nls\necho 'kubectl delete ns prod' >> grows.sh\n"),
        ("logs.sh", "#!/bin/bash\nls >> out.log\n"),
        (
            "Makefile",
            "test:\n\tjest\nlint:\n\t./lint.sh\nup: test\n\tkubectl -n prod apply -f x.yaml\nclean:\n\trm -rf target\n\
             wipe:\n\tkubectl -n prod delete ns x\nlook:\n\tkubectl get pods\n",
        ),
        ("lint.sh", "#!/bin/bash\nfor f in *.sh; do shellcheck \"$f\"; done\n./node_modules/.bin/eslint src\n"),
        (
            "package.json",
            r#"{"scripts": {"test": "jest", "lint": "eslint .", "py": "python3 kube.py", "local": "rm -rf $X && ./node_modules/.bin/tsc --noEmit && cp $Y z", "up": "cd infra && terraform apply", "pretty": "ls", "postpretty": "bash bad.sh", "k": "kubectl -n prod"}}"#,
        ),
        ("justfile", "test:\n    jest\nup env='prod':\n    kubectl -n {{env}} apply -f x.yaml\n"),
        ("build/x.sh", "ls\n"),
    ];
    for (path, text) in files {
        put(&place, path, text);
    }
    place
}

const ALLOW: &[&str] = &[
    "./ok.sh", "bash ok.sh", "sh build/x.sh", "bash -eu ok.sh -n prod", "bash < build/x.sh", "cd build && sh x.sh",
    "bash -n bad.sh", "./logs.sh", "make test", "make lint", "make clean", "make look", "make -C build", "npm test",
    "npm run lint", "pnpm test", "yarn lint", "just test", "cargo test && ls", "npm ci && npm test", "npm run local",
    "bash -c './ok.sh'",
];
const ASK: &[&str] = &[
    "bash scale.sh", "sh ./scale.sh", "make up", "npm run up", "just up", "./x.py", "python3 x.py", "python3 said.py",
    "./again.sh", "bash none.sh", "bash", "sh", "bash -i", "bash -s", "cat ok.sh | bash", "bash --rcfile x",
    "zsh ok.sh", "echo ls > ok.sh; ./ok.sh > ok.sh", "cp bad.sh Makefile && make test", "bash -O extglob ok.sh",
    "./ok.sh | tee ok.sh", "make -f other.mk test", "PATH=/tmp:$PATH bash ok.sh",
];
const DENY: &[&str] = &[
    "./bad.sh", "bash bad.sh", "bash -x ./bad.sh", "sh -c 'bash bad.sh'", "./outer.sh", "bash < bad.sh", "make wipe",
    "npm run pretty", "npm run k -- delete ns x", "sudo ./bad.sh", "timeout 5 bash bad.sh", "ls && ./bad.sh",
    "./grows.sh", "python3 kube.py", "./kube.py", "npm run py", "sudo python3 kube.py", "zsh bad.sh",
];

#[test]
fn what_scripts_and_recipes_run_is_decided_as_if_it_stood_there() {
    let place = place();
    let mut wrong = Vec::new();
    for (list, code) in [(ALLOW, 0), (ASK, 75), (DENY, 77)] {
        for command in list {
            let ran = place.agent(&["check", "-c", command]);
            if ran.code != code {
                wrong.push(format!("{command:?} gave {} instead of {code}:\n{}", ran.code, ran.out));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_script_that_is_allowed_runs_with_its_own_output_and_code() {
    let place = place();
    put(&place, "args.sh", "#!/bin/sh\necho \"$1\"\nexit 5\n");
    let ran = place.agent(&["exec", "--", "./args.sh", "a b"]).ended(5);
    assert_eq!(ran.out, "a b\n");
    put(&place, "plain", "echo plain\n");
    assert_eq!(place.agent(&["exec", "--", "bash", "plain"]).ended(0).out, "plain\n");
}

#[test]
fn a_script_that_changes_after_its_approval_is_refused_by_name() {
    let place = place();
    let kube = place.home().join("bin");
    fs::create_dir_all(&kube).unwrap();
    put(&place, "note.sh", "touch ran\nkubectl -n prod scale deploy/web --replicas=3 --server=http://127.0.0.1:1\n");
    let ticket = place.ask(&["bash", "./note.sh"]).ended(75).ticket();
    place.approve(&ticket);
    put(&place, "note.sh", "touch ran\nkubectl -n prod scale deploy/web --replicas=0 --server=http://127.0.0.1:1\n");
    let ran = place.agent(&["run", "--json", &ticket]).ended(77);
    assert!(ran.err.contains("note.sh"), "{}", ran.err);
    assert!(!place.tree().join("ran").exists());
    place.verify();
}

#[test]
fn a_recipe_file_that_changes_after_its_approval_is_refused_by_name() {
    if !has("make") {
        return;
    }
    let place = place();
    put(
        &place,
        "Makefile",
        "up:\n\ttouch ran\n\tkubectl -n prod scale deploy/web --replicas=0 --server=http://127.0.0.1:1\n",
    );
    let ticket = place.ask(&["make", "up"]).ended(75).ticket();
    place.approve(&ticket);
    put(
        &place,
        "Makefile",
        "up:\n\ttouch ran\n\tkubectl -n prod scale deploy/web --replicas=9 --server=http://127.0.0.1:1\n",
    );
    let ran = place.agent(&["run", "--json", &ticket]).ended(77);
    assert!(ran.err.contains("Makefile"), "{}", ran.err);
    assert!(!place.tree().join("ran").exists());
}

#[test]
fn an_approved_script_that_did_not_change_runs() {
    let place = place();
    put(&place, "note.sh", "touch ran\npython3 --nothing\n");
    let ticket = place.ask(&["bash", "./note.sh"]).ended(75).ticket();
    place.approve(&ticket);
    place.agent(&["run", &ticket]);
    assert!(place.tree().join("ran").exists());
}

/// The ledger is held until the script has been changed: aigov has read it by then and has not started it.
#[test]
fn a_script_that_changes_between_the_decision_and_the_start_does_not_run() {
    let place = place();
    put(&place, "race.sh", "#!/bin/sh\nls\n");
    place.agent(&["exec", "--", "./race.sh"]).ended(0);
    for (before, after) in
        [("#!/bin/sh\nls\n", "#!/bin/sh\ntouch ran\n"), ("#!/bin/sh\nls -l\n", "#!/bin/sh\nrm -f x\n")]
    {
        put(&place, "race.sh", before);
        let times = fs::metadata(place.tree().join("race.sh")).unwrap().modified().unwrap();
        let held = rusqlite::Connection::open(place.ledger()).unwrap();
        held.execute_batch("BEGIN IMMEDIATE").unwrap();
        let child = place
            .agent_command(&["exec", "--json", "--", "sh", "race.sh"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who holds the side file's lock has decided, and waits for the ledger.
        let side =
            fs::File::options().create(true).append(true).open(place.ledger().with_extension("db.lock")).unwrap();
        while side.try_lock().is_ok() {
            side.unlock().unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        // In place, with the same times: only the text tells.
        fs::write(place.tree().join("race.sh"), after).unwrap();
        let file = fs::File::options().write(true).open(place.tree().join("race.sh")).unwrap();
        file.set_modified(times).unwrap();
        held.execute_batch("ROLLBACK").unwrap();
        let ran = Ran::of(&child.wait_with_output().unwrap());
        assert_ne!(ran.code, 0, "{ran:?}");
        assert!(ran.err.contains("race.sh changed"), "{}", ran.err);
        assert_eq!(ran.out, "");
        assert!(!place.tree().join("ran").exists());
    }
    place.verify();
}

#[test]
fn real_make_and_npm_run_what_was_looked_up() {
    let place = place();
    let cases = [
        ("make", "Makefile", "all: one\n\t@echo $(X) $@\none: ; @echo first\nX := a$$b\n", &["make"][..], "first"),
        ("npm", "package.json", r#"{"scripts": {"hi": "echo hello"}}"#, &["npm", "run", "--silent", "hi"][..], "hello"),
    ];
    for (tool, path, text, words, expected) in cases {
        if !has(tool) {
            continue;
        }
        put(&place, path, text);
        let ran = place.agent(&[&["exec", "--"], words].concat()).ended(0);
        assert!(ran.out.starts_with(expected), "{ran:?}");
        let check = place.agent(&[&["check", "--json", "--"], words].concat()).ended(0).json();
        assert!(check["commands"].as_array().unwrap().len() > 1, "{check}");
    }
}

/// What real make would run, by its own dry run, is what is looked up.
#[test]
fn make_itself_agrees_on_the_recipes() {
    if !has("make") {
        return;
    }
    let place = place();
    let text = "K ?= kubectl\nNS := prod\nARGS = -n $(NS) $(MORE)\nMORE += --wait\n.DEFAULT_GOAL := up\n\
                 first:\n\t@echo first\nup: down mid.obj\n\t-$(K) $(ARGS) apply -f $@.yaml $^\n\
                 down:\n\t@$K delete \\\n\t  ns $(subst a,b,c)x # why\n%.obj: first\n\techo $* $<\n\
                 ifeq ($(NS),prod)\nlast: ; echo last $${HOME}\nendif\n";
    put(&place, "Makefile", text);
    for goals in [&[][..], &["up"], &["first", "down"], &["last"], &["x.obj"], &["up", "K=oc", "NS=dev"]] {
        let dry = place.command("make").arg("-n").args(goals).output().unwrap();
        let expected = String::from_utf8(dry.stdout).unwrap().replace("\\\n", " ");
        let ran = place.agent(&[&["check", "--json", "--", "make"], goals].concat());
        let found: Vec<String> = ran.json()["commands"]
            .as_array()
            .unwrap()
            .iter()
            .skip(1)
            .map(|words| {
                words.as_array().unwrap().iter().map(|word| word.as_str().unwrap_or("?")).collect::<Vec<_>>().join(" ")
            })
            .collect();
        let plain: Vec<String> = expected
            .lines()
            .map(|line| line.split('#').next().unwrap().split_whitespace().collect::<Vec<_>>().join(" "))
            .map(|line| {
                line.replace("bx", "?").replace("cx", "?").replace("${HOME}", &place.home().display().to_string())
            })
            .collect();
        let sorted = |mut lines: Vec<String>| {
            lines.sort();
            lines
        };
        let (found, plain) = (sorted(found), sorted(plain));
        assert_eq!(found, plain, "{goals:?}\n{expected}");
    }
}

#[test]
fn only_so_much_of_many_scripts_and_long_ones_is_read() {
    let place = place();
    let all: String = (0..3_000).map(|number| format!("./s{}.sh\n", number % 40)).collect();
    put(&place, "all.sh", &all);
    for number in 0..40 {
        put(&place, &format!("s{number}.sh"), &format!("{}./s{}.sh\n", "echo x\n".repeat(500), (number + 1) % 40));
    }
    let ran = place.agent(&["check", "--json", "--", "bash", "all.sh"]).ended(75);
    assert!(ran.out.contains("too much to follow"), "{}", ran.out);
}

#[test]
fn another_name_of_a_script_is_no_way_to_write_into_it() {
    let place = place();
    put(&place, "x.sh", "#!/bin/bash\nls\necho 'touch ran' >> y\n");
    place.agent(&["check", "--", "./x.sh"]).ended(0);
    fs::hard_link(place.tree().join("x.sh"), place.tree().join("y")).unwrap();
    place.agent(&["check", "--", "./x.sh"]).ended(75);
    fs::remove_file(place.tree().join("y")).unwrap();
    std::os::unix::fs::symlink("x.sh", place.tree().join("y")).unwrap();
    place.agent(&["check", "--", "./x.sh"]).ended(75);
    place.agent(&["check", "-c", "echo 'touch ran' >> y; ./x.sh"]).ended(75);
}

#[test]
fn the_standard_input_is_no_script_by_another_name() {
    let place = place();
    put(&place, "harmless", "ls\n");
    std::os::unix::fs::symlink("/dev/stdin", place.tree().join("link")).unwrap();
    for (text, code) in [
        ("bash link < bad.sh", 75),
        ("bash /dev/stdin < bad.sh", 77),
        ("bash /dev/fd/0 < bad.sh", 77),
        ("bash /proc/self/fd/0 < bad.sh", 77),
    ] {
        let stdin = fs::File::open(place.tree().join("harmless")).unwrap();
        let ran = Ran::of(&place.agent_command(&["check", "-c", text]).stdin(stdin).output().unwrap());
        assert_eq!(ran.code, code, "{text}: {}", ran.out);
    }
}

#[test]
fn what_one_line_writes_and_then_runs_is_seen() {
    let place = place();
    let evil = "kubectl -n prod delete ns x";
    for text in [
        format!("echo '{evil}' > n.sh && bash n.sh"),
        format!("printf '{evil}\\n' | tee n.sh; sh n.sh"),
        format!("cat > n.sh <<'EOF'\n#!/bin/bash\n{evil}\nEOF\nchmod +x n.sh; ./n.sh"),
        format!("echo 'all: ; {evil}' > n.mk && make -f n.mk"),
        format!("mkdir -p d; echo '{evil}' > d/n.sh; cd d && bash ./n.sh"),
        format!("echo ls > ok.sh && echo '{evil}' > ok.sh; bash ok.sh"),
        // Writing can fail, and then what was there runs.
        "echo ls > bad.sh; bash bad.sh".to_owned(),
    ] {
        let ran = place.agent(&["check", "-c", &text]);
        assert_eq!(ran.code, 77, "{text}: {}", ran.out);
    }
    for text in ["echo ls > n.sh && bash n.sh", "cat > n.sh <<'EOF'\n#!/bin/bash\nls\nEOF\nchmod +x n.sh; ./n.sh"] {
        let ran = place.agent(&["check", "-c", text]);
        assert_eq!(ran.code, 0, "{text}: {}", ran.out);
    }
}
