//! Settings of a git repository that name programs, and hooks: what a repository can bring along that runs.
//!
//! Only what stands in the repository's own files counts: whoever calls can have written it, while the user's own
//! settings are the user's.

use super::variables::Benign;

/// Settings that name a program.
#[derive(Debug)]
pub struct Programs {
    /// Names as git prints them: section and key in lower case; `*` stands for any run of characters.
    pub names: &'static [&'static str],
    /// Values that start nothing, or only what git itself would start.
    pub benign: &'static [Benign],
    /// Whether what aigov tells git through its environment makes it harmless.
    pub is_overridden: bool,
}

const fn programs(names: &'static [&'static str], benign: &'static [Benign]) -> Programs {
    Programs { names, benign, is_overridden: false }
}

/// Drivers of well-known extensions, as their own set-up commands write them into a repository's settings.
const DRIVERS: Benign = Benign::Values(&[
    "git-lfs clean -- %f", "git-lfs smudge -- %f", "git-lfs filter-process", "git-lfs filter-process --skip",
    "git-lfs smudge --skip -- %f", "\"git-crypt\" clean", "\"git-crypt\" smudge", "\"git-crypt\" diff",
    "git-nbdiffdriver diff", "git-nbmergedriver merge %O %A %B %L %P", "nbstripout",
]);

/// Every setting that names a program (git-config(1), gitattributes(5)).
pub const PROGRAMS: &[Programs] = &[
    Programs { names: &["core.fsmonitor"], benign: &[Benign::Switch, Benign::Values(&[""])], is_overridden: true },
    Programs { names: &["core.pager", "pager.*"], benign: &[Benign::Pager, Benign::Switch], is_overridden: true },
    programs(
        &["core.editor", "sequence.editor"],
        &[Benign::Programs(&["vi", "vim", "nvim", "nano", "emacs", "true", ":"]), Benign::Values(&["code --wait"])],
    ),
    programs(&["core.sshcommand"], &[Benign::Ssh]),
    programs(&["core.gitproxy", "core.askpass", "core.alternaterefscommand"], &[]),
    programs(
        &["credential.helper", "credential.*.helper"],
        &[
            Benign::Values(&["", "store", "cache", "osxkeychain", "manager", "manager-core", "wincred", "libsecret"]),
            Benign::Words(&["cache", "--timeout=*"]),
        ],
    ),
    programs(&["diff.external", "diff.*.command", "diff.*.textconv", "merge.*.driver"], &[DRIVERS]),
    programs(&["filter.*.clean", "filter.*.smudge", "filter.*.process"], &[DRIVERS, Benign::Values(&["", "cat"])]),
    programs(&["gpg.program", "gpg.*.program"], &[Benign::Programs(&["gpg", "gpg2", "gpgsm", "ssh-keygen"])]),
    programs(&["gpg.ssh.defaultkeycommand"], &[Benign::Values(&["ssh-add -L"])]),
    programs(&["interactive.difffilter"], &[Benign::Values(&["delta --color-only", "diff-so-fancy --patch"])]),
    programs(
        &[
            "mergetool.*.cmd", "mergetool.*.path", "difftool.*.cmd", "difftool.*.path", "browser.*.cmd",
            "browser.*.path", "man.*.cmd", "man.*.path", "guitool.*.cmd", "tar.*.command", "trailer.*.command",
            "trailer.*.cmd", "hook.*.command",
        ],
        &[],
    ),
    programs(
        &[
            "remote.*.uploadpack", "remote.*.receivepack", "remote.*.vcs", "uploadpack.packobjectshook",
            "receive.procreceiverefs",
        ],
        &[Benign::Values(&["git-upload-pack", "git-receive-pack"])],
    ),
    programs(&["protocol.allow", "protocol.ext.allow"], &[Benign::Values(&["never"])]),
    programs(&["submodule.*.update"], &[Benign::Values(&["checkout", "rebase", "merge", "none"])]),
    programs(&["sendemail.*cmd", "sendemail.sendmailcmd", "sendemail.smtpserver", "imap.tunnel"], &[]),
    programs(
        &[
            "lfs.customtransfer.*.path", "lfs.standalonetransferagent", "lfs.extension.*",
            "lfs.*.standalonetransferagent",
        ],
        &[],
    ),
];

/// The settings that name a program, by a setting's name.
pub fn find(name: &str) -> Option<&'static Programs> {
    PROGRAMS.iter().find(|programs| programs.names.iter().any(|pattern| crate::text::glob::glob(pattern, name)))
}

impl Programs {
    /// Whether a value starts nothing of the repository's.
    pub fn is_benign(&self, value: &str) -> bool {
        self.benign.iter().any(|benign| benign.holds(value))
    }
}

/// The hook that runs when the index is written, which looking does too.
pub const INDEX_HOOK: &str = "post-index-change";

/// Verbs that look, and start no hook but [`INDEX_HOOK`]; every other verb is taken to start those that are there.
pub const HOOKLESS: &[&str] =
    &["config", "remote", "init", "clone", "stash list", "tag", "rm", "mv", "bisect", "notes", "maintenance", "branch"];
