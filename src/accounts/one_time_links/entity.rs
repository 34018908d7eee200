//! The table of links that work once.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DeriveValueType;
use sea_orm::entity::prelude::*;

use crate::base::{AccountId, Credential, CredentialKind, OneTimeLinkId, Purpose, Timestamp};

/// The kind of [`OneTimeToken`].
#[derive(Debug)]
pub enum OfLink {}

impl CredentialKind for OfLink {
    const PREFIX: &'static str = "prl_ol_";
    const PURPOSE: Purpose = Purpose::OneTimeLink;
    const NAME: &'static str = "OneTimeToken";
}

/// The secret in a link's address.
pub type OneTimeToken = Credential<OfLink>;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum LinkPurpose {
    /// Somebody without any way in chooses a password.
    Invitation,
    /// Somebody who forgot her password chooses another one.
    PasswordReset,
}

impl LinkPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }

    /// The page that such a link opens, without the secret.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Invitation => "/invitation",
            Self::PasswordReset => "/reset-password",
        }
    }

    /// How long it works.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Invitation => Duration::from_hours(7 * 24),
            Self::PasswordReset => Duration::from_hours(1),
        }
    }
}

impl fmt::Display for LinkPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no purpose here: a newer server wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown purpose of a link")]
pub struct UnknownPurpose;

impl FromStr for LinkPurpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, UnknownPurpose> {
        [Self::Invitation, Self::PasswordReset]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or(UnknownPurpose)
    }
}

/// What is kept of a link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OneTimeLinkId,
    pub account_id: AccountId,
    pub purpose: LinkPurpose,
    pub digest: Vec<u8>,
    /// A keyed digest of the account as it was.
    pub fits: Vec<u8>,
    pub created_at: Timestamp,
    pub until: Timestamp,
    pub used_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
