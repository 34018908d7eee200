//! The queue: whose turn it is, and what becomes of a letter.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use crate::base::{AccountId, LetterId, Store, StoreError, Timestamp, Tx};

/// For how long a letter that was taken up is left to whoever took it.
pub(super) const LEASE: Duration = Duration::from_mins(10);

/// A letter that was taken up.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Taken {
    pub(super) id: LetterId,
    pub(super) account_id: Option<AccountId>,
    pub(super) kind: String,
    pub(super) language: String,
    pub(super) sealed: Vec<u8>,
    pub(super) until: Option<Timestamp>,
    pub(super) attempts: i64,
    pub(super) created_at: Timestamp,
}

/// How it stands with the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailQueue {
    /// Letters that are not sent yet.
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
}

/// A letter that is not sent yet, for whoever looks after the server: to whom and what stays sealed.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct WaitingLetter {
    /// Its id, which its `Message-ID` begins with.
    pub id: LetterId,
    /// Whom it concerns.
    pub account_id: Option<AccountId>,
    /// What kind of letter.
    pub kind: String,
    /// How often it was taken up.
    pub attempts: i64,
    /// Why the last attempt failed, in a word.
    pub failure: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is due.
    pub next_attempt_at: Timestamp,
    /// From when on it means nothing any more.
    pub until: Option<Timestamp>,
}

/// When the first letter is due; none when none waits.
pub(super) async fn first_due(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    #[derive(FromQueryResult)]
    struct First {
        due: Option<Timestamp>,
    }
    let statement = Statement::from_string(store.backend(), "SELECT MIN(next_attempt_at) AS due FROM mail");
    Ok(First::find_by_statement(statement).one(store.read()).await?.and_then(|first| first.due))
}

/// Takes up to `most` letters that are due. Nobody else takes them up before the lease is over: of two servers, the second
/// leaves alone what the first has in hand.
pub(super) async fn take_in(tx: &Tx, now: Timestamp, most: u64) -> Result<Vec<Taken>, StoreError> {
    let backend = tx.get_database_backend();
    let skip = if backend == DbBackend::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE mail SET attempts = attempts + 1, next_attempt_at = $2 WHERE next_attempt_at <= $1 AND id IN \
         (SELECT id FROM mail WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $3{skip}) \
         RETURNING id, account_id, kind, language, sealed, until, attempts, created_at"
    );
    let values = [now.into(), now.after(LEASE).into(), i64::try_from(most).unwrap_or(i64::MAX).into()];
    Ok(Taken::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(&**tx).await?)
}

/// It is sent, whoever sent it.
pub(super) async fn forget_in(tx: &Tx, id: LetterId) -> Result<(), StoreError> {
    let statement =
        Statement::from_sql_and_values(tx.get_database_backend(), "DELETE FROM mail WHERE id = $1", [id.into()]);
    tx.execute_raw(statement).await?;
    Ok(())
}

/// It is tried again at `next`. Says nothing where somebody else has taken it up since.
pub(super) async fn put_off_in(tx: &Tx, taken: &Taken, next: Timestamp, failure: &str) -> Result<(), StoreError> {
    let sql = "UPDATE mail SET next_attempt_at = $3, failure = $4 WHERE id = $1 AND attempts = $2";
    let values = [taken.id.into(), taken.attempts.into(), next.into(), failure.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// It is not tried again, and gone with all that it said. False where somebody else has taken it up since.
pub(super) async fn give_up_in(tx: &Tx, taken: &Taken) -> Result<bool, StoreError> {
    let sql = "DELETE FROM mail WHERE id = $1 AND attempts = $2";
    let values = [taken.id.into(), taken.attempts.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() > 0)
}

/// How many wait, and since when.
pub(super) async fn standing(store: &Store) -> Result<MailQueue, StoreError> {
    #[derive(FromQueryResult)]
    struct Standing {
        waiting: i64,
        oldest: Option<Timestamp>,
    }
    let sql = "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM mail";
    let found = Standing::find_by_statement(Statement::from_string(store.backend(), sql)).one(store.read()).await?;
    Ok(found.map_or_else(MailQueue::default, |found| MailQueue { waiting: found.waiting, oldest: found.oldest }))
}

/// Up to `most` letters that failed at least once, the oldest first.
pub(super) async fn failing(store: &Store, most: u64) -> Result<Vec<WaitingLetter>, StoreError> {
    let sql = "SELECT id, account_id, kind, attempts, failure, created_at, next_attempt_at, until FROM mail \
               WHERE failure IS NOT NULL ORDER BY created_at LIMIT $1";
    let values = [i64::try_from(most).unwrap_or(i64::MAX).into()];
    let statement = Statement::from_sql_and_values(store.backend(), sql, values);
    Ok(WaitingLetter::find_by_statement(statement).all(store.read()).await?)
}
