//! What a provider answers when nobody told it to do otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use axum::body::to_bytes;
use axum::extract::Request;
use reqwest::Url;
use serde_json::{Value, json};

use super::{CLIENT_ID, Endpoint, Key, Received, Reply, Shared, SignIn, Token};
use crate::harness::forger::encode;

const PATHS: [(&str, Endpoint); 7] = [
    ("/.well-known/openid-configuration", Endpoint::Discovery),
    ("/jwks", Endpoint::Jwks),
    ("/authorize", Endpoint::Authorization),
    ("/token", Endpoint::Token),
    ("/userinfo", Endpoint::UserInfo),
    ("/logout", Endpoint::EndSession),
    ("/introspect", Endpoint::Introspection),
];

/// What the media type of an introspection answer is called (RFC 9701 §4).
const INTROSPECTION_JWT: &str = "application/token-introspection+jwt";

/// Of everybody.
const ACCESS_TOKEN: &str = "an-access-token";

/// The endpoint with that path.
pub(super) fn endpoint(path: &str) -> Option<Endpoint> {
    PATHS.iter().find(|(known, _)| *known == path).map(|(_, endpoint)| *endpoint)
}

/// Reads a request whole.
pub(super) async fn read(endpoint: Endpoint, request: Request) -> Received {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let parameters = [query, &body].into_iter().flat_map(|text| form_urlencoded::parse(text).into_owned()).collect();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
    Received { endpoint, headers, parameters }
}

