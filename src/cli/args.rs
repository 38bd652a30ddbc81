//! Every subcommand and flag, once: help, completions and man pages are made from these definitions.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::attribution::Audience;

use super::complete;

/// Stands between AI agents and production: understands a command, decides by policy, asks a human, runs exactly
/// what was approved, and keeps evidence.
#[derive(Debug, Parser)]
#[command(
    name = "aigov",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Examples:\n  aigov exec -- kubectl get pods          run a command under policy\n  aigov check -- terraform destroy        see what would be decided; runs nothing\n  aigov approve                           decide what agents are waiting for\n  aigov audit --changes --since 30d       what was changed, by whom, who said yes\n\nExit codes: the command's own; else 64 usage, 65 input, 69 ledger, 70 internal, 75 not yet (a human decides, or a reason is needed),\n77 refused for good, 78 policy, 126 not executable, 127 not found.\n\nFiles: /etc/aigov/policy.toml (the ceiling), ~/.config/aigov/policy.toml, .aigov.toml in a repository, ~/.local/share/aigov/ledger.db.\nVariables: AIGOV_POLICY (one more layer), AIGOV_LEDGER, AIGOV_OUTPUT=json, AIGOV_LOG, AIGOV_AGENT."
)]
pub struct Cli {
    /// Say more on stderr; twice for every step
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[allow(clippy::large_enum_variant, reason = "one is made per process")]
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a command under policy: at once, after a human's approval, or not at all
    #[command(
        display_order = 1,
        after_help = "Examples:\n  aigov exec -- git status\n  aigov exec --reason \"roll out 1.4.2\" -- kubectl -n prod set image deploy/web web=web:1.4.2\n  aigov exec -c 'cd infra && terraform plan | tail -5'\n\nA pending request exits with 75 and prints a ticket; come back with `aigov wait` and `aigov run`."
    )]
    Exec(ExecArgs),
    /// Run an approved request, once
    #[command(display_order = 2, after_help = "Example:\n  aigov run r-7k3f9q2m4a")]
    Run(RunArgs),
    /// Wait for a request to be decided
    #[command(
        display_order = 3,
        after_help = "Example:\n  aigov wait r-7k3f9q2m4a --timeout 50s && aigov run r-7k3f9q2m4a"
    )]
    Wait(WaitArgs),
    /// Take a request back
    #[command(display_order = 4)]
    Withdraw(TicketArgs),
    /// Show a request: what it would change, why it is asked, how to take it back
    #[command(
        display_order = 5,
        after_help = "Examples:\n  aigov show r-7k3f9q2m4a\n  aigov show r-7k3f9q2m4a --json\n\nWhat needs care (databases, access, network, data, whatever is deleted) is marked with `!` and comes first."
    )]
    Show(ShowArgs),
    /// Ask to take back what a request did: its way back is shown, approved and run like any request
    #[command(
        display_order = 5,
        after_help = "Example:\n  aigov rollback r-7k3f9q2m4a --reason \"error rate doubled\"\n\n`aigov show TICKET` tells beforehand whether there is a way back. A human looks at every way back."
    )]
    Rollback(RollbackArgs),
    /// Show what would be decided for a command, and why; runs nothing, writes nothing
    #[command(
        display_order = 5,
        after_help = "Examples:\n  aigov check -- kubectl delete ns payments\n  aigov check --json -c 'make test && git push'\n  printf '{\"shell\":\"ls\"}\\n' | aigov check --batch"
    )]
    Check(CheckArgs),
    /// List the requests that wait for a decision
    #[command(
        display_order = 10,
        after_help = "Examples:\n  aigov requests\n  aigov requests --watch --bell          until q or Ctrl-C\n  aigov requests --watch --json | jq .   each new or changed request as one line"
    )]
    Requests(RequestsArgs),
    /// Approve a request: see what it would do, decide, say why (humans only)
    #[command(
        display_order = 11,
        after_help = "Examples:\n  aigov approve                                   go through what waits, one after the other\n  aigov approve r-7k3f9q2m4a\n  aigov approve r-7k3f9q2m4a --rationale \"ticket OPS-12, checked the diff\"\n  aigov approve r-7k3f9q2m4a --rationale \"OPS-12, replaced by api-2\" --confirm api\n  aigov approve r-7k3f9q2m4a --sign                sign it with your SSH key\n  aigov approve --export r-7k3f9q2m4a -o question.json\n  aigov approve --sign-file question.json -o answer.json    on the machine that has the key\n  aigov approve --import answer.json\n\nWithout an id: up and down move, Enter looks, `/` filters (words, env:NAME, agent:NAME), `q` leaves. Nothing is decided by Enter alone."
    )]
    Approve(DecideArgs),
    /// Reject a request, with a reason that reaches the agent (humans only)
    #[command(
        display_order = 12,
        after_help = "Examples:\n  aigov reject r-7k3f9q2m4a --rationale \"the wrong cluster\"\n  aigov reject r-7k3f9q2m4a --sign"
    )]
    Reject(DecideArgs),
    /// Stop everything new in an environment, or everywhere (humans only)
    #[command(
        display_order = 13,
        after_help = "Examples:\n  aigov freeze production --reason \"incident 42\"\n  aigov freeze --list"
    )]
    Freeze(FreezeArgs),
    /// Lift a freeze (humans only)
    #[command(display_order = 14)]
    Unfreeze(UnfreezeArgs),
    /// Search and check the ledger
    #[command(
        display_order = 20,
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  aigov audit --changes --by agent --env production --since 30d\n  aigov audit --format csv --since 2026-01-01 > changes.csv\n  aigov audit show r-7k3f9q2m4a\n  aigov audit verify"
    )]
    Audit(AuditArgs),
    /// Check, test and show the policy
    #[command(display_order = 30, subcommand_required = true, arg_required_else_help = true)]
    Policy(PolicyArgs),
    /// Write a policy for this machine (humans only)
    #[command(display_order = 40, after_help = "Examples:\n  aigov init\n  aigov init --yes")]
    Init(InitArgs),
    /// Check that everything aigov needs is in order
    #[command(display_order = 41)]
    Doctor(DoctorArgs),
    /// Print a shell's completion script
    #[command(
        display_order = 42,
        after_help = "Example:\n  aigov completions bash > ~/.local/share/bash-completion/completions/aigov"
    )]
    Completions(CompletionsArgs),
    /// Show what is known of tools, built in and described by the policy
    #[command(
        display_order = 31,
        after_help = "Examples:\n  aigov packs                    every tool\n  aigov packs kubectl            its verbs, flags and examples\n  aigov packs helm upgrade       one verb, with what changes its meaning\n  aigov packs --json deploy"
    )]
    Packs(PacksArgs),
    /// Reports over the ledger
    #[command(display_order = 21, subcommand_required = true, arg_required_else_help = true)]
    Report(ReportArgs),
    /// Review what another human let through by breaking the glass (humans only)
    #[command(
        display_order = 12,
        after_help = "Examples:\n  aigov requests --owed\n  aigov review r-7k3f9q2m4a --rationale \"looked at the rollout and the alert; it was right\""
    )]
    Review(ReviewArgs),
    /// Let a kind of action run without asking each time, for a while (humans only)
    #[command(
        display_order = 15,
        args_conflicts_with_subcommands = true,
        after_help = "A grant is made from a request that asked, and is no wider than it unless you say so. It stands in the place of an approval\nthat you could give alone: policy holds as before, denials too, and each use is recorded. Before you confirm, it is shown what\nit would have let run in the last 30 days.\n\nExamples:\n  aigov grant --from r-7k3f9q2m4a --for 8h --uses 5 --rationale \"rollout of 1.4\"\n  aigov grant --from r-7k3f9q2m4a --env dev --target 'deployment/*' --for 30d\n  aigov grant --from r-7k3f9q2m4a --preview        what it would have let run; makes nothing\n  aigov grant list\n  aigov grant revoke g-4t8w2k9d1c --reason \"rollout is over\""
    )]
    Grant(GrantArgs),
    /// Ask people through the policy's channels, bring their decisions in, and do what is overdue
    #[command(
        display_order = 15,
        after_help = "Examples:\n  aigov collect            until a signal ends it; one at a time\n  aigov collect --once     do what is due and end, for cron\n  aigov collect --slack-manifest > manifest.json\n\nIt ends with 69 where another one collects."
    )]
    Collect(CollectArgs),
}

