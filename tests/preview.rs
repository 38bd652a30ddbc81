//! What a human sees before they decide is what runs, with the real terraform: shown, bound, run once, refused when
//! anything moved. Where terraform is not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use support::has;
use support::terraform::{APPLY, CONFIGURATION, Work, changed, parsed};

#[test]
fn the_plan_that_was_shown_is_the_plan_that_runs_once() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(&APPLY);
    let preview = &work.shown(&ticket)["preview"];
    assert_eq!(preview["state"], "ready");
    assert_eq!(preview["summary"], "3 to add (database), 0 to change, 0 to replace, 0 to destroy in unknown/tree");
    assert_eq!(preview["runs"], "terraform apply -input=false [the plan shown here]");
    let first = &preview["hunks"][0];
    assert_eq!((&first["what"], &first["risk"]), (&"terraform_data.db".into(), &"high".into()));
    assert_eq!(work.applied_lines(), "", "a plan changes nothing");

    work.0.approve(&ticket);
    let ran = work.0.agent(&["run", &ticket]).ended(0);
    assert!(ran.out.contains("3 added"), "{}", ran.out);
    work.0.agent(&["run", &ticket]).ended(77);
    assert_eq!(work.applied_lines(), "applied\n");
    let left: Vec<_> = fs::read_dir(work.0.home().join(".local/share/aigov/running")).unwrap().collect();
    assert!(left.is_empty(), "no plan is left behind: {left:?}");
    work.0.verify();
}

#[test]
fn what_needs_care_comes_first_with_before_and_after_and_no_secret_is_read_out() {
    let Some(work) = Work::applied() else { return };
    let ticket = work.ask(&APPLY);
    let page = work.page(&ticket);
    assert!(
        page.contains("will       0 to add, 1 to change, 1 to replace (database), 0 to destroy in unknown/tree"),
        "{page}"
    );
    let (db, app) =
        (page.find("! replace  terraform_data.db").unwrap(), page.find("  change   terraform_data.app").unwrap());
    assert!(db < app, "{page}");
    assert!(page.contains("input: \"staging\" → \"prod\""), "{page}");
    assert!(page.contains("triggers_replace.0 (forces the replacement)"), "{page}");
    assert!(page.contains("input.what: (sensitive) → (sensitive), another"), "{page}");
    assert!(page.contains("why        a test"), "the agent's reason stands beside it: {page}");
    assert!(page.contains("bring the configuration back to what it was"), "{page}");
    let everything = [
        page,
        work.shown(&ticket).to_string(),
        work.0.agent(&["audit", "show", &ticket, "--json"]).out,
        work.0.agent(&["audit", "--json"]).out,
    ];
    for text in everything {
        assert!(!text.contains("hush-hush"), "{text}");
    }
}

#[test]
fn a_configuration_that_changed_after_the_approval_is_not_applied_and_the_file_is_named() {
    let Some(work) = Work::applied() else { return };
    for (name, text) in [("main.tf", changed().replace("size = 2", "size = 9")), ("more.tf", "# new\n".to_owned())] {
        let ticket = work.ask(&APPLY);
        work.0.approve(&ticket);
        let before = fs::read_to_string(work.0.tree().join(name)).ok();
        work.write(name, &text);
        let why = work.refused(&ticket);
        assert!(why.contains("inputs") && why.contains(name), "{why}");
        match before {
            Some(before) => work.write(name, &before),
            None => fs::remove_file(work.0.tree().join(name)).unwrap(),
        }
    }
    assert_eq!(work.size(), 1);
}

#[test]
fn a_state_that_moved_after_the_preview_is_named_and_nothing_is_applied() {
    let Some(work) = Work::applied() else { return };
    let ticket = work.ask(&APPLY);
    work.0.approve(&ticket);
    work.terraform(&["apply", "-auto-approve", "-input=false", "-target=terraform_data.db"]);
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("state serial"), "{why}");
    assert_eq!(work.size(), 1);
}

