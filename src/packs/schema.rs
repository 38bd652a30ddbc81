//! The form of a pack: what aigov knows of one tool, as constant data.
//!
//! A pack never makes a command safer by silence: a verb or flag that it does not list leaves the impact unknown,
//! unless the pack says that the tool's other flags are harmless.

use crate::model::action::{Category, Impact, Reversible};

/// Everything known of one tool.
#[derive(Debug)]
pub struct Pack {
    /// The tool's name in actions and rules.
    pub tool: &'static str,
    /// Base names of the programs that this pack describes.
    pub programs: &'static [&'static str],
    /// Where the facts come from.
    pub source: &'static str,
    /// How the tool writes its flags.
    pub style: FlagStyle,
    /// Flags that may stand anywhere.
    pub flags: Flags,
    /// Flags that may only stand before the verb, where the same letters mean something else after it.
    pub early: Flags,
    /// Flags that may only stand after the verb. Where a table of a verb has the same flag, that table counts.
    pub late: Flags,
    /// Flags that make the tool print its help and do nothing else, wherever they stand.
    pub help: &'static [&'static str],
    /// Words before the verb that change nothing about it (`gcloud beta …`).
    pub tracks: &'static [&'static str],
    /// Words that `**` in a verb's path stands for, sorted: the groups of a tool with too many to list each path.
    pub groups: &'static [&'static str],
    /// How the things that a verb acts on are named.
    pub names: Names,
    /// The verbs. Empty for a tool without verbs (`ls`), which `bare` describes.
    pub verbs: &'static [Verb],
    /// What the tool does with no verb.
    pub bare: Option<Verb>,
    /// What flags of the whole tool change about every verb, after the verb's own modifiers.
    pub modifiers: &'static [Modifier],
    /// How its target environment is found.
    pub locate: Locate,
    /// Kinds of object with their other names, all giving the canonical kind: `("ns", "namespace")`.
    pub kinds: &'static [(&'static str, &'static str)],
    /// Commands with what they are, run as tests.
    pub examples: &'static [Example],
}

impl Pack {
    /// A local tool without flags or verbs; the base that others override by `..`.
    pub const BASE: Self = Self {
        tool: "",
        programs: &[],
        source: "",
        style: FlagStyle::Gnu,
        flags: Flags::NONE,
        early: Flags::NONE,
        late: Flags::NONE,
        help: &[],
        tracks: &[],
        groups: &[],
        names: Names::Operands,
        verbs: &[],
        bare: None,
        modifiers: &[],
        locate: Locate::Local,
        kinds: &[],
        examples: &[],
    };
}

/// How the things that a verb acts on are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// By operands: the first word that can be the verb is the verb.
    Operands,
    /// By flags only: a word that can be both verb and group is a group where more words follow.
    Flags,
}

/// How a tool writes its flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagStyle {
    /// `-n x`, `-nx`, `-abc`, `--name x`, `--name=x`, unambiguous prefixes of long flags.
    Gnu,
    /// As `Gnu`, but a word that starts with a dash is never a flag's value (Python's argparse).
    Argparse,
    /// As `Gnu`, but a long flag must be written out (Go's pflag, clap).
    Exact,
    /// One dash and a whole name: `-auto-approve`, `-var x`, `-var=x` (Go's flag package, terraform, find).
    SingleDash,
}

/// The flags of a tool or verb, dashes included.
#[derive(Debug, Clone, Copy)]
pub struct Flags {
    /// Flags that take a value in the next word, or attached.
    pub value: &'static [&'static str],
    /// As `value`; the value is a path that is read.
    pub reads: &'static [&'static str],
    /// As `value`; the value is a path that is written.
    pub writes: &'static [&'static str],
    /// Flags that take none, or only one attached by `=`.
    pub switch: &'static [&'static str],
    /// What a flag means that neither list has.
    pub others: OtherFlags,
}

/// What a flag means that the pack does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherFlags {
    /// The command is not understood.
    Unknown,
    /// No flag of this tool can make it do more than its verb says. Taken to have no separate value.
    Harmless,
}

