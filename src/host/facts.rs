//! Live answers to what the pure core wants to know. Nothing is executed; what cannot be read is `Failed`.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::host::paths::Places;
use crate::host::read::{self, Unread};
use crate::host::{
    absolute, aws, azure, docker, gcloud, git, gitprograms, kubeconfig, mysql, pgservice, program, search, ssh,
    terraform, terraform_programs, text, tfvars, variable,
};
use crate::model::facts::{Answer, Facts, Want};
use crate::model::ids::Digest;
use crate::model::invocation::{Invocation, Raw, Variable};

/// Where the kubelet puts a pod's own credentials.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The host as one invocation would see it.
pub struct HostFacts<'a> {
    places: &'a Places,
    env: &'a [Variable],
    cwd: PathBuf,
    home: Option<PathBuf>,
}

impl<'a> HostFacts<'a> {
    /// Answers for `invocation`: its environment and its working directory count.
    pub fn new(places: &'a Places, invocation: &'a Invocation) -> Self {
        Self {
            places,
            env: &invocation.env,
            cwd: PathBuf::from(invocation.cwd.as_os()),
            home: absolute(&invocation.env, "HOME"),
        }
    }

    fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    fn kube(&self, list: Option<&str>, asked: kubeconfig::Asked<'_>) -> Answer {
        let list = list.or_else(|| text(self.env, "KUBECONFIG"));
        match kubeconfig::answer(&kubeconfig::files(list, &self.cwd, self.home()), asked) {
            Answer::Absent => self.in_cluster(asked.context),
            other => other,
        }
    }

    /// Without a kubeconfig, kubectl in a pod talks to the pod's own cluster.
    fn in_cluster(&self, context: Option<&str>) -> Answer {
        let host = text(self.env, "KUBERNETES_SERVICE_HOST");
        let (Some(host), Some(port)) = (host, text(self.env, "KUBERNETES_SERVICE_PORT")) else {
            return Answer::Absent;
        };
        if context.is_some() || !Path::new(SERVICE_ACCOUNT).join("token").exists() {
            return Answer::Absent;
        }
        let namespace = read::text(&Path::new(SERVICE_ACCOUNT).join("namespace")).unwrap_or_default();
        let namespace = Some(namespace.trim()).filter(|name| !name.is_empty()).unwrap_or("default");
        Answer::known([
            ("context", "in-cluster".to_owned()),
            ("cluster", "in-cluster".to_owned()),
            ("server", format!("https://{host}:{port}")),
            ("namespace", namespace.to_owned()),
        ])
    }

    fn file_text(&self, path: &str) -> Answer {
        let full = self.cwd.join(path);
        // A name that leads to what we read ourselves leads to something else in the child.
        if read::is_own_input(&full) {
            return failed(format!("{path} is the standard input"));
        }
        match read::bytes(&full) {
            Ok(bytes) => {
                let digest = Digest(Sha256::digest(&bytes).into());
                String::from_utf8(bytes).map_or_else(
                    |_| failed(format!("cannot read {path}: not UTF-8 text")),
                    |text| Answer::known([("text", text), ("sha256", digest.to_string())]),
                )
            }
            Err(Unread::Absent) => Answer::Absent,
            Err(Unread::Failed(cause)) => failed(cause),
        }
    }

    fn program(&self, name: &str) -> Answer {
        let path = variable(self.env, "PATH");
        match search::find(&Raw::from(name), path, &self.cwd) {
            Ok((path, _)) => match std::fs::canonicalize(&path).map(into_text) {
                Ok(Some(path)) => Answer::known([("path", path)]),
                Ok(None) => failed(format!("the path of `{name}` is not UTF-8")),
                Err(cause) => failed(format!("cannot resolve {}: {cause}", path.display())),
            },
            Err(search::Missing::NotFound) => Answer::Absent,
            Err(search::Missing::NotExecutable { path, why }) => failed(format!("{}: {why}", path.display())),
        }
    }

    fn path(&self, path: &str) -> Answer {
        let full = self.cwd.join(path);
        let meta = std::fs::metadata(&full);
        let kind = match &meta {
            Ok(meta) if meta.is_dir() => "directory",
            Ok(_) => "file",
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "absent",
            Err(error) => return failed(format!("cannot look at {path}: {error}")),
        };
        match read::real(&full).and_then(into_text) {
            Some(real) => {
                let mut answer = Answer::known([("kind", kind.to_owned()), ("real", real)]);
                // Only a file with several names needs one that they share.
                if let (Answer::Known { fields }, Ok(meta)) = (&mut answer, &meta)
                    && meta.is_file()
                    && meta.nlink() > 1
                {
                    fields.insert("identity".to_owned(), format!("{}:{}", meta.dev(), meta.ino()));
                }
                answer
            }
            None => failed(format!("cannot tell where {path} leads")),
        }
    }

