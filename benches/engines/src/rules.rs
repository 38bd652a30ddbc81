//! Rules and actions drawn from a seed, as an organisation with many teams would have them; the engines get these and
//! nothing else.

use std::collections::BTreeSet;

use aigov::model::action::{Action, Category, Environment, Impact, Reversible};
use aigov::model::decision::Decision;

/// Environments, and whether they count as production.
pub const ENVIRONMENTS: &[(&str, bool)] = &[
    ("production-eu", true),
    ("production-us", true),
    ("production-ap", true),
    ("payments", true),
    ("staging", false),
    ("load-test", false),
    ("dev", false),
    ("qa", false),
    ("sandbox", false),
    ("demo", false),
];

/// Tools with some of their operations, and what these do.
const TOOLS: &[(&str, &[(&str, Impact)])] = &[
    (
        "kubectl",
        &[
            ("get", R),
            ("describe", R),
            ("logs", R),
            ("apply", W),
            ("scale", W),
            ("rollout restart", W),
            ("delete", D),
            ("drain", D),
            ("exec", U),
        ],
    ),
    ("helm", &[("list", R), ("status", R), ("upgrade", W), ("install", W), ("rollback", W), ("uninstall", D)]),
    ("terraform", &[("plan", R), ("show", R), ("apply", W), ("import", W), ("destroy", D), ("state rm", D)]),
    (
        "aws",
        &[
            ("ec2 describe-instances", R),
            ("s3 ls", R),
            ("s3 cp", W),
            ("ec2 run-instances", W),
            ("iam attach-user-policy", W),
            ("s3 rb", D),
            ("rds delete-db-instance", D),
        ],
    ),
    (
        "gcloud",
        &[("compute instances list", R), ("run deploy", W), ("sql instances patch", W), ("sql instances delete", D)],
    ),
    ("az", &[("vm list", R), ("vm create", W), ("group delete", D)]),
    ("psql", &[("select", R), ("insert", W), ("update", W), ("alter table", W), ("drop table", D), ("truncate", D)]),
    ("git", &[("log", R), ("status", R), ("commit", W), ("push", W), ("reset hard", D), ("push force", D)]),
    ("gh", &[("pr view", R), ("pr create", W), ("pr merge", W), ("repo delete", D)]),
    ("docker", &[("ps", R), ("build", W), ("push", W), ("rm", D), ("system prune", D)]),
    ("vault", &[("kv get", R), ("kv put", W), ("kv destroy", D)]),
    ("ansible-playbook", &[("check", R), ("run", U)]),
    ("redis-cli", &[("get", R), ("set", W), ("flushall", D)]),
    ("systemctl", &[("status", R), ("restart", W), ("disable", W)]),
    ("npm", &[("view", R), ("install", W), ("publish", W), ("unpublish", D)]),
    ("argocd", &[("app get", R), ("app sync", W), ("app delete", D)]),
    ("flux", &[("get", R), ("reconcile", W), ("delete", D)]),
    ("pulumi", &[("preview", R), ("up", W), ("destroy", D)]),
    ("consul", &[("members", R), ("kv put", W), ("kv delete", D)]),
    ("nomad", &[("status", R), ("job run", W), ("job stop", D)]),
    ("mysql", &[("select", R), ("insert", W), ("drop table", D)]),
    ("mongosh", &[("find", R), ("insert", W), ("drop", D)]),
    ("curl", &[("get", R), ("post", W), ("delete", D)]),
    ("ssh", &[("run", U)]),
];
const R: Impact = Impact::Read;
const W: Impact = Impact::Write;
const D: Impact = Impact::Destroy;
const U: Impact = Impact::Unknown;

/// What targets are kinds of.
const KINDS: &[&str] = &[
    "pod", "deployment", "namespace", "secret", "configmap", "node", "table", "database", "bucket", "instance", "role",
    "service", "volume", "branch",
];
/// Globs over tools and operations.
const TOOL_GLOBS: &[&str] = &["kube*", "aws*", "a*", "my*"];
const OPERATION_GLOBS: &[&str] =
    &["delete*", "*delete", "s3 *", "ec2 *", "kv *", "app *", "push*", "job *", "sql instances *", "*force"];

/// Conditions in a form that all engines can say.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    pub impact: Vec<Impact>,
    pub category: Vec<Category>,
    pub environment: Vec<&'static str>,
    /// Names, or one glob with a star at its beginning or end.
    pub tool: Vec<&'static str>,
    /// The same.
    pub operation: Vec<&'static str>,
    /// Kinds of targets: `pod` for `pod/*`.
    pub kind: Vec<&'static str>,
    pub protected: Option<bool>,
}

/// A rule before any engine has it.
#[derive(Debug, Clone)]
pub struct Rule {
    pub id: String,
    pub decision: Decision,
    pub when: Conditions,
    pub unless: Option<Conditions>,
}

impl Rule {
    /// Whether several values must all be meant, as in rules that allow, and not any of them.
    pub fn means_all(&self) -> bool {
        self.decision < Decision::Ask
    }
}