impl Command {
    /// Who this subcommand is for. What is for humans alone refuses agents, and the refusal is recorded.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Init(InitArgs { yes: true, .. }) | Self::Collect(_) => Audience::Setup,
            Self::Freeze(FreezeArgs { list: true, .. }) => Audience::Anyone,
            Self::Approve(_)
            | Self::Reject(_)
            | Self::Review(_)
            | Self::Freeze(_)
            | Self::Unfreeze(_)
            | Self::Grant(_)
            | Self::Init(_) => Audience::Human,
            Self::Exec(_)
            | Self::Run(_)
            | Self::Wait(_)
            | Self::Withdraw(_)
            | Self::Show(_)
            | Self::Rollback(_)
            | Self::Check(_)
            | Self::Requests(_)
            | Self::Audit(_)
            | Self::Policy(_)
            | Self::Doctor(_)
            | Self::Completions(_)
            | Self::Packs(_)
            | Self::Report(_) => Audience::Anyone,
        }
    }

    /// The subcommand's name, as typed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exec(_) => "exec",
            Self::Run(_) => "run",
            Self::Wait(_) => "wait",
            Self::Withdraw(_) => "withdraw",
            Self::Show(_) => "show",
            Self::Rollback(_) => "rollback",
            Self::Check(_) => "check",
            Self::Requests(_) => "requests",
            Self::Approve(_) => "approve",
            Self::Reject(_) => "reject",
            Self::Freeze(_) => "freeze",
            Self::Unfreeze(_) => "unfreeze",
            Self::Audit(_) => "audit",
            Self::Policy(_) => "policy",
            Self::Init(_) => "init",
            Self::Doctor(_) => "doctor",
            Self::Completions(_) => "completions",
            Self::Packs(_) => "packs",
            Self::Report(_) => "report",
            Self::Review(_) => "review",
            Self::Grant(_) => "grant",
            Self::Collect(_) => "collect",
        }
    }
}

