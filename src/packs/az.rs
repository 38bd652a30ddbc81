//! az, Azure's command line: groups, then a verb; names are given by flags.

use super::groups::AZ;
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Names, OtherFlags, Pack, Verb, When};
use crate::model::action::Category::{
    self, AccessControl, Config, Deploy, Execution, Infra, Observe, Plan, Secrets, SecurityPolicy, UserData,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const LOOKS: &str = "show|show-*|list|list-*|exists|wait|get|get-*|check|check-*|validate|validate-*|query|query-*|search|summarize|status|version|evaluate|assess-*|logs|log|tail|test-*|find|outbound-endpoints|report|preview";
const MAKES: &str = "create|create-*|update|update-*|set|set-*|add|add-*|start|start-*|restart|restore|restore-*|enable|enable-*|import|import-*|export|export-*|assign|resize|scale|upgrade|move|copy|apply-*|approve|register|resume|renew|renew-*|recover|undelete|upload|upload-*|attach|link|bind|sync|sync-*|swap|promote|activate|migrate|migrate-*|deploy|publish|build|up|rollback|redeploy|reconcile|patch|tag|untag|lock|open-port|backup|backup-now|georestore|geo-restore|convert|convert-*|commit|complete|configure|rename|generate|claim|capture|perform-*|reschedule|setup|accept|accept-*|authorize|grant|grant-*|submit|re-register";
const BREAKS: &str = "delete|delete-*|remove|remove-*|stop|stop-*|purge|clear|clear-*|reset|reset-*|deallocate|disable|disable-*|cancel|cancel-*|detach|detach-*|unlink|unbind|unregister|revoke-*|reject|reimage|failover|failover-*|fail-over|deactivate|abort|operation-abort|unlock|generalize|revert|revert-*|break-*|swap-*|terminate|flush|force-reboot|reboot|unassign|offline-*|rotate|rotate-*|regenerate|regenerate-*|simulate-eviction|archive|disconnect";

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, ..Verb::READ }
}

const fn handing_out(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Observe, Secrets], ..look(path) }
}

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, categories, ..Verb::WRITE }
}

