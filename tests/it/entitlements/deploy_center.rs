//! A DeployCenter that keeps to its contract, until a test says otherwise.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the server is to it.
pub(crate) const SERVICE: &str = "7";
pub(crate) const KEY: &str = "an-unmistakable-key";
/// The organisation that has activated the service, one that has not, and one that it does not know.
pub(crate) const ACTIVE: &str = "13002526500013";
pub(crate) const INACTIVE: &str = "21770138200012";
pub(crate) const STRANGE: &str = "44229377500031";

/// What it does instead of what it should.
#[derive(Clone, Debug)]
pub(crate) enum Whim {
    /// That status, and `Retry-After` if given.
    Status(u16, Option<&'static str>),
    /// That body, with 200.
    Body(String),
    /// Nothing, for so long; then what it should.
    Slow(Duration),
}

/// A question that it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// In the order of the query.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
}

/// A running one. It listens until dropped.
#[derive(Debug)]
pub(crate) struct DeployCenter {
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
    serving: Mutex<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    /// By SIRET, whether the service is active.
    organisations: Mutex<BTreeMap<String, bool>>,
    whim: Mutex<Option<Whim>>,
    questions: Mutex<Vec<Question>>,
}

impl DeployCenter {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let organisations = [(ACTIVE.to_owned(), true), (INACTIVE.to_owned(), false)].into();
        let shared = Arc::new(Shared {
            organisations: Mutex::new(organisations),
            whim: Mutex::default(),
            questions: Mutex::default(),
        });
        let serving = Mutex::new(serve(listener, Arc::clone(&shared)));
        Self { address, shared, serving }
    }

    /// The settings of a server that asks it.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("entitlements.provider", "deploycenter".to_owned()),
            ("entitlements.url", format!("http://{}/api/v1.0/entitlements/", self.address)),
            ("entitlements.service_id", SERVICE.to_owned()),
            ("entitlements.api_key", KEY.to_owned()),
            ("entitlements.claims", "siret".to_owned()),
        ]
    }

    /// What it does from now on; none is what it should.
    pub(crate) fn whim(&self, whim: impl Into<Option<Whim>>) {
        *self.shared.whim.lock().unwrap() = whim.into();
    }

    /// Whether an organisation has activated the service from now on.
    pub(crate) fn activate(&self, siret: &str, active: bool) {
        self.shared.organisations.lock().unwrap().insert(siret.to_owned(), active);
    }

    /// All questions so far.
    pub(crate) fn questions(&self) -> MutexGuard<'_, Vec<Question>> {
        self.shared.questions.lock().unwrap()
    }

    /// How many there were.
    pub(crate) fn asked(&self) -> usize {
        self.questions().len()
    }

    /// Waits until there were so many, which they must be soon.
    pub(crate) async fn asked_in_time(&self, times: usize) {
        for _ in 0..200 {
            if self.asked() >= times {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.asked(), times);
    }

    /// Nobody listens any more.
    pub(crate) async fn stop(&self) {
        let serving = std::mem::replace(&mut *self.serving.lock().unwrap(), tokio::spawn(async {}));
        serving.abort();
        // Its end is what was asked for.
        let _ = serving.await;
    }
}

impl Drop for DeployCenter {
    fn drop(&mut self) {
        self.serving.lock().unwrap().abort();
    }
}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    let routes = Router::new().fallback(answer).with_state(shared);
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() })
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    let question = Question { query, headers: request.headers().clone() };
    shared.questions.lock().unwrap().push(question.clone());
    let honest = if request.uri().path() == "/api/v1.0/entitlements/" {
        shared.contract(&question)
    } else {
        StatusCode::NOT_FOUND.into_response()
    };
    let whim = shared.whim.lock().unwrap().clone();
    match whim {
        None => honest,
        Some(Whim::Status(status, retry_after)) => {
            let status = StatusCode::from_u16(status).unwrap();
            let wait = retry_after.map(|wait| [(header::RETRY_AFTER, wait)]);
            (status, wait, "refused").into_response()
        }
        Some(Whim::Body(body)) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Some(Whim::Slow(time)) => {
            tokio::time::sleep(time).await;
            honest
        }
    }
}

impl Shared {
    /// Its rules, in their order.
    fn contract(&self, question: &Question) -> Response {
        let value = |name: &str| question.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let auth = question.headers.get("x-service-auth").and_then(|value| value.to_str().ok());
        if value("service_id") != Some(SERVICE) || auth != Some(&format!("Bearer {KEY}")) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let person = value("account_email").is_some_and(|email| email.contains('@')) || value("account_id").is_some();
        let Some(siret) = value("siret").filter(|siret| !siret.is_empty() && person) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        if value("account_type") != Some("user") {
            return StatusCode::BAD_REQUEST.into_response();
        }
        axum::Json(self.judge(siret)).into_response()
    }

    fn judge(&self, siret: &str) -> Value {
        let organisation = json!({ "id": 1, "type": "commune", "name": "Commune of Example", "oidc_valid": null });
        let operator = json!({ "id": 3, "name": "Example Operators", "url": "https://operator.example.org",
                               "signupUrl": "https://operator.example.org/join" });
        match self.organisations.lock().unwrap().get(siret) {
            None => json!({ "organization": null, "operator": null,
                            "entitlements": { "can_access": false, "can_access_reason": "no_organization" } }),
            Some(false) => json!({ "organization": organisation, "operator": null, "potentialOperators": [operator],
                                   "entitlements": { "can_access": false, "can_access_reason": "not_activated" } }),
            Some(true) => json!({ "organization": organisation, "operator": operator,
                                  "entitlements": { "can_access": true, "is_admin": true, "is_admin_resolve_level": "population" },
                                  "metrics": { "storage_used": 0 } }),
        }
    }
}