#[test]
fn a_plan_made_where_there_was_no_state_is_not_applied_to_one() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(&APPLY);
    work.0.approve(&ticket);
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    let why = work.refused(&ticket);
    assert!(why.contains("state"), "{why}");
    assert_eq!(work.applied_lines(), "applied\n");
}

#[test]
fn a_preview_that_fails_is_said_and_is_not_nothing() {
    let Some(work) = Work::applied() else { return };
    work.write("broken.tf", "resource \"terraform_data\" {\n");
    let ticket = work.ask(&APPLY);
    let page = work.page(&ticket);
    assert!(page.contains("will       NOT KNOWN, the preview failed: `terraform"), "{page}");
    assert!(!page.contains("0 to change") && !page.contains("nothing to change"), "{page}");
    work.0.human(&["reject", &ticket, "--rationale", "repair it"]).ended(0);

    fs::remove_file(work.0.tree().join("broken.tf")).unwrap();
    let ticket = work.ask(&["terraform", "apply", "-auto-approve", "-state=other.tfstate"]);
    let page = work.flat(&ticket);
    assert!(page.contains("NOT KNOWN") && page.contains("`-state=other.tfstate`"), "{page}");
}

#[test]
fn a_plan_that_finds_nothing_says_that_it_looked() {
    let Some(work) = Work::applied() else { return };
    work.write("main.tf", CONFIGURATION);
    let ticket = work.ask(&APPLY);
    let page = work.page(&ticket);
    assert!(page.contains("0 to destroy in unknown/tree: it looked, and found nothing to change"), "{page}");
}

#[test]
fn a_plan_that_runs_code_of_the_tree_is_made_only_where_policy_lets_it_run() {
    let Some(work) = Work::applied() else { return };
    work.write("external.tf", "data \"external\" \"x\" {\n  program = [\"sh\", \"-c\", \"touch ran; echo {}\"]\n}\n");
    let ticket = work.ask(&APPLY);
    let page = work.flat(&ticket);
    assert!(page.contains("NOT KNOWN") && page.contains("does not let `terraform plan` run"), "{page}");
    assert!(!work.0.tree().join("ran").exists());
}

#[test]
fn a_destroy_shows_what_goes_and_what_was_shown_goes() {
    if !has("terraform") {
        return;
    }
    let work = Work::with_policy(|policy| {
        policy.replace("\"destroy\", \"state *\"", "\"state *\"").replace("\"terraform destroy\", ", "")
    });
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    let ticket = work.ask(&["terraform", "destroy", "-auto-approve", "-target=terraform_data.db"]);
    let preview = &work.shown(&ticket)["preview"];
    assert_eq!(
        preview["summary"],
        "0 to add, 0 to change, 0 to replace, 1 to destroy (database) in unknown/terraform_data.db"
    );
    assert_eq!(preview["hunks"].as_array().unwrap().len(), 1);
    work.0.approve(&ticket);
    let ran = work.0.agent(&["run", &ticket]).ended(0);
    assert!(ran.out.contains("1 destroyed"), "{}", ran.out);
    assert_eq!(work.size(), 1);
}

#[test]
fn a_saved_plan_that_is_named_is_kept_as_it_was_when_it_was_shown() {
    let Some(work) = Work::applied() else { return };
    work.terraform(&["plan", "-out=p.bin", "-input=false"]);
    let ticket = work.ask(&["terraform", "apply", "p.bin"]);
    assert!(work.page(&ticket).contains("1 to replace (database)"));
    work.0.approve(&ticket);
    fs::write(work.0.tree().join("p.bin"), "another").unwrap();
    let why = work.refused(&ticket);
    assert!(why.contains("p.bin"), "{why}");

    work.terraform(&["plan", "-out=p.bin", "-input=false"]);
    let ticket = work.ask(&["terraform", "apply", "p.bin"]);
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.size(), 2);
}

