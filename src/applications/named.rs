//! What applications are called, for those who know their ids.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::Applications;
use super::entity::{Column, Entity};
use crate::base::{ApplicationId, StoreError, name_key};

/// Applications that one chooses from at most.
const MOST: u64 = 500;

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

    /// What applications are called, by name; the newest when there are more than one chooses from.
    pub async fn all_named(&self) -> Result<Vec<Named>, StoreError> {
        let newest = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Slug])
            .order_by_desc(Column::Id)
            .limit(MOST)
            .into_model::<Named>();
        let mut named = newest.all(self.store.read()).await?;
        named.sort_by_cached_key(|application| name_key(&application.name));
        Ok(named)
    }
}