/// Where aigov's own outcome goes, for `exec`, `run`, `wait` and `withdraw`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Put aigov's own outcome as one JSON object on stderr
    #[arg(long)]
    pub json: bool,
    /// Put that object on this file descriptor instead
    #[arg(long, value_name = "N")]
    pub status_fd: Option<i32>,
}

/// `aigov exec`.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// Why this is needed; shown to the human who decides
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// What could go wrong; shown to the human who decides
    #[arg(long, value_name = "TEXT")]
    pub risk: Option<String>,
    /// A file that speaks for it, such as a test report; shown to the human who decides
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// Tests to run first, as a request of their own; their end is shown to the human who decides
    #[arg(long, value_name = "SHELL TEXT")]
    pub tests: Option<OsString>,
    /// The task this belongs to
    #[arg(long, value_name = "ID")]
    pub task: Option<String>,
    /// The agent that asks; a claim can only tighten
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// Wait this long for a decision, then run (`50s`, `5m`)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub wait: Option<std::time::Duration>,
    /// Where aigov's own outcome goes
    #[command(flatten)]
    pub status: StatusArgs,
    /// Run this text in a shell
    #[arg(short = 'c', value_name = "SHELL TEXT", conflicts_with = "argv")]
    pub text: Option<OsString>,
    /// The shell that runs it (default: bash where there is one, else sh)
    #[arg(long, value_name = "PROGRAM", requires = "text")]
    pub shell: Option<OsString>,
    /// The command; put `--` before it
    #[arg(value_name = "CMD", last = true, required_unless_present = "text")]
    pub argv: Vec<OsString>,
}

/// `aigov run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The ticket
    #[arg(add = complete::tickets())]
    pub ticket: String,
    /// Where aigov's own outcome goes
    #[command(flatten)]
    pub status: StatusArgs,
}

/// A ticket.
#[derive(Debug, Args)]
pub struct TicketArgs {
    /// The ticket
    #[arg(add = complete::tickets())]
    pub ticket: String,
    /// Where aigov's own outcome goes
    #[command(flatten)]
    pub status: StatusArgs,
}

/// `aigov rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The ticket of the request that is to be taken back
    #[arg(add = complete::tickets())]
    pub ticket: String,
    /// Why; shown to the human who decides
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// What could go wrong; shown to the human who decides
    #[arg(long, value_name = "TEXT")]
    pub risk: Option<String>,
    /// The agent that asks; a claim can only tighten
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// Wait this long for a decision, then run (`50s`, `5m`)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub wait: Option<std::time::Duration>,
    /// Where aigov's own outcome goes
    #[command(flatten)]
    pub status: StatusArgs,
}

/// `aigov show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The ticket
    #[arg(add = complete::tickets())]
    pub ticket: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Do not page
    #[arg(long)]
    pub no_pager: bool,
}

