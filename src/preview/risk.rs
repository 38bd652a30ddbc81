//! What needs care, by what a thing is called. A name that says so can only add care.

use crate::model::preview::{Change, Risk};

/// A kind of thing that needs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Care {
    /// Tables, caches, search indexes.
    Database,
    /// Who may do what, and the keys to it.
    Access,
    /// What can reach what.
    Network,
    /// Disks, buckets, volumes, backups, queues.
    Data,
}

impl Care {
    /// The word in summaries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Access => "access",
            Self::Network => "network",
            Self::Data => "data",
        }
    }
}

/// Words of types and names (AWS, Google Cloud, Azure, Kubernetes) with what they stand for. `iam` in
/// `aws_iam_role`, `sql` in `google_sql_database_instance`.
const WORDS: &[(&str, Care)] = &[
    ("db", Care::Database),
    ("database", Care::Database),
    ("databases", Care::Database),
    ("rds", Care::Database),
    ("sql", Care::Database),
    ("mysql", Care::Database),
    ("mssql", Care::Database),
    ("postgres", Care::Database),
    ("postgresql", Care::Database),
    ("mariadb", Care::Database),
    ("mongo", Care::Database),
    ("mongodb", Care::Database),
    ("mongodbatlas", Care::Database),
    ("dynamodb", Care::Database),
    ("docdb", Care::Database),
    ("cosmosdb", Care::Database),
    ("neptune", Care::Database),
    ("redshift", Care::Database),
    ("bigquery", Care::Database),
    ("bigtable", Care::Database),
    ("spanner", Care::Database),
    ("firestore", Care::Database),
    ("alloydb", Care::Database),
    ("elasticache", Care::Database),
    ("redis", Care::Database),
    ("memorydb", Care::Database),
    ("opensearch", Care::Database),
    ("elasticsearch", Care::Database),
    ("clickhouse", Care::Database),
    ("snowflake", Care::Database),
    ("statefulset", Care::Database),
    ("iam", Care::Access),
    ("role", Care::Access),
    ("roles", Care::Access),
    ("rolebinding", Care::Access),
    ("clusterrole", Care::Access),
    ("clusterrolebinding", Care::Access),
    ("serviceaccount", Care::Access),
    ("policy", Care::Access),
    ("user", Care::Access),
    ("azuread", Care::Access),
    ("permission", Care::Access),
    ("permissions", Care::Access),
    ("grant", Care::Access),
    ("assignment", Care::Access),
    ("kms", Care::Access),
    ("key", Care::Access),
    ("keypair", Care::Access),
    ("secret", Care::Access),
    ("secrets", Care::Access),
    ("secretsmanager", Care::Access),
    ("password", Care::Access),
    ("certificate", Care::Access),
    ("acm", Care::Access),
    ("vault", Care::Access),
    ("cognito", Care::Access),
    ("security", Care::Network),
    ("vpc", Care::Network),
    ("subnet", Care::Network),
    ("subnetwork", Care::Network),
    ("network", Care::Network),
    ("networkpolicy", Care::Network),
    ("route", Care::Network),
    ("route53", Care::Network),
    ("dns", Care::Network),
    ("firewall", Care::Network),
    ("waf", Care::Network),
    ("acl", Care::Network),
    ("gateway", Care::Network),
    ("peering", Care::Network),
    ("vpn", Care::Network),
    ("lb", Care::Network),
    ("alb", Care::Network),
    ("elb", Care::Network),
    ("loadbalancer", Care::Network),
    ("listener", Care::Network),
    ("ingress", Care::Network),
    ("cdn", Care::Network),
    ("cloudfront", Care::Network),
    ("bucket", Care::Data),
    ("s3", Care::Data),
    ("storage", Care::Data),
    ("volume", Care::Data),
    ("persistentvolume", Care::Data),
    ("persistentvolumeclaim", Care::Data),
    ("pvc", Care::Data),
    ("disk", Care::Data),
    ("ebs", Care::Data),
    ("efs", Care::Data),
    ("filesystem", Care::Data),
    ("snapshot", Care::Data),
    ("backup", Care::Data),
    ("namespace", Care::Data),
    ("sqs", Care::Data),
    ("queue", Care::Data),
    ("topic", Care::Data),
    ("stream", Care::Data),
    ("kinesis", Care::Data),
    ("kafka", Care::Data),
    ("msk", Care::Data),
];

/// What a thing of this type and name stands for, the gravest first.
pub fn care_for(names: &[&str]) -> Option<Care> {
    let segments = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let found = segments.filter_map(|segment| {
        let segment = segment.to_ascii_lowercase();
        WORDS.iter().find(|(word, _)| *word == segment).map(|(_, care)| *care)
    });
    found.min()
}

/// How much care a change of such a thing needs, and why.
pub fn risk_of(change: Change, care: Option<Care>) -> (Risk, Vec<String>) {
    let loses = match change {
        Change::Replace => Some("it is deleted and made anew; what is in it is gone"),
        Change::Delete => Some("it is deleted; what is in it is gone"),
        Change::Forget => Some("nobody looks after it any more, and it stays"),
        Change::Update | Change::Create | Change::Adopt | Change::Run => None,
    };
    let why: Vec<String> =
        care.map(|care| care.as_str().to_owned()).into_iter().chain(loses.map(str::to_owned)).collect();
    let risk = if why.is_empty() { Risk::Usual } else { Risk::High };
    (risk, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_names_say_what_needs_care() {
        for (names, care) in [
            (&["aws_db_instance", "main"][..], Some(Care::Database)),
            (&["google_sql_database_instance", "x"], Some(Care::Database)),
            (&["aws_iam_role_policy", "x"], Some(Care::Access)),
            (&["aws_security_group", "x"], Some(Care::Network)),
            (&["aws_s3_bucket", "logs"], Some(Care::Data)),
            (&["terraform_data", "db"], Some(Care::Database)),
            (&["aws_instance", "web"], None),
            (&["terraform_data", "dbx"], None),
        ] {
            assert_eq!(care_for(names), care, "{names:?}");
        }
    }

    #[test]
    fn what_is_deleted_needs_care_whatever_it_is() {
        assert_eq!(risk_of(Change::Create, None).0, Risk::Usual);
        assert_eq!(risk_of(Change::Update, None).0, Risk::Usual);
        assert_eq!(risk_of(Change::Delete, None).0, Risk::High);
        assert_eq!(risk_of(Change::Create, Some(Care::Access)).0, Risk::High);
    }
}