/// Numbers from a seed (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % most
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Between one and `most` different ones, in the order of `all`.
    fn some<T: Copy>(&mut self, all: &[T], most: usize) -> Vec<T> {
        let count = 1 + self.below(most.min(all.len()));
        let mut picked = BTreeSet::new();
        while picked.len() < count {
            picked.insert(self.below(all.len()));
        }
        picked.into_iter().map(|at| all[at]).collect()
    }
}

/// `count` rules. The first of more rules are the same.
pub fn rules(count: usize, seed: u64) -> Vec<Rule> {
    let mut dice = Dice::new(seed);
    (0..count).map(|number| rule(number, &mut dice)).collect()
}

fn rule(number: usize, dice: &mut Dice) -> Rule {
    let decision = match dice.below(100) {
        0..40 => Decision::Allow,
        40..45 => Decision::Flag,
        45..88 => Decision::Ask,
        _ => Decision::Deny,
    };
    let mut when = match dice.below(100) {
        // A team's rules for a tool: what it may do with it where.
        0..65 => of_tool(dice),
        // A kind of work in some places.
        65..85 => Conditions {
            impact: dice.some(&Impact::ALL, 2),
            category: dice.some(&Category::ALL, 3),
            environment: environments(dice, 2),
            ..Conditions::default()
        },
        // What holds state.
        85..97 => Conditions {
            impact: dice.some(&[W, D, U], 2),
            environment: environments(dice, 2),
            kind: dice.some(KINDS, 3),
            ..of_tool(dice)
        },
        // A whole family of operations, in all production or outside of it.
        _ => Conditions {
            impact: dice.some(&[W, D], 2),
            operation: vec![dice.one(OPERATION_GLOBS)],
            protected: Some(dice.percent(60)),
            ..Conditions::default()
        },
    };
    let unless = dice.percent(10).then(|| Conditions { environment: environments(dice, 1), ..Conditions::default() });
    if decision < Decision::Ask {
        // What aigov demands of rules that allow: an impact, a tool or category, and a place for what is no read.
        let names_place = !when.environment.is_empty() || when.protected == Some(false);
        if when.impact.is_empty() || !names_place {
            when.impact = vec![R];
        }
        if when.category.is_empty() && when.tool.is_empty() {
            when.category = dice.some(&Category::ALL, 6);
        }
    }
    Rule { id: format!("rule-{number}"), decision, when, unless }
}

fn of_tool(dice: &mut Dice) -> Conditions {
    let (tool, operations) = dice.one(TOOLS);
    let names: Vec<&'static str> = operations.iter().map(|(name, _)| *name).collect();
    Conditions {
        tool: match dice.below(100) {
            0..5 => vec![dice.one(TOOL_GLOBS)],
            5..15 => {
                let other = dice.one(TOOLS).0;
                if other == tool { vec![tool] } else { vec![tool, other] }
            }
            _ => vec![tool],
        },
        operation: match dice.below(100) {
            0..10 => Vec::new(),
            10..20 => vec![dice.one(OPERATION_GLOBS)],
            _ => dice.some(&names, 3),
        },
        impact: if dice.percent(40) { dice.some(&Impact::ALL, 2) } else { Vec::new() },
        environment: if dice.percent(80) { environments(dice, 3) } else { Vec::new() },
        protected: dice.percent(15).then(|| dice.percent(70)),
        ..Conditions::default()
    }
}

fn environments(dice: &mut Dice, most: usize) -> Vec<&'static str> {
    let names: Vec<&'static str> = ENVIRONMENTS.iter().map(|(name, _)| *name).collect();
    dice.some(&names, most)
}

/// `count` actions.
pub fn actions(count: usize, seed: u64) -> Vec<Action> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| action(&mut dice)).collect()
}

fn action(dice: &mut Dice) -> Action {
    let (tool, operations) = dice.one(TOOLS);
    let (operation, impact) = dice.one(operations);
    let environment = match dice.below(100) {
        0..10 => "local",
        10..20 => "unknown",
        _ => dice.one(ENVIRONMENTS).0,
    };
    let targets = match dice.below(100) {
        0..30 => Vec::new(),
        30..90 => vec![dice.one(KINDS)],
        _ => dice.some(KINDS, 3),
    };
    Action {
        tool: tool.to_owned(),
        operation: operation.to_owned(),
        impact,
        categories: dice.some(&Category::ALL, 2).into_iter().collect(),
        environment: Environment::named(environment),
        service: None,
        targets: targets.into_iter().map(|kind| format!("{kind}/web-{}", dice.below(9))).collect(),
        reversible: Reversible::Unknown,
        evidence: Vec::new(),
    }
}

/// The kinds of an action's targets.
pub fn kinds(action: &Action) -> BTreeSet<String> {
    action.targets.iter().filter_map(|target| target.split_once('/')).map(|(kind, _)| kind.to_owned()).collect()
}

/// Whether an action's environment counts as production; told to the engines that have no such notion.
pub fn is_protected(action: &Action) -> bool {
    let name = action.environment.as_str();
    name != "local" && ENVIRONMENTS.iter().find(|(known, _)| *known == name).is_none_or(|(_, protected)| *protected)
}
