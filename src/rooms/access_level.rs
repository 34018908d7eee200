//! Who may enter a room, and who may change it.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::Serialize;

/// Who enters directly; everybody else who knows the address waits in the lobby.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, DeriveValueType, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[sea_orm(value_type = "String")]
pub enum AccessLevel {
    /// Everybody who knows the address.
    Public,
    /// Everybody who is signed in.
    Trusted,
    /// Those who have a role.
    Restricted,
}

impl AccessLevel {
    /// The words on the wire, in the order of openness.
    pub const WORDS: [&'static str; 3] = ["public", "trusted", "restricted"];

    /// All levels, in the same order.
    pub const ALL: [Self; 3] = [Self::Public, Self::Trusted, Self::Restricted];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Trusted => "trusted",
            Self::Restricted => "restricted",
        }
    }
}

/// What a person may do with a room. Each role may all that those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, DeriveValueType)]
#[serde(rename_all = "lowercase")]
#[sea_orm(value_type = "String")]
pub enum Role {
    /// Enter without waiting.
    Member,
    /// Change it.
    Administrator,
    /// Delete it.
    Owner,
}

impl Role {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Administrator => "administrator",
            Self::Owner => "owner",
        }
    }
}

/// A word that names no level or role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(String);

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AccessLevel {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Member, Self::Administrator, Self::Owner];
        all.into_iter().find(|role| role.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
