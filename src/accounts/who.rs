//! Which account is meant.

use std::str::FromStr;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entity::{Column, Entity};
use super::{Account, AccountError, Accounts};
use crate::base::{AccountId, EmailAddress, EmailKey, StoreError, Tx};

/// Which account is meant: by its id, which everybody has, or by the address that it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one of this id.
    Id(AccountId),
    /// The one of this address.
    Email(EmailKey),
}

impl From<AccountId> for Who {
    fn from(id: AccountId) -> Self {
        Self::Id(id)
    }
}

impl From<&EmailAddress> for Who {
    fn from(email: &EmailAddress) -> Self {
        Self::Email(email.key())
    }
}

/// A text that is neither an id nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write the account's id or its e-mail address")]
pub struct Nobody;

impl FromStr for Who {
    type Err = Nobody;

    fn from_str(text: &str) -> Result<Self, Nobody> {
        if let Ok(id) = text.parse::<AccountId>() {
            return Ok(Self::Id(id));
        }
        text.parse::<EmailAddress>().map(|email| Self::Email(email.key())).map_err(|_| Nobody)
    }
}

impl Accounts {
    /// The account that is meant.
    pub async fn get(&self, who: impl Into<Who>) -> Result<Account, AccountError> {
        let found = match who.into() {
            Who::Id(id) => self.find(id).await?,
            Who::Email(key) => self.find_by_email(&key).await?,
        };
        found.ok_or(AccountError::NotFound)
    }
}

/// The account that is meant, kept from others until the transaction ends.
pub(super) async fn hold_in(tx: &Tx, who: &Who) -> Result<Account, AccountError> {
    let found = match who {
        Who::Id(id) => Entity::find_by_id(*id),
        Who::Email(key) => Entity::find().filter(Column::EmailKey.eq(key.clone())),
    };
    found.lock_exclusive().one(&**tx).await.map_err(StoreError::from)?.ok_or(AccountError::NotFound)
}
