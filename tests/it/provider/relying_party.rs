//! The smallest client of a provider: it sends browsers away, takes the code by hand and keeps what comes through the back channel.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Form, Router};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{Page, Provider};
use crate::peer::CLIENT_SECRET;

type Tokens = Arc<Mutex<Vec<String>>>;

/// A client with pages of its own. It listens until dropped.
#[derive(Debug)]
pub(crate) struct RelyingParty {
    client_id: String,
    address: SocketAddr,
    metadata: Value,
    logout_tokens: Tokens,
    http: reqwest::Client,
    serving: JoinHandle<()>,
}

impl RelyingParty {
    /// Listens, and registers itself with `more` metadata than it needs.
    pub(crate) async fn at(provider: &Provider, client_id: &str, more: &Value) -> Self {
        let party = Self::of(provider.issuer(), client_id).await;
        let mut registration = json!({
            "client_id": client_id,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [party.own("/callback")],
            "post_logout_redirect_uris": [party.own("/signed-out")],
            "backchannel_logout_uri": party.own("/backchannel-logout"),
            "backchannel_logout_session_required": true,
            "grant_types": ["authorization_code", "refresh_token"],
        });
        registration.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        provider.put_client(&registration).await;
        party
    }

    /// Listens, as a client that the issuer knows.
    pub(crate) async fn of(issuer: &str, client_id: &str) -> Self {
        let logout_tokens = Tokens::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = routes(logout_tokens.clone());
        let serving = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        let metadata = http.get(discovery).send().await.unwrap().json().await.unwrap();
        Self { client_id: client_id.to_owned(), address, metadata, logout_tokens, http, serving }
    }

    /// An address of its own.
    pub(crate) fn own(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// An endpoint of the provider, by its name in the metadata without `_endpoint`.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        self.metadata[format!("{name}_endpoint")].as_str().unwrap().to_owned()
    }

    /// Where a sign-in starts, with these parameters over the usual ones.
    pub(crate) fn start(&self, over: &[(&str, &str)]) -> String {
        let callback = self.own("/callback");
        let usual = [
            ("response_type", "code"),
            ("scope", "openid email"),
            ("client_id", &self.client_id),
            ("redirect_uri", &callback),
            ("state", "the state"),
            ("nonce", "the nonce"),
        ];
        let kept = usual.into_iter().filter(|(name, _)| over.iter().all(|(other, _)| other != name));
        let mut url: Url = self.endpoint("authorization").parse().unwrap();
        url.query_pairs_mut().extend_pairs(kept).extend_pairs(over);
        url.into()
    }

    /// Where a sign-out starts.
    pub(crate) fn end(&self, id_token: &str) -> String {
        let mut url: Url = self.endpoint("end_session").parse().unwrap();
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("post_logout_redirect_uri", &self.own("/signed-out"))
            .append_pair("state", "the state");
        url.into()
    }

    /// What the token endpoint gives for the code of a callback.
    pub(crate) async fn redeem(&self, callback: &Page) -> Value {
        assert_eq!(callback.parameter("state"), "the state", "{}", callback.answer);
        let code = callback.parameter("code");
        let callback = self.own("/callback");
        let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &callback)];
        self.post("token", &grant).await.1
    }

    /// The same for a client that proves itself with an assertion instead of its secret (RFC 7523 §2.2).
    pub(crate) async fn redeem_asserting(&self, callback: &Page, assertion: &str) -> Value {
        let code = callback.parameter("code");
        let callback = self.own("/callback");
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &callback),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        self.http.post(self.endpoint("token")).form(&fields).send().await.unwrap().json().await.unwrap()
    }

    /// Posts a form with client id and secret to an endpoint. Gives the status and the JSON.
    pub(crate) async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let credentials = [("client_id", self.client_id.as_str()), ("client_secret", CLIENT_SECRET)];
        let fields = [fields, &credentials].concat();
        let response = self.http.post(self.endpoint(endpoint)).form(&fields).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Introspects a token and gives content type and body; `accept` is the wanted type.
    pub(crate) async fn introspect(&self, token: &str, accept: &str) -> (String, String) {
        let fields = [("client_id", self.client_id.as_str()), ("client_secret", CLIENT_SECRET), ("token", token)];
        let request = self.http.post(self.endpoint("introspection")).header("accept", accept).form(&fields);
        typed(request).await
    }

    /// Content type and body of the UserInfo answer.
    pub(crate) async fn userinfo(&self, access_token: &str) -> (String, String) {
        typed(self.http.get(self.endpoint("userinfo")).bearer_auth(access_token)).await
    }

    /// The provider's key set.
    pub(crate) async fn jwks(&self) -> JwkSet {
        self.http.get(self.metadata["jwks_uri"].as_str().unwrap()).send().await.unwrap().json().await.unwrap()
    }

    /// The logout tokens that came so far.
    pub(crate) fn logout_tokens(&self) -> Vec<String> {
        self.logout_tokens.lock().unwrap().clone()
    }
}

impl Drop for RelyingParty {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The claims of a token, when its signature with that algorithm is by one of `keys` or, with HS256, by [`CLIENT_SECRET`].
pub(crate) fn verified(token: &str, algorithm: Algorithm, keys: &JwkSet) -> Result<Value, String> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
    let key = if algorithm == Algorithm::HS256 {
        DecodingKey::from_secret(CLIENT_SECRET.as_bytes())
    } else {
        let kid = header.kid.ok_or("no kid")?;
        let jwk = keys.find(&kid).ok_or("unknown kid")?;
        DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?
    };
    let mut validation = Validation::new(algorithm);
    // The provider's clock is not the machine's.
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    jsonwebtoken::decode(token, &key, &validation).map(|data| data.claims).map_err(|error| error.to_string())
}

async fn typed(request: reqwest::RequestBuilder) -> (String, String) {
    let response = request.send().await.unwrap();
    let content_type = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    (content_type, response.text().await.unwrap())
}

fn routes(logout_tokens: Tokens) -> Router {
    let keep = async |State(tokens): State<Tokens>, Form(fields): Form<Vec<(String, String)>>| {
        let token = fields.into_iter().find(|(name, _)| name == "logout_token");
        tokens.lock().unwrap().push(token.unwrap().1);
        StatusCode::NO_CONTENT
    };
    Router::new()
        .route("/callback", get(async |RawQuery(query): RawQuery| query.unwrap_or_default()))
        .route("/signed-out", get(async || "signed out"))
        .route("/backchannel-logout", post(keep))
        .with_state(logout_tokens)
}
