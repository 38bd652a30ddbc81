//! The commands of redis and valkey, by name. Source: redis.io/docs/latest/commands, with the flags that the server's
//! `COMMAND INFO` gives them (`readonly`, `write`, `admin`, `dangerous`).

use crate::model::action::Category::{self, AccessControl, Config, Execution, Infra, Observe, Secrets, UserData};
use crate::model::action::Impact::{self, Destroy, Read, Unknown, Write};

use super::meaning::Statement;
use super::secrets;
use super::tables::functions::has;

/// Commands of one sort. Those with subcommands are written with a bar: `config|get`.
struct Sort {
    names: &'static str,
    impact: Impact,
    category: Category,
}

const SORTS: &[Sort] = &[
    Sort {
        names: "bitcount bitfield_ro bitpos command cluster|countkeysinslot cluster|getkeysinslot cluster|info cluster|keyslot cluster|links \
            cluster|myid cluster|nodes cluster|replicas cluster|shards cluster|slots cluster|slaves client|getname client|id client|info client|list \
            client|trackinginfo command|count command|docs command|getkeys command|info command|list config|get dbsize dump echo exists \
            expiretime function|list function|stats geodist geohash geopos georadius_ro georadiusbymember_ro geosearch get \
            getbit getrange hexists hget hgetall hkeys hlen hmget hpexpiretime hpttl hexpiretime hrandfield hscan hstrlen httl hvals info keys lastsave \
            latency|doctor latency|graph latency|histogram latency|history latency|latest lcs lindex llen lolwut lpos lrange \
            memory|doctor memory|malloc-stats memory|stats memory|usage mget module|list object|encoding object|freq \
            object|idletime object|refcount pexpiretime ping pttl pubsub|channels pubsub|numpat pubsub|numsub pubsub|shardchannels \
            pubsub|shardnumsub randomkey role scan scard script|exists sdiff sinter sintercard sismember slowlog|get slowlog|len \
            smembers smismember sort_ro srandmember sscan strlen substr sunion time touch ttl type xinfo|consumers xinfo|groups \
            xinfo|stream xlen xpending xrange xread xrevrange zcard zcount zdiff zinter zintercard zlexcount zmscore zrandmember \
            zrange zrangebylex zrangebyscore zrank zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion \
            json.get json.mget json.type json.objkeys json.objlen json.arrlen json.strlen ft.search ft.info ft.aggregate ft._list ft.explain \
            ts.get ts.range ts.info ts.mrange bf.exists bf.info cf.exists hello",
        impact: Read,
        category: Observe,
    },
    Sort {
        names: "append bitfield bitop blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy decr decrby expire \
            expireat geoadd georadius georadiusbymember geosearchstore getex getset hincrby hincrbyfloat hexpire hpexpire hexpireat hpexpireat hpersist \
            hmset hset hsetnx hsetex hgetex incr incrby incrbyfloat linsert lmove lpush lpushx lset migrate move mset msetnx persist pexpire \
            pexpireat pfadd pfcount pfmerge psetex publish rename renamenx restore rpoplpush rpush rpushx sadd sdiffstore \
            set setbit setex setnx setrange sinterstore smove sort spublish sunionstore xack xadd xautoclaim xclaim xgroup|create \
            xgroup|createconsumer xgroup|setid xreadgroup xsetid zadd zdiffstore zincrby zinterstore zrangestore zunionstore \
            json.set json.mset json.merge json.arrappend json.numincrby ts.add ts.create bf.add bf.reserve cf.add ft.create ft.alter",
        impact: Write,
        category: UserData,
    },
    Sort {
        names: "del flushall flushdb getdel hdel hgetdel lmpop lpop lrem ltrim rpop spop srem swapdb unlink xdel xgroup|destroy xgroup|delconsumer xtrim \
            zmpop zpopmax zpopmin zrem zremrangebylex zremrangebyrank zremrangebyscore json.del json.clear json.forget ft.dropindex ft.drop ts.del cf.del",
        impact: Destroy,
        category: UserData,
    },
    Sort {
        names: "config|set config|rewrite config|resetstat client|setname client|no-evict client|pause client|unpause latency|reset slowlog|reset memory|purge",
        impact: Write,
        category: Config,
    },
    Sort { names: "acl|setuser acl|deluser acl|load acl|save", impact: Write, category: AccessControl },
    Sort { names: "acl|list acl|getuser acl|users acl|log acl|genpass", impact: Read, category: Secrets },
    Sort { names: "acl|cat acl|whoami acl|dryrun", impact: Read, category: AccessControl },
    Sort {
        names: "bgrewriteaof bgsave client|kill cluster|addslots cluster|bumpepoch cluster|failover cluster|forget cluster|meet \
            cluster|replicate cluster|saveconfig cluster|set-config-epoch cluster|setslot failover replicaof save shutdown slaveof \
            cluster|addslotsrange cluster|delslots cluster|delslotsrange cluster|count-failure-reports",
        impact: Write,
        category: Infra,
    },
    Sort {
        names: "cluster|flushslots cluster|reset function|flush function|delete script|flush script|kill function|kill",
        impact: Destroy,
        category: Infra,
    },
    Sort {
        names: "eval evalsha eval_ro evalsha_ro fcall fcall_ro function|load function|restore script|load module|load module|loadex module|unload debug \
            monitor subscribe psubscribe ssubscribe sync psync multi exec",
        impact: Unknown,
        category: Execution,
    },
];

/// What the command in `words` does; none of them is opaque.
pub fn command(words: &[&str]) -> Statement {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let first = lower.first().map_or("", String::as_str);
    let pair = lower.get(1).map(|second| format!("{first}|{second}"));
    let named = |name: &str| SORTS.iter().find(|sort| has(sort.names, name));
    let found = match pair.as_deref().and_then(|pair| named(pair).map(|sort| (pair.replace('|', " "), sort))) {
        Some(found) => Some(found),
        None => named(first).map(|sort| (first.to_owned(), sort)),
    };
    let Some((name, sort)) = found else {
        return Statement::unknown(first, format!("`{first}` is not a command of redis that is known"));
    };
    let mut made = Statement::new(&name, sort.impact, &[sort.category]);
    // `SORT … STORE` is listed as a write; `GETEX` and the like change when a key ends.
    let rest = words.get(name.split(' ').count()..).unwrap_or_default();
    if has("get set del unlink", first) {
        made.objects = rest.iter().take(1).map(|key| format!("key/{key}")).collect();
    }
    if sort.impact == Impact::Read && rest.iter().any(|word| secrets::is_credential(word)) {
        made.categories.insert(Secrets);
        made.why.push("a key is named like what holds credentials".to_owned());
    }
    if name == "config get"
        && rest.iter().any(|word| word.contains("pass") || word.contains("auth") || word.contains('*'))
    {
        made.categories.insert(Secrets);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_known_by_their_names() {
        assert_eq!(command(&["GET", "a"]).impact, Read);
        assert_eq!(command(&["set", "a", "b"]).impact, Write);
        assert_eq!(command(&["FlushAll", "async"]).impact, Destroy);
        assert_eq!(command(&["config", "SET", "dir", "/"]).impact, Write);
        assert_eq!(command(&["config", "something"]).impact, Unknown);
        assert_eq!(command(&["eval", "return redis.call('flushall')", "0"]).impact, Unknown);
        assert_eq!(command(&["sort", "a", "store", "b"]).impact, Write);
        assert_eq!(command(&["unheard"]).impact, Unknown);
        assert!(command(&["get", "user:password"]).categories.contains(&Secrets));
        assert!(command(&["config", "get", "*"]).categories.contains(&Secrets));
    }
}
