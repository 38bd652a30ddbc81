//! Whole screens, as a human at a terminal and an agent see them, compared with files at 80 and 120 columns, with colours
//! spelled out where there are some. `AIGOV_BLESS=1` rewrites them: look at what it wrote. Where a tool is not installed,
//! the test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use support::kubectl::{WEB, Work as Kube};
use support::terraform::{APPLY, CONFIGURATION, Work as Terraform, changed};
use support::{AIGOV, Place, Ran, has};

/// The screens of one story, one after the other.
struct Screens<'a> {
    place: &'a Place,
    story: &'static str,
    narrow: String,
    wide: String,
}

impl<'a> Screens<'a> {
    fn of(place: &'a Place, story: &'static str) -> Self {
        Self { place, story, narrow: String::new(), wide: String::new() }
    }

    /// What a human at a terminal sees, at both widths; the keys leave a prompt as it is.
    fn human(&mut self, args: &[&str]) {
        for columns in [80, 120] {
            let out = terminal(self.place, columns, args, "\r", &[]);
            self.add(columns, args, &out);
        }
    }

    /// The same at 80 columns where the terminal can show colours.
    fn human_in_colour(&mut self, args: &[&str], more: &[(&str, &str)]) {
        let env = [&[("TERM", "xterm-256color"), ("AIGOV_PAGER", "cat")], more].concat();
        let out = terminal(self.place, 80, args, "\r", &env);
        self.add(80, args, &out.replace('\x1b', "␛"));
    }

    /// What an agent is told.
    fn agent(&mut self, args: &[&str]) {
        for columns in [80, 120] {
            let mut command = self.place.agent_command(args);
            let ran = Ran::of(&command.env("COLUMNS", columns.to_string()).output().unwrap());
            self.add(columns, args, &format!("{}{}", ran.out, ran.err));
        }
    }

    fn add(&mut self, columns: u16, args: &[&str], out: &str) {
        let all = if columns == 80 { &mut self.narrow } else { &mut self.wide };
        write!(all, "$ aigov {}\n{out}\n", args.join(" ")).unwrap();
        let most = usize::from(columns);
        let is_too_wide = |line: &&str| console::measure_text_width(&line.replace('␛', "\x1b")) > most;
        // An agent's lines are not for a terminal.
        let words = ["why ", "next ", "asked ", "hint"];
        let is_status = |line: &&str| words.iter().any(|word| line.trim_start().starts_with(word));
        let wide: Vec<&str> = out.lines().filter(is_too_wide).filter(|line| !is_status(line)).collect();
        assert!(wide.is_empty(), "wider than {columns}: {wide:?}");
    }

    /// Compares them with the files.
    fn compare(self) {
        for (columns, text) in [(80, &self.narrow), (120, &self.wide)] {
            let path = format!("tests/screens/{}.{columns}.txt", self.story);
            let text = normal(text);
            if std::env::var_os("AIGOV_BLESS").is_some() {
                fs::create_dir_all("tests/screens").unwrap();
                fs::write(&path, &text).unwrap();
            }
            let known = fs::read_to_string(&path).unwrap_or_default();
            if let Some((at, (is, was))) = text.lines().zip(known.lines()).enumerate().find(|(_, (is, was))| is != was)
            {
                panic!("{path}:{}: `{is}` instead of `{was}`; AIGOV_BLESS=1 rewrites it\n{text}", at + 1);
            }
            assert_eq!(text.lines().count(), known.lines().count(), "{path}; AIGOV_BLESS=1 rewrites it\n{text}");
        }
    }
}

/// What runs at a terminal of so many columns shows there.
fn terminal(place: &Place, columns: u16, args: &[&str], keys: &str, env: &[(&str, &str)]) -> String {
    at_terminal(place, (columns, 300), args, &[keys], env)
}

