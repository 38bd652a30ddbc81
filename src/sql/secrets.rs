//! Reading what is named like a credential hands it out.

use crate::model::action::Category;

use super::lex::Token;
use super::meaning::Statement;
use super::tables::functions::has;

/// Tables of the server that hold credentials.
const CREDENTIAL_TABLES: &str = "pg_authid pg_shadow pg_user_mapping pg_user_mappings pg_subscription pg_foreign_server \
    pg_hba_file_rules pg_largeobject global_priv slave_master_info authentication_string duckdb_secrets named_collections \
    system_auth pg_dist_authinfo";

/// Reading what is named like a credential hands it out.
pub fn add(tokens: &[Token], made: &mut Statement) {
    let is_dotted_user = tokens.windows(3).any(|three| {
        matches!(three, [schema, dot, table] if schema.is_name() && schema.text == "mysql" && dot.is(".") && table.text == "user")
    });
    let named = tokens
        .iter()
        .filter(|token| token.is_name())
        .find(|token| has(CREDENTIAL_TABLES, &token.text) || is_credential(&token.text));
    let is_definition =
        ["create", "alter", "drop", "comment", "grant", "revoke"].iter().any(|verb| made.kind.starts_with(verb));
    if is_definition && !made.kind.contains("user") && !made.kind.contains("role") {
        return;
    }
    if let Some(token) = named.filter(|_| !is_definition) {
        made.categories.insert(Category::Secrets);
        made.why.push(format!("`{}` is named like what holds credentials", token.text));
    } else if is_dotted_user {
        made.categories.insert(Category::Secrets);
        made.why.push("`mysql.user` holds credentials".to_owned());
    }
}

/// Whether a name says that credentials are behind it.
pub fn is_credential(name: &str) -> bool {
    let lower = name.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let alone =
        "password passwords passwd pwd passphrase secret secrets credential credentials apikey apikeys privatekey";
    let before = "api private access refresh auth session oauth reset bearer signing encryption ssh deploy";
    parts.iter().any(|part| has(alone, part))
        || parts
            .windows(2)
            .any(|pair| matches!(pair, [first, second] if has(before, first) && has("key keys token tokens", second)))
}
