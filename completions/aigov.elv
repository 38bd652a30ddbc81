
use builtin;
use str;

set edit:completion:arg-completer[aigov] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'aigov'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'aigov'= {
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand exec 'Run a command under policy: at once, after a human''s approval, or not at all'
            cand run 'Run an approved request, once'
            cand wait 'Wait for a request to be decided'
            cand withdraw 'Take a request back'
            cand show 'Show a request: what it would change, why it is asked, how to take it back'
            cand rollback 'Ask to take back what a request did: its way back is shown, approved and run like any request'
            cand check 'Show what would be decided for a command, and why; runs nothing, writes nothing'
            cand requests 'List the requests that wait for a decision'
            cand approve 'Approve a request: see what it would do, decide, say why (humans only)'
            cand reject 'Reject a request, with a reason that reaches the agent (humans only)'
            cand freeze 'Stop everything new in an environment, or everywhere (humans only)'
            cand unfreeze 'Lift a freeze (humans only)'
            cand audit 'Search and check the ledger'
            cand policy 'Check, test and show the policy'
            cand init 'Write a policy for this machine (humans only)'
            cand doctor 'Check that everything aigov needs is in order'
            cand completions 'Print a shell''s completion script'
            cand packs 'Show what is known of tools, built in and described by the policy'
            cand report 'Reports over the ledger'
            cand review 'Review what another human let through by breaking the glass (humans only)'
            cand grant 'Let a kind of action run without asking each time, for a while (humans only)'
            cand collect 'Ask people through the policy''s channels, bring their decisions in, and do what is overdue'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;exec'= {
            cand --reason 'Why this is needed; shown to the human who decides'
            cand --risk 'What could go wrong; shown to the human who decides'
            cand --evidence 'A file that speaks for it, such as a test report; shown to the human who decides'
            cand --tests 'Tests to run first, as a request of their own; their end is shown to the human who decides'
            cand --task 'The task this belongs to'
            cand --agent 'The agent that asks; a claim can only tighten'
            cand --wait 'Wait this long for a decision, then run (`50s`, `5m`)'
            cand --status-fd 'Put that object on this file descriptor instead'
            cand -c 'Run this text in a shell'
            cand --shell 'The shell that runs it (default: bash where there is one, else sh)'
            cand --json 'Put aigov''s own outcome as one JSON object on stderr'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;run'= {
            cand --status-fd 'Put that object on this file descriptor instead'
            cand --json 'Put aigov''s own outcome as one JSON object on stderr'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;wait'= {
            cand --timeout 'Give up waiting after this long; the request stays as it is'
            cand --status-fd 'Put that object on this file descriptor instead'
            cand --json 'Put aigov''s own outcome as one JSON object on stderr'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;withdraw'= {
            cand --status-fd 'Put that object on this file descriptor instead'
            cand --json 'Put aigov''s own outcome as one JSON object on stderr'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;show'= {
            cand --json 'Print JSON'
            cand --no-pager 'Do not page'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;rollback'= {
            cand --reason 'Why; shown to the human who decides'
            cand --risk 'What could go wrong; shown to the human who decides'
            cand --agent 'The agent that asks; a claim can only tighten'
            cand --wait 'Wait this long for a decision, then run (`50s`, `5m`)'
            cand --status-fd 'Put that object on this file descriptor instead'
            cand --json 'Put aigov''s own outcome as one JSON object on stderr'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;check'= {
            cand --agent 'Say also what grants say for this agent (with `--json`: `govern`)'
            cand --task 'The same for this task'
            cand -c 'A shell text'
            cand --json 'Print JSON'
            cand --batch 'Read JSON Lines from stdin, one command each, and answer in the same order'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;requests'= {
            cand --all 'Also those that were decided or have ended'
            cand --watch 'Go on showing what is new, until q or Ctrl-C; where stdout is no terminal, one line for each that is new or changed'
            cand --bell 'Ring the terminal''s bell for each that is new'
            cand --owed 'Those whose glass was broken and for which a review is owed'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;approve'= {
            cand --rationale 'Why; with it there is no prompt'
            cand --confirm 'The name of what is deleted, where policy wants it typed'
            cand --key 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer''s)'
            cand --as 'Whose key it is, where it is that of several allowed signers'
            cand --sign-file 'Sign what a question''s file asks; needs no policy and no ledger'
            cand --import 'Take a signed decision back from a file, whichever it is'
            cand -o 'Where the file is written to (default: stdout); an existing one is left alone'
            cand --output 'Where the file is written to (default: stdout); an existing one is left alone'
            cand --break-glass 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review'
            cand --json 'Print the outcome as JSON'
            cand --sign 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`'
            cand --export 'Write the question to a file, to be signed on another machine'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;reject'= {
            cand --rationale 'Why; with it there is no prompt'
            cand --confirm 'The name of what is deleted, where policy wants it typed'
            cand --key 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer''s)'
            cand --as 'Whose key it is, where it is that of several allowed signers'
            cand --sign-file 'Sign what a question''s file asks; needs no policy and no ledger'
            cand --import 'Take a signed decision back from a file, whichever it is'
            cand -o 'Where the file is written to (default: stdout); an existing one is left alone'
            cand --output 'Where the file is written to (default: stdout); an existing one is left alone'
            cand --break-glass 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review'
            cand --json 'Print the outcome as JSON'
            cand --sign 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`'
            cand --export 'Write the question to a file, to be signed on another machine'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;freeze'= {
            cand --reason 'Why'
            cand --list 'List the freezes in force and the policy''s freeze windows; freezes nothing'
            cand --json 'Print the list as JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;unfreeze'= {
            cand --reason 'Why'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;audit'= {
            cand --since 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time'
            cand --until 'Until when'
            cand --by 'Who asked: `agent`, `human` or `unattributed`'
            cand --agent 'The agent''s name'
            cand --human 'The human it was done for, or who decided'
            cand --task 'The task'
            cand --tool 'The tool'
            cand --env 'The environment'
            cand --environment 'The environment'
            cand --category 'The category'
            cand --outcome 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --state 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --decision 'The decision'
            cand --grep 'Only commands that contain this text'
            cand -n 'At most this many (tables show 50 unless told)'
            cand --limit 'At most this many (tables show 50 unless told)'
            cand --format 'The form of the listing'
            cand --changes 'Only what was started and changes something'
            cand --json 'The same as `--format json`'
            cand --no-pager 'Do not page'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List requests, newest first (what `aigov audit` alone does)'
            cand show 'Show everything about one request'
            cand stats 'Count requests by caller, decision, environment, outcome and tool'
            cand verify 'Check the chain, the sealed commitments and the projections'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;audit;list'= {
            cand --since 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time'
            cand --until 'Until when'
            cand --by 'Who asked: `agent`, `human` or `unattributed`'
            cand --agent 'The agent''s name'
            cand --human 'The human it was done for, or who decided'
            cand --task 'The task'
            cand --tool 'The tool'
            cand --env 'The environment'
            cand --environment 'The environment'
            cand --category 'The category'
            cand --outcome 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --state 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --decision 'The decision'
            cand --grep 'Only commands that contain this text'
            cand -n 'At most this many (tables show 50 unless told)'
            cand --limit 'At most this many (tables show 50 unless told)'
            cand --format 'The form of the listing'
            cand --changes 'Only what was started and changes something'
            cand --json 'The same as `--format json`'
            cand --no-pager 'Do not page'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'aigov;audit;show'= {
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;audit;stats'= {
            cand --since 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time'
            cand --until 'Until when'
            cand --by 'Who asked: `agent`, `human` or `unattributed`'
            cand --agent 'The agent''s name'
            cand --human 'The human it was done for, or who decided'
            cand --task 'The task'
            cand --tool 'The tool'
            cand --env 'The environment'
            cand --environment 'The environment'
            cand --category 'The category'
            cand --outcome 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --state 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)'
            cand --decision 'The decision'
            cand --grep 'Only commands that contain this text'
            cand -n 'At most this many (tables show 50 unless told)'
            cand --limit 'At most this many (tables show 50 unless told)'
            cand --format 'The form of the listing'
            cand --changes 'Only what was started and changes something'
            cand --json 'The same as `--format json`'
            cand --no-pager 'Do not page'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'aigov;audit;verify'= {
            cand --ledger 'A ledger other than the one in force'
            cand --head 'A head noted earlier, `SIZE:LEAF`; tells truncation and rewriting'
            cand --rebuild 'Rebuild the projections from the chain'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;audit;help'= {
            cand list 'List requests, newest first (what `aigov audit` alone does)'
            cand show 'Show everything about one request'
            cand stats 'Count requests by caller, decision, environment, outcome and tool'
            cand verify 'Check the chain, the sealed commitments and the projections'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;audit;help;list'= {
        }
        &'aigov;audit;help;show'= {
        }
        &'aigov;audit;help;stats'= {
        }
        &'aigov;audit;help;verify'= {
        }
        &'aigov;audit;help;help'= {
        }
        &'aigov;policy'= {
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
            cand check 'Load the policy, or a file, and show every fault and what should be looked at'
            cand test 'Run the policy''s own examples and tests'
            cand learn 'Draft a description of an in-house tool from its help text, for a human to correct'
            cand show 'Show the policy in force, layer by layer'
            cand diff 'Show what differs between two policies by what it means, and what of it loosens'
            cand simulate 'Decide every command of the ledger again under another policy, and show what would change'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;policy;check'= {
            cand --deny-warnings 'Exit with 1 when there are warnings'
            cand --strict 'Exit with 1 when there are warnings'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;test'= {
            cand --min-coverage 'Exit with 1 when less than this many of a hundred rules decide in a test'
            cand --threshold 'Exit with 1 when less than this many of a hundred rules decide in a test'
            cand --coverage 'Show how often each rule decides and matches, and what no test decides'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;learn'= {
            cand --from 'Read the help text from this file (`-` is stdin) instead of running a command'
            cand --program 'The program''s name, as it is typed'
            cand --name 'What rules call the tool (default: the program''s name without its ending)'
            cand --verb 'The verb whose help it is (`--verb "release create"`); by a command, the words before `--help`'
            cand --entry 'Print the entry alone, to be added to a policy'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;show'= {
            cand --effective 'Show what is in force as one, strictest rules first, with the layer and line that each part comes from'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;diff'= {
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;simulate'= {
            cand --since 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time; without it, the whole ledger'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;policy;help'= {
            cand check 'Load the policy, or a file, and show every fault and what should be looked at'
            cand test 'Run the policy''s own examples and tests'
            cand learn 'Draft a description of an in-house tool from its help text, for a human to correct'
            cand show 'Show the policy in force, layer by layer'
            cand diff 'Show what differs between two policies by what it means, and what of it loosens'
            cand simulate 'Decide every command of the ledger again under another policy, and show what would change'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;policy;help;check'= {
        }
        &'aigov;policy;help;test'= {
        }
        &'aigov;policy;help;learn'= {
        }
        &'aigov;policy;help;show'= {
        }
        &'aigov;policy;help;diff'= {
        }
        &'aigov;policy;help;simulate'= {
        }
        &'aigov;policy;help;help'= {
        }
        &'aigov;init'= {
            cand -y 'Do not ask; never overwrites, and labels only what is certain'
            cand --yes 'Do not ask; never overwrites, and labels only what is certain'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;doctor'= {
            cand --json 'Print JSON'
            cand --accept-clock 'Accept the clock after it went back (humans only)'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;completions'= {
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;packs'= {
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;report'= {
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
            cand reviews 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;report;reviews'= {
            cand --since 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time'
            cand --json 'Print JSON'
            cand --no-pager 'Do not page'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;report;help'= {
            cand reviews 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;report;help;reviews'= {
        }
        &'aigov;report;help;help'= {
        }
        &'aigov;review'= {
            cand --rationale 'What was looked at and found'
            cand --json 'Print the request as JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;grant'= {
            cand --from 'The request that asked; the grant is for what it asks for'
            cand --operation 'Operations of the same tool (`rollout restart`, `scale*`)'
            cand --env 'Environments by name, in place of the request''s'
            cand --environment 'Environments by name, in place of the request''s'
            cand --service 'Services (`web`, `pay*`, `*`)'
            cand --target 'Targets (`deployment/web`, `deployment/*`, `*`)'
            cand --agent 'Another agent than the request''s; `*` is every agent'
            cand --task 'Only for this task; without ID, for the request''s'
            cand --uses 'How many actions it lets run (default: 20)'
            cand --for 'How long it stands (default: 8h; at most 90 days)'
            cand --rationale 'Why; without it, the approval''s'
            cand --anywhere 'Anywhere in the environments, not only in the request''s namespaces or directory'
            cand --preview 'Show what it would have let run, and make nothing'
            cand -y 'Do not ask for a confirmation'
            cand --yes 'Do not ask for a confirmation'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
            cand add 'Make a grant from a request that asked (what `aigov grant` alone does)'
            cand list 'List the grants that can be used'
            cand show 'Show a grant: for whom and what, and what ran by it'
            cand revoke 'Take a grant back; what runs by it already runs on'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;grant;add'= {
            cand --from 'The request that asked; the grant is for what it asks for'
            cand --operation 'Operations of the same tool (`rollout restart`, `scale*`)'
            cand --env 'Environments by name, in place of the request''s'
            cand --environment 'Environments by name, in place of the request''s'
            cand --service 'Services (`web`, `pay*`, `*`)'
            cand --target 'Targets (`deployment/web`, `deployment/*`, `*`)'
            cand --agent 'Another agent than the request''s; `*` is every agent'
            cand --task 'Only for this task; without ID, for the request''s'
            cand --uses 'How many actions it lets run (default: 20)'
            cand --for 'How long it stands (default: 8h; at most 90 days)'
            cand --rationale 'Why; without it, the approval''s'
            cand --anywhere 'Anywhere in the environments, not only in the request''s namespaces or directory'
            cand --preview 'Show what it would have let run, and make nothing'
            cand -y 'Do not ask for a confirmation'
            cand --yes 'Do not ask for a confirmation'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;grant;list'= {
            cand --all 'Also those that are spent, over or taken back'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;grant;show'= {
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;grant;revoke'= {
            cand --reason 'Why'
            cand --json 'Print JSON'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;grant;help'= {
            cand add 'Make a grant from a request that asked (what `aigov grant` alone does)'
            cand list 'List the grants that can be used'
            cand show 'Show a grant: for whom and what, and what ran by it'
            cand revoke 'Take a grant back; what runs by it already runs on'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;grant;help;add'= {
        }
        &'aigov;grant;help;list'= {
        }
        &'aigov;grant;help;show'= {
        }
        &'aigov;grant;help;revoke'= {
        }
        &'aigov;grant;help;help'= {
        }
        &'aigov;collect'= {
            cand --once 'Do what is due, and end'
            cand --slack-manifest 'Print the manifest from which a workspace makes its Slack app, and end'
            cand -v 'Say more on stderr; twice for every step'
            cand --verbose 'Say more on stderr; twice for every step'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aigov;help'= {
            cand exec 'Run a command under policy: at once, after a human''s approval, or not at all'
            cand run 'Run an approved request, once'
            cand wait 'Wait for a request to be decided'
            cand withdraw 'Take a request back'
            cand show 'Show a request: what it would change, why it is asked, how to take it back'
            cand rollback 'Ask to take back what a request did: its way back is shown, approved and run like any request'
            cand check 'Show what would be decided for a command, and why; runs nothing, writes nothing'
            cand requests 'List the requests that wait for a decision'
            cand approve 'Approve a request: see what it would do, decide, say why (humans only)'
            cand reject 'Reject a request, with a reason that reaches the agent (humans only)'
            cand freeze 'Stop everything new in an environment, or everywhere (humans only)'
            cand unfreeze 'Lift a freeze (humans only)'
            cand audit 'Search and check the ledger'
            cand policy 'Check, test and show the policy'
            cand init 'Write a policy for this machine (humans only)'
            cand doctor 'Check that everything aigov needs is in order'
            cand completions 'Print a shell''s completion script'
            cand packs 'Show what is known of tools, built in and described by the policy'
            cand report 'Reports over the ledger'
            cand review 'Review what another human let through by breaking the glass (humans only)'
            cand grant 'Let a kind of action run without asking each time, for a while (humans only)'
            cand collect 'Ask people through the policy''s channels, bring their decisions in, and do what is overdue'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'aigov;help;exec'= {
        }
        &'aigov;help;run'= {
        }
        &'aigov;help;wait'= {
        }
        &'aigov;help;withdraw'= {
        }
        &'aigov;help;show'= {
        }
        &'aigov;help;rollback'= {
        }
        &'aigov;help;check'= {
        }
        &'aigov;help;requests'= {
        }
        &'aigov;help;approve'= {
        }
        &'aigov;help;reject'= {
        }
        &'aigov;help;freeze'= {
        }
        &'aigov;help;unfreeze'= {
        }
        &'aigov;help;audit'= {
            cand list 'List requests, newest first (what `aigov audit` alone does)'
            cand show 'Show everything about one request'
            cand stats 'Count requests by caller, decision, environment, outcome and tool'
            cand verify 'Check the chain, the sealed commitments and the projections'
        }
        &'aigov;help;audit;list'= {
        }
        &'aigov;help;audit;show'= {
        }
        &'aigov;help;audit;stats'= {
        }
        &'aigov;help;audit;verify'= {
        }
        &'aigov;help;policy'= {
            cand check 'Load the policy, or a file, and show every fault and what should be looked at'
            cand test 'Run the policy''s own examples and tests'
            cand learn 'Draft a description of an in-house tool from its help text, for a human to correct'
            cand show 'Show the policy in force, layer by layer'
            cand diff 'Show what differs between two policies by what it means, and what of it loosens'
            cand simulate 'Decide every command of the ledger again under another policy, and show what would change'
        }
        &'aigov;help;policy;check'= {
        }
        &'aigov;help;policy;test'= {
        }
        &'aigov;help;policy;learn'= {
        }
        &'aigov;help;policy;show'= {
        }
        &'aigov;help;policy;diff'= {
        }
        &'aigov;help;policy;simulate'= {
        }
        &'aigov;help;init'= {
        }
        &'aigov;help;doctor'= {
        }
        &'aigov;help;completions'= {
        }
        &'aigov;help;packs'= {
        }
        &'aigov;help;report'= {
            cand reviews 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
        }
        &'aigov;help;report;reviews'= {
        }
        &'aigov;help;review'= {
        }
        &'aigov;help;grant'= {
            cand add 'Make a grant from a request that asked (what `aigov grant` alone does)'
            cand list 'List the grants that can be used'
            cand show 'Show a grant: for whom and what, and what ran by it'
            cand revoke 'Take a grant back; what runs by it already runs on'
        }
        &'aigov;help;grant;add'= {
        }
        &'aigov;help;grant;list'= {
        }
        &'aigov;help;grant;show'= {
        }
        &'aigov;help;grant;revoke'= {
        }
        &'aigov;help;collect'= {
        }
        &'aigov;help;help'= {
        }
    ]
    $completions[$command]
}
