
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'aigov' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'aigov'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'aigov' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command under policy: at once, after a human''s approval, or not at all')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run an approved request, once')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for a request to be decided')
            [CompletionResult]::new('withdraw', 'withdraw', [CompletionResultType]::ParameterValue, 'Take a request back')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a request: what it would change, why it is asked, how to take it back')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Ask to take back what a request did: its way back is shown, approved and run like any request')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Show what would be decided for a command, and why; runs nothing, writes nothing')
            [CompletionResult]::new('requests', 'requests', [CompletionResultType]::ParameterValue, 'List the requests that wait for a decision')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Approve a request: see what it would do, decide, say why (humans only)')
            [CompletionResult]::new('reject', 'reject', [CompletionResultType]::ParameterValue, 'Reject a request, with a reason that reaches the agent (humans only)')
            [CompletionResult]::new('freeze', 'freeze', [CompletionResultType]::ParameterValue, 'Stop everything new in an environment, or everywhere (humans only)')
            [CompletionResult]::new('unfreeze', 'unfreeze', [CompletionResultType]::ParameterValue, 'Lift a freeze (humans only)')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Search and check the ledger')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check, test and show the policy')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a policy for this machine (humans only)')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check that everything aigov needs is in order')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a shell''s completion script')
            [CompletionResult]::new('packs', 'packs', [CompletionResultType]::ParameterValue, 'Show what is known of tools, built in and described by the policy')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Reports over the ledger')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Review what another human let through by breaking the glass (humans only)')
            [CompletionResult]::new('grant', 'grant', [CompletionResultType]::ParameterValue, 'Let a kind of action run without asking each time, for a while (humans only)')
            [CompletionResult]::new('collect', 'collect', [CompletionResultType]::ParameterValue, 'Ask people through the policy''s channels, bring their decisions in, and do what is overdue')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;exec' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why this is needed; shown to the human who decides')
            [CompletionResult]::new('--risk', '--risk', [CompletionResultType]::ParameterName, 'What could go wrong; shown to the human who decides')
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'A file that speaks for it, such as a test report; shown to the human who decides')
            [CompletionResult]::new('--tests', '--tests', [CompletionResultType]::ParameterName, 'Tests to run first, as a request of their own; their end is shown to the human who decides')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'The task this belongs to')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'The agent that asks; a claim can only tighten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait this long for a decision, then run (`50s`, `5m`)')
            [CompletionResult]::new('--status-fd', '--status-fd', [CompletionResultType]::ParameterName, 'Put that object on this file descriptor instead')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Run this text in a shell')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'The shell that runs it (default: bash where there is one, else sh)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Put aigov''s own outcome as one JSON object on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;run' {
            [CompletionResult]::new('--status-fd', '--status-fd', [CompletionResultType]::ParameterName, 'Put that object on this file descriptor instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Put aigov''s own outcome as one JSON object on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;wait' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this long; the request stays as it is')
            [CompletionResult]::new('--status-fd', '--status-fd', [CompletionResultType]::ParameterName, 'Put that object on this file descriptor instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Put aigov''s own outcome as one JSON object on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;withdraw' {
            [CompletionResult]::new('--status-fd', '--status-fd', [CompletionResultType]::ParameterName, 'Put that object on this file descriptor instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Put aigov''s own outcome as one JSON object on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;show' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Do not page')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;rollback' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; shown to the human who decides')
            [CompletionResult]::new('--risk', '--risk', [CompletionResultType]::ParameterName, 'What could go wrong; shown to the human who decides')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'The agent that asks; a claim can only tighten')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait this long for a decision, then run (`50s`, `5m`)')
            [CompletionResult]::new('--status-fd', '--status-fd', [CompletionResultType]::ParameterName, 'Put that object on this file descriptor instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Put aigov''s own outcome as one JSON object on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;check' {
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'Say also what grants say for this agent (with `--json`: `govern`)')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'The same for this task')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'A shell text')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Read JSON Lines from stdin, one command each, and answer in the same order')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;requests' {
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also those that were decided or have ended')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Go on showing what is new, until q or Ctrl-C; where stdout is no terminal, one line for each that is new or changed')
            [CompletionResult]::new('--bell', '--bell', [CompletionResultType]::ParameterName, 'Ring the terminal''s bell for each that is new')
            [CompletionResult]::new('--owed', '--owed', [CompletionResultType]::ParameterName, 'Those whose glass was broken and for which a review is owed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;approve' {
            [CompletionResult]::new('--rationale', '--rationale', [CompletionResultType]::ParameterName, 'Why; with it there is no prompt')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'The name of what is deleted, where policy wants it typed')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer''s)')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Whose key it is, where it is that of several allowed signers')
            [CompletionResult]::new('--sign-file', '--sign-file', [CompletionResultType]::ParameterName, 'Sign what a question''s file asks; needs no policy and no ledger')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Take a signed decision back from a file, whichever it is')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the file is written to (default: stdout); an existing one is left alone')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the file is written to (default: stdout); an existing one is left alone')
            [CompletionResult]::new('--break-glass', '--break-glass', [CompletionResultType]::ParameterName, 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the outcome as JSON')
            [CompletionResult]::new('--sign', '--sign', [CompletionResultType]::ParameterName, 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`')
            [CompletionResult]::new('--export', '--export', [CompletionResultType]::ParameterName, 'Write the question to a file, to be signed on another machine')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;reject' {
            [CompletionResult]::new('--rationale', '--rationale', [CompletionResultType]::ParameterName, 'Why; with it there is no prompt')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'The name of what is deleted, where policy wants it typed')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer''s)')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Whose key it is, where it is that of several allowed signers')
            [CompletionResult]::new('--sign-file', '--sign-file', [CompletionResultType]::ParameterName, 'Sign what a question''s file asks; needs no policy and no ledger')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Take a signed decision back from a file, whichever it is')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the file is written to (default: stdout); an existing one is left alone')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the file is written to (default: stdout); an existing one is left alone')
            [CompletionResult]::new('--break-glass', '--break-glass', [CompletionResultType]::ParameterName, 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the outcome as JSON')
            [CompletionResult]::new('--sign', '--sign', [CompletionResultType]::ParameterName, 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`')
            [CompletionResult]::new('--export', '--export', [CompletionResultType]::ParameterName, 'Write the question to a file, to be signed on another machine')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;freeze' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the freezes in force and the policy''s freeze windows; freezes nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the list as JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;unfreeze' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;audit' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Who asked: `agent`, `human` or `unattributed`')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'The agent''s name')
            [CompletionResult]::new('--human', '--human', [CompletionResultType]::ParameterName, 'The human it was done for, or who decided')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'The task')
            [CompletionResult]::new('--tool', '--tool', [CompletionResultType]::ParameterName, 'The tool')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'The category')
            [CompletionResult]::new('--outcome', '--outcome', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--decision', '--decision', [CompletionResultType]::ParameterName, 'The decision')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only commands that contain this text')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The form of the listing')
            [CompletionResult]::new('--changes', '--changes', [CompletionResultType]::ParameterName, 'Only what was started and changes something')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `--format json`')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Do not page')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List requests, newest first (what `aigov audit` alone does)')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about one request')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count requests by caller, decision, environment, outcome and tool')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check the chain, the sealed commitments and the projections')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;audit;list' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Who asked: `agent`, `human` or `unattributed`')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'The agent''s name')
            [CompletionResult]::new('--human', '--human', [CompletionResultType]::ParameterName, 'The human it was done for, or who decided')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'The task')
            [CompletionResult]::new('--tool', '--tool', [CompletionResultType]::ParameterName, 'The tool')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'The category')
            [CompletionResult]::new('--outcome', '--outcome', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--decision', '--decision', [CompletionResultType]::ParameterName, 'The decision')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only commands that contain this text')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The form of the listing')
            [CompletionResult]::new('--changes', '--changes', [CompletionResultType]::ParameterName, 'Only what was started and changes something')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `--format json`')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Do not page')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aigov;audit;show' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;audit;stats' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Who asked: `agent`, `human` or `unattributed`')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'The agent''s name')
            [CompletionResult]::new('--human', '--human', [CompletionResultType]::ParameterName, 'The human it was done for, or who decided')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'The task')
            [CompletionResult]::new('--tool', '--tool', [CompletionResultType]::ParameterName, 'The tool')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'The category')
            [CompletionResult]::new('--outcome', '--outcome', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)')
            [CompletionResult]::new('--decision', '--decision', [CompletionResultType]::ParameterName, 'The decision')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only commands that contain this text')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many (tables show 50 unless told)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The form of the listing')
            [CompletionResult]::new('--changes', '--changes', [CompletionResultType]::ParameterName, 'Only what was started and changes something')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `--format json`')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Do not page')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aigov;audit;verify' {
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'A ledger other than the one in force')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'A head noted earlier, `SIZE:LEAF`; tells truncation and rewriting')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Rebuild the projections from the chain')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;audit;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List requests, newest first (what `aigov audit` alone does)')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about one request')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count requests by caller, decision, environment, outcome and tool')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check the chain, the sealed commitments and the projections')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;audit;help;list' {
            break
        }
        'aigov;audit;help;show' {
            break
        }
        'aigov;audit;help;stats' {
            break
        }
        'aigov;audit;help;verify' {
            break
        }
        'aigov;audit;help;help' {
            break
        }
        'aigov;policy' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Load the policy, or a file, and show every fault and what should be looked at')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run the policy''s own examples and tests')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Draft a description of an in-house tool from its help text, for a human to correct')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the policy in force, layer by layer')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two policies by what it means, and what of it loosens')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Decide every command of the ledger again under another policy, and show what would change')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;policy;check' {
            [CompletionResult]::new('--deny-warnings', '--deny-warnings', [CompletionResultType]::ParameterName, 'Exit with 1 when there are warnings')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit with 1 when there are warnings')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;test' {
            [CompletionResult]::new('--min-coverage', '--min-coverage', [CompletionResultType]::ParameterName, 'Exit with 1 when less than this many of a hundred rules decide in a test')
            [CompletionResult]::new('--threshold', '--threshold', [CompletionResultType]::ParameterName, 'Exit with 1 when less than this many of a hundred rules decide in a test')
            [CompletionResult]::new('--coverage', '--coverage', [CompletionResultType]::ParameterName, 'Show how often each rule decides and matches, and what no test decides')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;learn' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the help text from this file (`-` is stdin) instead of running a command')
            [CompletionResult]::new('--program', '--program', [CompletionResultType]::ParameterName, 'The program''s name, as it is typed')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What rules call the tool (default: the program''s name without its ending)')
            [CompletionResult]::new('--verb', '--verb', [CompletionResultType]::ParameterName, 'The verb whose help it is (`--verb "release create"`); by a command, the words before `--help`')
            [CompletionResult]::new('--entry', '--entry', [CompletionResultType]::ParameterName, 'Print the entry alone, to be added to a policy')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;show' {
            [CompletionResult]::new('--effective', '--effective', [CompletionResultType]::ParameterName, 'Show what is in force as one, strictest rules first, with the layer and line that each part comes from')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;diff' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;simulate' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time; without it, the whole ledger')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;policy;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Load the policy, or a file, and show every fault and what should be looked at')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run the policy''s own examples and tests')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Draft a description of an in-house tool from its help text, for a human to correct')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the policy in force, layer by layer')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two policies by what it means, and what of it loosens')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Decide every command of the ledger again under another policy, and show what would change')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;policy;help;check' {
            break
        }
        'aigov;policy;help;test' {
            break
        }
        'aigov;policy;help;learn' {
            break
        }
        'aigov;policy;help;show' {
            break
        }
        'aigov;policy;help;diff' {
            break
        }
        'aigov;policy;help;simulate' {
            break
        }
        'aigov;policy;help;help' {
            break
        }
        'aigov;init' {
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask; never overwrites, and labels only what is certain')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask; never overwrites, and labels only what is certain')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;doctor' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('--accept-clock', '--accept-clock', [CompletionResultType]::ParameterName, 'Accept the clock after it went back (humans only)')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;completions' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;packs' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;report' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('reviews', 'reviews', [CompletionResultType]::ParameterValue, 'How humans decided: what was opened, typed and said, how long it took, and what came of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;report;reviews' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'Do not page')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;report;help' {
            [CompletionResult]::new('reviews', 'reviews', [CompletionResultType]::ParameterValue, 'How humans decided: what was opened, typed and said, how long it took, and what came of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;report;help;reviews' {
            break
        }
        'aigov;report;help;help' {
            break
        }
        'aigov;review' {
            [CompletionResult]::new('--rationale', '--rationale', [CompletionResultType]::ParameterName, 'What was looked at and found')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the request as JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;grant' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The request that asked; the grant is for what it asks for')
            [CompletionResult]::new('--operation', '--operation', [CompletionResultType]::ParameterName, 'Operations of the same tool (`rollout restart`, `scale*`)')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environments by name, in place of the request''s')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environments by name, in place of the request''s')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Services (`web`, `pay*`, `*`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Targets (`deployment/web`, `deployment/*`, `*`)')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'Another agent than the request''s; `*` is every agent')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only for this task; without ID, for the request''s')
            [CompletionResult]::new('--uses', '--uses', [CompletionResultType]::ParameterName, 'How many actions it lets run (default: 20)')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long it stands (default: 8h; at most 90 days)')
            [CompletionResult]::new('--rationale', '--rationale', [CompletionResultType]::ParameterName, 'Why; without it, the approval''s')
            [CompletionResult]::new('--anywhere', '--anywhere', [CompletionResultType]::ParameterName, 'Anywhere in the environments, not only in the request''s namespaces or directory')
            [CompletionResult]::new('--preview', '--preview', [CompletionResultType]::ParameterName, 'Show what it would have let run, and make nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for a confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for a confirmation')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make a grant from a request that asked (what `aigov grant` alone does)')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the grants that can be used')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a grant: for whom and what, and what ran by it')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Take a grant back; what runs by it already runs on')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;grant;add' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The request that asked; the grant is for what it asks for')
            [CompletionResult]::new('--operation', '--operation', [CompletionResultType]::ParameterName, 'Operations of the same tool (`rollout restart`, `scale*`)')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environments by name, in place of the request''s')
            [CompletionResult]::new('--environment', '--environment', [CompletionResultType]::ParameterName, 'Environments by name, in place of the request''s')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Services (`web`, `pay*`, `*`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Targets (`deployment/web`, `deployment/*`, `*`)')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'Another agent than the request''s; `*` is every agent')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only for this task; without ID, for the request''s')
            [CompletionResult]::new('--uses', '--uses', [CompletionResultType]::ParameterName, 'How many actions it lets run (default: 20)')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long it stands (default: 8h; at most 90 days)')
            [CompletionResult]::new('--rationale', '--rationale', [CompletionResultType]::ParameterName, 'Why; without it, the approval''s')
            [CompletionResult]::new('--anywhere', '--anywhere', [CompletionResultType]::ParameterName, 'Anywhere in the environments, not only in the request''s namespaces or directory')
            [CompletionResult]::new('--preview', '--preview', [CompletionResultType]::ParameterName, 'Show what it would have let run, and make nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for a confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for a confirmation')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;grant;list' {
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also those that are spent, over or taken back')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;grant;show' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;grant;revoke' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;grant;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make a grant from a request that asked (what `aigov grant` alone does)')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the grants that can be used')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a grant: for whom and what, and what ran by it')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Take a grant back; what runs by it already runs on')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;grant;help;add' {
            break
        }
        'aigov;grant;help;list' {
            break
        }
        'aigov;grant;help;show' {
            break
        }
        'aigov;grant;help;revoke' {
            break
        }
        'aigov;grant;help;help' {
            break
        }
        'aigov;collect' {
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Do what is due, and end')
            [CompletionResult]::new('--slack-manifest', '--slack-manifest', [CompletionResultType]::ParameterName, 'Print the manifest from which a workspace makes its Slack app, and end')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr; twice for every step')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aigov;help' {
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command under policy: at once, after a human''s approval, or not at all')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run an approved request, once')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait for a request to be decided')
            [CompletionResult]::new('withdraw', 'withdraw', [CompletionResultType]::ParameterValue, 'Take a request back')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a request: what it would change, why it is asked, how to take it back')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Ask to take back what a request did: its way back is shown, approved and run like any request')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Show what would be decided for a command, and why; runs nothing, writes nothing')
            [CompletionResult]::new('requests', 'requests', [CompletionResultType]::ParameterValue, 'List the requests that wait for a decision')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Approve a request: see what it would do, decide, say why (humans only)')
            [CompletionResult]::new('reject', 'reject', [CompletionResultType]::ParameterValue, 'Reject a request, with a reason that reaches the agent (humans only)')
            [CompletionResult]::new('freeze', 'freeze', [CompletionResultType]::ParameterValue, 'Stop everything new in an environment, or everywhere (humans only)')
            [CompletionResult]::new('unfreeze', 'unfreeze', [CompletionResultType]::ParameterValue, 'Lift a freeze (humans only)')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Search and check the ledger')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check, test and show the policy')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a policy for this machine (humans only)')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check that everything aigov needs is in order')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a shell''s completion script')
            [CompletionResult]::new('packs', 'packs', [CompletionResultType]::ParameterValue, 'Show what is known of tools, built in and described by the policy')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Reports over the ledger')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Review what another human let through by breaking the glass (humans only)')
            [CompletionResult]::new('grant', 'grant', [CompletionResultType]::ParameterValue, 'Let a kind of action run without asking each time, for a while (humans only)')
            [CompletionResult]::new('collect', 'collect', [CompletionResultType]::ParameterValue, 'Ask people through the policy''s channels, bring their decisions in, and do what is overdue')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aigov;help;exec' {
            break
        }
        'aigov;help;run' {
            break
        }
        'aigov;help;wait' {
            break
        }
        'aigov;help;withdraw' {
            break
        }
        'aigov;help;show' {
            break
        }
        'aigov;help;rollback' {
            break
        }
        'aigov;help;check' {
            break
        }
        'aigov;help;requests' {
            break
        }
        'aigov;help;approve' {
            break
        }
        'aigov;help;reject' {
            break
        }
        'aigov;help;freeze' {
            break
        }
        'aigov;help;unfreeze' {
            break
        }
        'aigov;help;audit' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List requests, newest first (what `aigov audit` alone does)')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about one request')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count requests by caller, decision, environment, outcome and tool')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check the chain, the sealed commitments and the projections')
            break
        }
        'aigov;help;audit;list' {
            break
        }
        'aigov;help;audit;show' {
            break
        }
        'aigov;help;audit;stats' {
            break
        }
        'aigov;help;audit;verify' {
            break
        }
        'aigov;help;policy' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Load the policy, or a file, and show every fault and what should be looked at')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run the policy''s own examples and tests')
            [CompletionResult]::new('learn', 'learn', [CompletionResultType]::ParameterValue, 'Draft a description of an in-house tool from its help text, for a human to correct')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the policy in force, layer by layer')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two policies by what it means, and what of it loosens')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Decide every command of the ledger again under another policy, and show what would change')
            break
        }
        'aigov;help;policy;check' {
            break
        }
        'aigov;help;policy;test' {
            break
        }
        'aigov;help;policy;learn' {
            break
        }
        'aigov;help;policy;show' {
            break
        }
        'aigov;help;policy;diff' {
            break
        }
        'aigov;help;policy;simulate' {
            break
        }
        'aigov;help;init' {
            break
        }
        'aigov;help;doctor' {
            break
        }
        'aigov;help;completions' {
            break
        }
        'aigov;help;packs' {
            break
        }
        'aigov;help;report' {
            [CompletionResult]::new('reviews', 'reviews', [CompletionResultType]::ParameterValue, 'How humans decided: what was opened, typed and said, how long it took, and what came of it')
            break
        }
        'aigov;help;report;reviews' {
            break
        }
        'aigov;help;review' {
            break
        }
        'aigov;help;grant' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make a grant from a request that asked (what `aigov grant` alone does)')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the grants that can be used')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a grant: for whom and what, and what ran by it')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Take a grant back; what runs by it already runs on')
            break
        }
        'aigov;help;grant;add' {
            break
        }
        'aigov;help;grant;list' {
            break
        }
        'aigov;help;grant;show' {
            break
        }
        'aigov;help;grant;revoke' {
            break
        }
        'aigov;help;collect' {
            break
        }
        'aigov;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
