//! Starts pens (pen.c) and lets scripts run in them.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use aigov::model::invocation::Dialect;

/// The directory that a script runs in.
pub const DIRECTORY: &str = "/w";
/// The environment that it runs with; pen.c has the same.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("HOME", "/home/u"),
    ("USER", "u"),
    ("LANG", "C.UTF-8"),
    ("TERM", "dumb"),
    ("AWS_PROFILE", "own"),
];
/// The variables that the witness records; programs.c has the same.
pub const KEPT: &[&str] = &["KUBECONFIG", "AWS_PROFILE", "TF_WORKSPACE", "PATH", "PAGER"];

/// A shell script with the files that stand in its directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub text: String,
    pub files: Vec<(String, String)>,
}

/// One program call as the witness recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What was executed, as the kernel was told.
    pub path: String,
    pub directory: String,
    /// The value of each of `KEPT`.
    pub variables: Vec<Option<String>>,
    /// What it read from standard input, when it is a program that does what it reads.
    pub stdin: Option<String>,
    pub argv: Vec<Vec<u8>>,
}

impl Call {
    pub fn program(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let argv: Vec<String> = self.argv.iter().map(|word| format!("{:?}", String::from_utf8_lossy(word))).collect();
        write!(f, "{} [{}] in {}", self.path, argv.join(" "), self.directory)?;
        for (name, value) in KEPT.iter().zip(&self.variables) {
            let inherited = ENVIRONMENT.iter().find(|(known, _)| known == name).map(|(_, value)| (*value).to_owned());
            if *value != inherited {
                write!(f, ", {name}={value:?}")?;
            }
        }
        self.stdin.as_ref().map_or(Ok(()), |text| write!(f, ", reading {text:?}"))
    }
}

/// What came of one script.
#[derive(Debug)]
pub struct Ran {
    /// How the shell ended; -1: it was stopped.
    pub status: i32,
    pub calls: Vec<Call>,
    /// The beginning of what stood on standard error.
    pub errors: String,
    /// The files that were written.
    pub written: Vec<String>,
}

/// A place that scripts can run in, one after the other.
pub struct Pen {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Pen {
    /// Starts a pen in which `names` are programs.
    ///
    /// # Errors
    /// Why this machine has none to offer.
    pub fn start(names: &BTreeSet<String>) -> Result<Self, String> {
        let mut child = Command::new(binary()?)
            .arg("--pen")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the pen does not start: {e}"))?;
        let mut input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let files = shells()?;
        let mut words = vec![files.len().to_string()];
        words.extend(files.into_iter().flat_map(|(from, to)| [from, to]));
        words.push(names.len().to_string());
        words.extend(names.iter().cloned());
        // A pen that gives up reads no further; what it said is on its standard output.
        let _ = input.write_all(&ended(&words));
        let mut pen = Self { child, input, output };
        match pen.line().as_str() {
            "ready" => Ok(pen),
            other => Err(other.to_owned()),
        }
    }

    /// Runs a script in the shell of a dialect.
    pub fn run(&mut self, script: &Script, dialect: Dialect) -> Ran {
        let shell = match dialect {
            Dialect::Bash => "bash",
            Dialect::Posix => "dash",
        };
        let mut words = vec![shell.to_owned(), script.text.clone(), script.files.len().to_string()];
        words.extend(script.files.iter().flat_map(|(name, text)| [name.clone(), text.clone()]));
        self.input.write_all(&ended(&words)).unwrap();
        let status = self.line().parse().unwrap();
        let calls = self.block();
        let errors = String::from_utf8_lossy(&self.block()).into_owned();
        let written = String::from_utf8_lossy(&self.block()).split_terminator('\0').map(str::to_owned).collect();
        Ran { status, calls: calls_in(&calls), errors, written }
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.output.read_until(0, &mut line).unwrap();
        assert_eq!(line.pop(), Some(0), "the pen is gone");
        String::from_utf8(line).unwrap()
    }

    fn block(&mut self) -> Vec<u8> {
        let length = self.line().parse().unwrap();
        let mut block = vec![0; length];
        self.output.read_exact(&mut block).unwrap();
        block
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended(words: &[String]) -> Vec<u8> {
    words.iter().flat_map(|word| word.bytes().chain([0])).collect()
}

/// A call that was cut off at the end of the record is left out.
fn calls_in(record: &[u8]) -> Vec<Call> {
    let mut fields = record.split(|byte| *byte == 0);
    let mut calls = Vec::new();
    loop {
        let mut text = || fields.next().map(|field| String::from_utf8_lossy(field).into_owned());
        let (Some(path), Some(directory)) = (text(), text()) else { return calls };
        let variables = KEPT.iter().map(|_| Some((text()?, text()?))).collect::<Option<Vec<_>>>();
        let (Some(variables), Some(mark), Some(stdin), Some(count)) = (variables, text(), text(), text()) else {
            return calls;
        };
        let variables = variables.into_iter().map(|(mark, value)| (mark == "=").then_some(value)).collect();
        let stdin = (mark == "=").then_some(stdin);
        let count: usize = count.parse().unwrap();
        let argv: Vec<Vec<u8>> = fields.by_ref().take(count).map(<[u8]>::to_vec).collect();
        if argv.len() < count {
            return calls;
        }
        calls.push(Call { path, directory, variables, stdin, argv });
    }
}

/// The pen's binary, which is the witness as well: built once.
fn binary() -> Result<PathBuf, String> {
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BINARY.get_or_init(build).clone()
}

fn build() -> Result<PathBuf, String> {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (to, fresh) = (directory.join("witness"), directory.join(format!("witness-{}", std::process::id())));
    let sources = ["tests/witness/pen.c", "tests/witness/programs.c"];
    let compiled = |link: &str| {
        let output = Command::new("cc").args(["-O1", link, "-o"]).arg(&fresh).args(sources).output();
        output.is_ok_and(|output| output.status.success())
    };
    // Without a static C library the shared one serves; it has to be in the pen for the shells anyway.
    if !compiled("-static") && !compiled("-pipe") {
        return Err("cc does not build the witness".to_owned());
    }
    std::fs::rename(fresh, &to).map_err(|e| format!("the witness is not put in its place: {e}"))?;
    Ok(to)
}

/// The shells with the libraries they need, each as where it is and where it stands in the pen.
fn shells() -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for shell in ["bash", "dash"] {
        let path = ["/bin", "/usr/bin", "/usr/local/bin"]
            .map(|directory| format!("{directory}/{shell}"))
            .into_iter()
            .find(|path| std::fs::metadata(path).is_ok())
            .ok_or_else(|| format!("`{shell}` is not installed"))?;
        let libraries = Command::new("ldd").arg(&path).output().map_err(|e| format!("ldd: {e}"))?;
        let text = String::from_utf8_lossy(&libraries.stdout).into_owned();
        let libraries = text.split_whitespace().filter(|word| word.starts_with('/'));
        files.extend(libraries.map(|word| word.trim_end_matches(':').to_owned()).map(|path| (path.clone(), path)));
        files.push((path, format!("/run/shells/{shell}")));
    }
    files.sort();
    files.dedup();
    Ok(files)
}
