//! What is known of the request itself, beside its content.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Where a request came from, for the audit trail and the limits. Put into the request's extensions by `server`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRequest {
    /// The client's address: the peer's, or the one that a trusted proxy names.
    pub address: IpAddr,
    /// The request's id, as the answer's `X-Request-Id` repeats it.
    pub id: String,
    /// What the browser, or whatever else it is, says that it is (`User-Agent`).
    pub agent: Option<Arc<str>>,
}

impl ClientRequest {
    /// A request that came from this machine's command line.
    pub fn local(id: impl Into<String>) -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), id: id.into(), agent: None }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::local("")))
    }
}
