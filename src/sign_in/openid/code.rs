//! A code sent to the address of the account that somebody met: whoever reads it there may join her identity to that account.
//!
//! What is said here does not depend on the account. An administrator's is not joined by a code, nor a disabled one: then none is sent,
//! and what is typed is wrong.

use std::net::IpAddr;
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde_json::json;

use super::conflict::{Conflict, Conflicts, row};
use crate::accounts::Account;
use crate::audit::{Action, Actor, record_in};
use crate::base::{
    AccountId, Answer, ClientRequest, ConflictId, EmailKey, FailureLimiter, Limit, Purpose, Refusal, Secret,
    StoreError, Timestamp,
};
use crate::mail::Letter;

/// How long a code may be used.
const LIFETIME: Duration = Duration::from_mins(10);

/// How often one may be tried.
const ATTEMPTS: i64 = 5;

/// Codes for one account, whoever asks.
const PER_ACCOUNT: Limit = Limit { failures: 5, within: Duration::from_hours(1) };

/// Codes that one address may ask for.
const PER_ADDRESS: Limit = Limit { failures: 20, within: Duration::from_hours(1) };

/// How many codes were asked for.
#[derive(Debug)]
pub(super) struct CodeLimits {
    per_account: FailureLimiter<AccountId>,
    per_address: FailureLimiter<IpAddr>,
}

impl Default for CodeLimits {
    fn default() -> Self {
        Self { per_account: FailureLimiter::new(PER_ACCOUNT), per_address: FailureLimiter::new(PER_ADDRESS) }
    }
}

/// Why no code is sent, or none is looked at.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// No letters are sent from here.
    #[error("no letters are sent")]
    Off,
    /// Too many were asked for.
    #[error("too many codes were asked for")]
    Throttled(Duration),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for CodeError {
    fn answer(&self) -> Answer {
        match self {
            Self::Off => Answer::unavailable().into_own(),
            Self::Throttled(wait) => Answer::throttled(*wait).into_own(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}

/// What a typed code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It is the one that was sent: the identity is joined.
    Joined,
    /// It is not, or it is too old, or was tried too often.
    Wrong,
}

#[derive(Debug, FromQueryResult)]
struct Waiting {
    code_digest: Vec<u8>,
}

/// Until when a code of that row may be tried.
pub(super) fn until(row: &row::Model, now: Timestamp) -> Option<Timestamp> {
    row.code_ends_at.filter(|ends_at| now < *ends_at && row.code_attempts < ATTEMPTS)
}

impl Conflicts {
    /// Whether a code can be asked for.
    pub fn sends_codes(&self) -> bool {
        self.accounts.mail().is_on()
    }

    /// Sends a code to the account's address, in place of one that was sent before.
    pub async fn send_code(&self, conflict: &Conflict, request: &ClientRequest) -> Result<(), CodeError> {
        if !self.sends_codes() {
            return Err(CodeError::Off);
        }
        let (now, limits) = (self.clock.now(), &self.code_limits);
        if let Some(wait) = limits.per_address.claim(request.address, now) {
            return Err(CodeError::Throttled(wait));
        }
        if let Some(wait) = limits.per_account.claim(conflict.account, now) {
            limits.per_address.give_back(&request.address);
            return Err(CodeError::Throttled(wait));
        }
        let code = format!("{:08}", u64::from_be_bytes(self.random.bytes()) % 100_000_000);
        let (conflicts, conflict, request) = (self.clone(), conflict.clone(), request.clone());
        self.store
            .write(async move |tx| {
                let account = conflicts.accounts.joins_by_code_in(&tx, conflict.account).await?;
                let until = now.after(LIFETIME);
                let digest = conflicts.digest(conflict.id, account.as_ref(), &code);
                row::Entity::update_many()
                    .col_expr(row::Column::CodeDigest, Expr::value(digest))
                    .col_expr(row::Column::CodeEndsAt, Expr::value(until))
                    .col_expr(row::Column::CodeAttempts, Expr::value(0_i64))
                    .filter(row::Column::Id.eq(conflict.id))
                    .exec(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                let Some(account) = account else { return Ok(()) };
                conflicts
                    .accounts
                    .tell_in(&tx, &account, &Letter::SignInCode { code: Secret::new(code), until })
                    .await?;
                let event = Actor::Anonymous.through(&request).did(Action::IdentityCodeSent).on_behalf_of(account.id);
                let event = event.details(json!({ "provider": conflict.arrival.provider }));
                Ok(record_in(&tx, conflicts.audit.row(event)).await?)
            })
            .await
    }

    /// Joins the identity when `code` is the one that was sent. Each try counts, whatever becomes of it.
    pub async fn prove(&self, conflict: &Conflict, code: &str, request: &ClientRequest) -> Result<Proved, StoreError> {
        const SQL: &str = "UPDATE sign_in_conflict SET code_attempts = code_attempts + 1 \
                           WHERE id = $1 AND code_digest IS NOT NULL AND code_ends_at > $2 AND code_attempts < $3 \
                           RETURNING code_digest";
        let code: String = code.chars().filter(|char| !char.is_whitespace()).collect();
        let (conflicts, conflict, request_) = (self.clone(), conflict.clone(), request.clone());
        let values = [conflict.id.into(), self.clock.now().into(), ATTEMPTS.into()];
        let proved = self
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let account = conflicts.accounts.joins_by_code_in(&tx, conflict.account).await?;
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), SQL, values);
                let Some(waiting) = Waiting::find_by_statement(statement).one(&*tx).await? else {
                    return Ok(Proved::Wrong);
                };
                let typed = conflicts.digest(conflict.id, account.as_ref(), &code);
                let equal = aws_lc_rs::constant_time::verify_slices_are_equal(&typed, &waiting.code_digest).is_ok();
                let Some(account) = account.filter(|_| equal) else { return Ok(Proved::Wrong) };
                if !conflicts.accounts.link_in_person(&tx, &account, &conflict.arrival, &request_).await? {
                    return Ok(Proved::Wrong);
                }
                row::Entity::delete_by_id(conflict.id).exec(&*tx).await?;
                Ok(Proved::Joined)
            })
            .await?;
        if proved == Proved::Wrong {
            self.audit.refused(Action::SessionRefused, None, request).await?;
        }
        Ok(proved)
    }

    /// Of the code for this question and this address alone: one sent to another proves nothing.
    fn digest(&self, id: ConflictId, account: Option<&Account>, code: &str) -> Vec<u8> {
        let email = account.and_then(|account| account.email_key.as_ref()).map_or("", EmailKey::as_str);
        self.key.digest(Purpose::SignInCode, format!("{id} {email} {code}").as_bytes()).to_vec()
    }
}
