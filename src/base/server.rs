//! The names that the rest of the server imports from `base`.

pub use super::answer::{Answer, Failure, Refusal};
pub use super::caller::{Caller, Holding, Right, Via, scope_missing};
pub use super::client::ClientRequest;
pub use super::clock::Clock;
pub use super::code::Code;
pub use super::credential::{Credential, CredentialKind};
pub use super::disk::{Medium, free_bytes, nearest};
pub use super::email::{Domain, EmailAddress, EmailKey, InvalidDomain, InvalidEmail};
pub use super::entitlement::KeptEntitlement;
pub use super::idempotency::{Begun, Idempotency, IdempotencyError, IdempotencyKey, NamedRequest, Running};
pub use super::ids::{
    AccountId, ApplicationId, AuditId, ClientId, ConflictId, IdentityId, LetterId, OneTimeLinkId,
    OrganisationRequestId, PendingSignInId, PersonalTokenId, RoomId, SecretId, TokenId,
};
pub use super::installation::{InstallationError, Sentinel, check_secret_key};
pub use super::keys::{MasterKey, Purpose, SealError, Sealer};
pub use super::keyset::{DEFAULT_LIMIT, Keyset, Listed, MAX_LIMIT};
pub use super::limiter::{FailureLimiter, Limit};
pub use super::metrics::Metrics;
pub use super::outgoing::{
    HttpSettings, OutgoingAnswer, OutgoingClient, OutgoingError, OutgoingSetupError, ProxyAddress, ProxyException,
    authorities, innermost, is_loopback,
};
pub use super::random::Random;
pub use super::routes::{AlwaysHeaders, BothForms};
pub use super::scope::{Scope, ScopeList, UnknownScope};
pub use super::secret::Secret;
pub use super::siret::{InvalidSiret, Siret};
pub use super::slug::{name_key, search_key, slug_of};
pub use super::store::{Database, Inspection, Schema, Store, StoreError, Tx};
pub use super::timestamp::Timestamp;
pub use super::token_forms::{
    ContentEncryption, IntrospectionForm, KeyManagementAlgorithm, SignatureAlgorithm, UserInfoForm,
};
