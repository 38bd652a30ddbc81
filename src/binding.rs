//! What an approval binds: a digest per field over canonical JSON (RFC 8785), keyed by the ledger's own secret so
//! that a short password in an argument cannot be guessed from the chain.
//!
//! Two bindings of the same invocation on the same host are equal; any change shows in the field it belongs to.

use serde::Serialize;

use crate::chain::digest_json;
use crate::model::binding::{Binding, BoundField};
use crate::model::decision::Verdict;
use crate::model::facts::{Fact, Want};
use crate::model::ids::Digest;
use crate::model::invocation::{Invocation, Variable};

/// The ledger's binding key; lies outside the chain and is never exported.
#[derive(Clone, Copy)]
pub struct BindingKey(pub [u8; 32]);

/// What is known of a request when it is bound.
pub struct Parts<'a> {
    /// The invocation; only its form, directory and stdin count here.
    pub invocation: &'a Invocation,
    /// The resolved executable and its content's digest.
    pub executable: (&'a str, Digest),
    /// The variables that count for its tools.
    pub env: &'a [Variable],
    /// The files that it reads as its orders, with their contents' digests.
    pub inputs: &'a [(String, Digest)],
    /// What the host answered.
    pub facts: &'a [Fact],
    /// What was decided.
    pub verdict: &'a Verdict,
}

/// Digests every field.
///
/// # Errors
/// When a field cannot be written as JSON.
pub fn bind(key: &BindingKey, parts: &Parts<'_>) -> Result<Binding, serde_json::Error> {
    let mut binding = Binding::default();
    let mut put = |field: BoundField, digest: Digest| {
        binding.fields.insert(field, digest);
    };
    put(BoundField::Argv, keyed(key, "argv", &parts.invocation.form)?);
    put(BoundField::Cwd, keyed(key, "cwd", &parts.invocation.cwd)?);
    put(BoundField::Executable, keyed(key, "executable", &parts.executable)?);
    put(BoundField::Environment, keyed(key, "environment", &parts.env)?);
    put(BoundField::Stdin, keyed(key, "stdin", &parts.invocation.stdin)?);
    put(BoundField::Inputs, keyed(key, "inputs", &parts.inputs)?);
    put(BoundField::Target, keyed(key, "target", &targets(parts))?);
    let rules: Vec<_> = parts.verdict.matches.iter().map(|m| (&m.rule, m.decision, m.action)).collect();
    put(BoundField::Rules, keyed(key, "rules", &(rules, &parts.verdict.obligations))?);
    Ok(binding)
}

/// The keyed digest of an input file's content, so that a changed file can be named without telling what is in it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn input(key: &BindingKey, path: &str, content: &Digest) -> Result<Digest, serde_json::Error> {
    keyed(key, "input", &(path, content))
}

/// The digest by which the same request of the same caller is recognised while it is open.
///
/// # Errors
/// When a field cannot be written as JSON.
pub fn identity(key: &BindingKey, caller: &str, binding: &Binding) -> Result<Digest, serde_json::Error> {
    let fields = [BoundField::Argv, BoundField::Cwd, BoundField::Environment, BoundField::Stdin, BoundField::Inputs];
    let digests: Vec<_> = fields.iter().map(|field| binding.fields.get(field)).collect();
    keyed(key, "identity", &(caller, digests))
}

/// The facts that say where a command points, and the environments they were read as.
fn targets<'a>(parts: &'a Parts<'a>) -> (Vec<&'a Fact>, Vec<(&'a str, &'a [String])>) {
    let facts = parts.facts.iter().filter(|fact| match fact.want {
        Want::KubeContext { .. }
        | Want::TerraformWorkspace { .. }
        | Want::TerraformVariables { .. }
        | Want::AwsProfile { .. }
        | Want::GcloudConfiguration { .. }
        | Want::AzureSubscription { .. }
        | Want::DockerContext { .. }
        | Want::GitPrograms { .. }
        | Want::TerraformPrograms { .. }
        | Want::SshHost { .. }
        | Want::PgService { .. }
        | Want::MysqlOptions { .. }
        | Want::GitRepository { .. }
        | Want::GitReference { .. } => true,
        Want::GitAlias { .. }
        | Want::FileText { .. }
        | Want::Program { .. }
        | Want::ProgramFile { .. }
        | Want::Path { .. }
        | Want::OwnFiles => false,
    });
    let actions = parts.verdict.actions.iter().map(|a| (a.environment.as_str(), a.targets.as_slice()));
    (facts.collect(), actions.collect())
}

fn keyed(key: &BindingKey, field: &str, value: &impl Serialize) -> Result<Digest, serde_json::Error> {
    digest_json(&format!("aigov-binding-v1:{field}"), &(Digest(key.0), value))
}
