//! A PostgreSQL server of our own. Where there is none, that is said.

#![allow(clippy::print_stderr, reason = "what is not run is told")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Where Debian, Red Hat and others put the server's programs.
const PLACES: &[&str] =
    &["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"];

pub fn programs() -> Option<PathBuf> {
    let mut found = Vec::new();
    for place in PLACES {
        let (base, rest) = place.split_once('*').map_or((*place, None), |(base, rest)| (base, Some(rest)));
        match rest {
            None => found.push(PathBuf::from(base)),
            Some(rest) => {
                let (directory, start) = base.rsplit_once('/').unwrap();
                let entries = fs::read_dir(directory).into_iter().flatten().flatten();
                let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
                let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
                names.sort();
                found.extend(names.iter().rev().map(|name| PathBuf::from(format!("{directory}/{name}{rest}"))));
            }
        }
    }
    found.into_iter().find(|place| place.join("initdb").exists() && place.join("postgres").exists())
}

/// A server of our own, with a socket in a temporary directory and no network.
pub struct Server {
    pub dir: TempDir,
    pub bin: PathBuf,
    is_root: bool,
}

impl Server {
    pub fn start() -> Option<Self> {
        let Some(bin) = programs() else {
            eprintln!("not run: PostgreSQL's server is not installed");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("aigov-pg-").tempdir().unwrap();
        let is_root = rustix::process::geteuid().is_root();
        if is_root {
            // initdb refuses root.
            let owner = Command::new("id").args(["-u", "postgres"]).output().unwrap();
            let Ok(uid) = String::from_utf8_lossy(&owner.stdout).trim().parse::<u32>() else {
                eprintln!("not run: there is no user `postgres`, and PostgreSQL refuses root");
                return None;
            };
            std::os::unix::fs::chown(dir.path(), Some(uid), None).unwrap();
        }
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let server = Self { dir, bin, is_root };
        let data = server.data().display().to_string();
        server
            .run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale", "C"]);
        let options = format!(
            "-k {} -h '' -c fsync=off -c autovacuum=off -c max_prepared_transactions=5 -c wal_level=logical -c jit=off \
             -c bgwriter_delay=10s -c shared_buffers=32MB",
            server.dir.path().display()
        );
        let log = server.dir.path().join("log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-l", &log, "-o", &options, "-w", "start"]);
        Some(server)
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.bin.join(program);
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let status = command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .status()
            .unwrap();
        assert!(status.success(), "{program} failed");
    }

    pub fn psql(&self, database: &str) -> Command {
        let mut command = Command::new(self.bin.join("psql"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.dir.path())
            .env("PGHOST", self.dir.path())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", database)
            .args(["-X", "-q", "-At"])
            .current_dir(self.dir.path());
        command
    }

    pub fn sql(&self, database: &str, text: &str) -> Output {
        self.psql(database).args(["-c", text]).stdin(Stdio::null()).output().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data().display().to_string();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}
