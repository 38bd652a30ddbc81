# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_aigov_global_optspecs
    string join \n v/verbose h/help V/version
end

function __fish_aigov_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_aigov_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_aigov_using_subcommand
    set -l cmd (__fish_aigov_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c aigov -n "__fish_aigov_needs_command" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_needs_command" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_needs_command" -s V -l version -d 'Print version'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "exec" -d 'Run a command under policy: at once, after a human\'s approval, or not at all'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "run" -d 'Run an approved request, once'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "wait" -d 'Wait for a request to be decided'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "withdraw" -d 'Take a request back'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "show" -d 'Show a request: what it would change, why it is asked, how to take it back'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "rollback" -d 'Ask to take back what a request did: its way back is shown, approved and run like any request'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "check" -d 'Show what would be decided for a command, and why; runs nothing, writes nothing'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "requests" -d 'List the requests that wait for a decision'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "approve" -d 'Approve a request: see what it would do, decide, say why (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "reject" -d 'Reject a request, with a reason that reaches the agent (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "freeze" -d 'Stop everything new in an environment, or everywhere (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "unfreeze" -d 'Lift a freeze (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "audit" -d 'Search and check the ledger'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "policy" -d 'Check, test and show the policy'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "init" -d 'Write a policy for this machine (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "doctor" -d 'Check that everything aigov needs is in order'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "completions" -d 'Print a shell\'s completion script'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "packs" -d 'Show what is known of tools, built in and described by the policy'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "report" -d 'Reports over the ledger'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "review" -d 'Review what another human let through by breaking the glass (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "grant" -d 'Let a kind of action run without asking each time, for a while (humans only)'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "collect" -d 'Ask people through the policy\'s channels, bring their decisions in, and do what is overdue'
complete -c aigov -n "__fish_aigov_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l reason -d 'Why this is needed; shown to the human who decides' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l risk -d 'What could go wrong; shown to the human who decides' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l evidence -d 'A file that speaks for it, such as a test report; shown to the human who decides' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l tests -d 'Tests to run first, as a request of their own; their end is shown to the human who decides' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l task -d 'The task this belongs to' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l agent -d 'The agent that asks; a claim can only tighten' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l wait -d 'Wait this long for a decision, then run (`50s`, `5m`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l status-fd -d 'Put that object on this file descriptor instead' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -s c -d 'Run this text in a shell' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l shell -d 'The shell that runs it (default: bash where there is one, else sh)' -r
complete -c aigov -n "__fish_aigov_using_subcommand exec" -l json -d 'Put aigov\'s own outcome as one JSON object on stderr'
complete -c aigov -n "__fish_aigov_using_subcommand exec" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand exec" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand run" -l status-fd -d 'Put that object on this file descriptor instead' -r
complete -c aigov -n "__fish_aigov_using_subcommand run" -l json -d 'Put aigov\'s own outcome as one JSON object on stderr'
complete -c aigov -n "__fish_aigov_using_subcommand run" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand run" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand wait" -l timeout -d 'Give up waiting after this long; the request stays as it is' -r
complete -c aigov -n "__fish_aigov_using_subcommand wait" -l status-fd -d 'Put that object on this file descriptor instead' -r
complete -c aigov -n "__fish_aigov_using_subcommand wait" -l json -d 'Put aigov\'s own outcome as one JSON object on stderr'
complete -c aigov -n "__fish_aigov_using_subcommand wait" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand wait" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand withdraw" -l status-fd -d 'Put that object on this file descriptor instead' -r
complete -c aigov -n "__fish_aigov_using_subcommand withdraw" -l json -d 'Put aigov\'s own outcome as one JSON object on stderr'
complete -c aigov -n "__fish_aigov_using_subcommand withdraw" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand withdraw" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand show" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand show" -l no-pager -d 'Do not page'
complete -c aigov -n "__fish_aigov_using_subcommand show" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand show" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l reason -d 'Why; shown to the human who decides' -r
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l risk -d 'What could go wrong; shown to the human who decides' -r
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l agent -d 'The agent that asks; a claim can only tighten' -r
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l wait -d 'Wait this long for a decision, then run (`50s`, `5m`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l status-fd -d 'Put that object on this file descriptor instead' -r
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -l json -d 'Put aigov\'s own outcome as one JSON object on stderr'
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand rollback" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand check" -l agent -d 'Say also what grants say for this agent (with `--json`: `govern`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand check" -l task -d 'The same for this task' -r
complete -c aigov -n "__fish_aigov_using_subcommand check" -s c -d 'A shell text' -r
complete -c aigov -n "__fish_aigov_using_subcommand check" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand check" -l batch -d 'Read JSON Lines from stdin, one command each, and answer in the same order'
complete -c aigov -n "__fish_aigov_using_subcommand check" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand check" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -l all -d 'Also those that were decided or have ended'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -l watch -d 'Go on showing what is new, until q or Ctrl-C; where stdout is no terminal, one line for each that is new or changed'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -l bell -d 'Ring the terminal\'s bell for each that is new'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -l owed -d 'Those whose glass was broken and for which a review is owed'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand requests" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l rationale -d 'Why; with it there is no prompt' -r
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l confirm -d 'The name of what is deleted, where policy wants it typed' -r
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l key -d 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer\'s)' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l as -d 'Whose key it is, where it is that of several allowed signers' -r
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l sign-file -d 'Sign what a question\'s file asks; needs no policy and no ledger' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l import -d 'Take a signed decision back from a file, whichever it is' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand approve" -s o -l output -d 'Where the file is written to (default: stdout); an existing one is left alone' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l break-glass -d 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l json -d 'Print the outcome as JSON'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l sign -d 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -l export -d 'Write the question to a file, to be signed on another machine'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand approve" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l rationale -d 'Why; with it there is no prompt' -r
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l confirm -d 'The name of what is deleted, where policy wants it typed' -r
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l key -d 'The key to sign with: a private key, or a public one whose private half ssh-agent holds (default: the first of `~/.ssh/id_*` that is an allowed signer\'s)' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l as -d 'Whose key it is, where it is that of several allowed signers' -r
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l sign-file -d 'Sign what a question\'s file asks; needs no policy and no ledger' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l import -d 'Take a signed decision back from a file, whichever it is' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand reject" -s o -l output -d 'Where the file is written to (default: stdout); an existing one is left alone' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l break-glass -d 'Approve without those whom policy asks for, in an emergency: the ticket is typed at the terminal, everybody is told, and another human owes a review'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l json -d 'Print the outcome as JSON'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l sign -d 'Sign the decision with an SSH key, by `ssh-keygen -Y sign`'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -l export -d 'Write the question to a file, to be signed on another machine'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand reject" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand freeze" -l reason -d 'Why' -r
complete -c aigov -n "__fish_aigov_using_subcommand freeze" -l list -d 'List the freezes in force and the policy\'s freeze windows; freezes nothing'
complete -c aigov -n "__fish_aigov_using_subcommand freeze" -l json -d 'Print the list as JSON'
complete -c aigov -n "__fish_aigov_using_subcommand freeze" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand freeze" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand unfreeze" -l reason -d 'Why' -r
complete -c aigov -n "__fish_aigov_using_subcommand unfreeze" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand unfreeze" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l since -d 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l until -d 'Until when' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l by -d 'Who asked: `agent`, `human` or `unattributed`' -r -f -a "agent\t''
human\t''
unattributed\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l agent -d 'The agent\'s name' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l human -d 'The human it was done for, or who decided' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l task -d 'The task' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l tool -d 'The tool' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l env -l environment -d 'The environment' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l category -d 'The category' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l outcome -l state -d 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l decision -d 'The decision' -r -f -a "allow\t''
flag\t''
ask\t''
deny\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l grep -d 'Only commands that contain this text' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -s n -l limit -d 'At most this many (tables show 50 unless told)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l format -d 'The form of the listing' -r -f -a "table\t'A table that fits the terminal'
json\t'One JSON array'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values'"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l changes -d 'Only what was started and changes something'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l json -d 'The same as `--format json`'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -l no-pager -d 'Do not page'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -f -a "list" -d 'List requests, newest first (what `aigov audit` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -f -a "show" -d 'Show everything about one request'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -f -a "stats" -d 'Count requests by caller, decision, environment, outcome and tool'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -f -a "verify" -d 'Check the chain, the sealed commitments and the projections'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and not __fish_seen_subcommand_from list show stats verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l since -d 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l until -d 'Until when' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l by -d 'Who asked: `agent`, `human` or `unattributed`' -r -f -a "agent\t''
human\t''
unattributed\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l agent -d 'The agent\'s name' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l human -d 'The human it was done for, or who decided' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l task -d 'The task' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l tool -d 'The tool' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l env -l environment -d 'The environment' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l category -d 'The category' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l outcome -l state -d 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l decision -d 'The decision' -r -f -a "allow\t''
flag\t''
ask\t''
deny\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l grep -d 'Only commands that contain this text' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -s n -l limit -d 'At most this many (tables show 50 unless told)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l format -d 'The form of the listing' -r -f -a "table\t'A table that fits the terminal'
json\t'One JSON array'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values'"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l changes -d 'Only what was started and changes something'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l json -d 'The same as `--format json`'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l since -d 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l until -d 'Until when' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l by -d 'Who asked: `agent`, `human` or `unattributed`' -r -f -a "agent\t''
human\t''
unattributed\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l agent -d 'The agent\'s name' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l human -d 'The human it was done for, or who decided' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l task -d 'The task' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l tool -d 'The tool' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l env -l environment -d 'The environment' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l category -d 'The category' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l outcome -l state -d 'The state or outcome (`pending`, `succeeded`, `failed`, `rejected`, …)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l decision -d 'The decision' -r -f -a "allow\t''
flag\t''
ask\t''
deny\t''"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l grep -d 'Only commands that contain this text' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -s n -l limit -d 'At most this many (tables show 50 unless told)' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l format -d 'The form of the listing' -r -f -a "table\t'A table that fits the terminal'
json\t'One JSON array'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values'"
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l changes -d 'Only what was started and changes something'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l json -d 'The same as `--format json`'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -l no-pager -d 'Do not page'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -l ledger -d 'A ledger other than the one in force' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -l head -d 'A head noted earlier, `SIZE:LEAF`; tells truncation and rewriting' -r
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -l rebuild -d 'Rebuild the projections from the chain'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'List requests, newest first (what `aigov audit` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show everything about one request'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count requests by caller, decision, environment, outcome and tool'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check the chain, the sealed commitments and the projections'
complete -c aigov -n "__fish_aigov_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "check" -d 'Load the policy, or a file, and show every fault and what should be looked at'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "test" -d 'Run the policy\'s own examples and tests'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "learn" -d 'Draft a description of an in-house tool from its help text, for a human to correct'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "show" -d 'Show the policy in force, layer by layer'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "diff" -d 'Show what differs between two policies by what it means, and what of it loosens'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "simulate" -d 'Decide every command of the ledger again under another policy, and show what would change'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and not __fish_seen_subcommand_from check test learn show diff simulate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from check" -l deny-warnings -l strict -d 'Exit with 1 when there are warnings'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from check" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from test" -l min-coverage -l threshold -d 'Exit with 1 when less than this many of a hundred rules decide in a test' -r
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from test" -l coverage -d 'Show how often each rule decides and matches, and what no test decides'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from test" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -l from -d 'Read the help text from this file (`-` is stdin) instead of running a command' -r -F
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -l program -d 'The program\'s name, as it is typed' -r
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -l name -d 'What rules call the tool (default: the program\'s name without its ending)' -r
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -l verb -d 'The verb whose help it is (`--verb "release create"`); by a command, the words before `--help`' -r
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -l entry -d 'Print the entry alone, to be added to a policy'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from learn" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from show" -l effective -d 'Show what is in force as one, strictest rules first, with the layer and line that each part comes from'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from diff" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l since -d 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time; without it, the whole ledger' -r
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from simulate" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from simulate" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from simulate" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "check" -d 'Load the policy, or a file, and show every fault and what should be looked at'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "test" -d 'Run the policy\'s own examples and tests'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "learn" -d 'Draft a description of an in-house tool from its help text, for a human to correct'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the policy in force, layer by layer'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two policies by what it means, and what of it loosens'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "simulate" -d 'Decide every command of the ledger again under another policy, and show what would change'
complete -c aigov -n "__fish_aigov_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand init" -s y -l yes -d 'Do not ask; never overwrites, and labels only what is certain'
complete -c aigov -n "__fish_aigov_using_subcommand init" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand init" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand doctor" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand doctor" -l accept-clock -d 'Accept the clock after it went back (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand doctor" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand completions" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand completions" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand packs" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand packs" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand packs" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand report; and not __fish_seen_subcommand_from reviews help" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand report; and not __fish_seen_subcommand_from reviews help" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand report; and not __fish_seen_subcommand_from reviews help" -f -a "reviews" -d 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
complete -c aigov -n "__fish_aigov_using_subcommand report; and not __fish_seen_subcommand_from reviews help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from reviews" -l since -d 'From when on: a span (`30d`, `12h`), a date or an RFC 3339 time' -r
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from reviews" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from reviews" -l no-pager -d 'Do not page'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from reviews" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from reviews" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "reviews" -d 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
complete -c aigov -n "__fish_aigov_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand review" -l rationale -d 'What was looked at and found' -r
complete -c aigov -n "__fish_aigov_using_subcommand review" -l json -d 'Print the request as JSON'
complete -c aigov -n "__fish_aigov_using_subcommand review" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand review" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l from -d 'The request that asked; the grant is for what it asks for' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l operation -d 'Operations of the same tool (`rollout restart`, `scale*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l env -l environment -d 'Environments by name, in place of the request\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l service -d 'Services (`web`, `pay*`, `*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l target -d 'Targets (`deployment/web`, `deployment/*`, `*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l agent -d 'Another agent than the request\'s; `*` is every agent' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l task -d 'Only for this task; without ID, for the request\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l uses -d 'How many actions it lets run (default: 20)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l for -d 'How long it stands (default: 8h; at most 90 days)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l rationale -d 'Why; without it, the approval\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l anywhere -d 'Anywhere in the environments, not only in the request\'s namespaces or directory'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l preview -d 'Show what it would have let run, and make nothing'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -s y -l yes -d 'Do not ask for a confirmation'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -f -a "add" -d 'Make a grant from a request that asked (what `aigov grant` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -f -a "list" -d 'List the grants that can be used'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -f -a "show" -d 'Show a grant: for whom and what, and what ran by it'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -f -a "revoke" -d 'Take a grant back; what runs by it already runs on'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and not __fish_seen_subcommand_from add list show revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l from -d 'The request that asked; the grant is for what it asks for' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l operation -d 'Operations of the same tool (`rollout restart`, `scale*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l env -l environment -d 'Environments by name, in place of the request\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l service -d 'Services (`web`, `pay*`, `*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l target -d 'Targets (`deployment/web`, `deployment/*`, `*`)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l agent -d 'Another agent than the request\'s; `*` is every agent' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l task -d 'Only for this task; without ID, for the request\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l uses -d 'How many actions it lets run (default: 20)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l for -d 'How long it stands (default: 8h; at most 90 days)' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l rationale -d 'Why; without it, the approval\'s' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l anywhere -d 'Anywhere in the environments, not only in the request\'s namespaces or directory'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l preview -d 'Show what it would have let run, and make nothing'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask for a confirmation'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from list" -l all -d 'Also those that are spent, over or taken back'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l reason -d 'Why' -r
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a grant from a request that asked (what `aigov grant` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the grants that can be used'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a grant: for whom and what, and what ran by it'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Take a grant back; what runs by it already runs on'
complete -c aigov -n "__fish_aigov_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand collect" -l once -d 'Do what is due, and end'
complete -c aigov -n "__fish_aigov_using_subcommand collect" -l slack-manifest -d 'Print the manifest from which a workspace makes its Slack app, and end'
complete -c aigov -n "__fish_aigov_using_subcommand collect" -s v -l verbose -d 'Say more on stderr; twice for every step'
complete -c aigov -n "__fish_aigov_using_subcommand collect" -s h -l help -d 'Print help'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "exec" -d 'Run a command under policy: at once, after a human\'s approval, or not at all'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "run" -d 'Run an approved request, once'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "wait" -d 'Wait for a request to be decided'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "withdraw" -d 'Take a request back'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "show" -d 'Show a request: what it would change, why it is asked, how to take it back'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "rollback" -d 'Ask to take back what a request did: its way back is shown, approved and run like any request'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "check" -d 'Show what would be decided for a command, and why; runs nothing, writes nothing'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "requests" -d 'List the requests that wait for a decision'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "approve" -d 'Approve a request: see what it would do, decide, say why (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "reject" -d 'Reject a request, with a reason that reaches the agent (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "freeze" -d 'Stop everything new in an environment, or everywhere (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "unfreeze" -d 'Lift a freeze (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "audit" -d 'Search and check the ledger'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "policy" -d 'Check, test and show the policy'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "init" -d 'Write a policy for this machine (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "doctor" -d 'Check that everything aigov needs is in order'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "completions" -d 'Print a shell\'s completion script'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "packs" -d 'Show what is known of tools, built in and described by the policy'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "report" -d 'Reports over the ledger'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "review" -d 'Review what another human let through by breaking the glass (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "grant" -d 'Let a kind of action run without asking each time, for a while (humans only)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "collect" -d 'Ask people through the policy\'s channels, bring their decisions in, and do what is overdue'
complete -c aigov -n "__fish_aigov_using_subcommand help; and not __fish_seen_subcommand_from exec run wait withdraw show rollback check requests approve reject freeze unfreeze audit policy init doctor completions packs report review grant collect help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'List requests, newest first (what `aigov audit` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "show" -d 'Show everything about one request'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "stats" -d 'Count requests by caller, decision, environment, outcome and tool'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check the chain, the sealed commitments and the projections'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "check" -d 'Load the policy, or a file, and show every fault and what should be looked at'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "test" -d 'Run the policy\'s own examples and tests'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "learn" -d 'Draft a description of an in-house tool from its help text, for a human to correct'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "show" -d 'Show the policy in force, layer by layer'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "diff" -d 'Show what differs between two policies by what it means, and what of it loosens'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "simulate" -d 'Decide every command of the ledger again under another policy, and show what would change'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "reviews" -d 'How humans decided: what was opened, typed and said, how long it took, and what came of it'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "add" -d 'Make a grant from a request that asked (what `aigov grant` alone does)'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "list" -d 'List the grants that can be used'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "show" -d 'Show a grant: for whom and what, and what ran by it'
complete -c aigov -n "__fish_aigov_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "revoke" -d 'Take a grant back; what runs by it already runs on'
