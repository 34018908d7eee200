//! What rooms are like that a person makes in the browser.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde_json::json;

use super::{AccessLevel, Rooms};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ClientRequest, StoreError};

#[derive(Debug, FromQueryResult)]
struct Row {
    access_level: AccessLevel,
}

impl Rooms {
    /// Who may enter the rooms that this person makes, where she does not say it: as she chose, else people who are signed in.
    pub async fn preferred_access_level(&self, person: AccountId) -> Result<AccessLevel, StoreError> {
        let sql = "SELECT access_level FROM room_default WHERE account_id = $1";
        let store = &self.0.store;
        let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
        let row = Row::find_by_statement(statement).one(store.read()).await?;
        Ok(row.map_or(AccessLevel::Trusted, |row| row.access_level))
    }

    /// Keeps who may enter the rooms that this person makes.
    pub async fn prefer_access_level(
        &self,
        person: AccountId,
        level: AccessLevel,
        request: &ClientRequest,
    ) -> Result<(), StoreError> {
        let event = Event::new(Action::AccountUpdated, Actor::Person(person))
            .on_behalf_of(person)
            .from(request)
            .details(json!({ "changed": ["room_default"], "access_level": level }));
        let event = self.0.audit.row(event);
        self.0
            .store
            .write(async move |tx| {
                let sql = "INSERT INTO room_default (account_id, access_level) VALUES ($1, $2) \
                           ON CONFLICT (account_id) DO UPDATE SET access_level = excluded.access_level";
                let values = [person.into(), level.into()];
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                tx.execute_raw(statement).await.map_err(StoreError::from)?;
                record_in(&tx, event).await
            })
            .await
    }
}
