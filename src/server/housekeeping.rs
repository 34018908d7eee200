//! What is thrown away when its time is over.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use super::AppState;
use crate::accounts::PersonalTokens;
use crate::applications::Applications;
use crate::base::StoreError;
use crate::jose::forget_ended_keys_in;
use crate::lifecycle::Removed;

const INTERVAL: Duration = Duration::from_hours(1);

/// How often it is written when applications and personal tokens were last used, and what applications did.
const USAGE_INTERVAL: Duration = Duration::from_secs(10);

/// Writes every few seconds when applications and personal tokens were last used, and what applications did.
pub(super) async fn write_usage(state: AppState) {
    let mut interval = tokio::time::interval(USAGE_INTERVAL);
    loop {
        interval.tick().await;
        write_usage_once(&state.applications, &state.personal_tokens).await;
    }
}

/// The same, once.
pub(super) async fn write_usage_once(applications: &Applications, personal_tokens: &PersonalTokens) {
    if let Err(error) = applications.write_usage().await {
        tracing::warn!(cause = %error, "the last use of applications could not be written; it is tried again");
    }
    if let Err(error) = personal_tokens.write_usage().await {
        tracing::warn!(cause = %error, "the last use of personal tokens could not be written; it is tried again");
    }
    if let Err(error) = applications.write_activity().await {
        tracing::warn!(cause = %error, "what applications did could not be written; it is tried again");
    }
}

/// Cleans up once an hour, the first time soon after the start. Each step is short; several instances may do it at once.
pub(super) async fn run(state: AppState) {
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        interval.tick().await;
        if let Err(error) = clean(&state).await {
            tracing::warn!(cause = %error, "cleaning up failed; it is tried again in an hour");
        }
    }
}

/// Looks every minute whether the identity providers answer, so that their buttons tell. One that was reached is not asked
/// again before its description is old.
pub(super) async fn look_around(state: AppState) {
    let mut interval = tokio::time::interval(Duration::from_mins(1));
    loop {
        interval.tick().await;
        state.openid.look_around().await;
    }
}

/// One round.
pub async fn clean(state: &AppState) -> Result<(), StoreError> {
    let now = state.clock.now();
    let sessions = state.sessions.forget_ended().await?;
    let events = state.audit.forget(now.before(state.config.audit_retention)).await?;
    let Removed { people, rooms } = state.lifecycle.remove_unclaimed().await?;
    state.accounts.index_all().await?;
    let (accounts, applications, retention) =
        (state.accounts.clone(), state.applications.clone(), state.config.audit_retention);
    let leftovers = state
        .store
        .write(async move |tx| {
            let mut removed = forget_ended_keys_in(&tx, now).await? + accounts.forget_counts_in(&tx, now).await?;
            removed += applications.forget_activity_in(&tx, retention).await?;
            removed += accounts.forget_gone_in(&tx, now.before(retention)).await?;
            for sql in LEFTOVERS {
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [now.into()]);
                removed += tx.execute_raw(statement).await?.rows_affected();
            }
            Ok::<_, StoreError>(removed)
        })
        .await?;
    if people > 0 {
        tracing::info!(people, rooms, "people who never came were removed");
    }
    tracing::debug!(sessions, events, leftovers, "cleaned up");
    Ok(())
}

/// Rows that mean nothing any more. Flashes of sessions that ended went with them; what is left was never read.
const LEFTOVERS: [&str; 12] = [
    "DELETE FROM flash WHERE ends_at <= $1",
    "DELETE FROM revoked_token WHERE expires_at <= $1",
    "DELETE FROM idempotency WHERE ends_at <= $1",
    "DELETE FROM login_attempt WHERE ends_at <= $1",
    "DELETE FROM logout_token WHERE ends_at <= $1",
    "DELETE FROM sign_in_conflict WHERE ends_at <= $1",
    "DELETE FROM pending_sign_in WHERE ends_at <= $1",
    "DELETE FROM one_time_link WHERE until <= $1",
    "DELETE FROM organisation_request WHERE ends_at <= $1",
    // A worker gives letters up after three days; where none works any more nothing of them stays either: a week.
    "DELETE FROM mail WHERE created_at <= $1 - 604800000000",
    // A day in which a second use is noticed.
    "DELETE FROM login_code WHERE ends_at <= $1 - 86400000000",
    // Until then whoever still has it is told that it expired: 30 days.
    "DELETE FROM personal_token WHERE expires_at <= $1 - 2592000000000",
];
