//! What is thrown away when its time is over.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use super::AppState;
use crate::base::StoreError;

const INTERVAL: Duration = Duration::from_hours(1);

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

async fn clean(state: &AppState) -> Result<(), StoreError> {
    let now = state.clock.now();
    let sessions = state.sessions.forget_ended().await?;
    let events = state.audit.forget(now.before(state.config.audit_retention)).await?;
    // Flashes of sessions that ended went with them; what is left here was never read.
    let leftovers = state
        .store
        .write(async move |tx| {
            let mut removed = 0;
            for table in ["DELETE FROM flash WHERE ends_at <= $1", "DELETE FROM revoked_token WHERE expires_at <= $1"] {
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), table, [now.into()]);
                removed += tx.execute_raw(statement).await?.rows_affected();
            }
            Ok::<_, StoreError>(removed)
        })
        .await?;
    tracing::debug!(sessions, events, leftovers, "cleaned up");
    Ok(())
}
