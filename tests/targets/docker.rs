//! docker: `context show` and `context inspect`.

use aigov::model::environments::Environments;

use crate::support::has;
use crate::{Call, Desk, Dice, Held, evidence, hold, is_doubted};

#[test]
fn the_context_and_its_endpoint_are_dockers() {
    if !has("docker") {
        return;
    }
    let desk = Desk::new();
    for (home, name, host) in [
        ("home", "prod", "tcp://10.0.0.1:2376"),
        ("home", "far", "ssh://me@far.example"),
        ("home", "here", "unix:///run/tunnel.sock"),
        ("work/other", "prod", "tcp://10.0.0.9:2375"),
    ] {
        let mut call = desk.call(&["docker", "context", "create", name, "--docker", &format!("host={host}")]);
        let place = if home == "home" { desk.home().join(".docker") } else { desk.work().join("other") };
        call.env.insert("DOCKER_CONFIG".to_owned(), place.display().to_string());
        let said = desk.run(&call, &call.argv);
        assert!(said.is_good, "{}", said.err);
    }
    desk.write("work/used/config.json", "{\"currentContext\": \"gone\"}");
    desk.write("work/broken/config.json", "{");
    desk.write("work/empty/config.json", "{}");
    let mut dice = Dice::new(5);
    let calls: Vec<Call> = (0..36)
        .map(|_| {
            let mut call = desk.call(&["docker"]);
            if dice.once_in(3) {
                call.argv.push(format!("--context={}", dice.pick(&["prod", "far", "default", "none"])));
            } else if dice.once_in(4) {
                call.argv.push(format!("--host={}", dice.pick(&["tcp://10.0.0.3:1", "unix:///var/run/docker.sock"])));
            }
            if dice.once_in(3) {
                call.env.insert("DOCKER_HOST".to_owned(), dice.pick(&["tcp://10.0.0.2:1", "", "unix:///x"]).to_owned());
            }
            if dice.once_in(3) {
                call.env.insert("DOCKER_CONTEXT".to_owned(), dice.pick(&["far", "", "none", "here"]).to_owned());
            }
            if dice.once_in(3) {
                let dir = dice.pick(&["other", "used", "broken", "empty", "none"]);
                call.env.insert("DOCKER_CONFIG".to_owned(), desk.work().join(dir).display().to_string());
            }
            call
        })
        .collect();
    hold("docker context", &calls, 12, |call| {
        let argv = |words: &[&str]| [call.argv.clone(), words.iter().map(|word| (*word).to_owned()).collect()].concat();
        let shown = desk.run(call, &argv(&["context", "show"]));
        let inspected = desk.run(call, &argv(&["context", "inspect", "-f", "{{.Endpoints.docker.Host}}"]));
        let mut used = call.clone();
        used.argv = argv(&["rm", "x"]);
        let action = desk.action(&used, &Environments::default());
        let contexts = evidence(&action, "docker context");
        let hosts = evidence(&action, "host");
        let theirs = (shown.out.trim(), inspected.out.trim());
        let both = || format!("{}\n  docker: {theirs:?} {}\n  aigov: {action:?}", call.text(), inspected.err);
        // A host in a flag is told by neither.
        let given = call.argv.iter().find_map(|word| word.strip_prefix("--host="));
        let host = given.unwrap_or(theirs.1);
        let host = host.split_once("://").map_or(host, |(_, rest)| rest);
        let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host);
        let is_here = host == "/var/run/docker.sock";
        let is_context = given.is_some() || theirs.0 == "default" || contexts.contains(&theirs.0);
        match (inspected.is_good && shown.is_good) || given.is_some() {
            true if is_here && action.environment.is_local() && hosts.is_empty() => Held::Same,
            // Settings that the caller can have written prove nothing.
            true if is_here && hosts.is_empty() && call.env.contains_key("DOCKER_CONFIG") => Held::Same,
            true if !is_here && hosts == [host] && is_context && !action.environment.is_local() => Held::Same,
            true if is_doubted(&action) && action.environment.is_unknown() => Held::Timid(both()),
            true => Held::Wrong(both()),
            false if !action.environment.is_local() => Held::Same,
            false => Held::Wrong(both()),
        }
    });
}