#[test]
fn killed_while_the_preview_is_made_it_is_made_by_the_first_human_who_looks() {
    let Some(work) = Work::applied() else { return };
    let ticket = (0..10).find_map(|_| killed_while_preparing(&work)).expect("it is killed in time");
    let early = work.0.human(&["approve", &ticket, "--rationale", "unseen"]).ended(75);
    assert!(early.out.contains("1 to replace (database)") && early.out.contains("made only now"), "{}", early.out);
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.size(), 2);
    work.0.verify();
}

/// Kills aigov as soon as it has told the ticket; none when the preview was there before that.
fn killed_while_preparing(work: &Work) -> Option<String> {
    let mut command = work.0.agent_command(&[&["exec", "--json", "--reason", "a test", "--"], &APPLY[..]].concat());
    let mut child = command.process_group(0).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut first).unwrap();
    let group = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    child.wait().unwrap();
    let ticket = parsed(&first)["ticket"].as_str().unwrap().to_owned();
    let row = work.0.audit().into_iter().find(|row| row["id"] == ticket.as_str()).unwrap();
    if row["state"] == "preparing" {
        return Some(ticket);
    }
    work.0.agent(&["withdraw", &ticket]).ended(0);
    None
}

#[test]
fn at_a_terminal_the_preview_is_on_the_screen_before_the_question() {
    let Some(work) = Work::applied() else { return };
    let ticket = work.ask(&APPLY);
    let left = work.0.human_types(&["approve", &ticket], "\r").ended(0);
    let (hunk, question) =
        (left.out.find("! replace  terraform_data.db").unwrap(), left.out.find("approve this?").unwrap());
    assert!(hunk < question, "{}", left.out);
    work.0.approve(&ticket);
    let (row, rationale) = (work.shown(&ticket), format!("looked at {ticket}, and it is right"));
    assert_eq!((&row["state"], &row["rationale"]), (&"approved".into(), &rationale.into()));
}

#[test]
fn a_rollback_plans_the_way_back_and_runs_it_after_approval() {
    let Some(work) = Work::applied() else { return };
    work.write("main.tf", CONFIGURATION);
    work.commit();
    work.write("main.tf", &changed());
    let first = work.ask(&APPLY);
    let page = work.page(&first);
    assert!(page.contains(&format!("undo       `aigov rollback {first}`")), "{page}");
    let early = work.0.agent(&["rollback", &first]).ended(77);
    assert!(early.err.contains("nothing to take back"), "{}", early.err);
    work.0.approve(&first);
    work.0.agent(&["run", &first]).ended(0);
    assert_eq!(work.size(), 2);

    let asked = work.0.agent(&["rollback", "--json", &first, "--reason", "it was wrong"]).ended(75);
    let back = asked.ticket();
    assert_ne!(back, first);
    let page = work.page(&back);
    assert!(page.contains("1 to change, 1 to replace (database)"), "{page}");
    assert!(page.contains("input: \"prod\" → \"staging\""), "{page}");
    assert!(page.contains(&format!("takes back {first}")), "{page}");
    work.0.agent(&["run", &back]).ended(75);
    assert_eq!(work.size(), 2, "a way back waits for a human too");
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.size(), 1);
    assert_eq!(fs::read_to_string(work.0.tree().join("main.tf")).unwrap(), changed(), "the tree is left alone");

    let row = work.shown(&first);
    assert_eq!((&row["state"], &row["note"]), (&"rolled_back".into(), &format!("taken back by {back}").into()));
    work.0.agent(&["rollback", &first]).ended(77);
    work.0.verify();
}

#[test]
fn a_rollback_after_which_the_state_moved_is_refused() {
    let Some(work) = Work::applied() else { return };
    work.write("main.tf", CONFIGURATION);
    work.commit();
    work.write("main.tf", &changed());
    let first = work.ask(&APPLY);
    work.0.approve(&first);
    work.0.agent(&["run", &first]).ended(0);
    let back = work.0.agent(&["rollback", "--json", &first]).ended(75).ticket();
    work.0.approve(&back);
    work.write("main.tf", &changed().replace("size = 2", "size = 3"));
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    work.write("main.tf", &changed());
    let why = work.refused(&back);
    assert!(why.contains("state serial"), "{why}");
    assert_eq!(work.size(), 3);
    assert_eq!(work.shown(&first)["state"], "succeeded");
}

