//! What mongosh is given to evaluate: JavaScript, of which only chains of known calls are read.
//!
//! Names, strings, numbers and literals of objects and arrays are all that may stand in it. An operator, a function, a
//! regular expression, a template or a computed property makes the whole unknown.

use crate::model::action::Category::{self, AccessControl, DbMigration, Infra, Observe, UserData};
use crate::model::action::Impact::{self, Destroy, Read, Write};

use super::meaning::Statement;
use super::secrets;
use super::tables::functions::has;

/// Methods that only look. Source: mongodb.com/docs/mongodb-shell/reference/methods.
const READS: &str = "find findOne count countDocuments estimatedDocumentCount distinct aggregate explain getIndexes stats dataSize \
    storageSize totalSize totalIndexSize getShardDistribution isCapped limit skip sort project projection pretty toArray hint \
    maxTimeMS batchSize comment collation readConcern readPref allowDiskUse itcount size hasNext next getCollection getSiblingDB \
    getCollectionNames getCollectionInfos getName getMongo serverStatus hostInfo version buildInfo isMaster hello currentOp \
    serverBuildInfo getReplicationInfo printReplicationInfo printSecondaryReplicationInfo status conf config getProfilingStatus \
    listDatabases getDBNames getDBs adminCommandHelp help print printjson latencyStats validateOptions isBalancerRunning getBalancerState";

/// Values that are made by a call.
const VALUES: &str =
    "ObjectId ISODate NumberLong NumberInt NumberDecimal Date UUID Timestamp BinData Long Int32 Double Decimal128";

const WRITES: &[(&str, Impact, Category)] = &[
    (
        "insert insertOne insertMany update updateOne updateMany replaceOne save findAndModify findOneAndUpdate findOneAndReplace bulkWrite",
        Write,
        UserData,
    ),
    ("deleteOne deleteMany remove findOneAndDelete drop dropDatabase", Destroy, UserData),
    (
        "createIndex createIndexes ensureIndex createCollection createView renameCollection convertToCapped collMod hideIndex unhideIndex createSearchIndex reIndex compact",
        Write,
        DbMigration,
    ),
    ("dropIndex dropIndexes dropSearchIndex", Destroy, DbMigration),
    (
        "createUser updateUser dropUser dropAllUsers createRole updateRole dropRole grantRolesToUser revokeRolesFromUser grantPrivilegesToRole revokePrivilegesFromRole grantRolesToRole revokeRolesFromRole changeUserPassword",
        Write,
        AccessControl,
    ),
    (
        "shutdownServer killOp fsyncLock fsyncUnlock setProfilingLevel setLogLevel stepDown reconfig initiate add addArb addShard enableSharding shardCollection moveChunk stopBalancer startBalancer freeze",
        Write,
        Infra,
    ),
];

/// Stages and operators that write, or run code.
const STAGES: &str = "$out $merge $where $function $accumulator $currentOp $listSessions $eval mapReduce";

#[derive(Debug, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    Text(&'a str),
    Symbol(char),
}

/// What `text` does.
pub fn evaluated(text: &str) -> Statement {
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(why) => return Statement::unknown("mongosh", why),
    };
    let mut made: Option<Statement> = None;
    let mut is_secret = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let is_called = tokens.get(at + 1) == Some(&Token::Symbol('('));
        let is_run_together =
            matches!((before, token), (Some(Token::Name(word)), Token::Name(_)) if !has("new show use", word));
        if is_run_together {
            return Statement::unknown("mongosh", "a command of the shell's own");
        }
        match token {
            Token::Name(name) | Token::Text(name) if has(STAGES, name) => {
                return Statement::unknown("mongosh", format!("`{name}` writes, or runs code"));
            }
            Token::Name(name) if is_called => match call(name) {
                Some(one) if has(VALUES, name) && made.is_some() => drop(one),
                Some(one) => {
                    if made.as_ref().is_none_or(|made| one.impact > made.impact) {
                        made = Some(one);
                    }
                }
                None => return Statement::unknown("mongosh", format!("`{name}` is not a call that is known")),
            },
            Token::Symbol('[') if !matches!(before, Some(Token::Symbol('(' | ',' | ':' | '['))) => {
                return Statement::unknown("mongosh", "a property that is computed");
            }
            // A call of what is not a name.
            Token::Symbol('(') if !matches!(before, Some(Token::Name(_))) => {
                return Statement::unknown("mongosh", "a call of what is not a name");
            }
            Token::Name(name) => is_secret |= secrets::is_credential(name) || has("system.users admin.system", name),
            Token::Text(name) => is_secret |= secrets::is_credential(name) || name.contains("system.users"),
            Token::Symbol(_) => {}
        }
    }
    let mut made = made.unwrap_or_else(|| without_call(&tokens));
    if is_secret || text.contains("system.users") {
        made.categories.insert(Category::Secrets);
        made.why.push("it names what holds credentials".to_owned());
    }
    made
}

