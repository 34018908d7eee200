//! Ids as types of their own, so that a room's id never stands where an account's is asked.

use std::fmt;
use std::str::FromStr;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Random, Timestamp};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id for a row made at `now`.
            pub fn new(random: &Random, now: Timestamp) -> Self {
                Self(random.uuid(now))
            }

            /// When it was made, to the millisecond (RFC 9562 §5.7); none of a UUID of another version.
            pub fn made_at(self) -> Option<Timestamp> {
                let (seconds, nanos) = self.0.get_timestamp().filter(|_| self.0.get_version_num() == 7)?.to_unix();
                let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
                Some(Timestamp::from_micros(micros.checked_add(i64::from(nanos / 1000))?))
            }

            /// The UUID itself.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        // The ORM asks this of every primary key; a UUID never comes from a counter.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    /// A person's account.
    AccountId
    /// A third party's application (its internal id; the public one is [`ClientId`]).
    ApplicationId
    /// A row of the audit trail.
    AuditId
    /// A sign-in that met an account of somebody else's making.
    ConflictId
    /// Who a person is at an identity provider.
    IdentityId
    /// A letter to somebody.
    LetterId
    /// Somebody's wish that her organisation be let in.
    OrganisationRequestId
    /// A sign-in that waits for the choice of an organisation.
    PendingSignInId
    /// A link that works once.
    OneTimeLinkId
    /// A token that a person made for herself.
    PersonalTokenId
    /// A room.
    RoomId
    /// One of an application's secrets.
    SecretId
    /// A delegated token: the `jti` claim (RFC 7519 §4.1.7).
    TokenId
}

/// An application's public identifier: `prl_ci_` and 22 random base62 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// What every client id begins with.
    pub const PREFIX: &'static str = "prl_ci_";

    /// A new, random client id (131 bits).
    pub fn generate(random: &Random) -> Self {
        Self(format!("{}{}", Self::PREFIX, random.base62(22)))
    }

    /// The id as it came from outside; whether it belongs to anybody is the database's to say.
    pub fn from_wire(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