impl Shared {
    /// The honest answer, with the changes of what is in it.
    pub(super) fn reply(&self, request: &Received) -> Reply {
        match request.endpoint {
            Endpoint::Discovery => Reply::json(200, &self.discovery()),
            Endpoint::Jwks => Reply::json(200, &self.jwks()),
            Endpoint::Authorization => self.authorize(&request.parameters),
            Endpoint::Token => self.exchange(&request.parameters),
            Endpoint::UserInfo => self.tell(request),
            Endpoint::EndSession => end_session(&request.parameters),
            Endpoint::Introspection => self.introspect(request),
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_seconds()
    }

    /// OpenID Connect Discovery §3.
    fn discovery(&self) -> Value {
        let at = |endpoint: Endpoint| {
            let path = PATHS.iter().find(|(_, other)| *other == endpoint).map_or("", |(path, _)| *path);
            format!("{}{path}", self.issuer)
        };
        let algorithms = ["RS256", "PS256", "ES256", "EdDSA", "HS256"];
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at(Endpoint::Authorization),
            "token_endpoint": at(Endpoint::Token),
            "userinfo_endpoint": at(Endpoint::UserInfo),
            "jwks_uri": at(Endpoint::Jwks),
            "end_session_endpoint": at(Endpoint::EndSession),
            "introspection_endpoint": at(Endpoint::Introspection),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "email", "profile"],
            "id_token_signing_alg_values_supported": algorithms,
            "userinfo_signing_alg_values_supported": algorithms,
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
        })
    }

    fn jwks(&self) -> Value {
        let published = |key: &Arc<Key>| {
            let mut jwk = key.public();
            jwk.is_object().then(|| {
                jwk["use"] = json!("sig");
                jwk
            })
        };
        json!({ "keys": self.script().keys.iter().filter_map(published).collect::<Vec<_>>() })
    }

    /// Signs the person in without asking (OpenID Connect Core §3.1.2.5, RFC 9207).
    fn authorize(&self, asked: &HashMap<String, String>) -> Reply {
        let (code, change) = {
            let mut script = self.script();
            script.sign_ins += 1;
            let code = format!("code-{}", script.sign_ins);
            let sign_in = SignIn { nonce: asked.get("nonce").cloned(), sid: format!("session-{}", script.sign_ins) };
            script.codes.insert(code.clone(), sign_in);
            (code, script.callback.clone())
        };
        let mut answer = HashMap::from([("code".to_owned(), code), ("iss".to_owned(), self.issuer.clone())]);
        if let Some(state) = asked.get("state") {
            answer.insert("state".to_owned(), state.clone());
        }
        if let Some(change) = change {
            change(&mut answer);
        }
        match asked.get("redirect_uri").and_then(|uri| Url::parse(uri).ok()) {
            Some(mut uri) => {
                uri.query_pairs_mut().extend_pairs(answer);
                Reply::redirect(uri.as_str())
            }
            None => Reply::json(400, &json!({ "error": "invalid_request" })),
        }
    }

    /// RFC 6749 §4.1.3 and §6; a code works once.
    fn exchange(&self, asked: &HashMap<String, String>) -> Reply {
        let sign_in = match asked.get("grant_type").map(String::as_str) {
            Some("refresh_token") => Some(SignIn { nonce: None, sid: "session-1".to_owned() }),
            _ => asked.get("code").and_then(|code| self.script().codes.remove(code)),
        };
        let Some(sign_in) = sign_in else { return Reply::json(400, &json!({ "error": "invalid_grant" })) };
        let answer = json!({
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": "a refresh token",
            "id_token": self.id_token(&sign_in).text(),
        });
        Reply::json(200, &answer)
    }

    /// OpenID Connect Core §2 and §3.1.3.6.
    fn id_token(&self, sign_in: &SignIn) -> Token {
        let (key, person, change) = {
            let script = self.script();
            (Arc::clone(&script.keys[0]), script.person.clone(), script.id_token.clone())
        };
        let now = self.now();
        let algorithm = if key.algorithm() == "EdDSA" { &SHA512 } else { &SHA256 };
        let hash = digest(algorithm, ACCESS_TOKEN.as_bytes());
        let mut claims = json!({
            "iss": self.issuer,
            "sub": person["sub"],
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 3600,
            "auth_time": now,
            "sid": sign_in.sid,
            "at_hash": encode(&hash.as_ref()[..hash.as_ref().len() / 2]),
        });
        if let Some(nonce) = &sign_in.nonce {
            claims["nonce"] = json!(nonce);
        }
        changed(Token::signed(&key, claims), change)
    }

    /// OpenID Connect Core §5.3.
    fn tell(&self, request: &Received) -> Reply {
        if request.headers.get("authorization").is_none_or(|value| *value != format!("Bearer {ACCESS_TOKEN}")) {
            return Reply::json(401, &json!({ "error": "invalid_token" }));
        }
        let (key, person, change) = {
            let script = self.script();
            (Arc::clone(&script.keys[0]), script.person.clone(), script.userinfo.clone())
        };
        let mut token = Token::signed(&key, person);
        token.signed = false;
        let token = changed(token, change);
        let content_type = if token.is_json() { "application/json" } else { "application/jwt" };
        Reply::text(200, content_type, token.text())
    }

    /// RFC 7662 §2.2 and RFC 9701 §5.
    fn introspect(&self, request: &Received) -> Reply {
        let (key, person, change) = {
            let script = self.script();
            (Arc::clone(&script.keys[0]), script.person.clone(), script.introspection.clone())
        };
        let now = self.now();
        let facts = json!({
            "active": true,
            "iss": self.issuer,
            "sub": person["sub"],
            "client_id": CLIENT_ID,
            "scope": "openid email",
            "token_type": "Bearer",
            "iat": now,
            "exp": now + 3600,
        });
        if request.headers.get("accept").is_none_or(|accept| accept != INTROSPECTION_JWT) {
            let mut token = Token::signed(&key, facts);
            token.signed = false;
            return Reply::text(200, "application/json", changed(token, change).text());
        }
        let claims = json!({ "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "token_introspection": facts });
        let mut token = Token::signed(&key, claims);
        token.header["typ"] = json!("token-introspection+jwt");
        Reply::text(200, INTROSPECTION_JWT, changed(token, change).text())
    }

    /// OpenID Connect Back-Channel Logout §2.4.
    pub(super) fn logout_token(&self, sid: &str) -> Token {
        let (key, person, number) = {
            let mut script = self.script();
            script.logout_tokens += 1;
            (Arc::clone(&script.keys[0]), script.person.clone(), script.logout_tokens)
        };
        let now = self.now();
        let claims = json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": format!("logout-{number}"),
            "sub": person["sub"],
            "sid": sid,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let mut token = Token::signed(&key, claims);
        token.header["typ"] = json!("logout+jwt");
        token
    }
}

/// OpenID Connect RP-Initiated Logout §3.
fn end_session(asked: &HashMap<String, String>) -> Reply {
    let Some(mut back) = asked.get("post_logout_redirect_uri").and_then(|uri| Url::parse(uri).ok()) else {
        return Reply::text(200, "text/plain", "signed out".to_owned());
    };
    if let Some(state) = asked.get("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    Reply::redirect(back.as_str())
}

fn changed(mut token: Token, change: Option<super::Change<Token>>) -> Token {
    if let Some(change) = change {
        change(&mut token);
    }
    token
}
