//! Recipes that are looked up, and what of them counts.

use crate::command::scripts::tests::{Disk, lines, read};

const MAKEFILE: &str = "\
SHELL := /bin/bash
KUBECTL ?= kubectl
NS = prod
ARGS := -n $(NS)
VERSION := $(shell git describe --tags)
.PHONY: all build deploy
all: build ## the default
build: gen
\t@cargo build --release
gen: ; echo gen > gen.txt
deploy: build
\t-@$(KUBECTL) $(ARGS) apply \\
\t\t-f k8s/$@.yaml
\techo $$HOME
test:
\tjest --ci && docker build .
clean:
\trm -rf target
loop:
\tfor f in a b; do $(KUBECTL) delete -f $$f; done
sub:
\t$(MAKE) -C sub deploy
%.o: %.c
\tdocker push $<
ifdef X
late:
\thelm upgrade x .
endif
odd:
\tcase $$x in a) kubectl delete ns prod;; esac
";

fn disk() -> Disk {
    Disk::with(&[
        ("Makefile", MAKEFILE),
        ("sub/Makefile", "deploy:\n\tterraform apply\n"),
        ("m.mk", "x:\n\thelm uninstall y\n"),
    ])
}

#[test]
fn a_makefiles_recipes_are_found_with_their_prerequisites() {
    let cases: &[(&str, &[&str])] = &[
        ("make build", &["git describe --tags", "echo gen", "cargo build --release"]),
        ("make", &["git describe --tags", "echo gen", "cargo build --release"]),
        (
            "make -j4 deploy",
            &[
                "git describe --tags",
                "echo gen",
                "cargo build --release",
                "kubectl -n prod apply -f k8s/deploy.yaml",
                "echo /home/u",
            ],
        ),
        (
            "make deploy NS=dev KUBECTL=oc",
            &[
                "git describe --tags", "echo gen", "cargo build --release", "oc -n dev apply -f k8s/deploy.yaml",
                "echo /home/u",
            ],
        ),
        ("make test", &["git describe --tags", "docker build ."]),
        ("make clean", &["git describe --tags", "rm -rf target"]),
        ("make loop", &["git describe --tags", "kubectl delete -f a", "kubectl delete -f b"]),
        ("make sub", &["git describe --tags", "terraform apply"]),
        ("make -C sub deploy", &["terraform apply"]),
        ("make -f m.mk x", &["helm uninstall y"]),
        ("make x.o", &["git describe --tags", "docker push x.c"]),
        ("make late", &["git describe --tags", "helm upgrade x ."]),
        ("make nothing", &["git describe --tags"]),
        ("make -f - x <<'E'\nx:\n\tkubectl delete ns prod\nE", &["kubectl delete ns prod"]),
        ("cd sub && make deploy", &["terraform apply"]),
    ];
    for (text, expected) in cases {
        let parsed = read(text, &disk());
        let found: Vec<String> = lines(&parsed).into_iter().filter(|line| !line.starts_with("cd ")).skip(1).collect();
        assert_eq!(found, *expected, "{text}: {:?}", parsed.opaque);
        assert!(parsed.opaque.is_empty(), "{text}: {:?}", parsed.opaque);
    }
    let parsed = read("make deploy", &disk());
    assert_eq!(parsed.commands[4].via, ["make deploy"]);
    assert_eq!(parsed.scripts[0].path, "/src/Makefile");
}

#[test]
fn a_recipe_that_is_not_understood_asks_where_it_names_a_tool_that_reaches_further() {
    for text in [
        "make odd", "echo x > Makefile; make build", "sed -i s/a/b/ Makefile && make build",
        "cp x package.json; npm test",
    ] {
        let parsed = read(text, &disk());
        let is_seen = lines(&parsed).iter().any(|line| line.starts_with("kubectl delete"));
        assert!(is_seen || !parsed.opaque.is_empty(), "{text}: {parsed:?}");
    }
}

#[test]
fn what_is_not_known_in_a_recipe_adds_nothing() {
    let text = "all:\n\t./configure --x\n\t$(TOOL) y\n\tif [[ a ]]; then ./z; fi\n\tpython3 -m pytest\n";
    let parsed = read("make", &Disk::with(&[("Makefile", text)]));
    assert_eq!(lines(&parsed), ["make"]);
    assert!(parsed.opaque.is_empty(), "{:?}", parsed.opaque);
}

#[test]
fn scripts_of_a_package_are_found_with_those_around_them() {
    let package = r#"{"scripts": {"pretest": "kubectl apply -f fixtures", "test": "jest --ci && docker build .", "deploy": "cd infra && terraform apply",
        "kube": "kubectl", "all": "npm run deploy && npm run kube -- get pods", "prepare": "helm template .", "sh": "bash ./d.sh"}}"#;
    let disk = Disk::with(&[("package.json", package), ("d.sh", "docker push x\n")]);
    let cases: &[(&str, &[&str])] = &[
        ("npm test", &["npm test", "kubectl apply -f fixtures", "docker build ."]),
        ("npm run deploy", &["npm run deploy", "cd infra", "terraform apply"]),
        ("npm run kube -- delete ns prod", &["npm run kube -- delete ns prod", "kubectl delete ns prod"]),
        ("yarn kube delete ns 'a b'", &["yarn kube delete ns a b", "kubectl delete ns a b"]),
        (
            "pnpm run all",
            &[
                "pnpm run all", "npm run deploy", "cd infra", "terraform apply", "npm run kube -- get pods",
                "kubectl get pods",
            ],
        ),
        ("npm ci", &["npm ci", "helm template ."]),
        ("yarn", &["yarn", "helm template ."]),
        ("npm run sh", &["npm run sh", "docker push x"]),
        ("cd a/b && npm run deploy", &["cd a/b", "npm run deploy", "cd infra", "terraform apply"]),
        ("npm run none", &["npm run none"]),
        ("yarn add x", &["yarn add x", "helm template ."]),
        ("npm ls", &["npm ls"]),
    ];
    for (text, expected) in cases {
        let parsed = read(text, &disk);
        assert_eq!(lines(&parsed), *expected, "{text}");
    }
    assert!(!read("npm test", &Disk::with(&[("package.json", "{")])).opaque.is_empty());
}

#[test]
fn a_justfiles_recipes_are_found() {
    let file = "\
set shell := [\"bash\", \"-uc\"]
ns := 'prod'
rev := `git rev-parse HEAD`
default: test
# tests
test:
    @jest && docker build .
deploy env=\"dev\" *args: (check env)
    kubectl --context {{env}} -n {{ns}} apply {{args}}
check env:
    helm lint {{env}} {{unknown}}
alias d := deploy
script:
    #!/bin/bash
    docker push x
";
    let disk = Disk::with(&[("justfile", file)]);
    let cases: &[(&str, &[&str])] = &[
        ("just", &["just", "git rev-parse HEAD", "docker build ."]),
        (
            "just deploy",
            &["just deploy", "git rev-parse HEAD", "helm lint dev ?", "kubectl --context dev -n prod apply ?"],
        ),
        (
            "just deploy live -f x",
            &[
                "just deploy live -f x",
                "git rev-parse HEAD",
                "helm lint live ?",
                "kubectl --context live -n prod apply -f x",
            ],
        ),
        (
            "just ns=x d",
            &["just ns=x d", "git rev-parse HEAD", "helm lint dev ?", "kubectl --context dev -n x apply ?"],
        ),
        ("just script", &["just script", "git rev-parse HEAD", "docker push x"]),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(&read(text, &disk)), *expected, "{text}");
    }
}
