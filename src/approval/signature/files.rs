//! The two files that travel between the machine of the request and the machine of the signer: the question with its page,
//! and the answer with its signature. Neither holds what the ledger has redacted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::model::signature::Question;
use crate::signature::signers::Signers;
use crate::signature::statement;

use super::ask::{Put, shown};

/// What stands in `aigov` of a question.
const QUESTION: &str = "approval-question-v1";
/// What stands in `aigov` of an answer.
const ANSWER: &str = "approval-answer-v1";
/// How to answer a question, for whoever opens the file.
const HOW: &str = "read `page`, then on the machine with the key: aigov approve --sign-file THIS_FILE --output ANSWER (or reject); back on the machine of the request: aigov approve --import ANSWER";

/// A question on its way to a signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
    aigov: String,
    how: String,
    /// The page, as it is to be shown.
    pub page: String,
    /// The four digits that the machine of the request shows, too.
    pub code: String,
    /// What is asked.
    pub question: Question,
    /// Whose keys are allowed, so that the signer's principal is found by their key.
    pub signers: Vec<Key>,
}

/// An allowed signer's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Whose it is.
    pub principals: Vec<String>,
    /// The public key in base64.
    pub key: String,
}

impl QuestionFile {
    /// A question with its page.
    pub fn new(put: Put, page: String, signers: &Signers) -> Self {
        let key = |line: &crate::signature::signers::Signer| Key {
            principals: line.principals.clone(),
            key: STANDARD.encode(&line.key),
        };
        Self {
            aigov: QUESTION.to_owned(),
            how: HOW.to_owned(),
            page,
            code: put.code,
            question: put.question,
            signers: signers.lines.iter().filter(|line| !line.is_authority).map(key).collect(),
        }
    }

    /// Reads one; its page is the one that the question names.
    ///
    /// # Errors
    /// When it is none, or its page is another.
    pub fn read(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Error::new(ErrorKind::Input, format!("this is not a question to a signer: {why}"));
        let file: Self = serde_json::from_str(text).map_err(|cause| wrong(&cause.to_string()))?;
        if file.aigov != QUESTION {
            return Err(wrong(&format!("`aigov` is not `{QUESTION}`")));
        }
        if shown(&file.page) != file.question.shown {
            return Err(wrong("its page is not the one that is asked about; somebody has changed the file"));
        }
        Ok(file)
    }

    /// Whose key this is.
    pub fn principals_of(&self, key: &[u8]) -> Vec<String> {
        let packed = STANDARD.encode(key);
        self.signers.iter().filter(|one| one.key == packed).flat_map(|one| one.principals.clone()).collect()
    }
}

/// A signed decision on its way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerFile {
    aigov: String,
    /// The statement, byte for byte as it was signed.
    pub statement: String,
    /// The signature.
    pub signature: String,
    /// Why.
    pub rationale: Option<String>,
}

impl AnswerFile {
    /// A statement with its signature.
    pub fn new(statement: String, signature: String, rationale: Option<String>) -> Self {
        Self { aigov: ANSWER.to_owned(), statement, signature, rationale }
    }

    /// Reads one. A statement by itself is one too, where `beside` has the signature that ssh-keygen put beside it.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str, beside: impl FnOnce() -> Option<String>) -> Result<Self, Error> {
        if statement::read(text).is_ok() {
            let missing = || Error::new(ErrorKind::Input, "this is a statement without a signature");
            let signature = beside()
                .ok_or_else(|| missing().for_human("sign it: `ssh-keygen -Y sign -n aigov-approval-v1 -f KEY FILE`"))?;
            return Ok(Self::new(text.to_owned(), signature, None));
        }
        let wrong = |why: &str| Error::new(ErrorKind::Input, format!("this is not a signed decision: {why}"));
        let file: Self = serde_json::from_str(text).map_err(|cause| wrong(&cause.to_string()))?;
        if file.aigov == ANSWER { Ok(file) } else { Err(wrong(&format!("`aigov` is not `{ANSWER}`"))) }
    }
}

/// A file's text, for people and programs.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text(file: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(file);
    let text = text.map_err(|cause| Error::new(ErrorKind::Internal, format!("the file cannot be written: {cause}")))?;
    Ok(text + "\n")
}
