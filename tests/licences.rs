//! Licences and bans, offline: what `deny.toml` says, held against what Cargo knows of every locked package.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::process::Command;

use serde_json::Value;

fn rules() -> toml::Table {
    std::fs::read_to_string("deny.toml").unwrap().parse().unwrap()
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Packages of other platforms are locked too, but not fetched.
    let compiler = Command::new("rustc").arg("-vV").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host];
    let output = Command::new(cargo).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// `A OR B` needs one that is allowed, `A AND B` all; parentheses bind tighter.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let text = expression.replace('/', " OR ").replace(['(', ')'], " ");
    text.split(" AND ").all(|all| all.split(" OR ").any(|one| allowed.contains(&one.trim())))
}

#[test]
fn every_package_has_a_licence_that_is_allowed() {
    let rules = rules();
    let allowed: Vec<&str> =
        rules["licenses"]["allow"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let packages = packages();
    assert!(packages.len() > 50);
    for package in &packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{} has the licence `{licence}`", package["name"]);
    }
}

#[test]
fn no_package_is_banned_and_all_come_from_the_registry() {
    let rules = rules();
    let banned: Vec<&str> =
        rules["bans"]["deny"].as_array().unwrap().iter().map(|one| one["crate"].as_str().unwrap()).collect();
    assert!(!banned.is_empty());
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} is banned");
        match package["source"].as_str() {
            Some(source) => assert!(source.starts_with("registry+"), "{name} comes from {source}"),
            None => assert_eq!(name, "aigov"),
        }
    }
}

#[test]
fn the_reading_of_licences_is_right() {
    assert!(is_allowed("MIT OR Apache-2.0", &["MIT"]) && is_allowed("MIT/Apache-2.0", &["MIT"]));
    assert!(!is_allowed("MIT AND GPL-3.0", &["MIT"]) && !is_allowed("", &["MIT"]));
    assert!(is_allowed("(MIT OR GPL-3.0) AND Unicode-3.0", &["MIT", "Unicode-3.0"]));
}