    fn own_files(&self) -> Answer {
        let mut fields = BTreeMap::new();
        let places = [
            ("config", Some(&self.places.config_dir)),
            ("data", Some(&self.places.data_dir)),
            ("home", self.places.home.as_ref()),
            ("policy", Some(&self.places.policy_user)),
            ("policy_platform", Some(&self.places.policy_platform)),
            ("policy_extra", self.places.policy_extra.as_ref()),
            ("ledger", Some(&self.places.ledger)),
        ];
        for (name, place) in places.into_iter().filter_map(|(name, place)| Some((name, place?))) {
            match read::real(place).and_then(into_text) {
                Some(real) => fields.insert(name.to_owned(), real),
                None => return failed(format!("cannot tell where {} leads", place.display())),
            };
        }
        Answer::Known { fields }
    }
}

impl Facts for HostFacts<'_> {
    fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::KubeContext { kubeconfig, context, cluster, user } => {
                let (context, cluster, user) = (context.as_deref(), cluster.as_deref(), user.as_deref());
                self.kube(kubeconfig.as_deref(), kubeconfig::Asked { context, cluster, user })
            }
            Want::TerraformWorkspace { directory, variable, data_dir } => {
                terraform::answer(&self.cwd.join(directory), variable.as_deref(), data_dir.as_deref())
            }
            Want::TerraformVariables { directory, files } => tfvars::answer(&self.cwd.join(directory), files),
            Want::AwsProfile { profile, variable, config, credentials } => {
                let asked = aws::Asked {
                    profile: profile.as_deref(),
                    variable: variable.as_deref(),
                    config: config.as_deref(),
                    credentials: credentials.as_deref(),
                };
                aws::answer(asked, self.home(), &self.cwd)
            }
            Want::GcloudConfiguration { configuration, directory } => {
                gcloud::answer(configuration.as_deref(), directory.as_deref(), self.home(), &self.cwd)
            }
            Want::AzureSubscription { subscription, directory } => {
                azure::answer(subscription.as_deref(), directory.as_deref(), self.home(), &self.cwd)
            }
            Want::DockerContext { context, host, variable, directory } => {
                let (host, variable) = (host.as_deref(), variable.as_deref());
                let asked = docker::Asked { context: context.as_deref(), host, variable };
                docker::answer(asked, directory.as_deref(), self.home(), &self.cwd)
            }
            Want::SshHost { host, user, config } => ssh::answer(host, user.as_deref(), config.as_deref(), &self.cwd),
            Want::PgService { name, file, directory } => {
                pgservice::answer(name, file.as_deref(), directory.as_deref(), self.home(), &self.cwd)
            }
            Want::MysqlOptions { only, extra, suffix } => {
                let asked = mysql::Asked { only: only.as_deref(), extra: extra.as_deref(), suffix: suffix.as_deref() };
                mysql::answer(asked, self.home(), &self.cwd)
            }
            Want::GitRepository { directory } => git::repository(&self.cwd.join(directory), self.env, self.home()),
            Want::GitReference { directory, name } => git::reference(&self.cwd.join(directory), name, self.env),
            Want::GitAlias { directory, name } => git::alias(&self.cwd.join(directory), name, self.env, self.home()),
            Want::GitPrograms { directory } => gitprograms::answer(&self.cwd.join(directory), self.env, self.home()),
            Want::TerraformPrograms { directory } => {
                terraform_programs::answer(&self.cwd.join(directory), text(self.env, "TF_DATA_DIR"))
            }
            Want::FileText { path } => self.file_text(path),
            Want::Program { name } => self.program(name),
            Want::ProgramFile { path } => program::answer(&self.cwd.join(path)),
            Want::Path { path } => self.path(path),
            Want::OwnFiles => self.own_files(),
        }
    }
}

fn failed(cause: String) -> Answer {
    Answer::Failed { cause }
}