fn at_terminal(
    place: &Place,
    (columns, rows): (u16, u16),
    args: &[&str],
    keys: &[&str],
    env: &[(&str, &str)],
) -> String {
    let words: Vec<String> =
        std::iter::once(AIGOV).chain(args.iter().copied()).map(|word| format!("'{word}'")).collect();
    let line = format!("stty cols {columns} rows {rows} -echo; {}", words.join(" "));
    let mut command = place.command("script");
    command.args(["-qefc", &line, "/dev/null"]).env("SHELL", "/bin/sh").envs(env.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for (at, keys) in keys.iter().enumerate() {
        if at > 0 {
            sleep(Duration::from_millis(600));
        }
        // It may have ended before it is asked anything.
        let _gone = stdin.write_all(keys.as_bytes());
    }
    drop(stdin);
    Ran::of(&child.wait_with_output().unwrap()).out.replace('\r', "")
}

/// What differs from run to run and from place to place, made the same. The length stays, so that lines break where they
/// broke.
fn normal(text: &str) -> String {
    let text = text.lines().filter(|line| !line.contains("\x1b[")).collect::<Vec<_>>().join("\n") + "\n";
    let mut tickets: Vec<String> = Vec::new();
    let mut out = String::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
    let mut rest = text.as_str();
    while let Some(start) = rest.find(is_part) {
        out.push_str(&rest[..start]);
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |end| start + end);
        out.push_str(&one(&rest[start..end], &mut tickets));
        rest = &rest[end..];
    }
    out.push_str(rest);
    let out = settled(&out);
    let user = out.split_whitespace().find(|word| word.contains('@') && !word.contains('<')).map(str::to_owned);
    let user = user.map(|user| user.trim_matches(|c: char| "()`,:".contains(c)).to_owned());
    user.map_or(out.clone(), |user| out.replace(&user, "USER@HOST"))
}

