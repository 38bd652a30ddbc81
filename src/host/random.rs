//! Ids, salts and keys from the system's randomness.

use crate::error::{Error, ErrorKind};
use crate::model::ids::{ExecutionId, GrantId, RequestId};

/// Crockford's base 32 in lower case: no letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new request id.
///
/// # Errors
/// When the system has no randomness to give.
pub fn request_id() -> Result<RequestId, Error> {
    Ok(RequestId::new(format!("r-{}", word()?)))
}

/// A new execution id.
///
/// # Errors
/// When the system has no randomness to give.
pub fn execution_id() -> Result<ExecutionId, Error> {
    Ok(ExecutionId::new(format!("x-{}", word()?)))
}

/// A new grant id.
///
/// # Errors
/// When the system has no randomness to give.
pub fn grant_id() -> Result<GrantId, Error> {
    Ok(GrantId::new(format!("g-{}", word()?)))
}

/// A new salt.
///
/// # Errors
/// When the system has no randomness to give.
pub fn salt() -> Result<[u8; 16], Error> {
    let mut salt = [0_u8; 16];
    fill(&mut salt)?;
    Ok(salt)
}

/// A number that is drawn once: 32 hexadecimal digits.
///
/// # Errors
/// When the system has no randomness to give.
pub fn nonce() -> Result<String, Error> {
    Ok(salt()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Ten characters: 50 bits, so that two of a million ids collide with a chance below one in a thousand.
fn word() -> Result<String, Error> {
    let mut bytes = [0_u8; 10];
    fill(&mut bytes)?;
    Ok(bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32))).map(|byte| char::from(*byte)).collect())
}

fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes)
        .map_err(|cause| Error::new(ErrorKind::Internal, format!("no randomness from the system: {cause}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_have_one_form() {
        let (one, two) = (request_id().unwrap(), request_id().unwrap());
        assert_ne!(one, two);
        assert!(one.as_str().starts_with("r-") && one.as_str().len() == 12);
    }
}