/// A property, or one of the shell's own commands.
fn without_call(tokens: &[Token<'_>]) -> Statement {
    match tokens.first() {
        Some(Token::Name("db" | "rs" | "sh" | "show" | "use" | "help")) => Statement::read("mongosh"),
        _ => Statement::unknown("mongosh", "a command of the shell's own"),
    }
}

fn call(name: &str) -> Option<Statement> {
    if has(READS, name) || has(VALUES, name) {
        return Some(Statement::new(name, Read, &[Observe]));
    }
    let (_, impact, category) = WRITES.iter().find(|(names, ..)| has(names, name))?;
    Some(Statement::new(name, *impact, &[*category]))
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let length = match c {
            ' ' | '\n' | '\t' => 1,
            '\'' | '"' => {
                let body = rest.get(1..).unwrap_or_default();
                let end = body.find(c).ok_or("a string without an end")?;
                let inside = body.get(..end).unwrap_or_default();
                if inside.contains(['\\', '\n']) {
                    return Err("a string with escapes".to_owned());
                }
                all.push(Token::Text(inside));
                end + 2
            }
            _ if is_name(c) => {
                let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                if has(
                    "function return var let const class import require eval load while for async await yield delete with get set",
                    name,
                ) {
                    return Err(format!("`{name}` stands in it"));
                }
                all.push(Token::Name(name));
                end
            }
            '.' | ',' | ':' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '-' => {
                all.push(Token::Symbol(c));
                1
            }
            _ => return Err(format!("`{}` is not read", c.escape_default())),
        };
        at += length;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::Impact::Unknown;

    #[test]
    fn only_chains_of_known_calls_are_read() {
        for (text, expected) in [
            ("db.orders.find({state: 'open', total: {$gt: 5}}).sort({a: -1}).limit(5)", Read),
            ("db.getSiblingDB('shop').orders.countDocuments({})", Read),
            ("db.orders.aggregate([{$match: {a: 1}}, {$group: {_id: '$b', n: {$sum: 1}}}])", Read),
            ("db.orders.findOne({_id: ObjectId('65a')})", Read),
            ("rs.status()", Read),
            ("db.orders.insertOne({a: 1})", Write),
            ("db.orders.find(); db.orders.drop()", Destroy),
            ("db.orders.aggregate([{$out: 'x'}])", Unknown),
            ("db.orders.aggregate([{'$merge': 'x'}])", Unknown),
            ("db.orders.find({$where: 'x'})", Unknown),
            ("db.orders['drop']()", Unknown),
            ("db.orders.find().forEach(x => y)", Unknown),
            ("db.runCommand({drop: 'x'})", Unknown),
            ("(db.orders.drop)()", Unknown),
            ("db.orders.find(`x`)", Unknown),
            ("db.orders.dr\\u006fp()", Unknown),
            ("db.orders.find({a: 1}, {b: db.orders.drop()})", Destroy),
            ("x = db.orders.drop; x()", Unknown),
            ("show dbs", Read),
            ("edit db", Unknown),
            ("edit", Unknown),
            (".load x", Unknown),
        ] {
            assert_eq!(evaluated(text).impact, expected, "{text}");
        }
        assert!(evaluated("db.users.find({}, {password: 1})").categories.contains(&Category::Secrets));
    }
}
