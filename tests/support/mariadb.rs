//! A MariaDB server of our own. Where there is none, that is said.

#![allow(clippy::print_stderr, reason = "what is not run is told")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A server with a socket in a temporary directory and no network.
pub struct MariaDb {
    dir: TempDir,
    server: Child,
}

fn found(names: &[&str]) -> Option<String> {
    let places = std::env::var("PATH").unwrap() + ":/usr/sbin:/usr/local/sbin:/usr/libexec";
    let at =
        |name: &&str| places.split(':').map(|place| format!("{place}/{name}")).find(|path| fs::metadata(path).is_ok());
    let program = names.iter().find_map(at);
    if program.is_none() {
        eprintln!("not run: `{}` is not installed", names.join("` or `"));
    }
    program
}

impl MariaDb {
    pub fn start() -> Option<Self> {
        let (install, server) = (found(&["mariadb-install-db", "mysql_install_db"])?, found(&["mariadbd"])?);
        found(&["mysql"])?;
        let dir = tempfile::Builder::new().prefix("aigov-my-").tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let data = format!("--datadir={}", dir.path().join("data").display());
        let user = if rustix::process::geteuid().is_root() { "--user=mysql" } else { "--skip-name-resolve" };
        let made = Command::new(install)
            .args(["--no-defaults", user, &data, "--auth-root-authentication-method=normal", "--skip-test-db"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let socket = format!("--socket={}", dir.path().join("s").display());
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let server = Command::new(server)
            .args(["--no-defaults", user, &data, &socket, "--skip-networking", "--innodb-flush-log-at-trx-commit=0"])
            .args(["--innodb-buffer-pool-size=16M", "--skip-name-resolve"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self { dir, server };
        for _ in 0..300 {
            if server.client().args(["-e", "select 1"]).output().unwrap().status.success() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the server does not start: {}", fs::read_to_string(server.dir.path().join("log")).unwrap());
    }

    pub fn socket(&self) -> String {
        self.dir.path().join("s").display().to_string()
    }

    fn client(&self) -> Command {
        let mut command = Command::new("mysql");
        command.args(["--no-defaults", "-N", "-B", "-u", "root", "-S", &self.socket()]).stdin(Stdio::null());
        command
    }

    pub fn sql(&self, text: &str) -> String {
        let output = self.client().args(["-e", text]).output().unwrap();
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ended = self.server.kill();
        let _ended = self.server.wait();
    }
}
