//! Manifests as they are now, read once: what is shown and what runs are these bytes.

use std::path::{Path, PathBuf};

use crate::model::invocation::Raw;
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::{Standing, Subject};

use super::words::{DIRECTORY, FILES, Sorted};

/// The most files that are kept.
const FILES_MOST: usize = 500;
/// The most bytes of all of them that are kept; the API server takes 3 MiB in one object.
const BYTES_MOST: usize = 16 * 1024 * 1024;

/// Files by name.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// How far down a directory is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Its own files.
    One,
    /// Those below it, too.
    All,
}

/// The files by name; none where the command names no file.
///
/// # Errors
/// When one cannot be read, or is only known when it runs.
pub(super) fn read(sorted: &Sorted, subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Option<Files>, Failure> {
    if !sorted.has(FILES) {
        return Ok(None);
    }
    if !prober.kept().is_empty() {
        return Ok(Some(prober.kept().iter().map(|(name, bytes)| (name.clone(), bytes.0.clone())).collect()));
    }
    let mut texts = Vec::new();
    for flag in sorted.flags().filter(|flag| FILES.contains(&flag.name.as_str())) {
        let value =
            flag.value.as_ref().and_then(Raw::as_str).ok_or_else(|| Failure::new("a file is not named in UTF-8"))?;
        if ["-k", "--kustomize"].contains(&flag.name.as_str()) {
            texts.push(kustomized(sorted, value, subject, prober)?);
            continue;
        }
        for name in value.split(',') {
            named(sorted, name, subject, &mut texts)?;
        }
    }
    if texts.len() > FILES_MOST || texts.iter().map(Vec::len).sum::<usize>() > BYTES_MOST {
        return Err(Failure::new(format!(
            "these are more than {FILES_MOST} files or {BYTES_MOST} bytes of manifests; apply them in parts"
        )));
    }
    Ok(Some(texts.into_iter().enumerate().map(|(at, text)| (format!("manifest-{}", at + 1), text)).collect()))
}

fn named(sorted: &Sorted, name: &str, subject: &Subject<'_>, texts: &mut Vec<Vec<u8>>) -> Result<(), Failure> {
    if name == "-" {
        return match (subject.standing, &subject.stdin) {
            (Standing::Whole, Some(bytes)) => {
                texts.push(bytes.0.clone());
                Ok(())
            }
            _ => Err(Failure::new("what it reads from standard input is not known before it runs")),
        };
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        return Err(Failure::new(format!(
            "`{name}` is fetched again when it runs; fetch it first, and apply the file"
        )));
    }
    let path = subject.directory.join(name);
    let mut files = Vec::new();
    if path.is_dir() {
        directory(&path, if sorted.has(DIRECTORY) { Depth::All } else { Depth::One }, &mut files)?;
        files.sort();
    } else {
        files.push(path);
    }
    for file in files {
        texts.push(std::fs::read(&file).map_err(|cause| unreadable(&file, &cause))?);
    }
    Ok(())
}

/// The files that kubectl reads of a directory.
fn directory(path: &Path, depth: Depth, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let told = |cause: std::io::Error| unreadable(path, &cause);
    for entry in std::fs::read_dir(path).map_err(told)? {
        let entry = entry.map_err(told)?;
        let kind = entry.file_type().map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() && depth == Depth::All {
            directory(&entry.path(), depth, files)?;
        } else if !kind.is_dir() && [".json", ".yaml", ".yml"].iter().any(|end| name.ends_with(end)) {
            files.push(entry.path());
        }
        if files.len() > FILES_MOST {
            return Err(Failure::new(format!("there are more than {FILES_MOST} files in {}", path.display())));
        }
    }
    Ok(())
}

fn unreadable(path: &Path, cause: &std::io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {cause}", path.display()))
}

/// What `kubectl kustomize` makes of a directory. It may fetch, and so policy is asked.
fn kustomized(
    sorted: &Sorted,
    directory: &str,
    subject: &Subject<'_>,
    prober: &mut Prober<'_>,
) -> Result<Vec<u8>, Failure> {
    let program = sorted.words().into_iter().take(1);
    let argv: Vec<Raw> = program.chain([Raw::from("kustomize"), Raw::from(directory)]).collect();
    prober.allowed(subject, &argv)?;
    let answered =
        prober.ask(Asking { program: &subject.program, argv, cwd: &subject.directory, env: subject.env.to_vec() })?;
    match answered.exit_code {
        Some(0) => Ok(answered.out),
        _ => Err(super::refused("kustomize", &answered)),
    }
}
