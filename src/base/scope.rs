//! What an application may be allowed to do.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Language;

/// One right that an administrator can give to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `rooms:list`
    RoomsList,
    /// `rooms:retrieve`
    RoomsRetrieve,
    /// `rooms:create`
    RoomsCreate,
    /// `rooms:update`
    RoomsUpdate,
    /// `rooms:delete`
    RoomsDelete,
}

impl Scope {
    /// All scopes, in the order in which pages and documents show them.
    pub const ALL: [Self; 5] =
        [Self::RoomsList, Self::RoomsRetrieve, Self::RoomsCreate, Self::RoomsUpdate, Self::RoomsDelete];

    /// The scope on the wire (RFC 6749 §3.3).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoomsList => "rooms:list",
            Self::RoomsRetrieve => "rooms:retrieve",
            Self::RoomsCreate => "rooms:create",
            Self::RoomsUpdate => "rooms:update",
            Self::RoomsDelete => "rooms:delete",
        }
    }

    /// What it allows, as people read it: the object of "May …".
    pub const fn description(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::RoomsList, Language::En) => "list the person’s rooms",
            (Self::RoomsList, Language::Fr) => "lister les salles de la personne",
            (Self::RoomsRetrieve, Language::En) => "see one of the person’s rooms",
            (Self::RoomsRetrieve, Language::Fr) => "consulter une salle de la personne",
            (Self::RoomsCreate, Language::En) => "create rooms that the person owns",
            (Self::RoomsCreate, Language::Fr) => "créer des salles dont la personne est propriétaire",
            (Self::RoomsUpdate, Language::En) => "change rooms that the person manages",
            (Self::RoomsUpdate, Language::Fr) => "modifier les salles que la personne administre",
            (Self::RoomsDelete, Language::En) => "delete rooms that the person owns",
            (Self::RoomsDelete, Language::Fr) => "supprimer les salles dont la personne est propriétaire",
        }
    }
}

/// A scope that this server does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope {0:?}; known are rooms:list, rooms:retrieve, rooms:create, rooms:update and rooms:delete")]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Scopes in the order in which they were given, each once; on the wire and in the database separated by blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct ScopeList(Vec<Scope>);

impl ScopeList {
    /// Whether `scope` is in the list.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether the list has no scope.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in their order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// The scopes of this list that `other` has as well, in this list's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(*scope)).collect()
    }

    /// Reads scopes out of a token: what is not a scope of ours means nothing here and is left out (RFC 9068 §2.2.3).
    pub fn from_claim(claim: &str) -> Self {
        claim.to_ascii_lowercase().split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect()
    }
}

impl FromIterator<Scope> for ScopeList {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut list = Vec::new();
        for scope in scopes {
            if !list.contains(&scope) {
                list.push(scope);
            }
        }
        Self(list)
    }
}

impl FromStr for ScopeList {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_ascii_whitespace().map(Scope::from_str).collect()
    }
}

impl fmt::Display for ScopeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for ScopeList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_claim(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_repetition_is_not() {
        let list: ScopeList = "rooms:create rooms:list rooms:create".parse().unwrap();
        assert_eq!(list.to_string(), "rooms:create rooms:list");
        assert!("rooms:fly".parse::<ScopeList>().is_err());
    }

    #[test]
    fn a_claim_is_read_leniently() {
        assert_eq!(ScopeList::from_claim("Rooms:List openid rooms:CREATE").to_string(), "rooms:list rooms:create");
        assert!(ScopeList::from_claim("").is_empty());
    }
}
