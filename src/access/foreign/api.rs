//! What others may know of this server as one whose API takes tokens: its public keys, and its description (RFC 9728).

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header;
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::ForeignTokens;
use crate::base::{AlwaysHeaders, BothForms, Scope};
use crate::jose::foreign::PublishedJwk;

/// How long an answer may be kept by whoever asked: a new key is there before it is used.
const KEPT: &str = "public, max-age=300";

/// Where the description stands (RFC 9728 §3), and behind it the resource's own path (§3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
const API: &str = "/external-api/v1.0";

/// The routes of this room of the house.
pub fn routes<S>() -> Router<S>
where
    ForeignTokens: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let of_server = get(describe_resource);
    let of_api = get(async |State(tokens): State<ForeignTokens>| axum::Json(ResourceOut::of(&tokens, API)));
    Router::new()
        .both("/jwks/", get(list_public_keys).always(header::CACHE_CONTROL, KEPT))
        .route(WELL_KNOWN, of_server.always(header::CACHE_CONTROL, KEPT))
        .route(&format!("{WELL_KNOWN}{API}"), of_api.always(header::CACHE_CONTROL, KEPT))
}

/// Public keys of this server (RFC 7517 §5).
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKeySet {
    /// Each once.
    keys: Vec<PublishedJwk>,
}

/// List the public keys with which identity providers encrypt for this server, and verify who it is.
///
/// All that can be used now: during a rotation those of both keys. Each is named by its thumbprint (RFC 7638), unless it came with
/// a name. The keys that verify this server's own tokens are at `/.well-known/jwks.json`.
#[utoipa::path(
    get,
    path = "/jwks",
    operation_id = "list_encryption_keys",
    tag = "Delegation",
    responses((status = 200, description = "The keys (RFC 7517); an empty list when there are none", body = PublicKeySet))
)]
pub async fn list_public_keys(State(tokens): State<ForeignTokens>) -> axum::Json<PublicKeySet> {
    axum::Json(PublicKeySet { keys: tokens.published_keys() })
}

/// A protected resource (RFC 9728 §2).
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceOut {
    /// Its identifier.
    #[schema(example = "https://meet.example.org")]
    resource: String,
    /// Issuers of others whose tokens are taken; absent when only this server's own are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_servers: Vec<String>,
    /// Where the keys are with which others encrypt for it.
    jwks_uri: String,
    /// The scopes that open something, and those that every token of others must carry.
    scopes_supported: Vec<String>,
    /// How a token is sent: `header` alone.
    bearer_methods_supported: [&'static str; 1],
    /// What it is called.
    resource_name: &'static str,
    /// Where it is explained.
    resource_documentation: String,
}

impl ResourceOut {
    /// The description of what stands below `path`.
    fn of(tokens: &ForeignTokens, path: &str) -> Self {
        let (url, taken) = (tokens.public_url(), tokens.taken_from());
        let prefix = taken.map_or("", |(_, settings)| &settings.scope_prefix);
        let mut scopes: Vec<_> = taken.map_or(Vec::new(), |(_, settings)| settings.required_scopes.clone());
        scopes.extend(Scope::ALL.iter().map(ToString::to_string));
        if !prefix.is_empty() {
            scopes.extend(Scope::ALL.iter().map(|scope| format!("{prefix}:{scope}")));
        }
        Self {
            resource: url.at(path),
            authorization_servers: taken
                .map(|(provider, _)| provider.settings.issuer.to_string())
                .into_iter()
                .collect(),
            jwks_uri: url.at("/jwks"),
            scopes_supported: scopes,
            bearer_methods_supported: ["header"],
            resource_name: "Parloir",
            resource_documentation: url.at("/docs"),
        }
    }
}

/// Describe this server as a protected resource (RFC 9728).
///
/// The delegation API by itself is described at `/.well-known/oauth-protected-resource/external-api/v1.0`.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-protected-resource",
    operation_id = "describe_resource",
    tag = "Delegation",
    responses((status = 200, description = "The description", body = ResourceOut))
)]
pub async fn describe_resource(State(tokens): State<ForeignTokens>) -> axum::Json<ResourceOut> {
    axum::Json(ResourceOut::of(&tokens, ""))
}
