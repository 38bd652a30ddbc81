//! psql: the host that it tries to reach, by its own complaint that nobody listens there.

use aigov::model::environments::Environments;

use crate::support::has;
use crate::{Call, Desk, Dice, Held, evidence, hold, is_doubted};

/// A port on which nobody listens.
const PORT: &str = "1";

#[test]
fn the_host_is_the_one_that_psql_tries() {
    if !has("psql") {
        return;
    }
    let desk = Desk::new();
    let services = "[shop]\nhost=127.0.0.21\nhost=127.0.0.99\n\n# c\n[addr]\nhost=named.example\nhostaddr=127.0.0.22\n[none]\ndbname=x\n[shop]\nhost=127.0.0.98\n";
    desk.write("home/.pg_service.conf", services);
    desk.write("work/services", "[shop]\nhost=127.0.0.23\n");
    desk.write("work/sys/pg_service.conf", "[sys]\nhost=127.0.0.24\n");
    let addresses = [
        "postgresql://127.0.0.1/shop",
        "postgres://u:p@127.0.0.2:1/shop?sslmode=disable",
        "host=127.0.0.3 dbname=x",
        "host = '127.0.0.4' user=me",
        "postgresql:///shop?host=127.0.0.5",
        "service=shop",
        "postgresql://?service=addr",
        "host=named.example hostaddr=127.0.0.6",
        "postgresql://127.0.0.7,127.0.0.8/x",
        "shop",
        "dbname=x",
        "postgresql://%31%32%37.0.0.9/x",
        "host=/nonexistent dbname=x",
        "postgresql://[::1]/x",
        "host=a b",
        "service=gone",
        "postgresql://127.0.0.1:1",
        "host='127.0.0.10' hostaddr=''",
        "postgres://me@127.0.0.11",
        "host=''",
    ];
    let mut dice = Dice::new(9);
    let calls: Vec<Call> = (0..90)
        .map(|_| {
            let mut call = desk.call(&["psql", "-w"]);
            call.env.insert("PGPORT".to_owned(), PORT.to_owned());
            call.env.insert("PGCONNECT_TIMEOUT".to_owned(), "2".to_owned());
            if dice.once_in(3) {
                call.argv.push(format!("-h{}", dice.pick(&["127.0.0.12", "127.0.0.13", "/nowhere"])));
            }
            for (name, values) in [
                ("PGHOST", &["127.0.0.14", "127.0.0.15,127.0.0.16", "", "/var/none"][..]),
                ("PGHOSTADDR", &["127.0.0.17", ""]),
                ("PGSERVICE", &["shop", "addr", "none", "gone", "sys"]),
                ("PGSERVICEFILE", &["services", "gone"]),
                ("PGSYSCONFDIR", &["sys"]),
            ] {
                if dice.once_in(5) {
                    call.env.insert(name.to_owned(), dice.pick(values).to_owned());
                }
            }
            let address = dice.pick(&addresses).to_owned();
            match dice.below(4) {
                0 => call.argv.extend(["-d".to_owned(), address, "user".to_owned()]),
                1 => {}
                2 => call.argv.push(format!("--dbname={address}")),
                _ => call.argv.push(address),
            }
            call
        })
        .collect();
    hold("psql", &calls, 12, |call| {
        let said = desk.run(call, &[call.argv.clone(), vec!["-c".to_owned(), "select 1".to_owned()]].concat());
        let action = desk.action(call, &Environments::default());
        let tried: Vec<String> = said
            .err
            .split("connection to server ")
            .skip(1)
            .filter_map(|part| match part.strip_prefix("on socket \"") {
                Some(_) => Some("localhost".to_owned()),
                None => {
                    let name = part.strip_prefix("at \"")?.split('"').next()?;
                    let address = part.split_once(" (").filter(|(before, _)| !before.contains("failed"));
                    Some(address.map_or(name, |(_, rest)| rest.split(')').next().unwrap_or(name)).to_owned())
                }
            })
            .collect();
        let hosts = evidence(&action, "host");
        let both = || format!("{}\n  psql: {tried:?} {}\n  aigov: {:?}", call.text(), said.err, action.evidence);
        let first = tried.first();
        match first {
            None => Held::Same,
            Some(_) if !tried.iter().all(|host| hosts.contains(&host.as_str())) && !is_doubted(&action) => {
                Held::Wrong(both())
            }
            Some(first) if hosts.first() == Some(&first.as_str()) => Held::Same,
            Some(_) if is_doubted(&action) => Held::Timid(both()),
            Some(_) => Held::Wrong(both()),
        }
    });
}
