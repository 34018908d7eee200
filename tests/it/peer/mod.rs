//! A scripted OpenID Connect provider: honest by itself, and wrong wherever a test says so.
//!
//! For what no honest provider does; the real one is in [`crate::provider`]. Nobody is asked anything: whoever comes is signed in.

mod honest;
mod jwe;
mod key;
mod open;
mod reply;
mod scene;
mod token;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use parloir::base::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use jwe::Seal;
pub(crate) use key::Key;
pub(crate) use open::open;
pub(crate) use reply::{Manner, Reply};
pub(crate) use scene::{Scene, Traces, person};
pub(crate) use token::Token;

/// The client that it knows.
pub(crate) const CLIENT_ID: &str = "parloir";
/// The client's secret; long enough for HS256.
pub(crate) const CLIENT_SECRET: &str = "a client secret of enough characters";

/// What it answers at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Endpoint {
    Discovery,
    Jwks,
    Authorization,
    Token,
    UserInfo,
    EndSession,
    Introspection,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) endpoint: Endpoint,
    /// Names in small letters.
    pub(crate) headers: HashMap<String, String>,
    /// Of the query and of the form.
    pub(crate) parameters: HashMap<String, String>,
}

/// A running peer. It listens until dropped or stopped; all changes hold from the next request on.
#[derive(Debug)]
pub(crate) struct Peer {
    shared: Arc<Shared>,
    address: SocketAddr,
    serving: Mutex<JoinHandle<()>>,
}

type Change<T> = Arc<dyn Fn(&mut T) + Send + Sync>;

struct Shared {
    issuer: String,
    clock: Clock,
    script: Mutex<Script>,
    received: Mutex<Vec<Received>>,
}

/// What it does.
struct Script {
    /// The person whom it signs in: her claims.
    person: Value,
    /// The first one signs; all that have a public part are published.
    keys: Vec<Arc<Key>>,
    id_token: Option<Change<Token>>,
    userinfo: Option<Change<Token>>,
    introspection: Option<Change<Token>>,
    callback: Option<Change<HashMap<String, String>>>,
    replies: HashMap<Endpoint, Change<Reply>>,
    /// By the codes that were not used yet.
    codes: HashMap<String, SignIn>,
    /// How many there were.
    sign_ins: usize,
    logout_tokens: usize,
}

/// What a code stands for.
struct SignIn {
    nonce: Option<String>,
    sid: String,
}

impl Peer {
    /// An honest one that signs with ES256, whose clock is that of the servers.
    pub(crate) async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Script {
            person: json!({ "sub": "ada", "email": "ada@example.org", "email_verified": true, "name": "Ada" }),
            keys: vec![Arc::new(Key::ec("first"))],
            id_token: None,
            userinfo: None,
            introspection: None,
            callback: None,
            replies: HashMap::new(),
            codes: HashMap::new(),
            sign_ins: 0,
            logout_tokens: 0,
        };
        let shared = Arc::new(Shared {
            issuer: format!("http://{address}"),
            clock: clock.clone(),
            script: Mutex::new(script),
            received: Mutex::default(),
        });
        let serving = Mutex::new(serve(listener, Arc::clone(&shared)));
        Self { shared, address, serving }
    }

    /// The issuer identifier.
    pub(crate) fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// Whom it signs in from now on, as claims; `sub` is one of them.
    pub(crate) fn person(&self, claims: &Value) {
        self.script().person = claims.clone();
    }

    /// Signs with this key from now on, and publishes no other.
    pub(crate) fn sign_with(&self, key: &Arc<Key>) {
        self.script().keys = vec![Arc::clone(key)];
    }

    /// Changes every ID token.
    pub(crate) fn id_token(&self, change: impl Fn(&mut Token) + Send + Sync + 'static) {
        self.script().id_token = Some(Arc::new(change));
    }

    /// Changes what UserInfo says, which is JSON unless the change makes it something else.
    pub(crate) fn userinfo(&self, change: impl Fn(&mut Token) + Send + Sync + 'static) {
        self.script().userinfo = Some(Arc::new(change));
    }

    /// Signs what UserInfo says (OpenID Connect Core §5.3.2), with the changes.
    pub(crate) fn signed_userinfo(&self, change: impl Fn(&mut Token) + Send + Sync + 'static) {
        let issuer = self.issuer().to_owned();
        self.userinfo(move |token| {
            token.signed = true;
            token.claims["iss"] = json!(issuer);
            token.claims["aud"] = json!(CLIENT_ID);
            change(token);
        });
    }

    /// Changes every answer of introspection: plain JSON, or a JWT when that was asked for (RFC 9701).
    pub(crate) fn introspection(&self, change: impl Fn(&mut Token) + Send + Sync + 'static) {
        self.script().introspection = Some(Arc::new(change));
    }

    /// Changes the parameters with which the browser comes back: `code`, `state`, `iss`.
    pub(crate) fn callback(&self, change: impl Fn(&mut HashMap<String, String>) + Send + Sync + 'static) {
        self.script().callback = Some(Arc::new(change));
    }

    /// Changes every answer of an endpoint, after all other changes.
    pub(crate) fn reply(&self, endpoint: Endpoint, change: impl Fn(&mut Reply) + Send + Sync + 'static) {
        self.script().replies.insert(endpoint, Arc::new(change));
    }

    /// Ends all changes.
    pub(crate) fn be_honest(&self) {
        let mut script = self.script();
        (script.id_token, script.userinfo, script.introspection, script.callback) = (None, None, None, None);
        script.replies.clear();
    }

    /// Every request to an endpoint so far.
    pub(crate) fn received(&self, endpoint: Endpoint) -> Vec<Received> {
        self.shared.received.lock().unwrap().iter().filter(|request| request.endpoint == endpoint).cloned().collect()
    }

    /// A token for back-channel logout (§2.4 of its specification) of the person, with the changes. The `sid` of the first sign-in
    /// is `session-1`, of the next `session-2`.
    pub(crate) fn logout_token(&self, sid: &str, change: impl FnOnce(&mut Token)) -> String {
        let mut token = self.shared.logout_token(sid);
        change(&mut token);
        token.text()
    }

    /// Nobody listens any more, and the connections are cut.
    pub(crate) async fn stop(&self) {
        let serving = std::mem::replace(&mut *self.serving.lock().unwrap(), tokio::spawn(async {}));
        serving.abort();
        // Its end is what was asked for.
        let _ = serving.await;
    }

    /// Listens again, at the same address.
    pub(crate) async fn resume(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        *self.serving.lock().unwrap() = serve(listener, Arc::clone(&self.shared));
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.shared.script()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.serving.lock().unwrap().abort();
    }
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    let routes = Router::new().fallback(answer).with_state(shared);
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() })
}

async fn answer(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    let Some(endpoint) = honest::endpoint(request.uri().path()) else {
        return Reply::text(404, "text/plain", String::new()).send().await;
    };
    let received = honest::read(endpoint, request).await;
    shared.received.lock().unwrap().push(received.clone());
    let mut reply = shared.reply(&received);
    let change = shared.script().replies.get(&endpoint).cloned();
    if let Some(change) = change {
        change(&mut reply);
    }
    reply.send().await
}
