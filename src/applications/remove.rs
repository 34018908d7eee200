//! The end of an application.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::entity::{Entity, deleted};
use super::service::find_in;
use super::{Application, ApplicationError, Applications};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{ApplicationId, ClientId, StoreError};

impl Applications {
    /// Deletes an application. Its tokens stop at once; what belongs to it alone (secrets, domains, managers, logo, counts, its
    /// own names of rooms) goes with it; rooms and people that it made stay. The trail keeps its events, and its client id is
    /// remembered for whoever reads them.
    pub async fn delete(&self, client_id: &ClientId, actor: Actor) -> Result<Application, ApplicationError> {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let details = json!({ "client_id": client_id, "slug": application.slug });
                let event = Event::new(Action::ApplicationDeleted, actor).application(application.id).details(details);
                let row =
                    deleted::ActiveModel { id: Set(application.id), client_id: Set(client_id), deleted_at: Set(now) };
                deleted::Entity::insert(row).exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                Entity::delete_by_id(application.id).exec(&*tx).await.map_err(StoreError::from)?;
                record_in(&tx, audit.row(event)).await?;
                Ok(application)
            })
            .await
    }

    /// The id of an application that there is or was, for whoever reads the trail.
    pub async fn id_of(&self, client_id: &ClientId) -> Result<Option<ApplicationId>, StoreError> {
        if let Some(overview) = self.find(client_id).await? {
            return Ok(Some(overview.application.id));
        }
        let gone = deleted::Entity::find().filter(deleted::Column::ClientId.eq(client_id.clone()));
        Ok(gone.one(self.store.read()).await?.map(|row| row.id))
    }
}
