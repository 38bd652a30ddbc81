//! Texts that are small to write and large to read: deep, long, or growing on every step.

/// How deep and how long the deep and the long ones are.
pub const MANY: usize = 100_000;
/// How many bytes the large ones have.
pub const LARGE: usize = 1 << 20;

/// A text with a name.
pub struct Bomb {
    pub name: String,
    pub text: Vec<u8>,
}

fn bomb(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Bomb {
    Bomb { name: name.into(), text: text.into() }
}

/// What opens, and what closes it.
const PAIRS: &[(&str, &str)] = &[
    ("(", ")"),
    ("((", "))"),
    ("{ ", "; }"),
    ("{", "}"),
    ("{a,", "}"),
    ("[", "]"),
    ("[[ ", " ]]"),
    ("[[ ( ", " ) ]]"),
    ("$(", ")"),
    ("\"$(", ")\""),
    ("$((", "))"),
    ("$[", "]"),
    ("${", "}"),
    ("${x:-", "}"),
    ("\"${x:-", "}\""),
    ("${x[", "]}"),
    ("a[", "]"),
    ("`", "`"),
    ("\\`", "\\`"),
    ("<(", ")"),
    (">(", ")"),
    ("'", "'"),
    ("\"", "\""),
    ("$'", "'"),
    ("$\"", "\""),
    ("'\"", "\"'"),
    ("\"'", "'\""),
    ("if true; then ", "; fi"),
    ("if ", "; then :; fi"),
    ("while ", "; do :; done"),
    ("until :; do ", "; done"),
    ("for i in 1; do ", "; done"),
    ("for ((;;)) { ", "; }"),
    ("case x in x) ", ";; esac"),
    ("case ", " in *) ;; esac"),
    ("f() { ", "; }"),
    ("f() ( ", " )"),
    ("function f { ", "; }"),
    ("select x in 1; do ", "; done"),
    ("coproc { ", "; }"),
    ("echo $(", ")"),
    ("x=$(", ")"),
    ("a=(", ")"),
    ("eval '", "'"),
    ("eval \"", "\""),
    ("bash -c '", "'"),
    ("bash -c \"", "\""),
    ("trap '", "' EXIT"),
    ("@(", ")"),
];

/// What is only put one behind the other.
const CHAINS: &[&str] = &[
    "a | ", "a |& ", "a && ", "a || ", "a; ", "a & ", "a\n", "\n", ";", "! ", "time ", "- ", "-a ", "--a=b ", "A=1 ",
    "A=1; ", "a=$a ", "a=$a; ", "a+=x; ", "$a ", "$a", "${a}", "$$", "~ ", "* ", "?", "[a]", "\\", "\\\n", "'a'",
    "\"a\"", "$'a'", "''", "a'b'\"c\"", "{a,b} ", "<<E ", "<<<a ", ">a ", "<a ", "2>&1 ", "a=(b) ", "a=b;", "#",
    "# a\n", "a\\ ", "sudo ", "env ", "nice ", "exec ", "command ", "eval ", "nohup ", "timeout 5 ", "xargs ",
    "sh -c ", "find . -exec ", "echo ", "cd a; ", "cd a && ", "pushd a; ", "alias a=b; ", "unset a; ", "set -- a; ",
    "export a=b; ", "f() { a; }; ", "trap a EXIT; ", ". ./a; ", "kubectl delete ns a; ", "kubectl delete ns a | ",
    "git commit -m a; ", "echo a > a; ", "cat a | ", "é", "\u{202e}", "\u{200b}", "\0", "\r", "\t", " ", "\u{a0}", "]",
    ")", "}", "))", ";;", "fi; ", "done; ", "esac; ", "then ", "do ", "in ", "=", "==", "!", "!!", "%", "@", ",",
    "{1..9} ", "$((1)) ", "$((1+", "$(a) ", "`a` ", "[[ a ]] && ", "((1)) && ", "ssh a ", "docker exec a ",
    "kubectl exec a -- ", "-exec a \\; ", "aigov exec -- ", "a() { ", "case x in a) ",
];

/// Texts that double, loop or count on.
const GROWING: &[(&str, &str)] = &[
    (
        "braces",
        "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
    ),
    ("a sequence", "echo {1..1000000000}"),
    ("a padded sequence", "echo {0000000000000000001..9999999999999999999}"),
    ("sequences of sequences", "echo {1..99999}{1..99999}{1..99999}"),
    ("letters", "echo {a..z}{a..z}{a..z}{a..z}{a..z}{a..z}{a..z}{a..z}{a..z}{a..z}"),
    ("a sequence of no steps", "echo {1..2..0} {1..9223372036854775807..9223372036854775807}"),
    ("a sequence downwards", "echo {9223372036854775807..-9223372036854775808}"),
    (
        "braces run",
        "{kubectl,}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
    ),
    ("printf pads", "$(printf '%1000000000s' x)"),
    ("printf pads by an argument", "$(printf '%*s' 2147483647 x) $(printf '%.2147483647d' 1)"),
    ("printf repeats", "$(printf 'x%.0s' {1..1000000})"),
    ("printf repeats into eval", "eval \"$(printf 'echo %s;' {1..1000000})\""),
    ("a function that calls itself", "f() { f; }; f"),
    ("functions that call each other", "f() { g; g; }; g() { f; f; }; f"),
    ("a fork bomb", ":() { :|:& }; :"),
    ("eval of itself", "c='eval \"$c\"'; eval \"$c\""),
    ("eval of itself twice", "c='eval \"$c\"; eval \"$c\"'; eval \"$c\""),
    ("sh of itself", "export c='sh -c \"$c\"'; sh -c \"$c\""),
    ("an alias of itself", "shopt -s expand_aliases\nalias a='a a'\na"),
    ("aliases of each other", "shopt -s expand_aliases\nalias a='b b' b='a a'\na; b"),
    ("a script that runs itself", "sh again.sh"),
    ("a script that reads itself", ". ./again.sh"),
    ("a script that is written to run itself", "echo 'sh x.sh; sh x.sh' > x.sh; sh x.sh"),
    ("a script written by itself", "echo 'cat x.sh x.sh > y; mv y x.sh; sh x.sh' > x.sh; sh x.sh"),
    ("a file that doubles", "echo a > x; cat x x > y; cat y y > x; cat x x > y; cat y y > x; sh x"),
    ("a makefile of itself", "make all again"),
    ("a package of itself", "npm test; npm run again"),
    ("an alias of git", "git loop; git shell; git -c alias.a=b -c alias.b=a a"),
    ("a trap of itself", "trap 'trap \"trap x EXIT\" EXIT' EXIT; t='trap \"$t\" EXIT'; eval \"$t\""),
    ("a loop that doubles", "a=x; while :; do a=$a$a; done; $a"),
    (
        "a loop that doubles within loops",
        "a=x; for i in 1 2 3 4 5 6 7 8 9 0; do for j in 1 2 3 4 5 6 7 8 9 0; do for k in 1 2 3 4 5 6 7 8 9 0; do a=$a$a; done; done; done; $a",
    ),
    ("parameters that double", "set -- a b; set -- \"$@\" \"$@\"; while :; do set -- \"$@\" \"$@\"; done; \"$@\""),
    (
        "an array that doubles",
        "a=(x y); for i in 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0; do a=(\"${a[@]}\" \"${a[@]}\"); done; \"${a[@]}\"",
    ),
    ("a sparse array", "a[9223372036854775807]=x; a[-1]=y; \"${a[@]}\"; ${a[999999999]}"),
    ("a long way of substrings", "a=x; ${a:9223372036854775807} ${a:0:-9223372036854775808} ${a: -1:99999999999}"),
    (
        "replacements",
        "a=aaaaaaaaaaaaaaaa; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; a=${a//a/$a}; $a",
    ),
    (
        "patterns",
        "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; ${a##*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b} ${a%%*(a|aa)*(a|aa)*(a|aa)b} ${a/*a*a*a*a*a*a*a*a*a*a*a*b/x}",
    ),
    (
        "numbers",
        "echo $((99999999999999999999 * 99999999999999999999)) $((1/0)) $((1%0)) $((2**99999)) $((1<<-1)) $((-9223372036854775808 / -1)); sleep $((9223372036854775807+1))",
    ),
    ("numbers of themselves", "a=a; echo $((a)); b=c c=b; echo $((b + c))"),
    ("a name of itself", "declare -n a=a; a=x; $a; declare -n b=c; declare -n c=b; $b; d=d; ${!d}"),
    ("a sequence into xargs", "seq 1000000000 | xargs -n1 echo; seq 1 99999999999999999999 | sh"),
    ("yes", "yes | sh; yes 'kubectl delete ns x' | head -n 1000000000 | sh"),
    ("a set of letters", "echo x | tr '\\0-\\377' '\\1-\\377\\0' | sh; echo x | tr '[a*1000000000]' b | sh"),
    ("zeros", "head -c 1000000000 /dev/zero | tr '\\0' a | sh; dd if=/dev/zero bs=1G count=99 | sh"),
    ("hexadecimal", "echo $'\\xffffffffff\\u110000\\UFFFFFFFF\\777\\c' | xxd -r -p | sh"),
    ("here-documents that never end", "cat <<A <<B <<C <<D\n$(cat <<E\n`cat <<F\n"),
    ("a thousand here-documents", "cat <<A <<A <<A <<A <<A <<A <<A <<A\nA\nA\nA\n"),
];

/// Every text.
pub fn bombs() -> Vec<Bomb> {
    let mut all = Vec::new();
    for (open, close) in PAIRS {
        all.push(bomb(format!("{MANY} of `{open}`, never closed"), open.repeat(MANY)));
        all.push(bomb(format!("{MANY} of `{close}`, never opened"), close.repeat(MANY)));
        all.push(bomb(
            format!("{MANY} of `{open}`, all closed"),
            format!("{}ls{}", open.repeat(MANY), close.repeat(MANY)),
        ));
        // Below every limit of length, so that the depth itself is met.
        for depth in [50, 500, 5_000] {
            all.push(bomb(
                format!("{depth} of `{open}`, all closed"),
                format!("{}ls{}", open.repeat(depth), close.repeat(depth)),
            ));
        }
    }
    for chain in CHAINS {
        let name = chain.escape_debug();
        all.push(bomb(format!("{MANY} of `{name}`"), format!("{}a", chain.repeat(MANY))));
        all.push(bomb(format!("{} bytes of `{name}`", LARGE), chain.repeat(LARGE / chain.len() + 1)));
        all.push(bomb(format!("2000 of `{name}`"), format!("{}a", chain.repeat(2_000))));
    }
    for (name, text) in GROWING {
        all.push(bomb(*name, *text));
    }
    all.extend(made());
    all
}

fn made() -> Vec<Bomb> {
    let doubling: String = std::iter::once("a=xxxxxxxx".to_owned())
        .chain((0..60).map(|_| "; a=$a$a".to_owned()))
        .chain(std::iter::once("; $a".to_owned()))
        .collect();
    let chained: String = (0..60).map(|at| format!("a{}=$a{at}$a{at}; ", at + 1)).collect();
    let aliases: String = (0..60).map(|at| format!("alias a{at}='a{0}; a{0}'\n", at + 1)).collect();
    let functions: String = (0..60).map(|at| format!("f{at}() {{ f{0}; f{0}; }}\n", at + 1)).collect();
    let loops: String = (0..40).map(|at| format!("for v{at} in 1 2 3 4 5 6 7 8 9; do ")).collect();
    let arrays: String = (0..60).map(|_| "a=(\"${a[@]}\" \"${a[@]}\"); ".to_owned()).collect();
    let parameters: String = (0..60).map(|_| "set -- \"$@\" \"$@\"; ".to_owned()).collect();
    let files: String = (0..60).map(|_| "cat x x > y; cat y y > x; ".to_owned()).collect();
    let appended: String = (0..60).map(|_| "a+=$a; ".to_owned()).collect();
    let branches: String = (0..60).map(|at| format!("if test -f {at}; then a=$a{at}; else a={at}$a; fi; ")).collect();
    let cases: String = (0..60).map(|at| format!("case $x in {at}) a={at};; *) b=$a;; esac; ")).collect();
    let scripts: String = (0..40).map(|at| format!("echo 'sh x{0}; sh x{0}' > x{at}; ", at + 1)).collect();
    let documents: String = (0..3_000).map(|at| format!("cat <<A{at}\n$x\nA{at}\n")).collect();
    let pushes = "git checkout topic; git push; git clone a; ".repeat(700);
    let branches_of_git: String = (0..700).map(|at| format!("git checkout b{at}; git push; ")).collect();
    let mut quoted = "ls".to_owned();
    for _ in 0..12 {
        quoted = format!("bash -c '{}'", quoted.replace('\'', "'\\''"));
        if quoted.len() > LARGE {
            break;
        }
    }
    let mut backquoted = "ls".to_owned();
    for _ in 0..14 {
        backquoted = format!("echo `{}`", backquoted.replace('\\', "\\\\").replace('`', "\\`"));
    }
    vec![
        bomb("a value that doubles 60 times", doubling),
        bomb("60 values of two each", format!("a0=xxxxxxxx; {chained}$a60")),
        bomb("60 aliases of two each", format!("shopt -s expand_aliases\n{aliases}a0")),
        bomb("60 functions of two calls each", format!("{functions}f0")),
        bomb("40 loops within each other", format!("{loops}echo $v0; {}", "done; ".repeat(40))),
        bomb("40 loops that call", format!("{loops}kubectl delete ns $v0$v1$v2; {}", "done; ".repeat(40))),
        bomb("an array that doubles 60 times", format!("a=(x y); {arrays}\"${{a[@]}}\"")),
        bomb("parameters that double 60 times", format!("set -- a b; {parameters}\"$@\"")),
        bomb("a file that doubles 60 times", format!("echo ls > x; {files}sh x")),
        bomb("a value appended to itself 60 times", format!("a=xxxxxxxx; {appended}$a")),
        bomb("60 branches with two values each", format!("a=; {branches}$a delete ns x")),
        bomb("60 choices", format!("{cases}$b delete ns x")),
        bomb("40 scripts of two calls each", format!("{scripts}sh x0")),
        bomb("shell texts within shell texts", quoted),
        bomb("backquotes within backquotes", backquoted),
        bomb("1 MiB of one word", "a".repeat(LARGE)),
        bomb("1 MiB of an argument", format!("kubectl delete ns {}", "a".repeat(LARGE))),
        bomb("1 MiB in single quotes", format!("kubectl delete ns '{}'", "a ".repeat(LARGE / 2))),
        bomb("1 MiB in double quotes", format!("echo \"{}\"", "$a ".repeat(LARGE / 3))),
        bomb("1 MiB of a here-document", format!("cat <<'E'\n{}\nE\n", "text\n".repeat(LARGE / 5))),
        bomb("1 MiB of a here-document that expands", format!("cat <<E\n{}\nE\n", "$(ls)\n".repeat(LARGE / 6))),
        bomb("1 MiB for a shell", format!("sh <<'E'\n{}\nE\n", "ls\n".repeat(LARGE / 3))),
        bomb("1 MiB of a comment", format!("ls # {}", "a".repeat(LARGE))),
        bomb("1 MiB of bytes", (0..LARGE).map(|at| u8::try_from(at * 7 % 256).unwrap_or(0)).collect::<Vec<u8>>()),
        bomb("1 MiB of base64", format!("echo {} | base64 -d | sh", "bHMK".repeat(LARGE / 4))),
        bomb("1 MiB of hexadecimal", format!("echo {} | xxd -r -p | sh", "6c730a".repeat(LARGE / 6))),
        bomb("1 MiB of escapes", format!("$'{}'", "\\x41".repeat(LARGE / 4))),
        bomb("200 KiB of code", format!("python3 -c '{}'", "import os; os.system(\"ls\"); ".repeat(7_000))),
        bomb("200 KiB of code in awk", format!("awk '{}'", "{print $1} ".repeat(20_000))),
        bomb("200 KiB of sed", format!("sed '{}'", "s/a/b/;".repeat(30_000))),
        bomb("200 KiB of SQL", format!("psql -c '{}'", "select ((1)); ".repeat(15_000))),
        bomb("SQL nested 100,000 deep", format!("psql -c 'select {}1{}'", "(".repeat(MANY), ")".repeat(MANY))),
        bomb("SQL nested 40,000 deep", format!("psql -c 'select {}1'", "(select ".repeat(30_000))),
        bomb("JSON nested 100,000 deep", format!("kubectl patch x -p '{}{}'", "[".repeat(MANY), "]".repeat(MANY))),
        bomb(
            "JSON nested in aws",
            format!("aws ec2 terminate-instances --cli-input-json '{}'", "{\"a\":".repeat(40_000)),
        ),
        bomb("jq nested", format!("jq '{}'", "[".repeat(MANY))),
        bomb("find nested", format!("find . {} -delete", "\\( ".repeat(50_000))),
        bomb("test nested", format!("[ {} x ]", "\\( ! ".repeat(40_000))),
        bomb("expr nested", format!("expr {} 1", "\\( ".repeat(50_000))),
        bomb("100,000 flags in one", format!("ls -{}", "a".repeat(MANY))),
        bomb("100,000 flags in one of git", format!("git push -{} origin", "f".repeat(MANY))),
        bomb("a path of 100,000 steps", format!("cat {}", "../".repeat(80_000))),
        bomb("a pattern of 100,000 stars", format!("cat {}", "*?".repeat(MANY))),
        bomb("3000 here-documents", documents),
        bomb("2000 here-documents on one line", format!("cat {}\n{}", "<<A ".repeat(2_000), "A\n".repeat(2_000))),
        bomb("here-documents without an end", format!("{}\n{}", "<<A ".repeat(20_000), "x\n".repeat(50_000))),
        bomb("50,000 patterns of a choice", format!("case x in {}a) ls;; esac", "a|".repeat(50_000))),
        bomb("20,000 parts of a choice", format!("case x in {} esac", "a) ls;; ".repeat(20_000))),
        bomb("branches taken out and pushed", pushes),
        bomb("many branches taken out and pushed", branches_of_git),
        bomb("contexts taken and used", "kubectl config use-context a; kubectl delete ns a; ".repeat(1_000)),
        bomb("unknown programs and tools", "$a b; kubectl delete ns c; ".repeat(1_000)),
        bomb("unknown programs with values", "x=$(y); A='kubectl delete ns c' $x b; ".repeat(1_000)),
        bomb("copies of tools that run", "cp /bin/kubectl k; k delete ns c; ".repeat(1_000)),
        bomb("files written and run", "echo kubectl delete ns c > y; sh y; ".repeat(1_000)),
        bomb("code after code", "python3 x.py; echo 'kubectl delete ns c' > x.py; ".repeat(1_000)),
        bomb("tools in code", format!("python3 -c '{}'", "kubectl delete ns c\n".repeat(12_000))),
        bomb("tools in code without an end", format!("python3 -c '{}'", "kubectl ".repeat(30_000))),
        bomb("common words in what is not read", format!("{}(", "ls ".repeat(80_000))),
        bomb("quoted tools in what is not read", format!("{}(", "\"ls\" \"a\",".repeat(20_000))),
        bomb("paths in what is not read", format!("{}kubectl (", "a/".repeat(120_000))),
        bomb("values without an end in what is not read", format!("({}", "a=b ".repeat(60_000))),
        bomb("arrays without an end in what is not read", format!("({}", "a=([0]=b ".repeat(28_000))),
        bomb("ranges without an end in what is not read", format!("({}", "{a..b ".repeat(40_000))),
        bomb("files written in what is not read", format!("({}", "> a".repeat(80_000))),
        bomb(
            "a value of 64 KiB given to 2000 commands",
            format!("export a={}; {}", "x".repeat(65_536), "mytool $a; ".repeat(2_000)),
        ),
        bomb("a value of 1 MiB that doubles", "a=xxxxxxxxxxxxxxxx; ".to_owned() + &"a=$a$a; echo $a; ".repeat(200)),
        bomb("feeders", "echo a | xargs kubectl delete; ".repeat(1_000)),
        bomb("jq, nested and long", format!("jq '{}'", "(.a|".repeat(50_000))),
        bomb("a KUBECONFIG of 100,000 files", format!("KUBECONFIG={} kubectl get pods", "a:".repeat(MANY))),
    ]
}

/// An argument vector with a name.
pub struct Vector {
    pub name: String,
    pub words: Vec<Vec<u8>>,
}

/// Argument vectors that are long, and texts of 1 MiB and more for the programs that read them.
pub fn vectors() -> Vec<Vector> {
    let long = "x".repeat(LARGE);
    let repeated = |word: &'static str, many: usize| vec![word.as_bytes(); many];
    let nested = |open: &str, close: &str| format!("select {}1{}", open.repeat(150_000), close.repeat(150_000));
    let texts = [
        nested("(", ")"),
        nested("not ", ""),
        nested("- ", ""),
        nested("case when ", " then 1 end"),
        nested("(select ", ")"),
        nested("[", "]"),
        "select 1; ".repeat(MANY),
        format!("select '{}'", "a".repeat(LARGE)),
        format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000)),
        "{\"a\":".repeat(170_000),
        "a=$a$a; ".repeat(130_000),
        "kubectl delete ns a\n".repeat(50_000),
        "kubectl ".repeat(130_000),
        "system(\"ls\") ".repeat(80_000),
        "s/a/b/e;".repeat(130_000),
        "- a: &a [*a, *a]\n".repeat(60_000),
    ];
    let hosts: &[&[&[u8]]] = &[
        &[b"psql", b"-c"],
        &[b"mysql", b"-e"],
        &[b"sqlite3", b"x.db"],
        &[b"mongosh", b"--eval"],
        &[b"redis-cli", b"eval"],
        &[b"jq"],
        &[b"awk"],
        &[b"sed"],
        &[b"python3", b"-c"],
        &[b"bash", b"-c"],
        &[b"kubectl", b"patch", b"deploy", b"web", b"-p"],
        &[b"curl", b"http://h", b"-d"],
        &[b"aws", b"ec2", b"run-instances", b"--cli-input-json"],
        &[b"gh", b"api", b"graphql", b"-f"],
        &[b"find", b".", b"-name"],
        &[b"mytool"],
    ];
    let vectors: Vec<Vec<&[u8]>> = vec![
        repeated("a", MANY),
        repeated("sudo", MANY),
        repeated("env", MANY),
        repeated("A=1", MANY),
        [vec![&b"env"[..]], repeated("A=1", MANY)].concat(),
        [vec![&b"kubectl"[..], b"delete", b"pod"], repeated("web", MANY)].concat(),
        [vec![&b"git"[..]], repeated("-c", MANY)].concat(),
        [vec![&b"git"[..]], repeated("--no-pager", MANY)].concat(),
        [vec![&b"find"[..], b"."], repeated("-exec", MANY)].concat(),
        [vec![&b"find"[..], b"."], [&b"-exec"[..], b"ls", b";"].repeat(30_000)].concat(),
        [vec![&b"find"[..], b"."], repeated("(", MANY)].concat(),
        [vec![&b"rm"[..]], repeated("-rf", MANY)].concat(),
        [vec![&b"mytool"[..]], repeated("kubectl", MANY)].concat(),
        [vec![&b"mytool"[..]], [&b"kubectl"[..], b"delete", b"ns"].repeat(30_000)].concat(),
        [vec![&b"ssh"[..], b"h"], repeated("ssh", MANY)].concat(),
        [vec![&b"xargs"[..]], repeated("xargs", MANY)].concat(),
        [vec![&b"bash"[..]], repeated("-c", MANY)].concat(),
        [vec![&b"timeout"[..]], repeated("5", MANY)].concat(),
        [vec![&b"docker"[..], b"run"], repeated("-v", MANY)].concat(),
        [vec![&b"docker"[..], b"exec"], [&b"docker"[..], b"exec", b"c"].repeat(30_000)].concat(),
        vec![b"ls", long.as_bytes()],
        vec![b"kubectl", b"delete", b"ns", long.as_bytes()],
        vec![long.as_bytes()],
        vec![b""],
        vec![b"", b"", b""],
        vec![b"\xff\xfe", b"\xff"],
        vec![b"kubectl", b"\xff"],
    ];
    let given = hosts.iter().flat_map(|host| texts.iter().map(|text| [*host, &[text.as_bytes()]].concat()));
    let named = |words: Vec<&[u8]>| {
        let begin =
            |word: &&[u8]| String::from_utf8_lossy(word.get(..word.len().min(20)).unwrap_or_default()).into_owned();
        let shown: Vec<String> = words.iter().take(6).map(begin).collect();
        let name = format!("{} words: {}", words.len(), shown.join(" "));
        Vector { name, words: words.into_iter().map(<[u8]>::to_vec).collect() }
    };
    vectors.into_iter().chain(given).map(named).collect()
}
