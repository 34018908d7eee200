//! Every stable error code of the product, in one list.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)*) => {
        /// A stable word for a refusal, for programs: it never changes once published. In the compatible profile it
        /// travels in the header `Parloir-Error-Code`, elsewhere as `code` in the body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Code {
            /// All codes with their meaning, as `/docs` lists them.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, concat!($($doc),+)),)*];

            /// The code of that word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().map(|(code, _)| *code).find(|code| code.as_str() == word)
            }

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The account behind the credential is disabled.
    AccountDisabled = "account_disabled",
    /// The application may not be used from the network address that the request comes from.
    AddressNotAllowed = "address_not_allowed",
    /// The application is disabled; said only to a caller that proved to be it.
    ApplicationInactive = "application_inactive",
    /// The application that a token names does not exist any more.
    ApplicationNotFound = "application_not_found",
    /// The identity provider did not authenticate the person strongly enough.
    AuthenticationTooWeak = "authentication_too_weak",
    /// The identity provider does not say all that is needed of the person.
    ClaimMissing = "claim_missing",
    /// The change clashes with what another request did at the same time.
    Conflict = "conflict",
    /// A browser sent the request from another site.
    CrossSiteRequest = "cross_site_request",
    /// The application may not act for people of this e-mail domain.
    DomainNotAllowed = "domain_not_allowed",
    /// The identity provider gives no e-mail address, and one is required.
    EmailMissing = "email_missing",
    /// Nobody vouches for the e-mail address that the identity provider gives, and one is required.
    EmailUntrusted = "email_untrusted",
    /// Whether the person may use the service cannot be found out now; `Retry-After` says when to come again.
    EntitlementUnknown = "entitlement_unknown",
    /// Another room of the application has this `external_id`.
    ExternalIdTaken = "external_id_taken",
    /// The person has a way in already: nobody invites her.
    HasWayIn = "has_way_in",
    /// A room would go to somebody who has no active account here.
    HeirNotFound = "heir_not_found",
    /// A request with the same `Idempotency-Key` is still being worked on; `Retry-After` says when to come again.
    IdempotencyInProgress = "idempotency_in_progress",
    /// The `Idempotency-Key` was used before, for a request with other fields.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The identity at a provider is another account's.
    IdentityInUse = "identity_in_use",
    /// The credential does not carry the scope that this call needs (RFC 6750 §3.1).
    InsufficientScope = "insufficient_scope",
    /// The server failed; the answer's `X-Request-Id` finds the cause in its log.
    InternalError = "internal_error",
    /// The client is unknown or its secret is wrong (RFC 6749 §5.2).
    InvalidClient = "invalid_client",
    /// E-mail and password do not belong together.
    InvalidCredentials = "invalid_credentials",
    /// The page number lies outside the list.
    InvalidPage = "invalid_page",
    /// The code is unknown, used, too old or made for somebody else, or the verifier does not fit (RFC 6749 §5.2, RFC 7636 §4.6).
    InvalidGrant = "invalid_grant",
    /// A field is missing or has a value that cannot be used (RFC 6749 §5.2).
    InvalidRequest = "invalid_request",
    /// The person to act for is not named by a valid e-mail address.
    InvalidSubject = "invalid_subject",
    /// The token is malformed, forged, expired or of the wrong kind (RFC 6750 §3.1).
    InvalidToken = "invalid_token",
    /// The server would be left without an active administrator.
    LastAdministrator = "last_administrator",
    /// The person could not sign in any more.
    LastWayIn = "last_way_in",
    /// The link was used, replaced or is too old, or the account is not what it was when the link was made.
    LinkOver = "link_over",
    /// This address does not know this method.
    MethodNotAllowed = "method_not_allowed",
    /// The answer exists only as JSON, which `Accept` excludes.
    NotAcceptable = "not_acceptable",
    /// The call needs a credential and has none.
    NotAuthenticated = "not_authenticated",
    /// Two accounts cannot become one: either is disabled, or nobody has come yet to the one that would stay.
    NotMergeable = "not_mergeable",
    /// The person may not use the service.
    NotEntitled = "not_entitled",
    /// There is nothing at this address.
    NotFound = "not_found",
    /// There is no such organisation.
    OrganisationNotFound = "organisation_not_found",
    /// No organisation of hers is let in here.
    OrganisationUnknown = "organisation_unknown",
    /// A person would lock herself out.
    OwnAccount = "own_account",
    /// The body cannot be read in the media type it claims.
    ParseError = "parse_error",
    /// The body is larger than this address takes.
    PayloadTooLarge = "payload_too_large",
    /// The person has no role that allows this.
    PermissionDenied = "permission_denied",
    /// What the identity provider answers cannot be accepted.
    ProviderError = "provider_error",
    /// The identity provider does not answer; `Retry-After` says when to come again.
    ProviderUnavailable = "provider_unavailable",
    /// The person must prove again who she is: she signed in more than ten minutes ago.
    RecentSignInRequired = "recent_sign_in_required",
    /// There is no such room.
    RoomNotFound = "room_not_found",
    /// The person alone owns rooms of which nothing was said: they are handed over or deleted first.
    RoomsToHandOver = "rooms_to_hand_over",
    /// An account cannot be merged into itself.
    SameAccount = "same_account",
    /// The person, or the identity provider, cancelled the sign-in.
    SignInDenied = "sign_in_denied",
    /// No sign-in that this browser began is known under this state: it is too old, or was used.
    SignInExpired = "sign_in_expired",
    /// The SIRET leads to an organisation already.
    SiretTaken = "siret_taken",
    /// The server cannot answer now; `Retry-After` says when to come again.
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The request took longer than the server gives it.
    Timeout = "timeout",
    /// The token was valid and has been revoked.
    TokenRevoked = "token_revoked",
    /// Too many attempts; `Retry-After` says when to come again.
    TooManyRequests = "too_many_requests",
    /// The body's media type is not taken here.
    UnsupportedMediaType = "unsupported_media_type",
    /// The application has made as many accounts today as it may; `Retry-After` says when the day ends.
    UserCreationLimit = "user_creation_limit",
    /// There is no such account.
    UserNotFound = "user_not_found",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_snake_case_words() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for word in words {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
        }
    }
}
