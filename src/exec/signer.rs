//! The human's own `ssh-keygen -Y sign`: it finds the key, the agent or the security key, and asks for the passphrase, the
//! PIN or the touch at the human's terminal. The text goes in through a pipe and the signature comes out through one.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Error, ErrorKind};
use crate::exec::resolve::resolve;
use crate::host::Host;
use crate::model::invocation::Raw;

/// Signs `text` in a namespace with the key in `key`: a private key, or a public key whose private half an agent holds.
///
/// # Errors
/// When there is no ssh-keygen, or it did not sign.
pub fn sign(host: &Host, namespace: &str, key: &Path, text: &[u8]) -> Result<String, Error> {
    let program = resolve(&Raw::from("ssh-keygen"), host.variable("PATH"), host.cwd()).map_err(|cause| {
        Error::new(ErrorKind::NotFound, format!("cannot sign: {cause}")).for_human("install OpenSSH's client")
    })?;
    let failed = |cause: std::io::Error| Error::new(ErrorKind::Unavailable, format!("ssh-keygen failed: {cause}"));
    let mut child = Command::new(&program.path)
        .args(["-Y", "sign", "-q", "-n", namespace, "-f"])
        .arg(key)
        .env_clear()
        .envs(host.env().iter().map(|(name, value)| (name.as_os(), value.as_os())))
        .current_dir(host.cwd())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where it ended before it read, its exit code says more than a broken pipe.
        let _written = stdin.write_all(text);
    }
    let output = child.wait_with_output().map_err(failed)?;
    let signature = String::from_utf8(output.stdout).unwrap_or_default();
    if !output.status.success() || signature.is_empty() {
        let text = format!("`ssh-keygen -Y sign` did not sign with {}; the request stays as it is", key.display());
        return Err(Error::new(ErrorKind::Cancelled, text)
            .for_human("name another key: `--key FILE`; a public key's file where ssh-agent holds the private one"));
    }
    Ok(signature)
}
