//! What nobody may lose: the server its last administrator, a person her last way in.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, Statement,
};

use super::{Account, AccountError, Status, identity};
use crate::base::{AccountId, StoreError, Tx};

/// The administrators who can sign in, held until the transaction ends.
#[derive(Debug)]
pub struct Administrators(Vec<AccountId>);

impl Administrators {
    /// Holds all of them, always in the same order and before any other account: two who take each other's role at once come
    /// one after the other, and the second finds the first gone.
    pub async fn hold_in(tx: &Tx) -> Result<Self, StoreError> {
        #[derive(FromQueryResult)]
        struct Row {
            id: AccountId,
        }
        let backend = tx.get_database_backend();
        let lock = if backend == DbBackend::Postgres { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT id FROM account WHERE role = 'ADMIN' AND status = 'active' ORDER BY id{lock}");
        let rows = Row::find_by_statement(Statement::from_string(backend, sql)).all(&**tx).await?;
        Ok(Self(rows.into_iter().map(|row| row.id).collect()))
    }

    /// Refuses when `account` is the only one.
    pub fn would_miss(&self, account: AccountId) -> Result<(), AccountError> {
        if self.0 == [account] { Err(AccountError::LastAdministrator) } else { Ok(()) }
    }
}

/// How many ways in a person has: her password, and her identities at providers.
pub(super) async fn ways_in(tx: &Tx, account: &Account) -> Result<u64, StoreError> {
    let identities = identity::Entity::find().filter(identity::Column::AccountId.eq(account.id)).count(&**tx).await?;
    Ok(identities + u64::from(account.password_hash.is_some()))
}

/// Whether the person ever came: an account that an application made for somebody's address is nobody's before.
pub(super) async fn came_in(tx: &Tx, account: &Account) -> Result<bool, StoreError> {
    Ok(match account.status {
        Status::Active => true,
        Status::Pending => false,
        Status::Disabled => account.email_verified || ways_in(tx, account).await? > 0,
    })
}
