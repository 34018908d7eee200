//! A real OpenID Connect provider (oidc-provider, in `tests/provider`), and a browser that walks through its pages.
//!
//! One costs a test 0.3 s to 0.5 s, half of it for the library, the rest for an RSA key.

mod browser;
mod html;
pub(crate) mod relying_party;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use parloir::base::Clock;
use reqwest::{Method, Url, redirect};
use serde_json::{Value, json};

pub(crate) use browser::{Browser, Page};

/// How long it may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running provider, whose clock goes with that of the servers. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Provider {
    process: Child,
    /// It lives as long as this is open, so that it does not outlive a test that is killed.
    _input: ChildStdin,
    issuer: String,
    control: Url,
    http: reqwest::Client,
    clock: Clock,
}

impl Provider {
    /// Starts one. `document` has what `tests/provider/README.md` lists; its `now` is the clock's time.
    pub(crate) async fn start(clock: &Clock, mut document: Value) -> Self {
        document["now"] = json!(clock.now().as_seconds());
        let mut process = spawn();
        let mut input = process.stdin.take().unwrap();
        writeln!(input, "{document}").unwrap();
        let said = first_line(process.stdout.take().unwrap()).await;
        let said: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
            panic!("the provider did not start (it said {said:?}; its complaint stands above, on standard error)")
        });
        let http = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        let issuer = said["issuer"].as_str().unwrap().to_owned();
        let control = said["control"].as_str().unwrap().parse().unwrap();
        Self { process, _input: input, issuer, control, http, clock: clock.clone() }
    }

    /// The issuer identifier.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Moves its clock and that of the servers.
    pub(crate) async fn advance(&self, span: Duration) {
        self.clock.advance(span);
        self.control(Method::PUT, &["clock"], &json!({ "now": self.clock.now().as_seconds() })).await;
    }

    /// The metadata of all clients.
    pub(crate) async fn clients(&self) -> Vec<Value> {
        list(self.control(Method::GET, &["clients"], &Value::Null).await)
    }

    /// Registers a client or replaces the one with that `client_id`.
    pub(crate) async fn put_client(&self, metadata: &Value) {
        self.control(Method::PUT, &["clients"], metadata).await;
    }

    /// Forgets a client.
    pub(crate) async fn remove_client(&self, client_id: &str) {
        self.control(Method::DELETE, &["clients", client_id], &Value::Null).await;
    }

    /// Makes an account with these claims, or replaces the claims of the one with that subject.
    pub(crate) async fn set_claims(&self, subject: &str, claims: &Value) {
        self.set_account(subject, &json!({ "claims": claims })).await;
    }

    /// The same with the level at which it signs in: `{claims, acr, amr}`.
    pub(crate) async fn set_account(&self, subject: &str, account: &Value) {
        self.control(Method::PUT, &["accounts", subject], account).await;
    }

    /// Forgets an account, after its sessions and grants.
    pub(crate) async fn remove_account(&self, subject: &str) {
        self.control(Method::DELETE, &["accounts", subject], &Value::Null).await;
    }

    /// Ends all its sessions of an account and tells the clients through the back channel: `{client_id, error}` for each that was told.
    pub(crate) async fn end_sessions(&self, subject: &str) -> Vec<Value> {
        list(self.control(Method::DELETE, &["accounts", subject, "sessions"], &Value::Null).await)
    }

    /// Revokes all that an account agreed to, with the tokens. Gives how many agreements there were.
    pub(crate) async fn revoke_grants(&self, subject: &str) -> u64 {
        self.control(Method::DELETE, &["accounts", subject, "grants"], &Value::Null).await.as_u64().unwrap()
    }

    /// Signs with new keys from now on; `keep` leaves the old ones in the key set.
    pub(crate) async fn rotate_keys(&self, keep: bool) {
        self.control(Method::POST, &["keys"], &json!({ "keep": keep })).await;
    }

    /// Makes a path below the issuer answer with that status and an empty body.
    pub(crate) async fn fail(&self, path: &str, status: u16) {
        self.control(Method::PUT, &["faults"], &json!({ "path": path, "status": status })).await;
    }

    /// Makes a path below the issuer wait before it answers as it should.
    pub(crate) async fn slow(&self, path: &str, delay: Duration) {
        let delay = u64::try_from(delay.as_millis()).unwrap();
        self.control(Method::PUT, &["faults"], &json!({ "path": path, "delay": delay })).await;
    }

    /// Ends what [`Self::fail`] or [`Self::slow`] began.
    pub(crate) async fn mend(&self, path: &str) {
        self.control(Method::PUT, &["faults"], &json!({ "path": path })).await;
    }

    /// How often a path below the issuer was asked for.
    pub(crate) async fn requests(&self, path: &str) -> u64 {
        self.control(Method::GET, &["requests"], &Value::Null).await[path].as_u64().unwrap_or_default()
    }

    /// Every back-channel logout that it sent: `{uri, logout_token, status}`.
    pub(crate) async fn logout_tokens(&self) -> Vec<Value> {
        list(self.control(Method::GET, &["logout-tokens"], &Value::Null).await)
    }

    async fn control(&self, method: Method, path: &[&str], body: &Value) -> Value {
        let mut url = self.control.clone();
        url.path_segments_mut().unwrap().clear().extend(path);
        let mut request = self.http.request(method, url);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "the provider refused {path:?}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn() -> Child {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider");
    assert!(
        folder.join("node_modules/oidc-provider").is_dir(),
        "the packages of tests/provider are not installed. `cargo xtask test` does that; by hand: cd tests/provider && npm ci"
    );
    let mut node = Command::new("node");
    node.arg("provider.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    node.spawn().unwrap_or_else(|error| {
        panic!(
            "node does not start ({error}): the tests of sign-in need Node.js 20.12 or later on the PATH \
             (Debian: apt-get install nodejs npm)"
        )
    })
}

async fn first_line(output: ChildStdout) -> String {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).unwrap();
        line
    });
    tokio::time::timeout(START_LIMIT, read).await.expect("the provider takes too long to start").unwrap()
}

fn list(value: Value) -> Vec<Value> {
    serde_json::from_value(value).unwrap()
}
