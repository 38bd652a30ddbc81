//! aws: `configure list` and `configure get` over config and credentials files.

use aigov::model::facts::{Answer, Want};

use crate::support::has;
use crate::{Call, Desk, Held, hold};

const CONFIG: &str = "# comment\n[default]\nregion = eu-1\noutput=json\n\n[profile prod]\nregion = us-1\nsso_account_id = 111122223333\nsso_role_name = Admin\ns3 =\n  addressing_style = path\n\n\
    [profile role]\nrole_arn = arn:aws:iam::444455556666:role/deploy\nsource_profile = prod\nregion=ap-1\n\
    [profile \"two words\"]\nregion = sa-1\n[profile 'quoted']\nregion = af-1\n[profile  wide ]\nregion = me-1\n\
    [profiled]\nregion = no-1\n[sso-session x]\nsso_region = y\nregion = no-2\n[services s]\nec2 =\n  endpoint_url = http://x\n\
    [profile Case]\nREGION = ca-1\n[profile empty]\n[profile blank]\nregion =\n[profile colon]\nregion: il-1\n\
    [profile hash]\nregion = x#y ; z\n[profile long]\nrole_arn = arn:aws:iam::1:\n  role/x\nregion = mx-1\n[profile prod-eu] ; c\nregion = eu-9\n\
    [profile inner]\n  region = in-1\n  output = json\n[profile deep]\nregion = d-1\n  d-2\n[profiles x]\nregion = px-1\n[profile a]b]\nregion = ab-1\n";
const CREDENTIALS: &str = "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = s\nregion = cred-1\n\
    [only]\naws_access_key_id=AKIAONLY\naws_secret_access_key=s\n[profile role]\nregion = no-3\n";
const NAMES: &[&str] =
    &["default", "two words", "quoted", "wide", "ed", "x", "case", "blank", "hash", "only", "none", "prod-eu", "inner"];

fn asked(call: &Call) -> Want {
    let after = |flag: &str| call.argv.iter().skip_while(|word| *word != flag).nth(1).cloned();
    let variable = |name: &str| call.env.get(name).filter(|value| !value.is_empty()).cloned();
    Want::AwsProfile {
        profile: after("--profile"),
        variable: variable("AWS_DEFAULT_PROFILE").or_else(|| variable("AWS_PROFILE")),
        config: variable("AWS_CONFIG_FILE"),
        credentials: variable("AWS_SHARED_CREDENTIALS_FILE"),
    }
}

#[test]
fn profile_and_region_are_those_that_aws_lists() {
    if !has("aws") {
        return;
    }
    let desk = Desk::new();
    desk.write("home/.aws/config", CONFIG);
    desk.write("home/.aws/credentials", CREDENTIALS);
    desk.write(
        "work/other",
        "[profile prod]\nregion = oth-1\n[default]\nregion = oth-2\n[profile default]\nregion = oth-3\n",
    );
    desk.write("work/broken", "[profile prod]\nregion\n");
    desk.write("work/nested", "[profile prod]\nrole_arn =\n  arn:aws:iam::1:role/x\n");
    desk.write("work/defaults", "[DEFAULT]\nregion = all-1\n[profile prod]\noutput = json\n");
    desk.write("work/twice", "[profile prod]\nregion = a\n[profile prod]\nregion = b\n");
    // A role's or an account's credentials would be asked for over the network.
    let mut calls: Vec<Call> =
        NAMES.iter().map(|name| desk.call(&["aws", "configure", "list", "--profile", name])).collect();
    let with = |pairs: &[(&str, &str)]| {
        let mut call = desk.call(&["aws", "configure", "list"]);
        call.env.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        call
    };
    calls.extend([
        with(&[]),
        with(&[("AWS_DEFAULT_PROFILE", "Case"), ("AWS_PROFILE", "colon")]),
        with(&[("AWS_CONFIG_FILE", "other"), ("AWS_PROFILE", "prod")]),
        with(&[("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_PROFILE", "colon")]),
        with(&[("AWS_CONFIG_FILE", "none"), ("AWS_SHARED_CREDENTIALS_FILE", "none")]),
        with(&[("AWS_CONFIG_FILE", "broken"), ("AWS_PROFILE", "prod")]),
        with(&[("AWS_CONFIG_FILE", "twice"), ("AWS_PROFILE", "prod")]),
        with(&[("AWS_CONFIG_FILE", "other")]),
        with(&[("AWS_CONFIG_FILE", "nested"), ("AWS_PROFILE", "prod")]),
        with(&[("AWS_CONFIG_FILE", "defaults"), ("AWS_PROFILE", "prod")]),
    ]);
    hold("aws configure list", &calls, 10, |call| {
        let said = desk.run(call, &call.argv);
        // Columns of 10 and 24 characters, and one blank between them.
        let row = |name: &str| {
            let line = said.out.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
            let value: String = line.chars().skip(11).take(24).collect();
            let value = value.trim().to_owned();
            if value == "<not set>" || value == "None" { String::new() } else { value }
        };
        let ours = desk.answer(call, &asked(call));
        let both = || format!("{}\n  aws: {}{}\n  aigov: {ours:?}", call.text(), said.out, said.err);
        let profile = Some(row("profile")).filter(|name| !name.is_empty()).unwrap_or("default".to_owned());
        let is_refused = !said.is_good || said.err.contains("could not be found");
        match &ours {
            Answer::Known { .. } if is_refused => Held::Wrong(both()),
            Answer::Known { .. } => {
                let is_region = ours.field("region").unwrap_or_default() == row("region");
                if is_region && ours.field("profile") == Some(&profile) { Held::Same } else { Held::Wrong(both()) }
            }
            Answer::Absent | Answer::Failed { .. } if is_refused => Held::Same,
            Answer::Absent if row("region").is_empty() => Held::Same,
            Answer::Absent | Answer::Failed { .. } => Held::Timid(both()),
        }
    });
}

#[test]
fn the_account_is_that_of_the_role_which_aws_gets() {
    if !has("aws") {
        return;
    }
    let desk = Desk::new();
    desk.write("home/.aws/config", CONFIG);
    desk.write("home/.aws/credentials", CREDENTIALS);
    for (profile, key) in [("role", "role_arn"), ("prod", "sso_account_id"), ("only", "role_arn"), ("long", "role_arn")]
    {
        let call = desk.call(&["aws", "configure", "get", key, "--profile", profile]);
        let theirs = desk.run(&call, &call.argv).out.trim().to_owned();
        let theirs = theirs.split(':').nth(4).unwrap_or(&theirs).to_owned();
        let ours = desk.answer(&call, &asked(&call));
        let is_same = ours.field("account").unwrap_or_default() == theirs;
        assert!(is_same || matches!(ours, Answer::Failed { .. }), "{profile}: aws says `{theirs}`, aigov {ours:?}");
    }
}
