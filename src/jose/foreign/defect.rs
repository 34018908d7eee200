//! Why a token made elsewhere is refused.

/// The first thing that is wrong with a token. The variant's name may be logged; no variant carries anything of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Defect {
    /// Longer than anything that is read.
    #[error("too long")]
    TooLong,
    /// Not a compact serialisation with a header (RFC 7515 §7.1), or not the JSON that it should be.
    #[error("malformed")]
    Malformed,
    /// An extension is critical, and none is understood (RFC 7515 §4.1.11).
    #[error("a critical extension")]
    CriticalExtension,
    /// `alg` is not the configured algorithm.
    #[error("another signature algorithm")]
    Algorithm,
    /// `typ` names another kind of token (RFC 8725 §3.11).
    #[error("another kind of token")]
    Type,
    /// No key of the set has the name that the token gives; or it gives none, and no key of the set made the signature.
    /// A newer set may have it.
    #[error("an unknown key")]
    UnknownKey,
    /// Several keys of the set have that name and suit the algorithm.
    #[error("an ambiguous key")]
    AmbiguousKey,
    /// The named key is for something else.
    #[error("a key for another use")]
    UnsuitableKey,
    /// The algorithm needs a client secret, and none is configured.
    #[error("no shared secret")]
    NoSharedSecret,
    /// The signature is not that of the key.
    #[error("a wrong signature")]
    Signature,
    /// Does not decrypt, whatever the cause.
    #[error("cannot be decrypted")]
    Undecryptable,
    /// Plain where encryption is configured.
    #[error("not encrypted")]
    NotEncrypted,
    /// Encrypted where no encryption is configured.
    #[error("encrypted")]
    UnexpectedEncryption,
    /// Unsigned where a signature is configured.
    #[error("not signed")]
    NotSigned,
    /// Signed where no signature is configured.
    #[error("signed")]
    UnexpectedSignature,
    /// A token where JSON is configured.
    #[error("not JSON")]
    NotJson,
    /// The claims are not a JSON object without repeated members.
    #[error("claims are no object")]
    Claims,
    /// `iss` is missing or no string.
    #[error("no issuer")]
    IssuerMissing,
    /// `iss` is another issuer.
    #[error("another issuer")]
    Issuer,
    /// `aud` is missing, or neither a string nor a list of strings.
    #[error("no audience")]
    AudienceMissing,
    /// `aud` does not name this client.
    #[error("another audience")]
    Audience,
    /// `aud` names others too, and `azp` is missing.
    #[error("several audiences without an authorized party")]
    AuthorizedPartyMissing,
    /// `azp` is not this client.
    #[error("another authorized party")]
    AuthorizedParty,
    /// `sub` is missing or no string.
    #[error("no subject")]
    SubjectMissing,
    /// `sub` is empty, longer than 255 characters, or has a NUL, which no database here stores.
    #[error("an unusable subject")]
    Subject,
    /// `sub` is somebody else.
    #[error("another subject")]
    SubjectMismatch,
    /// `exp` is missing or no number.
    #[error("no expiry")]
    ExpiryMissing,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// `iat` is missing or no number.
    #[error("no time of issue")]
    IssuedAtMissing,
    /// Issued later than now.
    #[error("issued in the future")]
    IssuedInTheFuture,
    /// `nbf` is later than now, or no number.
    #[error("not yet valid")]
    NotYetValid,
    /// `nonce` is missing or no string.
    #[error("no nonce")]
    NonceMissing,
    /// `nonce` is not the one that was sent.
    #[error("another nonce")]
    Nonce,
    /// `at_hash` is not that of the access token.
    #[error("another access token")]
    AccessTokenHash,
    /// `acr` is missing or no string.
    #[error("no authentication context")]
    AuthenticationContextMissing,
    /// `acr` is none of those that are asked for.
    #[error("another authentication context")]
    AuthenticationContext,
    /// `auth_time` is missing or no number.
    #[error("no time of authentication")]
    AuthenticationTimeMissing,
    /// The person authenticated too long ago.
    #[error("authenticated too long ago")]
    AuthenticatedTooLongAgo,
    /// `sid` is no string, empty or too long.
    #[error("an unusable session id")]
    SessionId,
    /// `events` does not say that somebody logged out.
    #[error("no logout event")]
    LogoutEventMissing,
    /// A logout token has a `nonce`.
    #[error("a nonce where none may be")]
    ForbiddenNonce,
    /// Neither `sub` nor `sid`.
    #[error("neither subject nor session id")]
    NeitherSubjectNorSession,
    /// `jti` is missing, no string, empty or too long.
    #[error("no token id")]
    TokenIdMissing,
    /// The media type is another one than that of the configured form.
    #[error("another media type")]
    ContentType,
    /// `token_introspection` is missing or no object (RFC 9701 §5).
    #[error("no introspection")]
    IntrospectionMissing,
    /// `active` is missing or no boolean.
    #[error("active is not said")]
    ActiveMissing,
    /// `scope` is no string.
    #[error("an unusable scope")]
    Scope,
    /// `token_type` is not that of a bearer token, or the token is bound to a key of whoever got it.
    #[error("not a bearer token")]
    TokenKind,
    /// Valid for longer than is accepted.
    #[error("valid for too long")]
    LifetimeTooLong,
}

impl Defect {
    /// Whether a newer key set may change the verdict.
    pub const fn asks_for_newer_keys(self) -> bool {
        matches!(self, Self::UnknownKey)
    }
}
