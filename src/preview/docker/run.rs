//! `docker run`: which image, with which doors to this machine. What the image does is not seen, and that is said.

use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, Pin, Risk};
use crate::model::secret::Redacted;
use crate::preview::made::Made;
use crate::preview::prober::{Failure, Prober};
use crate::preview::subject::Subject;
use crate::redact::Redactor;
use crate::undo::docker::{Back, way_back};

use super::objects::{Asker, Object};
use super::words::{Deed, Kind, Sorted};

/// Flags that are read out, with what they are for.
const TOLD: &[(&[&str], &str)] = &[
    (&["-v", "--volume", "--mount"], "mount"),
    (&["-p", "--publish"], "published"),
    (&["--network", "--net"], "network"),
    (&["-u", "--user"], "user"),
    (&["--entrypoint"], "entry point"),
    (&["--restart"], "restart policy"),
    (&["--cap-add"], "capability"),
    (&["--device"], "device"),
    (&["--env-file"], "variables of"),
];

pub(super) fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let sorted = Sorted::sort(&subject.words, &subject.action.operation, Deed::Run)?;
    let names = sorted.names()?;
    let image = names.first().cloned().unwrap_or_default();
    prober.allowed(subject, &sorted.question(&["ps"]))?;
    let mut asker = Asker { subject, program: subject.program.clone(), start: sorted.start(), prober };
    let images = asker.ask(&["images", "-q", "--no-trunc", "--filter", &format!("reference={image}")])?;
    let is_here = !images.trim().is_empty() && !sorted.values(&["--pull"]).iter().any(|pull| pull == "always");
    let found: Option<Object> =
        if is_here { asker.inspected(Kind::Image, std::slice::from_ref(&image))?.into_iter().next() } else { None };
    let redactor = prober.redactor();
    let mut why = vec!["it runs what is in the image, and nothing shows beforehand what that does".to_owned()];
    if found.is_none() {
        why.push("the image is fetched when it runs, so it is not known which one it will be".to_owned());
    }
    why.extend(doors(&sorted));
    let fields = fields(&sorted, &image, found.as_ref(), redactor);
    let name = sorted.values(&["--name"]).pop();
    let pins = vec![Pin {
        what: redactor.text(&format!("image {image}")),
        was: redactor.text(&found.as_ref().map_or_else(|| "not here".to_owned(), |found| format!("id {}", found.id()))),
    }];
    let hunk = Hunk {
        change: Change::Run,
        what: redactor.text(&format!("container/{}", name.as_deref().unwrap_or("without a name"))),
        risk: Risk::High,
        why: why.iter().map(|why| redactor.text(why)).collect(),
        fields,
        left_out: 0,
    };
    let cwd = Raw::from(subject.directory.clone().into_os_string());
    let (undo, back) = way_back(back(&sorted, name.as_deref()), &sorted.start(), cwd);
    Ok(Made {
        summary: format!("1 container to run from {image} in {}", subject.place()),
        hunks: vec![hunk],
        pins,
        runs: None,
        undo,
        way_back: back,
    })
}

/// How it is run.
fn fields(sorted: &Sorted, image: &str, found: Option<&Object>, redactor: &Redactor) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    let mut told = |name: &str, text: &str| {
        fields.push(FieldChange {
            field: Redacted::assume_clean(name),
            before: None,
            after: Some(redactor.text(text)),
        });
    };
    told("image", &found.map_or_else(|| image.to_owned(), |found| format!("{image} ({})", found.id())));
    if sorted.operands.len() > 1 {
        let words: Vec<Raw> = sorted.operands.iter().skip(1).cloned().collect();
        let words: Vec<String> = redactor.words(&words).iter().map(ToString::to_string).collect();
        told("command", &words.join(" "));
    }
    for (flags, name) in TOLD {
        sorted.values(flags).iter().for_each(|value| told(name, value));
    }
    for variable in sorted.values(&["-e", "--env"]) {
        told("variable", variable.split('=').next().unwrap_or_default());
    }
    fields
}

/// Ways by which it reaches this machine.
fn doors(sorted: &Sorted) -> Vec<String> {
    let mut found = Vec::new();
    if sorted.has(&["--privileged"]) {
        found.push("privileged: it may do to this machine what root may".to_owned());
    }
    for flag in ["--network", "--net", "--pid", "--ipc", "--uts", "--userns"] {
        if sorted.values(&[flag]).iter().any(|value| value == "host") {
            found.push(format!("`{flag} host`: it shares that with this machine"));
        }
    }
    for mount in sorted.values(&["-v", "--volume", "--mount"]) {
        let source = mount.split([':', ',']).find_map(|part| {
            let part = part.strip_prefix("source=").or_else(|| part.strip_prefix("src=")).unwrap_or(part);
            part.starts_with('/').then(|| part.to_owned())
        });
        let is_host = mount.starts_with('/') || mount.starts_with('.') || mount.contains("type=bind");
        let Some(source) = source.filter(|_| is_host) else { continue };
        if source.ends_with("docker.sock") {
            found.push("it can do to docker whatever docker can do".to_owned());
        } else if !mount.ends_with(":ro") && !mount.contains("readonly") && !mount.contains(",ro") {
            found.push(format!("it may write to {source} of this machine"));
        }
    }
    found
}

fn back(sorted: &Sorted, name: Option<&str>) -> Back {
    let is_left = sorted.has(&["-d", "--detach"]) && !sorted.has(&["--rm"]);
    match name {
        Some(name) if is_left => Back::Words(
            ["rm", "-f", name].map(Raw::from).to_vec(),
            "ends and removes the container; what it did elsewhere stays".to_owned(),
        ),
        _ if sorted.has(&["--rm"]) => {
            Back::Nothing("the container goes when it ends; what it did elsewhere stays".to_owned())
        }
        _ => Back::ByHand(vec![
            "`docker ps -a` tells which container it was; `aigov exec -- docker rm -f` on it; what it did elsewhere stays"
                .to_owned(),
        ]),
    }
}
