//! ssh: `ssh -G` over settings with patterns, conditions and included files.

use aigov::model::facts::{Answer, Want};

use crate::support::has;
use crate::{Call, Desk, Held, hold};

const FILES: &[(&str, &str)] = &[
    (
        "plain",
        "Host dev\n  HostName dev.internal\n  User deploy\n  Port 2222\nHost prod prod-*\n  HostName %h.prod.example\n",
    ),
    ("first", "Host a*\n HostName one\nHost ab\n HostName two\nHostName three\n"),
    ("negated", "Host * !prod\n HostName other\nHost prod\n HostName real\n"),
    ("signs", "Host=dev\nHostName = \"quoted.example\"\n Host \"two\" three # c\n\tHostName\ttabbed\n"),
    ("marks", "Host web-? web-??\n HostName %h-%%.x\n"),
    (
        "match",
        "Match originalhost dev,prod-*\n HostName m.example\nMatch host m.example user me\n Port 99\nMatch all\n ProxyJump bastion\n",
    ),
    ("match-negated", "Match !originalhost dev\n HostName not-dev\nMatch user you\n HostName yours\n"),
    ("match-host", "Host a\n HostName b\nMatch host b\n Port 7\nMatch host a\n Port 8\n"),
    ("exec", "Match exec \"true\"\n HostName executed\n"),
    ("exec-late", "Host dev\n HostName early\nMatch exec \"true\"\n HostName late\n"),
    ("final", "Match final all\n HostName finally\nHost dev\n HostName first\n"),
    ("canonical", "CanonicalizeHostname no\nMatch canonical\n HostName c\n"),
    ("include", "Include more/*.conf\nHost *\n HostName last\n"),
    ("include-in-host", "Host dev\n Include more/b.conf\nHost web\n HostName w\n"),
    ("include-none", "Include gone/*.conf\nHost dev\n HostName d\n"),
    ("jump", "Host dev\n ProxyJump a,b\n ProxyCommand nc %h\nHost prod\n ProxyCommand none\n ProxyJump c\n"),
    ("case", "HOST Dev\n HOSTNAME Big.Example\nhost dev\n hostname SMALL.example\n"),
    ("comment", "# Host dev\n#HostName x\nHost dev # HostName y\n HostName z # w\n"),
    ("wrong", "Host dev\n Unheard-of yes\n HostName x\n"),
    ("quote", "Host \"dev\n HostName x\n"),
    ("no-value", "Host dev\n HostName\n"),
    ("empty", ""),
    ("star", "Host *\n HostName all.example\n User everyone\n"),
    ("address", "Host 10.0.0.5\n HostName prod.example\n"),
];
const HOSTS: &[&str] =
    &["dev", "prod", "prod-eu", "web", "web-1", "web-12", "a", "ab", "three", "10.0.0.5", "Dev", "DEV.Example"];

#[test]
fn the_host_is_the_one_that_ssh_would_connect_to() {
    if !has("ssh") {
        return;
    }
    let desk = Desk::new();
    // Relative includes belong to the user's own directory, which a test does not write: absolute ones are used.
    let more = desk.work().join("more").display().to_string();
    desk.write("work/more/a.conf", "Host web\n HostName included.example\n");
    desk.write("work/more/b.conf", "Host prod\n HostName b.example\nHost dev\n HostName in-dev.example\n");
    let mut calls: Vec<Call> = Vec::new();
    for (name, text) in FILES {
        desk.write(format!("work/{name}"), &text.replace("Include more", &format!("Include {more}")));
        for host in HOSTS {
            calls.push(desk.call(&["ssh", "-G", "-F", name, &format!("me@{host}")]));
        }
    }
    hold("ssh -G", &calls, 20, |call| {
        let said = desk.run(call, &call.argv);
        let row = |name: &str| said.out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let (name, host) = (call.argv[3].clone(), call.argv[4].trim_start_matches("me@").to_owned());
        let want = Want::SshHost { host, user: Some("me".to_owned()), config: Some(name) };
        let ours = desk.answer(call, &want);
        let both = || {
            let theirs = [row("hostname"), row("port"), row("proxyjump"), row("proxycommand")];
            format!("{}\n  ssh: {theirs:?} {}\n  aigov: {ours:?}", call.text(), said.err)
        };
        match &ours {
            // What ssh refuses goes nowhere.
            _ if !said.is_good => Held::Same,
            Answer::Known { .. } => {
                let is_same = ours.field("hostname") == row("hostname")
                    && ours.field("port").unwrap_or("22") == row("port").unwrap_or_default()
                    && ours.field("proxy_jump") == row("proxyjump")
                    && ours.field("proxy_command").is_some() == row("proxycommand").is_some();
                if is_same { Held::Same } else { Held::Wrong(both()) }
            }
            Answer::Absent | Answer::Failed { .. } => Held::Timid(both()),
        }
    });
}
