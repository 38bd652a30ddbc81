//! The life of a preview and of what belongs to it: what may be approved when it failed, which approvals carry over, how
//! long a way back is kept, and what is told when one was killed. With the real kubectl and terraform; where one is not
//! installed, the test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use support::kubectl::{WEB, Work, titles};
use support::terraform;
use support::{Place, has};

const SCALE: &str = "scale deployment/web --replicas=5 -n prod";

/// The same policy with a line below `[approval]`.
fn with_approval(line: &str) -> impl Fn(String) -> String {
    let line = format!("[approval]\n{line}\n");
    move |policy| policy.replacen("[approval]\n", &line, 1)
}

fn row(place: &Place, id: &str) -> Value {
    place.audit().into_iter().find(|row| row["id"] == id).unwrap()
}

/// A field of the web deployment is another, as somebody else would make it.
fn touch(work: &Work, change: impl Fn(&mut Value)) {
    let mut web = work.api.get(WEB).unwrap();
    change(&mut web);
    work.api.put(web);
}

fn approvals(place: &Place, id: &str) -> Vec<Value> {
    let shown = place.agent(&["audit", "show", id, "--json"]).ended(0).json();
    shown["request"]["approvals"].as_array().unwrap().clone()
}

// Failed previews.

#[test]
fn what_only_the_preview_would_have_settled_is_not_approved_without_it() {
    let Some(work) = Work::new() else { return };
    work.api.break_down();
    for (text, what) in [
        ("delete configmaps -l tier=old -n prod", "which objects it chooses"),
        ("delete configmaps --all -n prod", "which objects it chooses"),
        ("rollout restart deployment -n prod", "which objects it chooses"),
        ("rollout undo deployment/web -n prod", "to which revision it goes back"),
        ("apply -k . -n prod", "what the manifests say"),
    ] {
        let asked = work.place.ask(&[&["kubectl"], &text.split(' ').collect::<Vec<_>>()[..]].concat()).ended(75);
        let ticket = asked.ticket();
        assert!(asked.status()["reason"].as_str().unwrap().contains(what), "{}", asked.err);
        let page = work.flat(&ticket);
        assert!(page.contains("NOT KNOWN") && page.contains("it CANNOT be approved"), "{page}");
        let refused = work.place.human(&["approve", &ticket, "--rationale", "go on"]).ended(77);
        assert!(refused.out.contains(what) && refused.out.contains("have it asked again"), "{}", refused.out);
        work.place.agent(&["run", &ticket]).ended(75);
        work.place.human(&["reject", &ticket, "--rationale", "not seen"]).ended(0);
    }
    // Once it can be seen it can be approved.
    work.api.mend();
    let ticket = work.ask("delete configmaps -l tier=old -n prod --ignore-not-found");
    work.run(&ticket);
    work.place.verify();
}

#[test]
fn what_is_named_can_be_approved_unseen_and_the_record_says_so() {
    let Some(work) = Work::new() else { return };
    work.api.break_down();
    let ticket = work.ask("delete configmap c-0 -n prod");
    let page = work.flat(&ticket);
    assert!(page.contains("approves it unseen; the record says so"), "{page}");
    work.place.approve(&ticket);
    assert_eq!(approvals(&work.place, &ticket)[0]["unseen"], true);
    assert_eq!(row(&work.place, &ticket)["unseen"], true);
    assert!(work.flat(&ticket).contains("UNSEEN"), "{}", work.flat(&ticket));
    work.api.mend();
    work.place.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.maps(), 2);
    // The twin: what was seen does not say so.
    let seen = work.ask("delete configmap c-1 -n prod");
    work.place.approve(&seen);
    assert!(approvals(&work.place, &seen)[0].get("unseen").is_none());
    // And what nothing could show does.
    let blind = work.place.ask(&["mystery", "--now"]);
    if blind.code == 75 {
        work.place.approve(&blind.ticket());
        assert_eq!(row(&work.place, &blind.ticket())["unseen"], true);
    }
}

