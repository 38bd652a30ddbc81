//! terraform: `workspace show` in real directories.

use std::fs;

use aigov::model::environments::Environments;

use crate::support::has;
use crate::{Call, Desk, Dice, Held, evidence, hold, is_doubted};

/// Directories with workspaces that terraform itself selected.
fn directories(desk: &Desk) {
    for (name, workspaces) in
        [("plain", &[][..]), ("one", &["prod"]), ("two", &["dev", "prod-eu"]), ("odd", &["a.b~c"])]
    {
        desk.write(format!("work/{name}/main.tf"), "resource \"terraform_data\" \"x\" {}\n");
        for (variable, data) in [(None, ".terraform"), (Some("data"), "data")] {
            for workspace in workspaces {
                let mut call = desk.call(&[]);
                call.cwd = desk.work().join(name);
                settings(&mut call);
                call.env.extend(variable.map(|data| ("TF_DATA_DIR".to_owned(), data.to_owned())));
                let workspace = if variable.is_some() { format!("{workspace}-d") } else { (*workspace).to_owned() };
                let said = desk.run(&call, &["terraform", "workspace", "new", &workspace].map(str::to_owned));
                assert!(said.is_good, "{data}: {}", said.err);
            }
        }
    }
    // As people and scripts leave them.
    desk.write("work/blanks/.terraform/environment", "  stage \n");
    desk.write("work/nothing/.terraform/environment", "");
    desk.write("work/lines/.terraform/environment", "prod\nmore\n");
    fs::create_dir_all(desk.work().join("bare")).unwrap();
}

fn settings(call: &mut Call) {
    call.env.insert("TF_CLI_CONFIG_FILE".to_owned(), "/dev/null".to_owned());
    call.env.insert("CHECKPOINT_DISABLE".to_owned(), "1".to_owned());
    call.env.insert("TF_IN_AUTOMATION".to_owned(), "1".to_owned());
}

#[test]
fn the_workspace_is_the_one_that_terraform_shows() {
    if !has("terraform") {
        return;
    }
    let desk = Desk::new();
    directories(&desk);
    let mut dice = Dice::new(3);
    let names = ["plain", "one", "two", "odd", "blanks", "nothing", "lines", "bare"];
    let calls: Vec<Call> = (0..60)
        .map(|_| {
            let mut call = desk.call(&["terraform"]);
            settings(&mut call);
            let name = dice.pick(&names);
            match dice.below(4) {
                0 => call.argv.push(format!("-chdir={name}")),
                1 => call.argv.push(format!("-chdir={}", desk.work().join(name).display())),
                2 => {
                    call.cwd = desk.work().join("plain");
                    call.argv.push(format!("-chdir=../{name}"));
                }
                _ => call.cwd = desk.work().join(name),
            }
            if dice.once_in(3) {
                let value = dice.pick(&["prod", "dev", "new", "", "bad/name", "with blank"]);
                call.env.insert("TF_WORKSPACE".to_owned(), value.to_owned());
            }
            if dice.once_in(3) {
                let absolute = desk.work().join("one/.terraform").display().to_string();
                let value = dice.pick(&["data", "none", "", ".terraform", &absolute]).to_owned();
                call.env.insert("TF_DATA_DIR".to_owned(), value);
            }
            call
        })
        .collect();
    hold("terraform workspace show", &calls, 3, |call| {
        let argv = |words: &[&str]| [call.argv.clone(), words.iter().map(|word| (*word).to_owned()).collect()].concat();
        let said = desk.run(call, &argv(&["workspace", "show"]));
        let mut shown = call.clone();
        shown.argv = argv(&["apply"]);
        let action = desk.action(&shown, &Environments::default());
        let ours = evidence(&action, "workspace");
        let theirs = said.out.trim();
        let both = || format!("{}\n  terraform: {said:?}\n  aigov: {:?}", call.text(), action.evidence);
        match (said.is_good, ours.contains(&theirs)) {
            (true, true) => Held::Same,
            (true, false) if is_doubted(&action) => Held::Timid(both()),
            (true, false) => Held::Wrong(both()),
            // What terraform refuses goes nowhere.
            (false, _) => Held::Same,
        }
    });
}

#[test]
fn the_state_says_which_environment_it_is_the_state_of() {
    if !has("terraform") {
        return;
    }
    let desk = Desk::new();
    let text =
        "terraform {\n  backend \"local\" {\n    path = \"states/prod/web.tfstate\"\n  }\n}\nvariable \"env\" {}\n";
    desk.write("work/infra/main.tf", text);
    desk.write("work/infra/terraform.tfvars", "env = \"live\"\npassword = \"hunter2\"\n");
    let mut call = desk.call(&["terraform", "-chdir=infra", "init", "-no-color"]);
    settings(&mut call);
    let said = desk.run(&call, &call.argv);
    assert!(said.is_good, "{}", said.err);
    call.argv = ["terraform", "-chdir=infra", "apply"].map(str::to_owned).to_vec();
    let action = desk.action(&call, &Environments::default());
    assert_eq!(evidence(&action, "terraform's state in"), ["states/prod/web.tfstate"]);
    assert_eq!(evidence(&action, "name"), ["live"]);
}
