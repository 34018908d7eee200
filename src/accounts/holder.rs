//! Whose account an identity is, asked at every use of a token that its provider made.

use sea_orm::{FromQueryResult, Statement};

use super::{Accounts, Status};
use crate::base::{AccountId, StoreError};

/// The account that an identity belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Holder {
    /// The account.
    pub account: AccountId,
    /// Whether it is in use.
    pub status: Status,
}

const HOLDER: &str = "\
    SELECT a.id AS account, a.status FROM identity i JOIN account a ON a.id = i.account_id \
    WHERE i.issuer = $1 AND i.subject = $2";

impl Accounts {
    /// The account of (issuer, subject), if there is one.
    pub async fn holder(&self, issuer: &str, subject: &str) -> Result<Option<Holder>, StoreError> {
        let statement = Statement::from_sql_and_values(self.store.backend(), HOLDER, [issuer.into(), subject.into()]);
        Ok(Holder::find_by_statement(statement).one(self.store.read()).await?)
    }
}
