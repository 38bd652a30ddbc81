//! Man pages and completions are made from the command line's definitions and checked in. `AIGOV_BLESS=1` rewrites
//! them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::fs;
use std::path::Path;

use aigov::cli::args::Cli;
use clap::CommandFactory;
use clap_complete::Shell;

fn compare(path: &str, made: &[u8], faults: &mut Vec<String>) {
    if std::env::var_os("AIGOV_BLESS").is_some() {
        fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
        fs::write(path, made).unwrap();
    }
    if fs::read(path).unwrap_or_default() != made {
        faults.push(format!("{path} is not what the definitions make; AIGOV_BLESS=1 rewrites it"));
    }
}

#[test]
fn man_pages_are_what_the_definitions_make() {
    let mut faults = Vec::new();
    let mut command = Cli::command();
    command.build();
    page(&command, "aigov", &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn page(command: &clap::Command, name: &str, faults: &mut Vec<String>) {
    let mut made = Vec::new();
    let named = command.clone().display_name(name.to_owned()).bin_name(name.replace('-', " "));
    clap_mangen::Man::new(named).date("").manual("aigov").render(&mut made).unwrap();
    compare(&format!("man/{name}.1"), &made, faults);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        page(sub, &format!("{name}-{}", sub.get_name()), faults);
    }
}

#[test]
fn completions_are_what_the_definitions_make() {
    let mut faults = Vec::new();
    for (shell, file) in [
        (Shell::Bash, "aigov.bash"),
        (Shell::Zsh, "_aigov"),
        (Shell::Fish, "aigov.fish"),
        (Shell::Elvish, "aigov.elv"),
        (Shell::PowerShell, "_aigov.ps1"),
    ] {
        let mut made = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "aigov", &mut made);
        compare(&format!("completions/{file}"), &made, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_subcommand_has_a_man_page_and_help() {
    let command = Cli::command();
    for sub in command.get_subcommands() {
        assert!(sub.get_about().is_some(), "`{}` has no help", sub.get_name());
        assert!(Path::new(&format!("man/aigov-{}.1", sub.get_name())).exists(), "`{}` has no man page", sub.get_name());
    }
}
