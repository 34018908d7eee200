//! The real binary, as an operator runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// What every command of one installation is run with.
#[derive(Debug)]
pub(crate) struct Installation {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A server that runs. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// What it said on standard output once it listened.
    pub(crate) said: Value,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Installation {
    /// An installation on the database of that address, in a working folder of its own.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::with(&[("DATABASE__URL", database_url), ("SECURITY__SECRET_KEY", &"k".repeat(32))])
    }

    /// An installation with these settings alone, given as `SECTION__KEY`; it keeps its data in its own folder.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let environment =
            settings.iter().map(|(key, value)| (format!("PARLOIR__{key}"), (*value).to_owned())).collect();
        Self { folder: tempfile::tempdir().unwrap(), environment }
    }

    /// The same installation with one more setting.
    pub(crate) fn and(mut self, key: &str, value: &str) -> Self {
        self.environment.push((format!("PARLOIR__{key}"), value.to_owned()));
        self
    }

    /// The working folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn prepare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
        let inherited = std::env::vars_os().filter(|(key, _)| !key.to_string_lossy().starts_with("PARLOIR_"));
        command
            .env_clear()
            .envs(inherited)
            .envs(self.environment.iter().map(|(key, value)| (key, value)))
            .current_dir(self.folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    /// Runs a command to its end; `input` is its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.prepare(arguments).spawn().unwrap();
        // A command that reads nothing closes its end: no failure of ours.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ended {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that succeeds with `--json`: the one value on its standard output.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.json_with_input(arguments, "")
    }

    /// The same with a standard input.
    pub(crate) fn json_with_input(&self, arguments: &[&str], input: &str) -> Value {
        let ended = self.run_with_input(&[arguments, &["--json"]].concat(), input);
        assert!(ended.status.success(), "{arguments:?} failed: {}", ended.stderr);
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error} in {:?}", ended.stdout))
    }

    /// Starts the server on a free port; `arguments` come behind `serve --json`. Returns once it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Running {
        let mut command = self.prepare(&[&["serve", "--json"], arguments].concat());
        command.env("PARLOIR__SERVER__LISTEN", "127.0.0.1:0");
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut child = command.stdin(Stdio::null()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no start: {line:?} {}", self.log()));
        let address = match said["listening"].as_str() {
            Some(address) => address.parse().unwrap(),
            None => self.address_in_log(),
        };
        Running { child, said, address }
    }

    /// What the server wrote to its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn address_in_log(&self) -> SocketAddr {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            let log = self.log();
            let address =
                log.lines().find(|line| line.contains("listening")).and_then(|line| line.split("address=").nth(1));
            if let Some(address) = address {
                return address.split_whitespace().next().unwrap().parse().unwrap();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not listen: {}", self.log());
    }
}

impl Running {
    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as a service manager stops it; gives what it still said on standard output.
    pub(crate) fn terminate(mut self) -> (ExitStatus, String) {
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(stopped.success());
        let mut rest = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A token request's answer: status and body.
pub(crate) async fn ask_token(
    running: &Running,
    client: &reqwest::Client,
    application: &Value,
    email: &str,
) -> (u16, Value) {
    let text = |key: &str| application[key].as_str().unwrap().to_owned();
    let form = [
        ("client_id", text("client_id")),
        ("client_secret", text("client_secret")),
        ("grant_type", "client_credentials".to_owned()),
        ("scope", email.to_owned()),
    ];
    let answer = client.post(running.at("/external-api/v1.0/application/token/")).form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