#[test]
fn a_destroy_is_taken_back_by_the_configuration_as_it_is() {
    if !has("terraform") {
        return;
    }
    let work = Work::with_policy(|policy| {
        policy.replace("\"destroy\", \"state *\"", "\"state *\"").replace("\"terraform destroy\", ", "")
    });
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    let ticket = work.ask(&["terraform", "destroy", "-auto-approve", "-target=terraform_data.app"]);
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    let back = work.0.agent(&["rollback", "--json", &ticket]).ended(75).ticket();
    assert!(work.page(&back).contains("1 to add"), "{}", work.page(&back));
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.size(), 1);
    assert_eq!(work.shown(&ticket)["state"], "rolled_back");
}

#[test]
fn where_nothing_of_before_is_known_the_steps_are_told_and_aigov_does_not_guess() {
    let Some(work) = Work::applied() else { return };
    let ticket = work.ask(&APPLY);
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    let refused = work.0.agent(&["rollback", &ticket]).ended(77);
    assert!(refused.err.contains("cannot take request") && refused.err.contains("by hand: bring"), "{}", refused.err);
}

#[test]
fn a_rule_that_wants_a_preview_is_not_satisfied_by_a_failed_one_or_by_none() {
    if !has("terraform") {
        return;
    }
    let work = Work::with_policy(|policy| {
        format!(
            "{policy}\n[[rules]]\nid = \"seen\"\nowner = \"test\"\nwhen = {{ tool = [\"terraform\", \"python*\"], impact = [\"write\", \"destroy\", \"unknown\"] }}\ndecision = \"ask\"\nrequire_preview = true\n"
        )
    });
    let ticket = work.ask(&APPLY);
    work.0.approve(&ticket);
    work.write("broken.tf", "resource {\n");
    let blind = [work.ask(&APPLY), work.0.ask(&["python3", "job.py"]).ended(75).ticket()];
    for ticket in blind {
        let refused = work.0.human(&["approve", &ticket, "--rationale", "blind"]).ended(77);
        assert!(refused.out.contains("wants to see what will change"), "{}", refused.out);
        work.0.agent(&["run", &ticket]).ended(75);
    }
}

#[test]
fn where_something_else_starts_it_the_page_says_that_it_plans_again() {
    let Some(work) = Work::applied() else { return };
    let asked =
        work.0.agent(&["exec", "--json", "--reason", "a test", "-c", "terraform apply -auto-approve"]).ended(75);
    let page = work.flat(&asked.ticket());
    assert!(page.contains("1 to replace (database)") && page.contains("it plans again when it runs"), "{page}");
    assert!(!page.contains("runs terraform"), "nothing else is started than what was asked: {page}");
    work.0.approve(&asked.ticket());
    work.terraform(&["apply", "-auto-approve", "-input=false", "-target=terraform_data.db"]);
    let why = work.refused(&asked.ticket());
    assert!(why.contains("state serial"), "{why}");
}

#[test]
fn colour_is_for_terminals_that_can_and_says_nothing_that_the_words_do_not() {
    let Some(mut work) = Work::applied() else { return };
    let ticket = work.ask(&APPLY);
    let plain = work.page(&ticket);
    assert!(!plain.contains('\x1b'));
    work.0.set("TERM", "xterm-256color");
    work.0.set("AIGOV_PAGER", "cat");
    let coloured = work.0.human(&["show", &ticket]).ended(0).out;
    assert!(coloured.contains("\x1b[31m\x1b[1m! replace  terraform_data.db"), "{coloured:?}");
    assert_eq!(console::strip_ansi_codes(&coloured).replace('\r', "").lines().count(), plain.lines().count());
    work.0.set("NO_COLOR", "1");
    assert!(!work.0.human(&["show", &ticket]).ended(0).out.contains("\x1b[31m"));
}
