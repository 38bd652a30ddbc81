//! Programs that fetch and send over HTTP: method and body decide what they do.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Verb, When};
use crate::model::action::Category::{Code, Infra, Observe, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// Flags that send a body.
const BODY: &[&str] = &[
    "-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json", "-F", "--form",
    "--form-string", "-T", "--upload-file",
];
const METHOD: &[&str] = &["-X", "--request"];
const HAS_BODY: When = When::Flag(BODY);
/// Only these two schemes are asked by a read; a URL without one is `http`. `file:` reads this machine's files.
const WEB: When = When::EveryOperand(&["http://*", "https://*"]);
const SCHEMELESS: When = When::Not(&When::AnyOperand(&["*:/*", "*:\\*", "*{*", "*[*", "*://*"]));
/// What hands out credentials: metadata of cloud machines, and paths that speak of them.
const SECRETIVE: When = When::AnyOperand(&[
    "*169.254.169.254*", "*169.254.170.2*", "*metadata.google.internal*", "*fd00:ec2*", "*100.100.100.200*",
    "*secret*", "*token*", "*credential*", "*password*", "*passwd*", "*/.env*", "*api-key*", "*apikey*",
    "*kubeconfig*",
]);

const CURL: Flags = Flags {
    value: &[
        "-A", "--user-agent", "-b", "--cookie", "-C", "--continue-at", "-d", "--data", "--data-ascii", "--data-binary",
        "--data-raw", "--data-urlencode", "--json", "-e", "--referer", "-F", "--form", "--form-string", "-H",
        "--header", "-m", "--max-time", "--connect-timeout", "--max-redirs", "-P", "--ftp-port", "-Q", "--quote", "-r",
        "--range", "--retry", "--retry-delay", "--retry-max-time", "-u", "--user", "-U", "--proxy-user", "-w",
        "--write-out", "-x", "--proxy", "--preproxy", "--socks4", "--socks4a", "--socks5", "--socks5-hostname", "-X",
        "--request", "-y", "--speed-time", "-Y", "--speed-limit", "-z", "--time-cond", "--resolve", "--connect-to",
        "--unix-socket", "--abstract-unix-socket", "--interface", "--limit-rate", "--max-filesize", "--ciphers",
        "--tls-max", "--url", "--url-query", "--oauth2-bearer", "--aws-sigv4", "--proto", "--proto-default",
        "--proto-redir", "--keepalive-time", "--local-port", "--dns-servers", "--doh-url", "--noproxy", "--engine",
        "--cert-type", "--key-type", "--pass", "--pinnedpubkey", "-t", "--telnet-option", "--parallel-max", "--rate",
        "--request-target", "--service-name", "--stderr", "--trace", "--trace-ascii", "--libcurl", "--proxy-header",
        "--expect100-timeout", "--happy-eyeballs-timeout-ms", "--tls13-ciphers", "--curves", "--hostpubmd5",
        "--mail-from", "--mail-rcpt",
    ],
    reads: &[
        "-T", "--upload-file", "-K", "--config", "-E", "--cert", "--key", "--cacert", "--capath", "--netrc-file",
        "--crlfile", "--proxy-cacert", "--proxy-cert", "--proxy-key", "--egd-file", "--random-file", "--etag-compare",
    ],
    writes: &[
        "-o", "--output", "-c", "--cookie-jar", "-D", "--dump-header", "--etag-save", "--hsts", "--alt-svc",
        "--output-dir",
    ],
    switch: &[
        "-0", "-1", "-2", "-3", "-4", "-6", "-a", "--append", "--anyauth", "-B", "--basic", "--compressed",
        "--create-dirs", "--digest", "-f", "--fail", "--fail-early", "--fail-with-body", "-g", "--globoff", "-G",
        "--get", "-h", "--help", "--http0.9", "--http1.0", "--http1.1", "--http2", "--http2-prior-knowledge",
        "--http3", "-I", "--head", "-i", "--include", "-j", "--junk-session-cookies", "-J", "--remote-header-name",
        "-k", "--insecure", "-l", "--list-only", "-L", "--location", "--location-trusted", "-M", "--manual", "-n",
        "--netrc", "--netrc-optional", "-N", "--no-buffer", "--negotiate", "--ntlm", "-O", "--remote-name",
        "--remote-name-all", "--path-as-is", "-p", "--proxytunnel", "--post301", "--post302", "--post303", "-q",
        "--disable", "-R", "--remote-time", "--raw", "--retry-all-errors", "--retry-connrefused", "-s", "--silent",
        "-S", "--show-error", "--ssl", "--ssl-reqd", "--tlsv1", "--tlsv1.0", "--tlsv1.1", "--tlsv1.2", "--tlsv1.3",
        "--tr-encoding", "-v", "--verbose", "-V", "--version", "-Z", "--parallel", "-#", "--progress-bar",
        "--no-progress-meter", "--tcp-nodelay", "--cert-status", "--styled-output", "--no-styled-output",
        "--no-keepalive", "--ipv4", "--ipv6",
    ],
    others: OtherFlags::Unknown,
};

const fn opaque(when: When, why: &'static str) -> Modifier {
    Modifier { when, then: Change::Opaque(why) }
}

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "curl",
        programs: &["curl"],
        source: "https://curl.se/docs/manpage.html",
        style: FlagStyle::Gnu,
        bare: Some(Verb {
            flags: CURL,
            modifiers: &[
                Modifier { when: HAS_BODY, then: Change::Impact(Write) },
                Modifier {
                    when: When::All(&[
                        When::Flag(&["-G", "--get"]),
                        When::NoFlag(&["--json", "-F", "--form", "--form-string", "-T", "--upload-file"]),
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::All(&[
                        When::Flag(METHOD),
                        When::Not(&When::FlagValue(METHOD, &["GET", "HEAD", "OPTIONS"])),
                    ]),
                    then: Change::AtLeast(Unknown),
                },
                Modifier {
                    when: When::FlagValue(METHOD, &["POST", "PUT", "PATCH", "GET", "HEAD", "OPTIONS"]),
                    then: Change::Impact(Read),
                },
                Modifier { when: HAS_BODY, then: Change::AtLeast(Write) },
                Modifier { when: When::FlagValue(METHOD, &["POST", "PUT", "PATCH"]), then: Change::AtLeast(Write) },
                Modifier { when: When::FlagValue(METHOD, &["DELETE"]), then: Change::Impact(Destroy) },
                Modifier { when: HAS_BODY, then: Change::AddCategory(Infra) },
                Modifier {
                    when: When::FlagValue(METHOD, &["POST", "PUT", "PATCH", "DELETE"]),
                    then: Change::AddCategory(Infra),
                },
                // The name comes from the URL or from the answer.
                Modifier {
                    when: When::Flag(&[
                        "-o", "--output", "-O", "--remote-name", "--remote-name-all", "-J", "-c", "--cookie-jar",
                    ]),
                    then: Change::AtLeast(Write),
                },
                Modifier {
                    when: When::Flag(&["-O", "--remote-name", "--remote-name-all"]),
                    then: Change::AddCategory(Code),
                },
                Modifier { when: SECRETIVE, then: Change::AddCategory(Secrets) },
                opaque(When::Not(&WEB_OR_PLAIN), "it asks for something that is not a web address"),
                opaque(When::Flag(&["-K", "--config"]), "a file holds more flags"),
                opaque(
                    When::Flag(&[
                        "--unix-socket", "--abstract-unix-socket", "--connect-to", "--resolve", "--engine", "-Q",
                        "--quote", "-x", "--proxy", "--preproxy", "--socks4", "--socks4a", "--socks5",
                        "--socks5-hostname", "--url", "--url-query", "--proto-default", "--doh-url", "--libcurl",
                        "--trace", "--trace-ascii", "--stderr", "-t", "--telnet-option", "-J", "--remote-header-name",
                        "--request-target",
                    ]),
                    "the flag sends it elsewhere, or writes a file",
                ),
                opaque(When::FlagValue(&["-w", "--write-out"], &["*%output*", "@*"]), "the format writes a file"),
            ],
            ..Verb::READ
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "curl -fsSL https://example.com", operation: "curl", impact: Read },
            Example { command: "curl -sI localhost:8080/healthz", operation: "curl", impact: Read },
            Example { command: "curl -X DELETE https://api/x", operation: "curl", impact: Destroy },
            Example { command: "curl -XPOST https://api/x", operation: "curl", impact: Write },
            Example { command: "curl -d a=b https://api/x", operation: "curl", impact: Write },
            Example { command: "curl -X GET -d a=b https://api/x", operation: "curl", impact: Write },
            Example { command: "curl -X FROB https://api/x", operation: "curl", impact: Unknown },
            Example { command: "curl -o x https://a/b", operation: "curl", impact: Write },
            Example { command: "curl file:///etc/shadow", operation: "curl", impact: Unknown },
            Example { command: "curl -K x https://a", operation: "curl", impact: Unknown },
            Example { command: "curl -w '%output{x}y' https://a", operation: "curl", impact: Unknown },
            Example { command: "curl -G -d q=x https://a", operation: "curl", impact: Write },
            Example { command: "curl https://a --next -X DELETE https://b", operation: "curl", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "wget",
        programs: &["wget"],
        source: "https://www.gnu.org/software/wget/manual/wget.html",
        style: FlagStyle::Gnu,
        bare: Some(Verb {
            flags: Flags {
                value: &[
                    "-t", "--tries", "-T", "--timeout", "-w", "--wait", "-U", "--user-agent", "--header", "--user",
                    "--password", "--limit-rate", "--post-data", "--post-file", "--method", "--body-data",
                    "--body-file", "-l", "--level", "-A", "--accept", "-R", "--reject", "-e", "--execute", "-Q",
                    "--quota",
                ],
                reads: &["-i", "--input-file", "--config", "--ca-certificate", "--certificate", "--private-key"],
                writes: &[
                    "-O", "--output-document", "-o", "--output-file", "-a", "--append-output", "-P",
                    "--directory-prefix",
                ],
                switch: &[
                    "-q", "--quiet", "-v", "--verbose", "-nv", "--no-verbose", "-S", "--server-response", "--spider",
                    "-c", "--continue", "-N", "--timestamping", "--no-check-certificate", "-4", "-6", "-h", "--help",
                    "-V", "--version", "--show-progress", "-nc", "--no-clobber",
                ],
                others: OtherFlags::Unknown,
            },
            modifiers: &[
                Modifier { when: When::Flag(&["--spider"]), then: Change::Impact(Read) },
                Modifier { when: When::FlagValue(&["-O", "--output-document"], &["-"]), then: Change::Impact(Read) },
                Modifier {
                    when: When::Flag(&["--post-data", "--post-file", "--body-data", "--body-file"]),
                    then: Change::AtLeast(Write),
                },
                Modifier {
                    when: When::Flag(&["--post-data", "--post-file", "--body-data", "--body-file", "--method"]),
                    then: Change::AddCategory(Infra),
                },
                Modifier { when: When::Flag(&["--method"]), then: Change::AtLeast(Unknown) },
                Modifier { when: SECRETIVE, then: Change::AddCategory(Secrets) },
                opaque(When::Not(&WEB_OR_PLAIN), "it asks for something that is not a web address"),
                opaque(
                    When::Flag(&[
                        "-e", "--execute", "-i", "--input-file", "--config", "-o", "--output-file", "-a",
                        "--append-output",
                    ]),
                    "the flag names settings, more addresses, or a file to be written",
                ),
            ],
            categories: &[Observe, Code],
            ..Verb::WRITE
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "wget -qO- https://example.com", operation: "wget", impact: Read },
            Example { command: "wget https://example.com/x.tgz", operation: "wget", impact: Write },
            Example { command: "wget --spider -q https://example.com", operation: "wget", impact: Read },
            Example { command: "wget -qO- --post-data=a=b https://example.com", operation: "wget", impact: Write },
            Example { command: "wget -e robots=off https://example.com", operation: "wget", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "httpie",
        programs: &["http", "https", "xh", "xhs"],
        source: "https://httpie.io/docs/cli",
        style: FlagStyle::Argparse,
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Observe, Infra],
            flags: Flags {
                value: &[
                    "-a", "--auth", "-A", "--auth-type", "-p", "--print", "-s", "--style", "--timeout", "--verify",
                    "--pretty",
                ],
                writes: &["-o", "--output"],
                switch: &[
                    "-h", "--headers", "-b", "--body", "-v", "--verbose", "-F", "--follow", "-d", "--download", "-S",
                    "--stream", "--check-status", "--ignore-stdin", "-I", "--version", "--help", "-q", "--quiet",
                    "--offline",
                ],
                ..Flags::NONE
            },
            modifiers: &[
                // A URL alone is a GET; `=` or `:=` makes a body, `name==value` a query and `Name:value` a header.
                Modifier {
                    when: When::All(&[
                        When::Operand(0, &["GET", "HEAD", "OPTIONS"]),
                        When::Not(&When::AnyOperand(&["*:=*", "*@*"])),
                        When::NoFlag(&["-o", "--output", "-d", "--download"]),
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::All(&[
                        When::Operand(0, &["http*", "localhost*", ":*", "*.*"]),
                        When::Not(&When::Operands(2)),
                        When::Flag(&["--ignore-stdin", "-I"]),
                        When::NoFlag(&["-o", "--output", "-d", "--download"]),
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier { when: When::Operand(0, &["POST", "PUT", "PATCH"]), then: Change::Impact(Write) },
                Modifier { when: When::Operand(0, &["DELETE"]), then: Change::Impact(Destroy) },
                Modifier { when: SECRETIVE, then: Change::AddCategory(Secrets) },
            ],
            ..Verb::READ
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "http GET https://example.com q==x", operation: "http", impact: Read },
            Example { command: "http DELETE https://example.com/x", operation: "http", impact: Destroy },
            Example { command: "http https://example.com a=b", operation: "http", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "network",
        programs: &["aria2c"],
        source: "its manual page",
        bare: Some(Verb { impact: Unknown, categories: &[Infra], flags: Flags::HARMLESS, ..Verb::READ }),
        locate: Locate::Unknown,
        examples: &[Example { command: "aria2c https://example.com", operation: "aria2c", impact: Unknown }],
        ..Pack::BASE
    },
];

/// Every address is one of the web.
const WEB_OR_PLAIN: When = When::Not(&When::All(&[When::Not(&WEB), When::Not(&SCHEMELESS)]));