#[test]
fn an_apply_without_its_plan_is_not_approved_and_a_saved_plan_is() {
    let Some(work) = terraform::Work::applied() else { return };
    work.write("broken.tf", "resource {\n");
    let ticket = work.ask(&terraform::APPLY);
    let refused = work.0.human(&["approve", &ticket, "--rationale", "go on"]).ended(77);
    assert!(refused.out.contains("what it plans when it runs"), "{}", refused.out);
    assert!(refused.out.contains("terraform plan -out=FILE"), "{}", refused.out);
    work.0.agent(&["run", &ticket]).ended(75);
    fs::remove_file(work.0.tree().join("broken.tf")).unwrap();
    assert_eq!(work.size(), 1);
    // The twin: the plan is a file, and that is bound, even where nobody can show what is in it.
    fs::write(work.0.tree().join("p.bin"), "no plan").unwrap();
    let saved = work.ask(&["terraform", "apply", "p.bin"]);
    assert!(work.flat(&saved).contains("approves it unseen"), "{}", work.flat(&saved));
    work.0.approve(&saved);
    work.0.agent(&["run", &saved]).ended(1);
}

/// Programs with the names of wrappers, which do nothing but start what they are given.
fn wrappers(work: &mut Work) {
    let bin = work.place.home().join("bin");
    fs::create_dir(&bin).unwrap();
    for name in ["sudo", "doas", "direnv", "ssh", "aws-vault", "chroot", "busybox"] {
        fs::write(bin.join(name), "#!/bin/sh\nexec \"$@\"\n").unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    work.place.set("PATH", path);
}

#[test]
fn under_a_wrapper_that_the_preview_does_not_follow_it_says_so() {
    let Some(mut work) = Work::new() else { return };
    wrappers(&mut work);
    for wrapper in
        ["sudo", "doas", "direnv exec .", "ssh somewhere", "aws-vault exec prod --", "chroot /srv", "busybox"]
    {
        let words: Vec<&str> = wrapper.split(' ').chain("kubectl delete configmap c-0 -n prod".split(' ')).collect();
        let asked = work.place.ask(&words);
        let asked = asked.ended(75);
        let page = work.flat(&asked.ticket());
        let name = wrapper.split(' ').next().unwrap();
        let told = page.contains("NOT KNOWN") && (page.contains(name) || page.contains("another machine"));
        assert!(told, "{wrapper}: {page}");
        let chosen: Vec<&str> =
            wrapper.split(' ').chain("kubectl delete configmaps --all -n prod".split(' ')).collect();
        let chosen = work.place.ask(&chosen).ticket();
        work.place.human(&["approve", &chosen, "--rationale", "x"]).ended(77);
    }
    assert_eq!(work.maps(), 3);
    // The twin: what makes no difference is followed.
    for wrapper in ["env A=b", "nice -n 5", "timeout 20", "nohup"] {
        let words: Vec<&str> = wrapper.split(' ').chain("kubectl delete configmap c-0 -n prod".split(' ')).collect();
        let ticket = work.place.ask(&words).ended(75).ticket();
        assert_eq!(titles(&work.preview(&ticket)), ["delete configmap/c-0 in prod"], "{wrapper}");
    }
    // What takes the settings away asks another cluster than a question would.
    let ticket = work.place.ask(&["env", "-i", "kubectl", "delete", "configmap", "c-0"]).ended(75).ticket();
    assert!(work.flat(&ticket).contains("NOT KNOWN"), "{}", work.flat(&ticket));
}

#[test]
fn of_a_preview_that_failed_in_part_what_it_knew_still_binds() {
    let Some(mut work) = Work::new() else { return };
    wrappers(&mut work);
    let text = "kubectl delete configmap c-0 -n prod; sudo kubectl delete configmap c-1 -n prod";
    let ask = || work.place.agent(&["exec", "--json", "--reason", "a test", "-c", text]).ended(75).ticket();
    let ticket = ask();
    work.place.approve(&ticket);
    let mut map = work.api.get("/api/v1/namespaces/prod/configmaps/c-0").unwrap();
    map["data"]["a"] = json!("2");
    work.api.put(map);
    let ran = work.place.agent(&["run", "--json", &ticket]).ended(77);
    assert!(ran.status()["reason"].as_str().unwrap().contains("configmap/c-0"), "{}", ran.err);
    // The twin: nothing moved, and it runs.
    let ticket = ask();
    work.place.approve(&ticket);
    work.place.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.maps(), 1);
}

// Carrying forward.