/// Hashes, which can be broken at the end of a line, serials of states that terraform counts as it comes, and an empty line
/// where a preview took its time.
fn settled(text: &str) -> String {
    let mut out = String::new();
    let mut before = "";
    for line in text.lines() {
        let is_gap = line.is_empty() && before.starts_with("$ ");
        before = line;
        if is_gap {
            continue;
        }
        let mut rest = line;
        while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
            let run = &rest[start..];
            let end = run.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(run.len());
            let is_serial = rest[..start].ends_with("serial ");
            let is_hash = end >= 5 && run[..end].contains(|c: char| c.is_ascii_digit());
            out.push_str(&rest[..start]);
            out.push_str(&if is_serial || is_hash { "0".repeat(end) } else { run[..end].to_owned() });
            rest = &run[end..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// One word without what changes in it.
fn one(word: &str, tickets: &mut Vec<String>) -> String {
    let is_hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    let digits = |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    let bare = word.trim_end_matches(['.', ':']);
    if let Some(ticket) = bare.strip_prefix("r-").filter(|rest| rest.len() == 10) {
        let at = tickets.iter().position(|known| known == ticket).unwrap_or_else(|| {
            tickets.push(ticket.to_owned());
            tickets.len() - 1
        });
        return format!("r-{:010}{}", at + 1, &word[bare.len()..]);
    }
    if let Some(rest) = ["aigov-test-", "aigov-pg-"].iter().find_map(|one| word.strip_prefix(one)) {
        return word.replace(rest, "XXXXXX");
    }
    // A commit beside a reference.
    if let Some((one_side, other)) = word.split_once(':')
        && (is_hex(one_side) || is_hex(other))
        && one_side.len() + other.len() > 40
    {
        let zeros = |text: &str| if is_hex(text) { "0".repeat(text.len()) } else { text.to_owned() };
        return format!("{}:{}", zeros(one_side), zeros(other));
    }
    let is_uuid = bare.len() == 36 && bare.matches('-').count() == 4;
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    match word {
        _ if is_uuid || (bare.len() >= 7 && has_digit && is_hex(bare)) => {
            word.chars().map(|c| if c.is_ascii_hexdigit() { '0' } else { c }).collect()
        }
        // A time, a port, the line of a rule.
        _ if bare.len() > 20 && bare.starts_with("20") && bare.contains('T') => {
            "2026-01-01T00:00:00.000000Z".to_owned()
        }
        _ if word.starts_with("toml:") || word.starts_with("policy.toml:") => "policy.toml:000".to_owned(),
        _ if word.starts_with("127.0.0.1:") => format!("127.0.0.1:{}", digits(&word[10..])),
        _ if has_digit && word.len() == 5 && (word.contains(':') || word.contains('-')) => digits(word),
        _ => word.to_owned(),
    }
}

fn is_usual() -> bool {
    let usual = std::env::temp_dir() == Path::new("/tmp");
    if !usual {
        eprintln!("not run: lines break elsewhere where temporary files are not in /tmp");
    }
    usual
}

#[test]
fn terraform_from_the_question_to_the_way_back() {
    if !is_usual() || !has("terraform") {
        return;
    }
    let work = Terraform::with_policy(|policy| policy);
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    work.commit();
    work.write("main.tf", &changed());
    let ask =
        ["exec", "--json", "--reason", "the new size of the database", "--risk", "writes fail for a minute", "--"];
    let first = work.0.agent(&[&ask[..], &APPLY].concat()).ended(75).ticket();
    let mut screens = Screens::of(&work.0, "terraform");
    screens.human(&["show", &first]);
    screens.human(&["approve", &first]);
    screens.human(&["requests"]);
    work.0.approve(&first);
    work.write("main.tf", &changed().replace("size = 2", "size = 9"));
    screens.agent(&["run", &first]);
    work.write("main.tf", &changed());
    let second = work.ask(&APPLY);
    work.0.approve(&second);
    work.0.agent(&["run", &second]).ended(0);
    screens.agent(&["run", &second]);
    screens.human(&["rollback", &second]);
    screens.compare();
}

#[test]
fn colours_are_spelled_out_and_gone_where_nobody_wants_them() {
    if !is_usual() || !has("terraform") {
        return;
    }
    let Some(work) = Terraform::applied() else { return };
    let ticket = work.ask(&APPLY);
    let mut screens = Screens::of(&work.0, "colours");
    screens.human_in_colour(&["show", &ticket], &[]);
    screens.human_in_colour(&["show", &ticket], &[("NO_COLOR", "1")]);
    work.write("broken.tf", "resource {\n");
    let failed = work.ask(&APPLY);
    screens.human_in_colour(&["show", &failed], &[]);
    screens.compare();
}

#[test]
fn kubectl_shown_refused_and_not_to_be_seen() {
    if !is_usual() {
        return;
    }
    let Some(work) = Kube::new() else { return };
    let mut web = work.api.get(WEB).unwrap();
    web["spec"]["template"] = json!({"spec": {"containers": [{"name": "c", "image": "registry.example.com/web:1"}]}});
    work.api.put(web);
    let image = work.ask("set image deployment/web c=registry.example.com/web:2 -n prod");
    let delete = work.ask("delete configmaps -l tier=old -n prod");
    let mut screens = Screens::of(&work.place, "kubectl");
    screens.human(&["show", &image]);
    screens.human(&["approve", &delete]);
    let stop = work.ask("scale deployment/web --replicas=0 -n prod");
    work.place.approve(&stop);
    let mut web = work.api.get(WEB).unwrap();
    web["spec"]["replicas"] = json!(4);
    work.api.put(web);
    screens.agent(&["run", &stop]);
    screens.human(&["show", &stop]);
    work.api.break_down();
    let all = work.ask("delete configmaps --all -n prod");
    screens.human(&["show", &all]);
    screens.human(&["approve", &all, "--rationale", "go on"]);
    let named = work.ask("delete configmap c-0 -n prod");
    screens.human(&["show", &named]);
    screens.compare();
}

#[test]
fn a_push_its_way_back_and_a_script() {
    if !is_usual() || !has("git") {
        return;
    }
    let place = Place::new();
    let there = place.dir.path().join("there.git").display().to_string();
    let git = |args: &[&str]| {
        let mut command: Command = place.command("git");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "An Author").env(format!("GIT_{who}_EMAIL"), "a@localhost");
        }
        assert!(command.args(args).status().unwrap().success(), "{args:?}");
    };
    let write = |name: &str, text: &str| {
        let path = place.tree().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    git(&["init", "-q", "--bare", "-b", "main", &there]);
    git(&["init", "-q", "-b", "main", "."]);
    git(&["remote", "add", "origin", &there]);
    for (file, text, subject) in [
        ("README.md", "one\n", "the first"),
        (
            "migrations/0002.sql",
            "drop table orders;\n",
            "drop the table of orders, which nobody has read since the summer",
        ),
        ("README.md", "two\n", "say two"),
    ] {
        write(file, text);
        git(&["add", "-A"]);
        git(&["commit", "-qm", subject]);
        if text == "one\n" {
            git(&["push", "-q", "-u", "origin", "main"]);
        }
    }
    let push = place.ask(&["git", "push", "origin", "main"]).ended(75).ticket();
    write(
        "deploy.sh",
        "#!/bin/sh\n# deploys\nexport API_TOKEN=hunter2-token\n./mystery --to prod\necho one > deployed\n",
    );
    let script = place.ask(&["./deploy.sh", "v2"]).ended(75).ticket();
    let mut screens = Screens::of(&place, "git-script");
    screens.human(&["show", &push]);
    screens.human(&["show", &script]);
    place.approve(&script);
    write("deploy.sh", "#!/bin/sh\necho other\n");
    screens.agent(&["run", &script]);
    screens.compare();
}

#[test]
fn statements_and_who_waits_for_them() {
    if !is_usual() {
        return;
    }
    let Some(server) = postgres::Server::start() else { return };
    let host = server.dir.path().display().to_string();
    // What users' data is, is not for agents at all by the example's policy; here a human looks at it.
    let mut place = Place::with(|policy| {
        let rules = policy.split("# Tests: commands with what must be decided").next().unwrap().to_owned();
        rules.replace("tier = 4", "tier = 3")
    });
    fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    place.set("PATH", format!("{}:{}", server.bin.display(), std::env::var("PATH").unwrap()));
    for (database, text) in [
        ("postgres", "create database shop"),
        ("shop", "create table orders (id int primary key, state text)"),
        ("shop", "insert into orders select n, 'open' from generate_series(1, 1000) n"),
        ("shop", "analyze orders"),
    ] {
        assert!(server.sql(database, text).status.success(), "{text}");
    }
    let text =
        "begin;\nalter table orders add column paid boolean;\ndelete from orders where state = 'closed';\ncommit;\n";
    fs::write(place.tree().join("m.sql"), text).unwrap();
    let words = ["psql", "-h", &host, "-U", "postgres", "-d", "shop", "-f", "m.sql"];
    let ticket = place.ask(&words).ended(75).ticket();
    let mut screens = Screens::of(&place, "psql");
    screens.human(&["show", &ticket]);
    screens.compare();
}

#[test]
fn a_check_that_does_not_hold_is_told_on_the_page() {
    if !is_usual() || !has("terraform") {
        return;
    }
    let work = Terraform::with_policy(|policy| policy);
    let check = work.0.home().join("healthy");
    fs::write(&check, "#!/bin/sh\necho 'payments answers with 503' >&2; exit 3\n").unwrap();
    fs::set_permissions(&check, fs::Permissions::from_mode(0o755)).unwrap();
    let policy = fs::read_to_string(work.0.policy()).unwrap();
    let rule = format!(
        "id = \"verified\"\nowner = \"test\"\nwhen = {{ tool = \"terraform\", impact = [\"write\", \"destroy\"] }}\ndecision = \"ask\"\nverify = \"{}\"\nverify_for = \"1s\"\nauto_rollback = true\n",
        check.display()
    );
    work.0.write_policy(&format!("{policy}\n[[rules]]\n{rule}"));
    work.terraform(&["apply", "-auto-approve", "-input=false"]);
    work.commit();
    work.write("main.tf", &CONFIGURATION.replace("size = 1", "size = 2"));
    let ticket = work.ask(&APPLY);
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(77);
    let page = terminal(&work.0, 80, &["show", &ticket], "", &[]);
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("(rolled_back)") && flat.contains("does not hold (exit code 3, `payments answers with 503`"),
        "{page}"
    );
    let (came, changes) = (page.find("way back").unwrap(), page.find("  change   terraform_data.app").unwrap());
    assert!(came < changes, "what came of it stands above what was to change: {page}");
}

#[test]
fn a_page_that_is_longer_than_the_terminal_goes_through_the_callers_pager_and_can_be_searched() {
    if !has("terraform") {
        return;
    }
    let Some(work) = Terraform::applied() else { return };
    let ticket = work.ask(&APPLY);
    let show = ["show", ticket.as_str()];
    let short = at_terminal(&work.0, (80, 24), &show, &[""], &[("PAGER", "head -n 2")]);
    assert_eq!(short.lines().count(), 2, "{short}");
    let whole = at_terminal(&work.0, (80, 300), &show, &[""], &[("PAGER", "head -n 2")]);
    assert!(whole.lines().count() > 24, "what fits is not paged: {whole}");
    let off = at_terminal(&work.0, (80, 24), &["show", &ticket, "--no-pager"], &[""], &[("PAGER", "head -n 2")]);
    assert_eq!(off, whole);
    if has("less") {
        let env = [("PAGER", "less"), ("TERM", "xterm")];
        let searched = at_terminal(&work.0, (80, 24), &show, &["", "/triggers\n", "q"], &env);
        assert!(searched.contains("\x1b[7mtriggers\x1b[27m"), "what is searched for is marked: {searched:?}");
    }
}
