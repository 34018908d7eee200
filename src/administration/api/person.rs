//! People as JSON shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::PersonDetails;
use crate::accounts::{Account, Identity, OwnSession};
use crate::base::{AccountId, ApplicationId, IdentityId, Timestamp};

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOut {
    id: AccountId,
    /// Her address: verified, or that of somebody who has not come yet.
    email: Option<String>,
    email_verified: bool,
    /// An address that a provider gives and nobody vouches for.
    claimed_email: Option<String>,
    name: Option<String>,
    /// `USER` or `ADMIN`.
    #[schema(example = "USER")]
    role: String,
    /// `pending`, `active` or `disabled`.
    #[schema(example = "active")]
    status: String,
    /// The application that made the account for somebody who had not come.
    created_by_application: Option<ApplicationId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A person with all that is hers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonDetailsOut {
    #[serde(flatten)]
    person: PersonOut,
    has_password: bool,
    rooms_owned: u64,
    identities: Vec<IdentityOut>,
    sessions: Vec<SessionOut>,
    /// The applications that acted for her lately, the latest first.
    applications: Vec<ActedOut>,
}

/// Who a person is at a provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityOut {
    id: IdentityId,
    /// The provider's id in the settings.
    provider: String,
    issuer: String,
    subject: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
}

/// Where a person is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// By which it is ended; says nothing of its cookie.
    id: String,
    browser: Option<&'static str>,
    system: Option<&'static str>,
    address: Option<String>,
    provider: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
}

/// An application that acted for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActedOut {
    id: ApplicationId,
    slug: String,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Account> for PersonOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            email: account.email.map(|email| email.as_str().to_owned()),
            email_verified: account.email_verified,
            claimed_email: account.claimed_email,
            name: account.name,
            role: account.role.to_string(),
            status: account.status.to_string(),
            created_by_application: account.created_by_application,
            created_at: account.created_at,
        }
    }
}

impl From<Identity> for IdentityOut {
    fn from(identity: Identity) -> Self {
        Self {
            id: identity.id,
            provider: identity.provider,
            issuer: identity.issuer,
            subject: identity.subject,
            created_at: identity.created_at,
            last_used_at: identity.last_used_at,
        }
    }
}

impl From<OwnSession> for SessionOut {
    fn from(session: OwnSession) -> Self {
        Self {
            id: session.id.to_string(),
            browser: session.device.browser,
            system: session.device.system,
            address: session.address.map(|address| address.to_string()),
            provider: session.provider,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
        }
    }
}

impl From<PersonDetails> for PersonDetailsOut {
    fn from(details: PersonDetails) -> Self {
        Self {
            has_password: details.account.password_hash.is_some(),
            person: details.account.into(),
            rooms_owned: details.rooms_owned,
            identities: details.identities.into_iter().map(Into::into).collect(),
            sessions: details.sessions.into_iter().map(Into::into).collect(),
            applications: details
                .applications
                .into_iter()
                .map(|(application, at)| ActedOut {
                    id: application.id,
                    slug: application.slug,
                    name: application.name,
                    at,
                })
                .collect(),
        }
    }
}