/// Approved, then not run because the web deployment has another version by then.
fn approved_and_moved(work: &Work) -> String {
    let ticket = work.ask(SCALE);
    work.place.approve(&ticket);
    touch(work, |web| web["metadata"]["labels"] = json!({"touched": "once"}));
    let ran = work.place.agent(&["run", "--json", &ticket]).ended(77);
    assert_eq!(ran.status()["status"], "invalidated");
    ticket
}

fn ask_again(work: &Work) -> support::Ran {
    work.place.ask(&["kubectl", "scale", "deployment/web", "--replicas=5", "-n", "prod"])
}

#[test]
fn an_approval_carries_over_to_the_same_changes_where_policy_says_so() {
    if !has("kubectl") {
        return;
    }
    let work = Work::with_policy(with_approval("carry_forward = \"10m\""));
    let first = approved_and_moved(&work);
    let again = ask_again(&work).ended(0);
    let second = again.status()["ticket"].as_str().map(str::to_owned).or_else(|| {
        let rows = work.place.audit();
        rows.iter()
            .find(|row| row["carried_forward_from"] == first.as_str())
            .map(|row| row["id"].as_str().unwrap().to_owned())
    });
    let second = second.unwrap();
    assert_eq!(work.api.replicas("prod"), 5);
    let shown = row(&work.place, &second);
    assert_eq!((&shown["state"], &shown["carried_forward_from"]), (&"succeeded".into(), &first.as_str().into()));
    let page = work.flat(&second);
    assert!(
        page.contains(&format!("by the decision on request {first}")) && page.contains("carried forward"),
        "{page}"
    );
    work.place.verify();

    // It carried once: the same asked again waits for a human.
    touch(&work, |web| web["spec"]["replicas"] = json!(3));
    let third = ask_again(&work).ended(75).ticket();
    assert_eq!(row(&work.place, &third)["state"], "pending");
}

#[test]
fn an_approval_carries_over_to_nothing_else() {
    if !has("kubectl") {
        return;
    }
    type Change = fn(&mut Work);
    let changes: [(&str, &str, Change); 9] = [
        ("off", "single_operator = true", |_| {}),
        ("too late", "carry_forward = \"1s\"", |_| sleep(Duration::from_millis(1200))),
        ("another change", "carry_forward = \"10m\"", |work| touch(work, |web| web["spec"]["replicas"] = json!(4))),
        ("another object", "carry_forward = \"10m\"", |work| {
            let web = work.api.get(WEB).unwrap();
            work.api.remove(WEB);
            work.api.put(web);
        }),
        ("nothing is seen", "carry_forward = \"10m\"", |work| work.api.break_down()),
        ("nothing to change", "carry_forward = \"10m\"", |work| touch(work, |web| web["spec"]["replicas"] = json!(5))),
        ("another policy", "carry_forward = \"10m\"", |work| {
            let policy = fs::read_to_string(work.place.policy()).unwrap();
            work.place.write_policy(&format!("{policy}\n# another\n"));
        }),
        ("another caller", "carry_forward = \"10m\"", |work| work.place.set("AIGOV_TEST_AGENT", "other")),
        ("another namespace", "carry_forward = \"10m\"", |work| {
            let config = fs::read_to_string(work.place.home().join(".kube/config")).unwrap();
            fs::write(work.place.home().join(".kube/config"), config.replace("namespace: default", "namespace: prod"))
                .unwrap();
        }),
    ];
    for (what, line, change) in changes {
        let line = if line.starts_with("single") { "# nothing".to_owned() } else { line.to_owned() };
        let mut work = Work::with_policy(with_approval(&line));
        let first = approved_and_moved(&work);
        change(&mut work);
        let other = work.place.env.iter().any(|(name, _)| name == "AIGOV_TEST_AGENT");
        let again = if other {
            let mut command = work.place.command(support::AIGOV);
            command.env("AIGOV_AGENT", "other").stdin(Stdio::null());
            command.args(["exec", "--json", "--reason", "a test", "--", "kubectl"]).args(SCALE.split(' '));
            support::Ran::of(&command.output().unwrap())
        } else {
            ask_again(&work)
        };
        let again = again.ended(75).ticket();
        assert_ne!(again, first, "{what}");
        let shown = row(&work.place, &again);
        assert_eq!((&shown["state"], &shown["carried_forward_from"]), (&"pending".into(), &Value::Null), "{what}");
        work.place.verify();
    }
}

