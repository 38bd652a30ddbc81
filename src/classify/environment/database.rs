//! Databases: the host that a client connects to, from its URL, flags, services, option files and variables.
//!
//! Only the host that counts can open an environment; the others that are named can only protect. A server on this
//! machine is no proof of a local target: it can be the end of a tunnel.

mod conninfo;

use crate::model::action::Environment;
use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, host_of};
use conninfo::Settings;

/// The host without any other setting.
const HERE: &str = "localhost";

/// A host with how far it is believed.
type Host = (String, Weight);

/// The target of psql, `pg_dump` and the other clients of libpq: a connection string outranks the flags, those the
/// service, that the variables.
pub fn postgres(reach: &mut Reach<'_>) {
    let named = reach.flag(&["-d", "--dbname", "--maintenance-db"]);
    let first = reach.operands().into_iter().next();
    let address = named.or(first);
    let mut settings = Settings::default();
    match address.as_deref().map(conninfo::parse) {
        Some(Ok(Some(read))) => settings = read,
        Some(Err(cause)) => reach.signs.doubt(cause),
        Some(Ok(None)) | None => reach.signs.claim(Mark::Database, address.as_deref()),
    }
    reach.signs.claim(Mark::Database, settings.get("dbname"));
    let database = reach.variable("PGDATABASE");
    reach.signs.claim(Mark::Database, database.as_deref());
    let flag = reach.flag(&["-h", "--host"]);
    let service = settings.get("service").map(str::to_owned).or_else(|| reach.variable("PGSERVICE"));
    let service = service.map(|name| service_of(name, reach));
    let of_service = |name: &str| service.as_ref().and_then(|answer| answer.field(name)).map(str::to_owned);
    let weight = if reach.scene.assigned("PGSERVICEFILE").is_some() { Weight::Given } else { Weight::Found };
    let given = |text: Option<String>| text.map(|text| (text, Weight::Given));
    let variable = given(reach.variable("PGHOST"));
    let in_service = of_service("host").map(|host| (host, weight));
    let in_address = settings.given("host").map(|host| if host.is_empty() { HERE } else { host }.to_owned());
    let hosts = [given(in_address), given(flag), in_service, variable];
    let variable = given(reach.variable("PGHOSTADDR"));
    let in_service = of_service("hostaddr").map(|host| (host, weight));
    let addresses = [given(settings.get("hostaddr").map(str::to_owned)), in_service, variable];
    reach.signs.claim(Mark::Database, of_service("dbname").as_deref());
    // The address is where it connects; the host then only names whom it expects there.
    let has_address = addresses.iter().flatten().any(|(host, _)| !host.is_empty());
    if has_address {
        reach_hosts(addresses, reach);
        for (host, _) in hosts.into_iter().flatten() {
            reach.signs.claim(Mark::Host, Some(&host));
        }
    } else {
        reach_hosts(hosts, reach);
    }
}

fn service_of(name: String, reach: &mut Reach<'_>) -> Answer {
    reach.signs.claim(Mark::Database, Some(&name));
    let file = reach.settings("PGSERVICEFILE");
    let directory = reach.settings("PGSYSCONFDIR");
    let answer = reach.scene.context.facts.answer(&Want::PgService { name: name.clone(), file, directory });
    match &answer {
        Answer::Known { .. } => {}
        Answer::Absent => reach.signs.doubt(format!("no connection service `{name}` was found")),
        Answer::Failed { cause } => reach.signs.doubt(cause.clone()),
    }
    answer
}