impl Flags {
    /// No flags at all.
    pub const NONE: Self = Self { value: &[], reads: &[], writes: &[], switch: &[], others: OtherFlags::Unknown };
    /// Whatever flags it has, none makes it do more.
    pub const HARMLESS: Self = Self { others: OtherFlags::Harmless, ..Self::NONE };

    /// Whether the flag takes a value; none where these tables do not have it.
    pub fn takes_value(&self, name: &str) -> Option<bool> {
        let takes = [self.value, self.reads, self.writes].iter().any(|list| list.contains(&name));
        (takes || self.switch.contains(&name)).then_some(takes)
    }
}

/// One verb: what it does unless a modifier says otherwise.
#[derive(Debug)]
pub struct Verb {
    /// The words that name it: `["rollout", "restart"]`; a word may have alternatives: `"list|show"`, and other
    /// words for the same: `"list=ls"`. A first word `"**"` stands for one or more words of the pack's groups, as few
    /// as do.
    pub path: &'static [&'static str],
    /// How much it changes.
    pub impact: Impact,
    /// What kind of work it is; never empty.
    pub categories: &'static [Category],
    /// Whether the tool can take it back.
    pub reversible: Reversible,
    /// Flags that only this verb has.
    pub flags: Flags,
    /// Where its targets are named.
    pub targets: Targets,
    /// Whose words come after the first operand.
    pub rest: Rest,
    /// Where it points, where that differs from the tool.
    pub locate: Option<Locate>,
    /// What changes the above, applied in order.
    pub modifiers: &'static [Modifier],
}

/// Whose words come after a verb's first operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// The verb's own: flags may stand between operands.
    Own,
    /// Another program's: no word after the first operand is a flag of this tool (`docker run IMAGE -x`).
    Foreign,
}

impl Verb {
    /// A verb that only looks; the base that others override by `..`.
    pub const READ: Self = Self {
        path: &[],
        impact: Impact::Read,
        categories: &[Category::Observe],
        reversible: Reversible::Yes,
        flags: Flags::NONE,
        targets: Targets::None,
        rest: Rest::Own,
        locate: None,
        modifiers: &[],
    };
    /// A verb that changes something; the base that others override by `..`.
    pub const WRITE: Self =
        Self { impact: Impact::Write, categories: &[Category::Deploy], reversible: Reversible::Unknown, ..Self::READ };
    /// A verb that deletes; the base that others override by `..`.
    pub const DESTROY: Self =
        Self { impact: Impact::Destroy, categories: &[Category::Infra], reversible: Reversible::No, ..Self::READ };
}

/// Where a verb's targets are named.
#[derive(Debug, Clone, Copy)]
pub enum Targets {
    /// It has none.
    None,
    /// kubectl's way: `kind name…`, `kind/name…`, `kind1,kind2 name`.
    KindThenNames,
    /// Every operand after the verb names one; they are of this kind.
    Operands(&'static str),
    /// The value of one of these flags names it; it is of this kind.
    FlagValue(&'static str, &'static [&'static str]),
    /// Every operand is a path that is read.
    ReadPaths,
    /// Every operand is a path that is written, made or removed.
    WritePaths,
    /// Every operand is a file that is edited, or a directory whose files are: nothing of it is lost.
    EditPaths,
    /// Every operand is a path that is written where one of these flags is there, else read.
    WritePathsIf(&'static [&'static str]),
    /// The last operand is a path that is written, the others are read (`cp`, `mv`).
    LastWritePath,
}

/// A change to a verb's meaning.
#[derive(Debug, Clone, Copy)]
pub struct Modifier {
    /// When it applies.
    pub when: When,
    /// What it changes.
    pub then: Change,
}

/// When a modifier applies.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// One of these flags is there, whatever its value (but not a switch turned off by `=false`).
    Flag(&'static [&'static str]),
    /// One of these flags is there, before the verb.
    EarlyFlag(&'static [&'static str]),
    /// One of these flags (first list) has one of these values (second list; `*` globs; `""` is a flag without one).
    FlagValue(&'static [&'static str], &'static [&'static str]),
    /// None of these flags is there.
    NoFlag(&'static [&'static str]),
    /// The operand at this index after the verb matches one of these globs.
    Operand(usize, &'static [&'static str]),
    /// Any operand after the verb matches one of these globs.
    AnyOperand(&'static [&'static str]),
    /// The script that it gives (the first operand, or what flags say) only prints.
    PlainScript(Script),
    /// Every operand after the verb matches one of these globs.
    EveryOperand(&'static [&'static str]),
    /// The operand at this index is missing.
    NoOperand(usize),
    /// There are at least this many operands after the verb.
    Operands(usize),
    /// A target's kind (canonical) is one of these.
    Kind(&'static [&'static str]),
    /// All of these.
    All(&'static [When]),
    /// Not this. What cannot be known makes neither this nor its negation true of a safer reading.
    Not(&'static When),
}

impl When {
    /// The flags whose presence the condition wants.
    pub fn flags(&self) -> Vec<&'static str> {
        match self {
            Self::Flag(all) | Self::EarlyFlag(all) | Self::FlagValue(all, _) => all.to_vec(),
            Self::All(all) => all.iter().flat_map(Self::flags).collect(),
            _ => Vec::new(),
        }
    }
}