/// `aigov wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The ticket
    #[arg(add = complete::tickets())]
    pub ticket: String,
    /// Give up waiting after this long; the request stays as it is
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "50s")]
    pub timeout: std::time::Duration,
    /// Where aigov's own outcome goes
    #[command(flatten)]
    pub status: StatusArgs,
}

/// `aigov check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Read JSON Lines from stdin, one command each, and answer in the same order
    #[arg(long, conflicts_with_all = ["text", "argv"])]
    pub batch: bool,
    /// Say also what grants say for this agent (with `--json`: `govern`)
    #[arg(long, value_name = "NAME", conflicts_with = "batch")]
    pub agent: Option<String>,
    /// The same for this task
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    pub task: Option<String>,
    /// A shell text
    #[arg(short = 'c', value_name = "SHELL TEXT", conflicts_with = "argv")]
    pub text: Option<OsString>,
    /// The command; put `--` before it
    #[arg(value_name = "CMD", last = true, required_unless_present_any = ["text", "batch"])]
    pub argv: Vec<OsString>,
}

/// `aigov requests`.
#[derive(Debug, Args)]
pub struct RequestsArgs {
    /// Also those that were decided or have ended
    #[arg(long)]
    pub all: bool,
    /// Go on showing what is new, until q or Ctrl-C; where stdout is no terminal, one line for each that is new or changed
    #[arg(long, conflicts_with = "all")]
    pub watch: bool,
    /// Ring the terminal's bell for each that is new
    #[arg(long, requires = "watch")]
    pub bell: bool,
    /// Those whose glass was broken and for which a review is owed
    #[arg(long, conflicts_with = "all")]
    pub owed: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov approve` and `aigov reject`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The request; without it, pick one
    #[arg(value_name = "ID", add = complete::pending())]
    pub id: Option<String>,
    /// Why; with it there is no prompt
    #[arg(long, value_name = "TEXT")]
    pub rationale: Option<String>,
    /// The name of what is deleted, where policy wants it typed
    #[arg(long, value_name = "NAME", requires = "rationale")]
    pub confirm: Option<String>,
    /// Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told,
    /// and another human owes a review
    #[arg(long, requires = "rationale", requires = "id")]
    pub break_glass: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,
    /// Signatures
    #[command(flatten)]
    pub signing: SigningArgs,
}

/// Signed decisions, on this machine or another.
#[derive(Debug, Args)]
pub struct SigningArgs {
    /// Sign the decision with an SSH key, by `ssh-keygen -Y sign`
    #[arg(long, requires = "id", help_heading = "Signatures")]
    pub sign: bool,
    /// The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of
    /// `~/.ssh/id_*` that is an allowed signer's)
    #[arg(long, value_name = "FILE", help_heading = "Signatures")]
    pub key: Option<PathBuf>,
    /// Whose key it is, where it is that of several allowed signers
    #[arg(long = "as", value_name = "PRINCIPAL", help_heading = "Signatures")]
    pub principal: Option<String>,
    /// Write the question to a file, to be signed on another machine
    #[arg(long, requires = "id", conflicts_with_all = ["sign", "rationale"], help_heading = "Signatures")]
    pub export: bool,
    /// Sign what a question's file asks; needs no policy and no ledger
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "sign", "export"], help_heading = "Signatures")]
    pub sign_file: Option<PathBuf>,
    /// Take a signed decision back from a file, whichever it is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "sign", "export", "sign_file", "rationale"], help_heading = "Signatures")]
    pub import: Option<PathBuf>,
    /// Where the file is written to (default: stdout); an existing one is left alone
    #[arg(short, long, value_name = "FILE", help_heading = "Signatures")]
    pub output: Option<PathBuf>,
}

/// `aigov review`.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// The request
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// What was looked at and found
    #[arg(long, value_name = "TEXT")]
    pub rationale: String,
    /// Print the request as JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov freeze`.
#[derive(Debug, Args)]
pub struct FreezeArgs {
    /// What is frozen, and why
    #[command(flatten)]
    pub what: UnfreezeArgs,
    /// List the freezes in force and the policy's freeze windows; freezes nothing
    #[arg(long, conflicts_with_all = ["environment", "reason"])]
    pub list: bool,
    /// Print the list as JSON
    #[arg(long, requires = "list")]
    pub json: bool,
}

/// `aigov unfreeze`.
#[derive(Debug, Args)]
pub struct UnfreezeArgs {
    /// The environment; without it, all of them
    #[arg(value_name = "ENV", add = complete::environments())]
    pub environment: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// `aigov audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to look at; without it, `list`
    #[command(subcommand)]
    pub command: Option<AuditCommand>,
    /// What to list
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// What to look at in the ledger.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List requests, newest first (what `aigov audit` alone does)
    List(FilterArgs),
    /// Show everything about one request
    Show {
        /// The request
        #[arg(add = complete::tickets())]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Count requests by caller, decision, environment, outcome and tool
    Stats(FilterArgs),
    /// Check the chain, the sealed commitments and the projections
    Verify {
        /// A ledger other than the one in force
        #[arg(long, value_name = "FILE")]
        ledger: Option<PathBuf>,
        /// A head noted earlier, `SIZE:LEAF`; tells truncation and rewriting
        #[arg(long, value_name = "SIZE:LEAF")]
        head: Option<String>,
        /// Rebuild the projections from the chain
        #[arg(long)]
        rebuild: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// The form of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table that fits the terminal
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values
    Csv,
}

/// What to list.
#[derive(Debug, Args, Default)]
pub struct FilterArgs {
    /// From when on: a span (`30d`, `12h`), a date or an RFC 3339 time
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Until when
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Who asked: `agent`, `human` or `unattributed`
    #[arg(long, value_name = "KIND", value_parser = ["agent", "human", "unattributed"])]
    pub by: Option<String>,
    /// The agent's name
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// The human it was done for, or who decided
    #[arg(long, value_name = "NAME")]
    pub human: Option<String>,
    /// The task
    #[arg(long, value_name = "ID")]
    pub task: Option<String>,
    /// The tool
    #[arg(long, value_name = "NAME")]
    pub tool: Option<String>,
    /// The environment
    #[arg(long, visible_alias = "environment", value_name = "ENV", add = complete::environments())]
    pub env: Option<String>,
    /// The category
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)
    #[arg(long, visible_alias = "state", value_name = "STATE")]
    pub outcome: Option<String>,
    /// The decision
    #[arg(long, value_name = "DECISION", value_parser = ["allow", "flag", "ask", "deny"])]
    pub decision: Option<String>,
    /// Only what was started and changes something
    #[arg(long)]
    pub changes: bool,
    /// Only commands that contain this text
    #[arg(long, value_name = "TEXT")]
    pub grep: Option<String>,
    /// At most this many (tables show 50 unless told)
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    /// The form of the listing
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Do not page
    #[arg(long)]
    pub no_pager: bool,
}

/// `aigov policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What to do
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What to do with the policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Load the policy, or a file, and show every fault and what should be looked at
    #[command(
        after_help = "Examples:\n  aigov policy check\n  aigov policy check --deny-warnings policy.toml    in CI\n\nExit codes: 0 in order, 1 a test fails (or there are warnings that are denied), 78 faults."
    )]
    Check(PolicyCheckArgs),
    /// Run the policy's own examples and tests
    #[command(
        after_help = "Examples:\n  aigov policy test\n  aigov policy test --coverage                      which rules no test decides\n  aigov policy test --min-coverage 90 policy.toml   in CI\n\nA rule is covered when it decides about a command of an example or test, alone or with others as strict.\nExit codes: 0 passed, 1 a test fails or too little is covered, 78 faults."
    )]
    Test(PolicyTestArgs),
    /// Draft a description of an in-house tool from its help text, for a human to correct
    #[command(
        after_help = "The command is run as `aigov exec` would run it: policy, ledger and approvals hold. What it prints becomes a\n[[tools]] entry in which every impact is `unknown`: nothing is safer before a human says so.\n\nExamples:\n  aigov policy learn -- ./deploy.sh --help > draft.toml && aigov policy check draft.toml\n  aigov policy learn --entry -- ourctl release --help >> ~/.config/aigov/policy.toml\n  ./deploy.sh --help 2>&1 | aigov policy learn --program deploy.sh --from -"
    )]
    Learn(LearnArgs),
    /// Show the policy in force, layer by layer
    #[command(
        after_help = "Examples:\n  aigov policy show\n  aigov policy show --effective    every rule, setting and environment with the line it comes from"
    )]
    Show(PolicyShowArgs),
    /// Show what differs between two policies by what it means, and what of it loosens
    #[command(
        after_help = "Examples:\n  aigov policy diff new.toml                                    beside the one in force\n  aigov policy diff old.toml new.toml\n  aigov policy diff <(git show main:policy.toml) policy.toml    what a branch changes\n\nRules, environments and settings are compared by their meaning, not by their text, and every example and test of both is decided by both.\nWith one file, the other layers in force take part in these decisions.\n\nExit codes: 0 nothing loosens (it may tighten or be the same: `differs` in the JSON), 1 something loosens, 64 usage, 65 a file cannot be read, 78 a policy has faults."
    )]
    Diff {
        /// The first policy file; alone, it is compared with the one in force
        #[arg(value_name = "A")]
        from: PathBuf,
        /// The second policy file
        #[arg(value_name = "B")]
        to: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Decide every command of the ledger again under another policy, and show what would change
    #[command(
        after_help = "Examples:\n  aigov policy simulate new.toml\n  aigov policy simulate --since 30d new.toml\n  aigov policy simulate --since 2026-01-01 --json new.toml\n\nThe file takes the place of the user's policy; all other layers stay. What changes is counted beside the policy in force. Runs nothing, writes nothing.\nA command is understood again with what the host answered then. Where that was not kept (secrets, texts of files), its actions as they were\nunderstood then are decided; how many is shown. Where it cannot be told where one of these points, the least that could be asked counts.\n\nExit codes: 0 nothing loosens, 1 something loosens or may, 64 usage, 65 the file cannot be read, 69 there is no ledger, 78 a policy has faults."
    )]
    Simulate {
        /// From when on: a span (`30d`, `12h`), a date or an RFC 3339 time; without it, the whole ledger
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// The policy file to try
        #[arg(value_name = "NEW")]
        file: PathBuf,
    },
}

