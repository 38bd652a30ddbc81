//! ssh, scp, rsync, curl: the host that is named, and where the settings of ssh lead it.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, host_of};

/// Options of `-o` that change where it leads.
const LEADING: &[&str] =
    &["hostname", "proxycommand", "proxyjump", "match", "include", "canonicalizehostname", "controlpath"];

/// ssh's target: the first operand.
pub fn ssh(reach: &mut Reach<'_>) {
    match reach.operands().into_iter().next() {
        Some(destination) => destination_of(&destination, reach),
        None => reach.signs.doubt("no host is named"),
    }
}

/// The target of scp, sftp and rsync: every operand that has a host before a colon. Without one they stay here.
pub fn copy(reach: &mut Reach<'_>) {
    let hosts: Vec<String> = reach.operands().iter().filter_map(|operand| remote(operand)).collect();
    if hosts.is_empty() {
        reach.signs.doubt("no host is named");
    }
    if hosts.iter().any(|host| Some(host) != hosts.first()) {
        reach.signs.doubt("several hosts are named");
    }
    for host in hosts {
        destination_of(&host, reach);
    }
}

/// The target of curl and others that are called with addresses.
pub fn web(reach: &mut Reach<'_>) {
    let mut urls = reach.operands();
    urls.extend(reach.flags(&["--url"]));
    let hosts: Vec<&str> = urls.iter().map(|url| host_of(url)).collect();
    if hosts.iter().any(|host| Some(host) != hosts.first()) {
        reach.signs.doubt("several hosts are named");
    }
    if hosts.is_empty() {
        reach.signs.doubt("no address is named");
    }
    for (host, url) in hosts.iter().zip(&urls) {
        reach.signs.push(Mark::Host, Weight::Given, Some(host));
        reach.signs.claim(Mark::Name, Some(url));
    }
    let turns =
        ["--resolve", "--connect-to", "-x", "--proxy", "--preproxy", "--socks5", "--unix-socket", "-K", "--config"];
    for other in reach.flags(&turns) {
        reach.signs.claim(Mark::Host, Some(&other));
        reach.signs.doubt("it is led elsewhere than the address says");
    }
}

/// `user@host:path` and `rsync://host/module`; a path with a slash before the colon is a file.
fn remote(operand: &str) -> Option<String> {
    if operand.contains("://") {
        return Some(operand.to_owned());
    }
    let (host, _) = operand.split_once(':')?;
    (!host.is_empty() && !host.contains('/')).then(|| host.to_owned())
}

/// A destination with its settings: `[user@]host` or `ssh://[user@]host[:port]`.
fn destination_of(destination: &str, reach: &mut Reach<'_>) {
    let plain = destination.strip_prefix("ssh://").or_else(|| destination.strip_prefix("scp://"));
    let plain = plain.or_else(|| destination.strip_prefix("sftp://")).unwrap_or(destination);
    let in_host = plain.rsplit_once('@').map(|(user, _)| user.to_owned());
    let host = if destination.contains("://") {
        host_of(destination).to_owned()
    } else {
        plain.rsplit_once('@').map_or(plain, |(_, host)| host).to_owned()
    };
    let user = reach.flag(&["-l"]).or(in_host);
    let config = reach.flag(&["-F"]);
    let is_own = config.is_some();
    let config = config.map(|path| if path == "none" { path } else { reach.scene.absolute(&path).unwrap_or(path) });
    let want = Want::SshHost { host: host.clone(), user, config };
    let answer = reach.scene.context.facts.answer(&want);
    let mut is_led = options(reach);
    for jump in reach.flags(&["-J"]) {
        reach.signs.claim(Mark::Host, Some(&jump));
    }
    match &answer {
        Answer::Known { .. } => {
            let name = answer.field("hostname").unwrap_or(&host);
            let is_alias = name != host;
            // The user's own settings name hosts as kubeconfigs name contexts.
            let alias = if is_alias && !is_own { Weight::Found } else { Weight::Claim };
            let weight = if is_alias && !is_own { Weight::Found } else { Weight::Given };
            let weight = if is_led { Weight::Claim } else { weight };
            reach.signs.push(Mark::Host, if is_led { Weight::Claim } else { alias }, Some(&host));
            reach.signs.push(Mark::Host, weight, Some(name));
            reach.signs.claim(Mark::Host, answer.field("proxy_jump"));
            is_led |= answer.field("proxy_command").is_some();
            // The user's own settings share connections by host; others can name any.
            is_led |= is_own && answer.field("control_path").is_some();
        }
        Answer::Absent => reach.signs.push(Mark::Host, Weight::Given, Some(&host)),
        Answer::Failed { cause } => {
            reach.signs.claim(Mark::Host, Some(&host));
            reach.signs.doubt(cause.clone());
        }
    }
    if is_led {
        reach.signs.doubt("its settings lead it elsewhere than the host's name says");
    }
}

/// Whether an option in the command leads it elsewhere.
fn options(reach: &mut Reach<'_>) -> bool {
    let mut is_led = false;
    for option in reach.flags(&["-o"]) {
        let (name, value) = option.split_once(['=', ' ']).unwrap_or((&option, ""));
        if LEADING.contains(&name.trim().to_ascii_lowercase().as_str()) {
            reach.signs.claim(Mark::Host, Some(value.trim()));
            is_led = true;
        }
    }
    // A control socket is a connection that was made before; scp's and rsync's flags name another program.
    let programs = reach.flags(if reach.program() == "rsync" { &["-e", "--rsh"] } else { &["-S"] });
    for other in programs.into_iter().filter(|other| other != "ssh") {
        reach.signs.claim(Mark::Host, Some(&other));
        is_led = true;
    }
    is_led
}