/// A language of scripts that stand in arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// sed's.
    Sed,
    /// awk's.
    Awk,
}

/// What a modifier changes.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// The impact becomes this (a dry run becomes a read).
    Impact(Impact),
    /// The impact becomes at least this.
    AtLeast(Impact),
    /// The categories become these.
    Categories(&'static [Category]),
    /// This category is added.
    AddCategory(Category),
    /// The operation's name becomes this, so that rules can tell it apart.
    Operation(&'static str),
    /// There is no way back.
    Irreversible,
    /// The operation runs code or reaches something that was not seen; the words say what.
    Opaque(&'static str),
    /// It runs code that was not seen, which policy decides about; the words say what.
    Unseen(&'static str),
    /// Another target.
    Target(&'static str),
}

/// How a tool's target environment is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locate {
    /// This machine only.
    Local,
    /// kubectl: kubeconfig, `--context`, `--cluster`, `--server`, `-n`. Also for tools with the same flags.
    Kube,
    /// helm: as `Kube`, with `--kube-context` and the files of values.
    Helm,
    /// argocd: `--dest-server`, `--dest-name`, the apps' names; without a destination it is unknown.
    Argocd,
    /// flux: as `Kube`, in its own namespace.
    Flux,
    /// terraform and tofu: `-chdir`, workspace, backend, variables.
    Terraform,
    /// terragrunt: its directory, variables.
    Terragrunt,
    /// Profile, account, region, `--endpoint-url`, ARNs; every operand and flag value that names something.
    Aws,
    /// gcloud, gsutil, bq: `--project`, configuration.
    Gcloud,
    /// az: `--subscription`, the default subscription.
    Azure,
    /// Docker context and host; compose's files.
    Docker,
    /// Remote and branch for what leaves the machine.
    Git,
    /// The repository on the forge.
    Forge,
    /// PostgreSQL: the clients of libpq, with a connection string as first operand or `-d`, `-h`, services, `PG*`.
    Database,
    /// mysql, mariadb and their companions: `-h`, option files, `MYSQL_HOST`.
    Mysql,
    /// mongosh and its companions: an address as first operand or `--uri`, `--host`.
    Mongo,
    /// redis-cli and its companions: `-h`, `-u`, `-s`.
    Redis,
    /// sqlite3: a file of this machine as first operand.
    Sqlite,
    /// ssh: the host is the first operand; `-F`, `-o`, `-J`, `-l` and the settings of ssh.
    Ssh,
    /// scp, sftp, rsync: hosts stand before a colon in operands.
    Copy,
    /// curl and its like: operands and `--url` are addresses.
    Web,
    /// The value of one of these flags is the environment's own name (`--stage prod`, `--stack prod`); without it the
    /// environment is unknown. Other names can only protect.
    Named(&'static [&'static str]),
    /// As `Named`, by the operand at this index.
    Operand(usize),
    /// Nothing is known: the environment is unknown.
    Unknown,
}

/// A command with what it is.
#[derive(Debug)]
pub struct Example {
    /// The command line, split as a shell would.
    pub command: &'static str,
    /// The operation it must be found to be.
    pub operation: &'static str,
    /// The impact it must be found to have.
    pub impact: Impact,
}