#[test]
fn what_was_invalidated_by_something_else_or_decided_otherwise_since_carries_nothing() {
    if !has("kubectl") {
        return;
    }
    let work = Work::with_policy(with_approval("carry_forward = \"10m\""));
    approved_and_moved(&work);
    // Between them a human looked at another change of the same request, and it was taken back by who asked.
    touch(&work, |web| web["spec"]["replicas"] = json!(4));
    let between = ask_again(&work).ended(75).ticket();
    work.place.agent(&["withdraw", &between]).ended(0);
    touch(&work, |web| web["spec"]["replicas"] = json!(3));
    let again = ask_again(&work).ended(75).ticket();
    assert_eq!(row(&work.place, &again)["state"], "pending");
}

#[test]
fn a_plan_carries_over_a_new_serial_of_the_same_state() {
    if !has("terraform") {
        return;
    }
    let ask = |carry: &str| {
        let work = terraform::Work::with_policy(with_approval(carry));
        work.terraform(&["apply", "-auto-approve", "-input=false"]);
        work.write("main.tf", &terraform::CONFIGURATION.replace("staging", "prod"));
        let ticket = work.ask(&terraform::APPLY);
        work.0.approve(&ticket);
        // Somebody else's run that comes to nothing for this one: only the serial is another.
        let state = fs::read_to_string(work.0.tree().join("terraform.tfstate")).unwrap();
        let mut state: Value = serde_json::from_str(&state).unwrap();
        state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
        fs::write(work.0.tree().join("terraform.tfstate"), state.to_string()).unwrap();
        work.refused(&ticket);
        let again = work.0.ask(&terraform::APPLY);
        (work, ticket, again)
    };
    let (work, first, again) = ask("carry_forward = \"10m\"");
    again.ended(0);
    let rows = work.0.audit();
    let second = rows.iter().find(|row| row["carried_forward_from"] == first.as_str()).unwrap();
    assert_eq!(second["state"], "succeeded");
    work.0.verify();
    let (_, _, again) = ask("# off");
    again.ended(75);
}

// How long a way back is kept.

fn ledger_holds(place: &Place, marker: &str) -> bool {
    let directory = place.ledger().parent().unwrap().to_path_buf();
    let files = fs::read_dir(directory).unwrap().flatten().filter(|entry| entry.path().is_file());
    files.into_iter().any(|entry| {
        let bytes = fs::read(entry.path()).unwrap();
        bytes.windows(marker.len()).any(|part| part == marker.as_bytes())
    })
}

#[test]
fn a_way_back_is_erased_when_its_time_is_up_and_that_is_told() {
    if !has("kubectl") {
        return;
    }
    let work = Work::with_policy(with_approval("keep_way_back = \"1s\""));
    touch(&work, |web| web["metadata"]["annotations"] = json!({"note": "marker-of-before"}));
    let ticket = work.ask(SCALE);
    work.run(&ticket);
    assert!(ledger_holds(&work.place, "marker-of-before"), "it is kept");
    sleep(Duration::from_millis(1100));
    work.place.agent(&["requests"]).ended(0);
    assert!(!ledger_holds(&work.place, "marker-of-before"), "its bytes are gone from the file");
    let page = work.flat(&ticket);
    assert!(page.contains("is ERASED: aigov cannot take this back any more"), "{page}");
    let refused = work.place.agent(&["rollback", &ticket]).ended(77);
    assert!(refused.err.contains("and then erased"), "{}", refused.err);
    let records = work.place.agent(&["audit", "show", &ticket, "--json"]).ended(0).json();
    let erased = records["records"].as_array().unwrap().iter().find(|one| one["type"] == "way_back_erased").unwrap();
    assert_eq!(erased["body"]["kept_s"], 1);
    work.place.agent(&["requests"]).ended(0);
    work.place.verify();
}

#[test]
fn a_way_back_is_kept_for_long_where_policy_does_not_say_otherwise_and_while_it_is_asked_for() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(SCALE);
    work.run(&ticket);
    sleep(Duration::from_millis(1100));
    work.place.agent(&["requests"]).ended(0);
    work.roll_back(&ticket);
    assert_eq!(work.api.replicas("prod"), 3);

    let work = Work::with_policy(with_approval("keep_way_back = \"2s\""));
    let ticket = work.ask(SCALE);
    work.run(&ticket);
    let back = work.place.agent(&["rollback", "--json", &ticket]).ended(75).ticket();
    sleep(Duration::from_millis(2100));
    work.run(&back);
    assert_eq!(row(&work.place, &ticket)["state"], "rolled_back");
    work.place.verify();
}

