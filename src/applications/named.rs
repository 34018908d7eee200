//! What applications are called, for those who know their ids.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::Applications;
use super::entity::{Column, Entity};
use crate::base::{ApplicationId, StoreError};

/// What an application is called, and where its page is.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Named {
    /// Its id.
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
}

impl Applications {
    /// What these are called, in one query. Those that are gone are missing.
    pub async fn named(&self, ids: &[ApplicationId]) -> Result<BTreeMap<ApplicationId, Named>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Slug])
            .filter(Column::Id.is_in(ids.iter().copied()))
            .into_model::<Named>();
        let found = found.all(self.store.read()).await?;
        Ok(found.into_iter().map(|application| (application.id, application)).collect())
    }
}
