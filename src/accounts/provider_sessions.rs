//! The provider's side of a session: through whom the person came, and how a provider ends what it began.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};

use super::{SessionId, Sessions};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ClientRequest, Siret, StoreError, Timestamp, Tx};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_provider")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    pub sid: Option<String>,
    pub sealed: Vec<u8>,
    pub checked_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The provider's side of a session, as it is stored.
pub type ProviderSession = Model;

/// The key under which a session that begins holds its [`Origin`]; it is stored in a table of its own.
pub const ORIGIN: &str = "origin";

/// How a session came about at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The provider's id in the settings.
    pub provider: String,
    /// Its issuer.
    pub issuer: String,
    /// Who the person is there.
    pub subject: String,
    /// Her session there (`sid`, Back-Channel Logout 1.0 §2.1).
    pub sid: Option<String>,
    /// The provider's tokens, sealed.
    pub sealed: Vec<u8>,
    /// For which organisation she comes, where the provider tells to which she belongs.
    #[serde(default)]
    pub organisation: Option<Siret>,
    /// When the provider last vouched for the person, in microseconds since 1970; none: now.
    #[serde(default)]
    pub checked_at: Option<i64>,
}

/// For a session that takes the place of one.
impl From<ProviderSession> for Origin {
    fn from(side: ProviderSession) -> Self {
        let Model { provider, issuer, subject, sid, sealed, checked_at, .. } = side;
        Self { provider, issuer, subject, sid, sealed, checked_at: Some(checked_at.as_micros()), organisation: None }
    }
}

impl Origin {
    pub(super) fn row(self, session: SessionId, now: Timestamp) -> ActiveModel {
        ActiveModel {
            session_id: Set(session),
            provider: Set(self.provider),
            issuer: Set(self.issuer),
            subject: Set(self.subject),
            sid: Set(self.sid),
            sealed: Set(self.sealed),
            checked_at: Set(self.checked_at.map_or(now, Timestamp::from_micros)),
        }
    }
}

/// What a provider says has ended: everything of a person, or one session of hers (Back-Channel Logout 1.0 §2.6, step 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The provider's issuer.
    pub issuer: String,
    /// The person there.
    pub subject: Option<String>,
    /// Her session there.
    pub sid: Option<String>,
    /// The id of the token that says so.
    pub jti: String,
    /// When that token ends, and its id need not be remembered any more.
    pub token_ends_at: Timestamp,
}

impl Sessions {
    /// The provider's side of a session, if it has one.
    pub async fn provider_side(&self, session: &SessionId) -> Result<Option<ProviderSession>, StoreError> {
        Ok(Entity::find_by_id(session.clone()).one(self.store.read()).await?)
    }

    /// The provider vouched for the person of this session at `at`. New tokens take the place of the former ones.
    pub async fn vouched(&self, session: &SessionId, at: Timestamp, sealed: Option<Vec<u8>>) -> Result<(), StoreError> {
        let session = session.clone();
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let mut update = Entity::update_many().col_expr(Column::CheckedAt, Expr::value(at));
                if let Some(sealed) = sealed {
                    update = update.col_expr(Column::Sealed, Expr::value(sealed));
                }
                update.filter(Column::SessionId.eq(session)).exec(&*tx).await?;
                Ok(())
            })
            .await
    }

    /// Takes it upon this request to ask the provider about a session that was last confirmed at `seen`; false when another
    /// one did. The session counts as confirmed at `meanwhile` until the answer is there.
    pub async fn claim_check(
        &self,
        session: &SessionId,
        seen: Timestamp,
        meanwhile: Timestamp,
    ) -> Result<bool, StoreError> {
        let session = session.clone();
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let claimed = Entity::update_many()
                    .col_expr(Column::CheckedAt, Expr::value(meanwhile))
                    .filter(Column::SessionId.eq(session))
                    .filter(Column::CheckedAt.eq(seen))
                    .exec(&*tx)
                    .await?;
                Ok(claimed.rows_affected > 0)
            })
            .await
    }

    /// Ends what a provider says has ended, on every instance: the id of its token is used up in the same transaction. Tells
    /// how many sessions; none when the token was used before.
    pub async fn end_by_provider(&self, ended: Ended, request: &ClientRequest) -> Result<Option<usize>, StoreError> {
        let (audit, request) = (self.audit.clone(), request.clone());
        self.store
            .write(async move |tx| {
                if !use_up_in(&tx, &ended).await? {
                    return Ok(None);
                }
                let gone = delete_in(&tx, &ended).await?;
                for account in &gone {
                    let event = Event::new(Action::SessionEnded, Actor::Anonymous)
                        .on_behalf_of(*account)
                        .from(&request)
                        .details(serde_json::json!({ "by": "provider" }));
                    record_in(&tx, audit.row(event)).await?;
                }
                Ok(Some(gone.len()))
            })
            .await
    }
}

/// Remembers the token's id; false when it was known.
async fn use_up_in(tx: &Tx, ended: &Ended) -> Result<bool, StoreError> {
    let row = used::ActiveModel {
        issuer: Set(ended.issuer.clone()),
        jti: Set(ended.jti.clone()),
        ends_at: Set(ended.token_ends_at),
    };
    let inserted = used::Entity::insert(row)
        .on_conflict(OnConflict::columns([used::Column::Issuer, used::Column::Jti]).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(inserted > 0)
}

/// Deletes the sessions that are meant. With `sid` it is that session, and any of the person's whose provider gave it none.
async fn delete_in(tx: &Tx, ended: &Ended) -> Result<Vec<AccountId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Gone {
        account_id: AccountId,
    }
    let Ended { issuer, subject, sid, .. } = ended;
    let mut values: Vec<Value> = vec![issuer.as_str().into()];
    let condition = match (subject, sid) {
        (Some(subject), None) => {
            values.push(subject.as_str().into());
            "subject = $2"
        }
        (Some(subject), Some(sid)) => {
            values.extend([subject.as_str().into(), sid.as_str().into()]);
            "subject = $2 AND (sid = $3 OR sid IS NULL)"
        }
        (None, Some(sid)) => {
            values.push(sid.as_str().into());
            "sid = $2"
        }
        // The rules of the token ask for one of them.
        (None, None) => return Ok(Vec::new()),
    };
    let sql = format!(
        "DELETE FROM session WHERE id IN (SELECT session_id FROM session_provider WHERE issuer = $1 AND {condition}) \
         RETURNING account_id"
    );
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let gone = Gone::find_by_statement(statement).all(&**tx).await?;
    Ok(gone.into_iter().map(|row| row.account_id).collect())
}

/// Logout tokens that were obeyed.
mod used {
    use sea_orm::entity::prelude::*;

    use crate::base::Timestamp;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "logout_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub issuer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub jti: String,
        pub ends_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