fn into_text(path: PathBuf) -> Option<String> {
    path.into_os_string().into_string().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host;
    use crate::host::tests::env;
    use crate::model::invocation::{Form, Stdin};

    struct Scene {
        dir: tempfile::TempDir,
        base: PathBuf,
        places: Places,
        invocation: Invocation,
    }

    fn scene(pairs: &[(&str, &str)]) -> Scene {
        let dir = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(dir.path()).unwrap();
        let mut env = env(pairs);
        env.push((Raw::from("HOME"), Raw::from(base.to_str().unwrap())));
        let places = Places::find(&Host::assemble(env.clone(), base.clone(), 0)).unwrap();
        let cwd = Raw::from(base.to_str().unwrap());
        let invocation = Invocation { form: Form::Argv(vec![Raw::from("x")]), cwd, env, stdin: Stdin::Null };
        Scene { dir, base, places, invocation }
    }

    impl Scene {
        fn ask(&self, want: Want) -> Answer {
            HostFacts::new(&self.places, &self.invocation).answer(&want)
        }

        fn text(&self, path: &str) -> String {
            self.base.join(path).to_str().unwrap().to_owned()
        }
    }

    #[test]
    fn a_script_is_read_with_its_digest_and_a_missing_one_is_absent() {
        let scene = scene(&[]);
        std::fs::write(scene.dir.path().join("s.sh"), "abc").unwrap();
        std::fs::write(scene.dir.path().join("bin"), [0xff, 0xfe]).unwrap();
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let file = |path: &str| Want::FileText { path: path.to_owned() };
        assert_eq!(scene.ask(file("s.sh")), Answer::known([("text", "abc".to_owned()), ("sha256", sha.to_owned())]));
        assert_eq!(scene.ask(file("none")), Answer::Absent);
        assert!(matches!(scene.ask(file("bin")), Answer::Failed { .. }));
        assert!(matches!(scene.ask(file(".")), Answer::Failed { .. }));
    }

    #[test]
    fn a_program_leads_to_the_file_behind_its_links() {
        let scene = scene(&[("PATH", "/bin:/usr/bin")]);
        let program = |name: &str| Want::Program { name: name.to_owned() };
        let real = std::fs::canonicalize("/bin/sh").unwrap().to_str().unwrap().to_owned();
        assert_eq!(scene.ask(program("sh")), Answer::known([("path", real)]));
        assert_eq!(scene.ask(program("no-such-program")), Answer::Absent);
    }

    #[test]
    fn paths_are_told_by_what_they_really_are() {
        let scene = scene(&[]);
        std::fs::create_dir(scene.dir.path().join("d")).unwrap();
        std::os::unix::fs::symlink("d", scene.dir.path().join("l")).unwrap();
        let path = |path: &str| scene.ask(Want::Path { path: path.to_owned() });
        let known = |kind: &str, real: String| Answer::known([("kind", kind.to_owned()), ("real", real)]);
        assert_eq!(path("l"), known("directory", scene.text("d")));
        assert_eq!(path("l/new"), known("absent", scene.text("d/new")));
        assert!(matches!(path("l/new/../x"), Answer::Failed { .. }));
        std::fs::write(scene.dir.path().join("one"), "").unwrap();
        assert_eq!(path("one"), known("file", scene.text("one")));
        std::fs::hard_link(scene.dir.path().join("one"), scene.dir.path().join("two")).unwrap();
        assert!(path("one").field("identity").is_some());
        assert_eq!(path("one").field("identity"), path("two").field("identity"));
    }

    #[test]
    fn aigovs_own_files_are_told_by_their_real_paths() {
        let scene = scene(&[]);
        std::fs::create_dir(scene.dir.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", scene.dir.path().join(".config")).unwrap();
        let own = scene.ask(Want::OwnFiles);
        assert_eq!(own.field("policy"), Some(scene.text("real/aigov/policy.toml").as_str()));
        assert_eq!(own.field("ledger"), Some(scene.text(".local/share/aigov/ledger.db").as_str()));
        assert_eq!(own.field("home"), Some(scene.text("").trim_end_matches('/')));
    }

    #[test]
    fn without_settings_there_is_no_cluster_and_with_a_file_that_cannot_be_read_it_is_unknown() {
        let scene = scene(&[]);
        let want = || Want::KubeContext { kubeconfig: None, context: None, cluster: None, user: None };
        assert_eq!(scene.ask(want()), Answer::Absent);
        std::fs::create_dir_all(scene.dir.path().join(".kube/config")).unwrap();
        assert!(matches!(scene.ask(want()), Answer::Failed { .. }));
    }

    #[test]
    fn the_default_workspace_is_found_from_a_relative_directory() {
        let scene = scene(&[]);
        std::fs::create_dir_all(scene.dir.path().join("infra/data")).unwrap();
        std::fs::write(scene.dir.path().join("infra/data/environment"), "prod").unwrap();
        let data_dir = Some("data".to_owned());
        let want = Want::TerraformWorkspace { directory: "infra".to_owned(), variable: None, data_dir };
        assert_eq!(scene.ask(want).field("workspace"), Some("prod"));
    }
}