/// mysql's target: flags, then the option files, then `MYSQL_HOST`.
pub fn mysql(reach: &mut Reach<'_>) {
    let flag = reach.flag(&["-h", "--host"]);
    let socket = reach.flag(&["-S", "--socket"]);
    let absolute = |path: Option<String>, reach: &Reach<'_>| path.and_then(|path| reach.scene.absolute(&path));
    let only = reach.flag(&["--defaults-file"]);
    let extra = reach.flag(&["--defaults-extra-file"]);
    let suffix = reach.flag(&["--defaults-group-suffix"]).or_else(|| reach.variable("MYSQL_GROUP_SUFFIX"));
    reach.signs.claim(Mark::File, only.as_deref());
    reach.signs.claim(Mark::File, extra.as_deref());
    reach.signs.claim(Mark::Name, suffix.as_deref());
    let weight = if only.is_some() || extra.is_some() { Weight::Given } else { Weight::Found };
    let want = Want::MysqlOptions { only: absolute(only, reach), extra: absolute(extra, reach), suffix };
    let has_no_files = reach.reading.has(&["--no-defaults"]);
    let answer = if has_no_files { Answer::Absent } else { reach.scene.context.facts.answer(&want) };
    if let Answer::Failed { cause } = &answer {
        reach.signs.doubt(cause.clone());
    }
    if reach.reading.has(&["--login-path"]) || (flag.is_none() && answer.field("login_path").is_some()) {
        reach.signs.doubt("a login path says where it connects, and it cannot be read");
        let path = reach.flag(&["--login-path"]);
        reach.signs.claim(Mark::Name, path.as_deref());
    }
    let variable = reach.variable("MYSQL_HOST");
    let given = |text: Option<String>| text.map(|text| (text, Weight::Given));
    let of_file = answer.field("host").map(|host| (host.to_owned(), weight));
    reach.signs.claim(Mark::Name, answer.field("database"));
    let uri = reach.flag(&["--uri"]);
    let uri = given(uri.map(|uri| host_of(&uri).to_owned()));
    reach_hosts([uri, given(flag), of_file, given(variable)], reach);
    reach.signs.claim(Mark::Host, socket.as_deref());
    for word in reach.operands().into_iter().chain(reach.flag(&["-D", "--database"])) {
        if word.contains("://") {
            reach.signs.doubt("an address that is not a database's name");
            reach.signs.claim(Mark::Host, Some(host_of(&word)));
        }
        reach.signs.claim(Mark::Database, Some(&word));
    }
}

/// mongosh's target: a connection string, `--host`, or this machine.
pub fn mongo(reach: &mut Reach<'_>) {
    let flag = reach.flag(&["--host"]);
    let uri = reach.flag(&["--uri"]);
    let first = reach.operands().into_iter().next();
    let address = uri.or(first);
    let mut hosts = None;
    if let Some(address) = &address {
        let rest = address.strip_prefix("mongodb://").or_else(|| address.strip_prefix("mongodb+srv://"));
        let is_name = rest.is_none() && !address.contains(['/', ':', '.']);
        let rest = rest.unwrap_or(address);
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        if is_name {
            reach.signs.claim(Mark::Database, Some(address));
        } else {
            reach.signs.claim(Mark::Database, Some(path.split('?').next().unwrap_or(path)));
            hosts = Some(authority.to_owned());
        }
    }
    // A replica set is given as `NAME/host,host`.
    let flag = flag.map(|host| host.rsplit('/').next().unwrap_or(&host).to_owned());
    let given = |text: Option<String>| text.map(|text| (text, Weight::Given));
    reach_hosts([given(hosts), given(flag)], reach);
    if let Some(database) = reach.flag(&["--db", "-d"]) {
        reach.signs.claim(Mark::Database, Some(&database));
    }
}

/// redis-cli's target.
pub fn redis(reach: &mut Reach<'_>) {
    let uri = reach.flag(&["-u", "--uri"]).map(|uri| host_of(&uri).to_owned());
    let flag = reach.flag(&["-h", "--host"]);
    let socket = reach.flag(&["-s", "--socket"]);
    reach.signs.claim(Mark::Host, socket.as_deref());
    let given = |text: Option<String>| text.map(|text| (text, Weight::Given));
    if uri.is_some() && flag.is_some() {
        reach.signs.doubt("both an address and a host are named");
    }
    reach_hosts([given(uri), given(flag)], reach);
}

/// A file of SQLite is this machine's; what its name says can protect.
pub fn sqlite(reach: &mut Reach<'_>) -> Environment {
    let file = reach.operands().into_iter().next();
    reach.signs.claim(Mark::File, file.as_deref());
    Environment::local()
}

/// The first host counts, the others can only protect. A list of hosts may lead to any of them.
fn reach_hosts<const N: usize>(hosts: [Option<Host>; N], reach: &mut Reach<'_>) {
    let mut hosts = hosts.into_iter().flatten().filter(|(host, _)| !host.is_empty());
    let (first, weight) = hosts.next().unwrap_or_else(|| (HERE.to_owned(), Weight::Given));
    let listed: Vec<&str> = first.split(',').map(plain).collect();
    if listed.iter().any(|host| Some(host) != listed.first()) {
        reach.signs.doubt("it connects to any of several hosts");
    }
    for host in listed {
        reach.signs.push(Mark::Host, weight, Some(host));
    }
    for (other, _) in hosts {
        other.split(',').for_each(|host| reach.signs.claim(Mark::Host, Some(plain(host))));
    }
}

/// A host without its port; a socket's directory is this machine's.
fn plain(host: &str) -> &str {
    match host {
        "" => HERE,
        _ if host.starts_with(['/', '@']) => HERE,
        _ => host_of(host),
    }
}