/// `aigov policy check`.
#[derive(Debug, Args)]
pub struct PolicyCheckArgs {
    /// A policy file; without it, the layers in force
    pub file: Option<PathBuf>,
    /// Exit with 1 when there are warnings
    #[arg(long, visible_alias = "strict")]
    pub deny_warnings: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov policy test`.
#[derive(Debug, Args)]
pub struct PolicyTestArgs {
    /// A policy file; without it, the layers in force
    pub file: Option<PathBuf>,
    /// Show how often each rule decides and matches, and what no test decides
    #[arg(long)]
    pub coverage: bool,
    /// Exit with 1 when less than this many of a hundred rules decide in a test
    #[arg(long, value_name = "PERCENT", visible_alias = "threshold", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_coverage: Option<u8>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov policy show`.
#[derive(Debug, Args)]
pub struct PolicyShowArgs {
    /// Show what is in force as one, strictest rules first, with the layer and line that each part comes from
    #[arg(long)]
    pub effective: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Do not ask; never overwrites, and labels only what is certain
    #[arg(short, long)]
    pub yes: bool,
}

/// `aigov doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Accept the clock after it went back (humans only)
    #[arg(long)]
    pub accept_clock: bool,
}

/// `aigov completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `aigov packs`.
#[derive(Debug, Args)]
pub struct PacksArgs {
    /// The tool, by its name or that of a program; without it, a table of all
    #[arg(add = complete::tools())]
    pub tool: Option<String>,
    /// Only verbs that begin with these words, in full
    pub verb: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `aigov report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Which report
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// Which report.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// How humans decided: what was opened, typed and said, how long it took, and what came of it
    #[command(
        after_help = "Examples:\n  aigov report reviews\n  aigov report reviews --since 90d --json\n\nShares have 95 % intervals (Wilson) and are left out where there are fewer than 20 decisions. They are facts about how decisions\ncame about: none shows that a decision was right, and a fast one is not a good one."
    )]
    Reviews {
        /// From when on: a span (`30d`, `12h`), a date or an RFC 3339 time
        #[arg(long, value_name = "WHEN", default_value = "30d")]
        since: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Do not page
        #[arg(long)]
        no_pager: bool,
    },
}

/// `aigov policy learn`.
#[derive(Debug, Args)]
pub struct LearnArgs {
    /// Read the help text from this file (`-` is stdin) instead of running a command
    #[arg(long, value_name = "FILE", required_unless_present = "argv", conflicts_with = "argv")]
    pub from: Option<PathBuf>,
    /// The program's name, as it is typed
    #[arg(long, value_name = "NAME", required_unless_present = "argv")]
    pub program: Option<String>,
    /// What rules call the tool (default: the program's name without its ending)
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The verb whose help it is (`--verb "release create"`); by a command, the words before `--help`
    #[arg(long, value_name = "WORDS")]
    pub verb: Option<String>,
    /// Print the entry alone, to be added to a policy
    #[arg(long)]
    pub entry: bool,
    /// The command that prints the help; put `--` before it
    #[arg(value_name = "CMD", last = true)]
    pub argv: Vec<OsString>,
}

/// `aigov grant`.
#[derive(Debug, Args)]
pub struct GrantArgs {
    /// What to do; without it, `add`
    #[command(subcommand)]
    pub command: Option<GrantCommand>,
    /// What to grant
    #[command(flatten)]
    pub add: GrantAddArgs,
}

/// What to do with grants.
#[derive(Debug, Subcommand)]
pub enum GrantCommand {
    /// Make a grant from a request that asked (what `aigov grant` alone does)
    Add(GrantAddArgs),
    /// List the grants that can be used
    List {
        /// Also those that are spent, over or taken back
        #[arg(long)]
        all: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a grant: for whom and what, and what ran by it
    Show {
        /// The grant
        #[arg(value_name = "ID", add = complete::grants())]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a grant back; what runs by it already runs on
    Revoke {
        /// The grant
        #[arg(value_name = "ID", add = complete::grants())]
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// `aigov grant add`.
#[derive(Debug, Args, Default)]
pub struct GrantAddArgs {
    /// The request that asked; the grant is for what it asks for
    #[arg(long, value_name = "TICKET", add = complete::tickets())]
    pub from: Option<String>,
    /// Operations of the same tool (`rollout restart`, `scale*`)
    #[arg(long, value_name = "PATTERN")]
    pub operation: Vec<String>,
    /// Environments by name, in place of the request's
    #[arg(long, visible_alias = "environment", value_name = "ENV", add = complete::environments())]
    pub env: Vec<String>,
    /// Anywhere in the environments, not only in the request's namespaces or directory
    #[arg(long)]
    pub anywhere: bool,
    /// Services (`web`, `pay*`, `*`)
    #[arg(long, value_name = "PATTERN")]
    pub service: Vec<String>,
    /// Targets (`deployment/web`, `deployment/*`, `*`)
    #[arg(long, value_name = "PATTERN")]
    pub target: Vec<String>,
    /// Another agent than the request's; `*` is every agent
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// Only for this task; without ID, for the request's
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "")]
    pub task: Option<String>,
    /// How many actions it lets run (default: 20)
    #[arg(long, value_name = "N")]
    pub uses: Option<u32>,
    /// How long it stands (default: 8h; at most 90 days)
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    pub lasts: Option<std::time::Duration>,
    /// Why; without it, the approval's
    #[arg(long, value_name = "TEXT")]
    pub rationale: Option<String>,
    /// Show what it would have let run, and make nothing
    #[arg(long)]
    pub preview: bool,
    /// Do not ask for a confirmation
    #[arg(short, long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Reads `50s`, `5m`, `1h30m`, `2 days`.
///
/// # Errors
/// When the text is not a span of time, is negative, or is longer than 30 days.
pub fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .or_else(|_| days(text).ok_or(()))
        .map_err(|()| format!("`{text}` is not a span of time such as `50s`, `5m` or `30d`"))?;
    let plain = std::time::Duration::try_from(span).map_err(|_| format!("`{text}` is negative"))?;
    Ok(plain)
}

fn days(text: &str) -> Option<jiff::SignedDuration> {
    let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
    let number: i64 = number.trim().parse().ok()?;
    match unit {
        "d" => Some(jiff::SignedDuration::from_hours(number.checked_mul(24)?)),
        "w" => Some(jiff::SignedDuration::from_hours(number.checked_mul(168)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn spans_of_time_read_as_people_write_them() {
        assert_eq!(parse_duration("50s"), Ok(Duration::from_secs(50)));
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert!(parse_duration("soon").is_err());
        assert!(parse_duration("-5s").is_err());
    }
}

/// `aigov collect`.
#[derive(Debug, Args)]
pub struct CollectArgs {
    /// Do what is due, and end
    #[arg(long)]
    pub once: bool,
    /// Print the manifest from which a workspace makes its Slack app, and end
    #[arg(long, conflicts_with = "once")]
    pub slack_manifest: bool,
}
