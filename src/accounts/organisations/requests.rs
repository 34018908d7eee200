//! People who ask the administrators to let their organisation in.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::service::execute_in;
use super::{Membership, OrganisationError, Organisations};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{ClientRequest, OrganisationRequestId, Siret, StoreError, Timestamp, Tx};

/// How long a request waits.
const LIFETIME: Duration = Duration::from_hours(30 * 24);

/// Requests that are kept at a time: whoever has accounts at a provider could fill the disk otherwise.
const MOST: u64 = 1000;

mod row {
    use sea_orm::entity::prelude::*;

    use crate::base::{OrganisationRequestId, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrganisationRequestId,
        pub issuer: String,
        pub subject: String,
        pub sealed: Vec<u8>,
        pub requested_at: Timestamp,
        pub ends_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod wanted {
    use sea_orm::entity::prelude::*;

    use crate::base::{OrganisationRequestId, Siret};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_request_siret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: OrganisationRequestId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub siret: Siret,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody who asks, as her provider describes her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The provider's id in the settings.
    pub provider: String,
    /// Its issuer.
    pub issuer: String,
    /// Who she is there.
    pub subject: String,
    /// What she is called.
    pub name: Option<String>,
    /// Her address, whether anybody vouches for it or not.
    pub email: Option<String>,
    /// The organisations that the provider named.
    pub memberships: Vec<Membership>,
}

/// A request that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRequest {
    /// Its id.
    pub id: OrganisationRequestId,
    /// Who asks.
    pub requester: Requester,
    /// When she asked last.
    pub requested_at: Timestamp,
}

impl Organisations {
    /// Asks the administrators to let one of her organisations in. Asking again changes nothing but what is said of her.
    pub async fn ask(&self, requester: &Requester, request: &ClientRequest) -> Result<(), OrganisationError> {
        let now = self.clock.now();
        let id = OrganisationRequestId::new(&self.random, now);
        let plain = serde_json::to_vec(requester).unwrap_or_default();
        let context = [requester.issuer.as_bytes(), b"\0", requester.subject.as_bytes()].concat();
        let sealed = self.sealer.seal(&self.random, &context, &plain).map_err(|_| StoreError::Panicked)?;
        let row = row::ActiveModel {
            id: Set(id),
            issuer: Set(requester.issuer.clone()),
            subject: Set(requester.subject.clone()),
            sealed: Set(sealed),
            requested_at: Set(now),
            ends_at: Set(now.after(LIFETIME)),
        };
        let sirets: Vec<_> = requester.memberships.iter().map(|membership| membership.siret.clone()).collect();
        let event = Event::new(Action::OrganisationRequested, Actor::Anonymous)
            .from(request)
            .details(json!({ "provider": requester.provider, "sirets": sirets }));
        let event = self.audit.row(event);
        let (issuer, subject) = (requester.issuer.clone(), requester.subject.clone());
        self.store
            .write(async move |tx| {
                let hers = row::Entity::delete_many()
                    .filter(row::Column::Issuer.eq(issuer))
                    .filter(row::Column::Subject.eq(subject))
                    .exec(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                if row::Entity::find().count(&*tx).await.map_err(StoreError::from)? >= MOST {
                    return Err(OrganisationError::TooManyRequests);
                }
                // The same person in two tabs: one of them is enough.
                let inserted = row::Entity::insert(row)
                    .on_conflict(
                        OnConflict::columns([row::Column::Issuer, row::Column::Subject]).do_nothing().to_owned(),
                    )
                    .exec_without_returning(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                if inserted == 0 {
                    return Ok(());
                }
                let rows =
                    sirets.into_iter().map(|siret| wanted::ActiveModel { request_id: Set(id), siret: Set(siret) });
                let rows: Vec<_> = rows.collect();
                if !rows.is_empty() {
                    wanted::Entity::insert_many(rows).exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                }
                if hers.rows_affected == 0 {
                    record_in(&tx, event).await?;
                }
                Ok(())
            })
            .await
    }

    /// Whether somebody has asked and waits.
    pub async fn has_asked(&self, issuer: &str, subject: &str) -> Result<bool, StoreError> {
        let hers = row::Entity::find().filter(row::Column::Issuer.eq(issuer)).filter(row::Column::Subject.eq(subject));
        let hers = hers.filter(row::Column::EndsAt.gt(self.clock.now()));
        Ok(hers.one(self.store.read()).await?.is_some())
    }

    /// What waits for an administrator, oldest first.
    pub async fn requests(&self) -> Result<Vec<OrganisationRequest>, StoreError> {
        let waiting = row::Entity::find()
            .filter(row::Column::EndsAt.gt(self.clock.now()))
            .order_by_asc(row::Column::Id)
            .all(self.store.read())
            .await?;
        Ok(waiting.into_iter().filter_map(|row| self.open_row(&row)).collect())
    }

    /// Puts a request away without letting anybody in.
    pub async fn dismiss(&self, id: OrganisationRequestId, actor: Actor) -> Result<(), OrganisationError> {
        let audit = self.audit.clone();
        self.store
            .write(async move |tx| {
                let gone = row::Entity::delete_by_id(id).exec(&*tx).await.map_err(StoreError::from)?;
                if gone.rows_affected == 0 {
                    return Err(OrganisationError::NotFound);
                }
                let event = Event::new(Action::OrganisationRequestDismissed, actor).details(json!({ "request": id }));
                record_in(&tx, audit.row(event)).await?;
                Ok(())
            })
            .await
    }

    fn open_row(&self, row: &row::Model) -> Option<OrganisationRequest> {
        let context = [row.issuer.as_bytes(), b"\0", row.subject.as_bytes()].concat();
        let plain = self.sealer.open(&context, &row.sealed).ok()?;
        let requester = serde_json::from_slice(&plain).ok()?;
        Some(OrganisationRequest { id: row.id, requester, requested_at: row.requested_at })
    }
}

/// Whoever asked for an organisation of that number can come in now.
pub(super) async fn settle_in(tx: &Tx, siret: &Siret) -> Result<(), StoreError> {
    const SETTLED: &str = "DELETE FROM organisation_request WHERE id IN \
                           (SELECT request_id FROM organisation_request_siret WHERE siret = $1)";
    execute_in(tx, SETTLED, [siret.clone().into()]).await
}
