//! A personal token in use: one query says all.

use std::sync::LazyLock;

use sea_orm::{FromQueryResult, Statement};

use super::{PersonalTokenSecret, PersonalTokenUseError, PersonalTokens};
use crate::accounts::Status;
use crate::base::{AccountId, Caller, KeptEntitlement, PersonalTokenId, ScopeList, StoreError, Timestamp, Via};

/// What there is to know when one is used.
#[derive(Debug, FromQueryResult)]
struct Standing {
    id: PersonalTokenId,
    account_id: AccountId,
    scopes: ScopeList,
    generation: i64,
    front_end: Option<String>,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    status: Status,
    account_generation: i64,
    /// The sign-in that it is for, while it lasts.
    session_ends_at: Option<Timestamp>,
    session_seen_at: Option<Timestamp>,
    /// What is kept of the person's entitlement.
    #[sea_orm(nested)]
    entitlement: KeptEntitlement,
}

static STANDING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT p.id, p.account_id, p.scopes, p.generation, p.front_end, p.expires_at, p.revoked_at, \
                u.status, u.generation AS account_generation, \
                s.ends_at AS session_ends_at, s.last_seen_at AS session_seen_at, {columns} \
         FROM personal_token p \
         JOIN account u ON u.id = p.account_id \
         LEFT JOIN session s ON s.id = p.session_id \
         {entitlement} \
         WHERE p.digest = $1",
        columns = KeptEntitlement::COLUMNS,
        entitlement = KeptEntitlement::JOIN,
    )
});

impl PersonalTokens {
    /// Who calls with that token, and what she may do with it. What was never a token of ours costs no query.
    pub async fn verify(&self, token: &str) -> Result<Caller, PersonalTokenUseError> {
        let secret = PersonalTokenSecret::parse(token).ok_or(PersonalTokenUseError::Invalid)?;
        let values = [secret.digest(&self.key).into()];
        let statement = Statement::from_sql_and_values(self.store.backend(), &*STANDING, values);
        let standing = Standing::find_by_statement(statement).one(self.store.read()).await.map_err(StoreError::from)?;
        let standing = standing.ok_or(PersonalTokenUseError::Invalid)?;
        let now = self.clock.now();
        self.check(&standing, now)?;
        self.usage.note(standing.id, now);
        Ok(Caller {
            person: standing.account_id,
            application: None,
            scopes: Some(standing.scopes),
            via: Via::PersonalToken(standing.id),
            entitlement: Some(standing.entitlement),
        })
    }

    fn check(&self, standing: &Standing, now: Timestamp) -> Result<(), PersonalTokenUseError> {
        if now >= standing.expires_at {
            return Err(PersonalTokenUseError::Expired);
        }
        if standing.status != Status::Active {
            return Err(PersonalTokenUseError::UserDisabled);
        }
        let signed_in = standing.front_end.is_none()
            || matches!((standing.session_ends_at, standing.session_seen_at),
                (Some(end), Some(seen)) if now < end && now < seen.after(self.idle));
        if standing.revoked_at.is_some() || standing.generation != standing.account_generation || !signed_in {
            return Err(PersonalTokenUseError::Revoked);
        }
        Ok(())
    }
}
