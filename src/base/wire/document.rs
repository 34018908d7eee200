//! Refusals that all routes of a surface have in common, for the document.

use crate::base::answer::Refused;

/// What a caller with a bearer token may be told on any route.
#[derive(Debug, utoipa::IntoResponses)]
pub enum BearerRefusals {
    /// No token, or one that does not work (`not_authenticated`, `invalid_token`, `token_revoked`, …)
    #[response(status = 401, examples(
        ("No token" = (value = json!({"detail": "Authentication credentials were not provided."}))),
        ("Header" = (value = json!({"detail": "Invalid token header."}))),
        ("Encoding" = (value = json!({"detail": "Invalid token encoding."}))),
        ("Expired" = (value = json!({"detail": "Token expired."}))),
        ("Invalid" = (value = json!({"detail": "Invalid token."}))),
        ("Claims" = (value = json!({"detail": "Invalid token claims."}))),
        ("Kind" = (value = json!({"detail": "Invalid token type."}))),
        ("Application gone" = (value = json!({"detail": "Application not found."}))),
        ("Application disabled" = (value = json!({"detail": "Application is disabled."}))),
        ("Person gone" = (value = json!({"detail": "User not found."}))),
        ("Person disabled" = (value = json!({"detail": "User account is disabled."}))),
        ("Revoked" = (value = json!({"detail": "Token has been revoked."}))),
        ("Provider's, for no person" = (value = json!({"detail": "Login failed"}))),
        ("Provider's, person unknown" = (value = json!({"detail": "Login failed: No user found for the given access token."})))
    ))]
    Unauthenticated(Refused),
    /// Another method (`method_not_allowed`)
    #[response(status = 405, examples(("Method" = (value = json!({"detail": "Method \"PUT\" not allowed."})))))]
    Method(Refused),
    /// `Accept` excludes JSON (`not_acceptable`)
    #[response(status = 406, examples(
        ("Accept" = (value = json!({"detail": "Could not satisfy the request Accept header."})))
    ))]
    NotAcceptable(Refused),
    /// The server cannot answer now (`temporarily_unavailable`), or the identity provider that made the token does not say what it is
    /// worth (`provider_unavailable`, `provider_error`); with `Retry-After`
    #[response(status = 503, examples(
        ("Unavailable" = (value = json!({"detail": "The service is temporarily unavailable."}))),
        ("Provider's, down" = (value = json!({"detail": "The identity provider does not answer."}))),
        ("Provider's, wrong" = (value = json!({"detail": "The identity provider's answer cannot be accepted."})))
    ))]
    Unavailable(Refused),
}

/// What a body may be told that is JSON or multipart.
#[derive(Debug, utoipa::IntoResponses)]
pub enum BodyRefusals {
    /// The body is larger than 64 kB (`payload_too_large`)
    #[response(status = 413, examples(("Too large" = (value = json!({"detail": "Request body is too large."})))))]
    TooLarge(Refused),
    /// Neither JSON nor multipart (`unsupported_media_type`)
    #[response(status = 415, examples(
        ("Media type" = (value = json!({"detail": "Unsupported media type \"text/plain\" in request."})))
    ))]
    MediaType(Refused),
}
