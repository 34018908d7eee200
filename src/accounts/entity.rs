//! The table of accounts.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use sea_orm::entity::prelude::*;

use crate::base::{AccountId, ApplicationId, Domain, EmailAddress, EmailKey, Language, Timestamp};

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// The one address that tokens, domains and invitations match: verified, or a pending person's.
    pub email: Option<EmailAddress>,
    pub email_key: Option<EmailKey>,
    pub email_domain: Option<Domain>,
    pub email_verified: bool,
    /// What a provider says that her address is, when nobody vouches for it: shown, never matched.
    pub claimed_email: Option<String>,
    pub name: Option<String>,
    /// Whether she chose that name herself: then no provider changes it.
    pub name_chosen: bool,
    pub role: Role,
    pub status: Status,
    /// `en`, `fr`, or none until she chooses.
    pub language: Option<String>,
    pub time_zone: Option<String>,
    pub password_hash: Option<PasswordHash>,
    /// Raised when all tokens issued for this person so far are revoked.
    pub generation: i64,
    /// The application that made a pending account.
    pub created_by_application: Option<ApplicationId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An account as it is stored.
pub type Account = Model;

impl Model {
    /// What the person is called: her name, else her address.
    pub fn display_name(&self) -> &str {
        let email = self.email.as_ref().map(EmailAddress::as_str).or(self.claimed_email.as_deref());
        self.name.as_deref().or(email).unwrap_or_default()
    }

    /// The language that she chose.
    pub fn chosen_language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::parse)
    }

    /// Whether she administers the server.
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Admin
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A password hash, in one of the forms of [`super::schemes`]. Not shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// What a person may do on the server as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Role {
    /// Her own things.
    User,
    /// The server's as well.
    Admin,
}

/// Where an account stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Status {
    /// Made by an application for an address whose person has not come yet.
    Pending,
    /// In use.
    Active,
    /// Switched off: no sign-in, no token, whichever way.
    Disabled,
}

/// A word in the database that means nothing here: a newer server wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(String);

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ }) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord(text.to_owned())) }
            }
        }
    };
}

words!(Role { User = "USER", Admin = "ADMIN" });
words!(Status { Pending = "pending", Active = "active", Disabled = "disabled" });