const fn remove(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { impact: Destroy, ..change(path, categories) }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb { impact: Unknown, ..change(path, &[Execution]) }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "az",
    programs: &["az"],
    source: "https://learn.microsoft.com/cli/azure/reference-index",
    style: FlagStyle::Argparse,
    flags: Flags {
        value: &[
            "-o", "--output", "--query", "--subscription", "-g", "--resource-group", "-n", "--name", "-l",
            "--location", "--ids", "--vault-name", "--account-name",
        ],
        switch: &["-h", "--help", "--debug", "--only-show-errors", "--verbose", "-y", "--yes", "--no-wait"],
        ..Flags::NONE
    },
    late: Flags { others: OtherFlags::Harmless, ..Flags::NONE },
    help: &["-h", "--help"],
    groups: AZ,
    names: Names::Flags,
    verbs: &[
        look(&["version|find"]),
        look(&["**", LOOKS]),
        change(&["**", MAKES], &[Infra]),
        remove(&["**", BREAKS], &[Infra]),
        // What a service is connected to, which comes after the verb.
        change(&["connection", "create|update", "*"], &[Infra, AccessControl]),
        look(&["connection", "preview-configuration", "*"]),
        change(&["**", "connection", "create|update", "*"], &[Infra, AccessControl]),
        look(&["**", "connection", "preview-configuration", "*"]),
        Verb { categories: &[Plan], ..look(&["**", "what-if"]) },
        handing_out(&[
            "**",
            "list-keys|list-key|list-connection-strings|show-connection-string|list-credentials|list-publishing-credentials|list-publishing-profiles|list-read-only-keys|list-auth-key|list-content-keys|get-shared-keys|get-encryption-key|get-sas-urls|show-secret|generate-sas|get-admin-kubeconfig|list-client-tokens|list-configuration|get-connection-info|decrypt|show-cd-url|list-peering-passphrase|generate-credential|generate-akv-credential",
        ]),
        handing_out(&[
            "**",
            "keys|credential|credentials|admin-key|query-key|appsettings|connection-string|secret|secrets|nv|kv|publishing-user|password",
            "list|show|get|download|export|renew",
        ]),
        look(&["keyvault", "secret", "list|list-versions|list-deleted|show-deleted"]),
        handing_out(&["keyvault", "secret", "show|download|backup"]),
        handing_out(&["keyvault", "certificate|key", "download|backup"]),
        handing_out(&["account", "get-access-token"]),
        change(&["webapp", "log", "download"], &[Infra]),
        handing_out(&["signalr|webpubsub", "key", "list|show"]),
        change(&["account", "set"], &[Config]),
        remove(&["account", "clear"], &[Config]),
        change(&["login"], &[AccessControl, Secrets]),
        remove(&["logout"], &[AccessControl, Secrets]),
        change(&["acr", "login"], &[Secrets]),
        change(&["aks|aro|hdinsight", "get-credentials"], &[Config, Secrets]),
        change(&["config|cloud", "set"], &[Config]),
        remove(&["config", "unset"], &[Config]),
        change(&["role|ad|identity|policy|lock", MAKES], &[AccessControl]),
        remove(&["role|ad|identity|policy|lock", BREAKS], &[AccessControl]),
        change(&["role|ad|identity|policy|account", "*", MAKES], &[AccessControl]),
        remove(&["role|ad|identity|policy|account", "*", BREAKS], &[AccessControl]),
        change(&["ad", "*", "*", "add|create|grant|admin-consent|update"], &[AccessControl]),
        remove(&["ad", "*", "*", "remove|delete|reset"], &[AccessControl]),
        change(&["ad", "sp", "create-for-rbac"], &[AccessControl, Secrets]),
        remove(&["ad", "sp|app", "credential", "reset|delete"], &[AccessControl, Secrets]),
        change(&["keyvault", "set-policy"], &[AccessControl]),
        remove(&["keyvault", "delete-policy|delete|purge"], &[AccessControl, UserData]),
        change(&["keyvault", "secret", "set|set-attributes|recover|restore"], &[Secrets]),
        remove(&["keyvault", "secret|key|certificate", "delete|purge"], &[Secrets, UserData]),
        change(&["network", "nsg|firewall|application-gateway|front-door", MAKES], &[SecurityPolicy, Infra]),
        change(&["network", "nsg|firewall|application-gateway|front-door", "*", MAKES], &[SecurityPolicy, Infra]),
        remove(&["network", "nsg|firewall|application-gateway|front-door", BREAKS], &[SecurityPolicy, Infra]),
        remove(&["network", "nsg|firewall|application-gateway|front-door", "*", BREAKS], &[SecurityPolicy, Infra]),
        change(&["security|sentinel", "*", MAKES], &[SecurityPolicy]),
        remove(&["security|sentinel", "*", BREAKS], &[SecurityPolicy]),
        change(
            &["webapp|functionapp|containerapp|spring|staticwebapp", "up|deploy|restart|start|update|browse"],
            &[Deploy],
        ),
        remove(&["webapp|functionapp|containerapp|spring|staticwebapp", "stop"], &[Deploy]),
        change(&["webapp|functionapp", "deployment", "slot", "create|swap"], &[Deploy]),
        change(&["containerapp", "revision", "activate|restart|copy|set-mode"], &[Deploy]),
        change(&["acr", "build|import|run"], &[Deploy, Execution]),
        change(&["deployment", "group|sub|mg|tenant", "create"], &[Infra, AccessControl]),
        remove(&["group", "delete"], &[Infra, UserData]),
        change(
            &["storage", "blob|file|fs|queue|message|entity|table|copy|directory|share|container", MAKES],
            &[UserData],
        ),
        change(
            &[
                "storage",
                "blob|file|fs|queue|message|entity|table",
                "upload|upload-batch|download|download-batch|put|sync|insert|merge|replace",
            ],
            &[UserData],
        ),
        change(
            &["storage", "copy|remove|blob|fs", "*", "upload|upload-batch|download|download-batch|create|start|append"],
            &[UserData],
        ),
        Verb { categories: &[UserData], ..look(&["storage", "message|entity", "peek|get|query|show"]) },
        remove(
            &[
                "storage",
                "blob|file|fs|queue|message|entity|table|directory|share|container",
                "delete|delete-batch|clear",
            ],
            &[UserData],
        ),
        remove(&["storage", "remove"], &[UserData]),
        remove(&["storage", "account", "delete"], &[Infra, UserData]),
        remove(&["sql|mysql|postgres|cosmosdb|mariadb|redis|synapse|kusto", "delete"], &[Infra, UserData]),
        remove(&["sql|mysql|postgres|cosmosdb|mariadb", "*", "delete"], &[Infra, UserData]),
        remove(&["sql|mysql|postgres|cosmosdb|mariadb", "*", "*", "delete"], &[Infra, UserData]),
        remove(&["disk|snapshot|image", "delete"], &[Infra, UserData]),
        running(&["**", "run-command", "invoke|create|update"]),
        running(&["aks", "command", "invoke"]),
        running(&["aks", "install-cli|install-connector"]),
        running(&[
            "**",
            "exec|attach|ssh|invoke|invoke-*|execute|browse|connect|create-remote-connection|start-session|run",
        ]),
        running(&["ssh", "*"]),
        running(&["serial-console|interactive|configure|feedback|survey|upgrade|init|self-test"]),
        running(&["extension", "add|update|remove"]),
        look(&["extension", "list|list-available|show|list-versions"]),
        running(&["bicep", "install|upgrade|uninstall|build|decompile|publish|generate-params|format|restore"]),
        look(&["bicep", "version|list-versions|lint"]),
        Verb {
            path: &["rest"],
            flags: Flags {
                value: &[
                    "-m", "--method", "-u", "--url", "--uri", "-b", "--body", "--headers", "--uri-parameters",
                    "--url-parameters", "--resource",
                ],
                writes: &["--output-file"],
                switch: &["--skip-authorization-header"],
                ..Flags::NONE
            },
            modifiers: &[
                Modifier { when: When::Flag(&["-m", "--method"]), then: Change::Impact(Unknown) },
                Modifier {
                    when: When::FlagValue(&["-m", "--method"], &["get", "GET", "head", "HEAD"]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::FlagValue(&["-m", "--method"], &["delete", "DELETE"]),
                    then: Change::Impact(Destroy),
                },
                Modifier {
                    when: When::Flag(&["-b", "--body", "--resource", "--headers"]),
                    then: Change::AtLeast(Unknown),
                },
                Modifier { when: When::Flag(&["--output-file"]), then: Change::AtLeast(Write) },
                Modifier {
                    when: When::Not(&When::FlagValue(&["-m", "--method"], &["get", "GET", "head", "HEAD"])),
                    then: Change::AddCategory(Infra),
                },
                Modifier {
                    when: When::FlagValue(
                        &["-u", "--url", "--uri"],
                        &["*secret*", "*key*", "*token*", "*credential*", "*password*"],
                    ),
                    then: Change::AddCategory(Secrets),
                },
            ],
            ..Verb::READ
        },
    ],
    bare: Some(Verb::READ),
    locate: Locate::Azure,
    examples: &[
        Example { command: "az vm list -g prod -o table", operation: "vm list", impact: Read },
        Example { command: "az vm delete --name list --yes", operation: "vm delete", impact: Destroy },
        Example { command: "az account get-access-token", operation: "account get-access-token", impact: Read },
        Example {
            command: "az keyvault secret show --vault-name v -n x",
            operation: "keyvault secret show",
            impact: Read,
        },
        Example { command: "az storage account keys list -n x", operation: "storage account keys list", impact: Read },
        Example { command: "az aks get-credentials -n x -g y", operation: "aks get-credentials", impact: Write },
        Example { command: "az group delete -n x", operation: "group delete", impact: Destroy },
        Example {
            command: "az deployment group what-if -g x -f main.bicep",
            operation: "deployment group what-if",
            impact: Read,
        },
        Example {
            command: "az vm run-command invoke -g x -n y --scripts ls",
            operation: "vm run-command invoke",
            impact: Unknown,
        },
        Example {
            command: "az rest --method get --url https://management.azure.com/x",
            operation: "rest",
            impact: Read,
        },
        Example {
            command: "az rest --method delete --url https://management.azure.com/x",
            operation: "rest",
            impact: Destroy,
        },
        Example { command: "az rest -m post -u https://x -b '{}'", operation: "rest", impact: Unknown },
        Example { command: "az vm frobnicate list", operation: "unknown", impact: Unknown },
        Example {
            command: "az aks connection create appconfig",
            operation: "aks connection create appconfig",
            impact: Write,
        },
    ],
    ..Pack::BASE
};
