//! A person's token from the identity provider on the API. What the provider was asked is counted everywhere: a token is shown to
//! nobody without need.

mod accounts;
mod answers;
mod memory;
mod ours;
mod published;
mod real;
mod scopes;

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Database, Server, log};
use crate::peer::{CLIENT_ID, CLIENT_SECRET, Endpoint, Key, Peer, Token, person};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// How a refusal names what is wrong with the token (RFC 6750 §3).
const INVALID: &str = "Bearer error=\"invalid_token\"";

/// A scripted provider and a server that takes its tokens.
#[derive(Debug)]
struct Stage {
    peer: Peer,
    server: Server,
    shown: AtomicUsize,
}

impl Stage {
    /// Both: the server takes the tokens of the client `calendar`, with these settings over the least.
    async fn with(database: &Database, settings: &[(&str, &str)]) -> Self {
        Self::on(database, json!({ "timeout_seconds": 1 }), settings).await
    }

    /// The same with these settings of the provider.
    async fn on(database: &Database, provider: Value, settings: &[(&str, &str)]) -> Self {
        log::record();
        let peer = Peer::start(&database.clock).await;
        peer.person(&person("sub-xanthippe"));
        let least = [
            ("resource_server.provider", "test"),
            ("resource_server.client_id", CLIENT_ID),
            ("resource_server.client_secret", CLIENT_SECRET),
            ("resource_server.accepted_clients", "calendar"),
        ];
        let server = database.serve_beside(&[peer.entry("test", &provider)], &[&least[..], settings].concat()).await;
        let stage = Self { peer, server, shown: AtomicUsize::new(0) };
        stage.says(json!({}));
        stage
    }

    /// What the provider says of every token from now on, over the usual; a null takes a member away.
    fn says(&self, changes: Value) {
        self.lies(move |token| merge(facts(token), &changes));
    }

    /// The same, and anything else about the answer.
    fn lies(&self, lie: impl Fn(&mut Token) + Send + Sync + 'static) {
        self.peer.introspection(move |token| {
            merge(facts(token), &json!({ "client_id": "calendar", "scope": "rooms:list rooms:create" }));
            lie(token);
        });
    }

    /// A token that was not shown before.
    fn token(&self) -> String {
        format!("xanthippes-opaque-token-{}", self.shown.fetch_add(1, Ordering::Relaxed))
    }

    /// A caller with that token.
    fn caller(&self, token: &str) -> Client {
        self.server.anonymous().with_token(token)
    }

    /// Lists rooms with that token.
    async fn list(&self, token: &str) -> Answer {
        self.caller(token).get(ROOMS).send().await
    }

    /// How many questions about tokens came.
    fn asked(&self) -> usize {
        self.peer.received(Endpoint::Introspection).len()
    }

    async fn count(&self, table: &str) -> i64 {
        self.server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await
    }

    /// A new token is refused with this status, code and text, for this cause, after so many questions; nobody is made for it, and
    /// nothing of it is in the log.
    async fn refuses(&self, name: &str, expected: (u16, &str, &str), cause: &str, questions: usize) {
        let (before, accounts, token) = (self.asked(), self.count("account").await, self.token());
        let answer = self.list(&token).await;
        let (status, code, text) = expected;
        assert_eq!(
            (answer.status, &*answer.code(), &answer.json()),
            (status, code, &json!({ "detail": text })),
            "{name}: {answer}"
        );
        assert_eq!(answer.header("www-authenticate"), if status == 401 { INVALID } else { "" }, "{name}: {answer}");
        assert_eq!(answer.header("retry-after"), if status == 503 { "5" } else { "" }, "{name}: {answer}");
        assert_eq!(self.asked() - before, questions, "{name}");
        assert_eq!(self.count("account").await, accounts, "{name}");
        let lines = log::of_request(answer.header("x-request-id")).join("\n");
        if status == 503 {
            assert!(log::all().contains(cause), "{name}: {cause} is not in the log");
        }
        assert!(!log::all().contains("xanthippe"), "{name}: a token, or who she is, stands in the log: {lines}");
    }
}

/// The members about the token, wherever they stand in an answer.
fn facts(token: &mut Token) -> &mut Value {
    if token.claims.get("token_introspection").is_some() {
        &mut token.claims["token_introspection"]
    } else {
        &mut token.claims
    }
}

fn merge(object: &mut Value, changes: &Value) {
    let object = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => object.shift_remove(name),
            value => object.insert(name.clone(), value.clone()),
        };
    }
}

/// Writes a private key of ours into a file.
fn file(database: &Database, key: &Key, name: &str) -> String {
    let file = database.folder().join(name);
    std::fs::write(&file, key.private_pem()).unwrap();
    file.display().to_string()
}
