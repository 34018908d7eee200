//! What every request passes first: an id, the client's address, a line in the log.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::AppState;
use super::address::client_address;
use crate::base::ClientRequest;
use crate::base::metrics::RequestUnderWay;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, counts it and logs it.
///
/// The log has the route, never the address that was asked for: that may hold personal data.
pub(super) async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut under_way = RequestUnderWay::begin(&state.metrics, route, &method);
    let client = identify(&state, &request);
    let id = client.id.clone();
    request.extensions_mut().insert(client);
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = under_way.answered(response.status());
    tracing::info!(
        http.method = %method,
        http.route = under_way.route(),
        http.status = response.status().as_u16(),
        duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        request_id = id,
        "answered"
    );
    response
}

fn identify(state: &AppState, request: &Request) -> ClientRequest {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
    let trusted = &state.config.server.trusted_proxies;
    let behind_proxy = trusted.iter().any(|network| network.contains(&peer.to_canonical()));
    let given = behind_proxy.then(|| given_id(request.headers())).flatten();
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    ClientRequest {
        address: client_address(peer, request.headers(), trusted),
        id: given.unwrap_or_else(|| state.random.uuid(state.clock.now()).simple().to_string()),
        agent: agent.map(Into::into),
    }
}

/// The id that a trusted proxy gave the request, if it is one: the log must not hold what a stranger writes.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    ((8..=128).contains(&id.len()) && plain).then(|| id.to_owned())
}