#[test]
fn a_layer_that_comes_along_does_not_say_how_long_these_live() {
    for line in ["carry_forward = \"10m\"", "keep_way_back = \"1s\""] {
        let place = Place::new();
        fs::create_dir(place.tree().join(".git")).unwrap();
        fs::write(place.tree().join(".aigov.toml"), format!("schema = 1\n[approval]\n{line}\n")).unwrap();
        let refused = place.agent(&["exec", "--", "ls"]).ended(78);
        assert!(
            refused.err.contains("has no effect in a repository layer") || refused.err.contains("faults"),
            "{}",
            refused.err
        );
    }
}

// A way back that was killed.

#[test]
fn a_way_back_that_was_killed_while_it_ran_is_told_wherever_one_looks() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(SCALE);
    work.run(&ticket);
    let quiet = work.place.agent(&["requests"]).ended(0);
    assert!(!quiet.err.contains("was killed"), "{}", quiet.err);
    let back = work.place.agent(&["rollback", "--json", &ticket]).ended(75).ticket();
    work.place.approve(&back);
    work.api.hold();
    let before = work.api.writes().len();
    let mut child = work.place.agent_command(&["run", &back]);
    let mut child = child.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while work.api.writes().len() == before {
        sleep(Duration::from_millis(20));
    }
    let group = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    child.wait().unwrap();

    let told = work.place.agent(&["requests"]).ended(0);
    assert!(told.err.contains(&back) && told.err.contains("was killed while it ran"), "{}", told.err);
    let page = work.flat(&ticket);
    assert!(page.contains(&format!("{back} was killed while it ran: NOBODY KNOWS how far it came")), "{page}");
    assert!(work.place.agent(&["audit"]).ended(0).out.contains("way back unknown"));
    assert_eq!(row(&work.place, &ticket)["ways_back"], json!([{"id": back, "state": "outcome_unknown"}]));
    assert_eq!(row(&work.place, &ticket)["state"], "succeeded");
    work.place.verify();
}

// What a rollout goes back to.

fn replica_set(revision: u64, image: &str, owner: &Value) -> Value {
    json!({"kind": "ReplicaSet", "metadata": {"name": format!("web-{revision}"), "namespace": "prod",
        "annotations": {"deployment.kubernetes.io/revision": revision.to_string()},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": owner, "controller": true}]},
        "spec": {"replicas": 0, "template": {"metadata": {"labels": {"app": "web", "pod-template-hash": "x"}},
            "spec": {"containers": [{"name": "c", "image": image}]}}}})
}

#[test]
fn a_rollout_that_goes_back_shows_the_template_that_it_goes_back_to() {
    let Some(work) = Work::new() else { return };
    touch(&work, |web| {
        web["spec"]["template"] =
            json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "web:3"}]}});
    });
    let owner = work.api.get(WEB).unwrap()["metadata"]["uid"].clone();
    for (revision, image) in [(1, "web:1"), (2, "web:2"), (3, "web:3")] {
        work.api.put(replica_set(revision, image, &owner));
    }
    let ticket = work.ask("rollout undo deployment/web -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    assert_eq!(titles(&preview), ["update deployment/web in prod"]);
    let page = work.flat(&ticket);
    assert!(page.contains("it goes back to revision 2") && page.contains("\"web:3\" → \"web:2\""), "{page}");
    assert!(page.contains("1 to undo in"), "{page}");
    // The revision that it would go back to is another by then.
    work.api.put(replica_set(2, "web:evil", &owner));
    let why = work.refused(&ticket);
    assert!(why.contains("replicaset/web-2"), "{why}");
    let first = work.ask("rollout undo deployment/web -n prod --to-revision=1");
    assert!(work.flat(&first).contains("\"web:3\" → \"web:1\""), "{}", work.flat(&first));
    let none = work.ask("rollout undo deployment/web -n prod --to-revision=9");
    assert!(work.flat(&none).contains("there is no revision 9"), "{}", work.flat(&none));
}
