//! A server whose people sign in through the peer, and a look at what came of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{CLIENT_ID, CLIENT_SECRET, Key, Peer};
use crate::harness::{Database, Server, log};
use crate::provider::{Browser, Page};

/// What stands in the claims and tokens of [`Scene`]'s person, and may not stand in a log.
const MARKS: [&str; 6] = ["xanthippe", "quux", "an-access-token", "a refresh token", "code-", "eyJ"];

/// Longer than a provider in trouble is left alone, and than its keys are believed to be all.
const PAUSE: Duration = Duration::from_secs(11);

/// A peer and a server that calls it `test`.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) peer: Peer,
    pub(crate) server: Server,
}

/// How much of each there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traces {
    pub(crate) sessions: i64,
    pub(crate) accounts: i64,
    pub(crate) attempts: i64,
    pub(crate) refusals: i64,
}

impl Peer {
    /// An entry of `sign_in.providers`: `settings` over the least.
    pub(crate) fn entry(&self, id: &str, settings: &Value) -> Value {
        let mut entry = json!({
            "id": id,
            "kind": "oidc",
            "label": "Test",
            "issuer": self.issuer(),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "id_token_signed_response_alg": "ES256",
        });
        entry.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        entry
    }
}

impl Scene {
    /// A server with these settings of the provider over the least, and a peer that signs with ES256.
    pub(crate) async fn new(database: &Database, settings: Value) -> Self {
        Self::with(database, settings, &[]).await
    }

    /// The same with settings of the server.
    pub(crate) async fn with(database: &Database, settings: Value, of_server: &[(&str, &str)]) -> Self {
        log::record();
        let peer = Peer::start(&database.clock).await;
        peer.person(&person("sub-xanthippe"));
        let server = database.serve_beside(&[peer.entry("test", &settings)], of_server).await;
        Self { peer, server }
    }

    /// A key with which the peer signs from now on.
    pub(crate) fn sign_with(&self, key: Key) -> Arc<Key> {
        let key = Arc::new(key);
        self.peer.sign_with(&key);
        key
    }

    /// The address of a path of the server.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.public_url())
    }

    /// Where a sign-in begins.
    pub(crate) fn login(&self) -> String {
        self.at("/auth/test/login/?next=/rooms")
    }

    /// A whole sign-in by a browser that was nowhere yet.
    pub(crate) async fn sign_in(&self) -> (Browser, Page) {
        let browser = Browser::new();
        let page = browser.visit(self.login()).await;
        (browser, page)
    }

    /// A sign-in that succeeds: the browser with its session.
    pub(crate) async fn signed_in(&self) -> Browser {
        let (browser, page) = self.sign_in().await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        browser
    }

    /// Where the peer sends the browser back to; it has not gone there yet.
    pub(crate) async fn returning(&self, browser: &Browser) -> String {
        let page = browser.stopping_at(&self.at("/auth/")).visit(self.login()).await;
        page.next.unwrap_or_else(|| panic!("{}", page.answer)).into()
    }

    /// Whether that browser is signed in.
    pub(crate) async fn knows(&self, browser: &Browser) -> bool {
        let page = browser.visit(self.at("/auth/users/me/")).await;
        assert!(matches!(page.answer.status, 200 | 401), "{}", page.answer);
        page.answer.status == 200
    }

    /// What there is in the database.
    pub(crate) async fn traces(&self) -> Traces {
        let number = async |sql: &str| self.server.database.number(sql, []).await;
        let refusals =
            "SELECT CAST(COALESCE(SUM(occurrences), 0) AS BIGINT) FROM audit_event WHERE action = 'session.refused'";
        Traces {
            sessions: number("SELECT COUNT(*) FROM session").await,
            accounts: number("SELECT COUNT(*) FROM account").await,
            attempts: number("SELECT COUNT(*) FROM login_attempt").await,
            refusals: number(refusals).await,
        }
    }

    /// Signs somebody in who must not get in: the answer has that status and code, the log that cause and nothing of her. There is no
    /// session, no account and no attempt after it, and one refusal more in the trail.
    pub(crate) async fn refuses(&self, name: &str, (status, code): (u16, &str), cause: &str) {
        self.server.clock.advance(PAUSE);
        let before = self.traces().await;
        let browser = Browser::new();
        let address = self.returning(&browser).await;
        let answer = browser.visit(&address).await.answer;
        assert_eq!((answer.status, &*answer.code()), (status, code), "{name}: {answer}");
        let after = Traces { refusals: before.refusals + 1, ..before };
        assert_eq!(self.traces().await, after, "{name}");
        assert_eq!(browser.cookie(self.server.public_url(), "parloir"), None, "{name}");
        let lines = log::of_request(answer.header("x-request-id"));
        assert!(lines.iter().any(|line| line.contains("refused") && line.contains(cause)), "{name}: {lines:?}");
        assert_unmarked(name, &lines.join("\n"));
        assert_unmarked(name, answer.text());
        // It was used up.
        let again = browser.visit(&address).await.answer;
        assert_eq!((again.status, &*again.code()), (400, "sign_in_expired"), "{name}: {again}");
    }

    /// Signs in a person of that subject, who must get in.
    pub(crate) async fn lets_in(&self, name: &str, subject: &str) {
        self.server.clock.advance(PAUSE);
        self.peer.person(&person(subject));
        let (_, page) = self.sign_in().await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{name}: {}", page.answer);
    }
}

/// Somebody with an address of her own.
pub(crate) fn person(subject: &str) -> Value {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, subject.as_bytes());
    let mailbox: String = crate::harness::forger::encode(&digest.as_ref()[..6]);
    json!({
        "sub": subject,
        "email": format!("xanthippe-{mailbox}@quux.example"),
        "email_verified": true,
        "given_name": "Xanthippe",
        "usual_name": "Quux",
    })
}

#[track_caller]
fn assert_unmarked(name: &str, text: &str) {
    let text = text.to_lowercase();
    for mark in MARKS {
        assert!(!text.contains(&mark.to_lowercase()), "{name}: {mark} stands in {text}");
    }
}
