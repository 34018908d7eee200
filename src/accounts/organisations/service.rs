//! The rules of organisations: who is let in, and under which numbers.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult, QueryOrder, Statement};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity, number};
use super::requests;
use super::{Organisation, OrganisationError};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{Clock, MasterKey, Purpose, Random, Sealer, Siret, Store, StoreError, Tx, name_key};

/// The longest name, in characters.
const LONGEST_NAME: usize = 255;

/// Organisations on one page of the list.
const PAGE: u32 = 50;

/// The organisations whose people may come in through a provider that tells them. Clones share the database.
#[derive(Clone, Debug)]
pub struct Organisations {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) sealer: Sealer,
}

/// An organisation and all that leads to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// Other numbers that lead to it.
    pub aliases: Vec<Siret>,
}

/// A part of the list, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion {
    /// The organisations.
    pub organisations: Vec<ListedOrganisation>,
    /// The last of this part, when more follow.
    pub next: Option<Siret>,
}

impl Organisations {
    /// Organisations in `store`.
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, key: &MasterKey) -> Self {
        Self { store, clock, random, audit, sealer: key.sealer(Purpose::LoginAttempt) }
    }

    /// A part of the list by name: that after the organisation `after`, of at most `limit`.
    pub async fn list(&self, after: Option<&Siret>, limit: Option<u32>) -> Result<Portion, StoreError> {
        const FIRST: &str = "SELECT * FROM organisation ORDER BY name_key, siret LIMIT $1";
        const AFTER: &str = "SELECT * FROM organisation WHERE (name_key, siret) > \
                             (SELECT name_key, siret FROM organisation WHERE siret = $2) \
                             ORDER BY name_key, siret LIMIT $1";
        let limit = limit.unwrap_or(PAGE);
        let most: sea_orm::Value = i64::from(limit + 1).into();
        let statement = match after {
            None => Statement::from_sql_and_values(self.store.backend(), FIRST, [most]),
            Some(after) => Statement::from_sql_and_values(self.store.backend(), AFTER, [most, after.clone().into()]),
        };
        let mut found = Organisation::find_by_statement(statement).all(self.store.read()).await?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > page;
        found.truncate(page);
        let next = found.last().filter(|_| more).map(|last| last.siret.clone());
        Ok(Portion { organisations: self.with_aliases(found).await?, next })
    }

    /// One of them, by its own number.
    pub async fn find(&self, siret: &Siret) -> Result<Option<ListedOrganisation>, StoreError> {
        let Some(found) = Entity::find_by_id(siret.clone()).one(self.store.read()).await? else { return Ok(None) };
        Ok(self.with_aliases(vec![found]).await?.pop())
    }

    /// Those of these numbers, by name.
    pub(super) async fn find_all(
        &self,
        numbers: impl IntoIterator<Item = Siret>,
    ) -> Result<Vec<Organisation>, StoreError> {
        let found = Entity::find().filter(Column::Siret.is_in(numbers));
        Ok(found.order_by_asc(Column::NameKey).order_by_asc(Column::Siret).all(self.store.read()).await?)
    }

    async fn with_aliases(&self, found: Vec<Organisation>) -> Result<Vec<ListedOrganisation>, StoreError> {
        let numbers = found.iter().map(|organisation| organisation.siret.clone());
        let numbers = number::Entity::find()
            .filter(number::Column::Organisation.is_in(numbers))
            .order_by_asc(number::Column::Siret)
            .all(self.store.read())
            .await?;
        let listed = |organisation: Organisation| {
            let others = numbers.iter().filter(|number| number.organisation == organisation.siret);
            let aliases = others.map(|number| number.siret.clone()).filter(|alias| *alias != organisation.siret);
            ListedOrganisation { aliases: aliases.collect(), organisation }
        };
        Ok(found.into_iter().map(listed).collect())
    }

    /// Lets an organisation in. Whoever asked for it has what she asked for.
    pub async fn add(&self, siret: Siret, name: &str, actor: Actor) -> Result<Organisation, OrganisationError> {
        let (name, now) = (valid(name)?, self.clock.now());
        let organisation = Organisation { siret, name_key: name_key(&name), name, created_at: now, updated_at: now };
        let event =
            self.event(Action::OrganisationCreated, actor, &organisation.siret, json!({ "name": organisation.name }));
        let row = organisation.clone();
        self.store
            .write(async move |tx| {
                // The alias of another would stand in the table of numbers alone.
                let siret = row.siret.clone();
                Entity::insert(ActiveModel::from(row).reset_all())
                    .on_conflict(OnConflict::column(Column::Siret).do_nothing().to_owned())
                    .exec_without_returning(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                lead_in(&tx, siret.clone(), siret).await?;
                record_in(&tx, event).await?;
                Ok::<_, OrganisationError>(())
            })
            .await?;
        Ok(organisation)
    }

    /// Calls an organisation otherwise.
    pub async fn rename(&self, siret: &Siret, name: &str, actor: Actor) -> Result<(), OrganisationError> {
        let (name, now, siret) = (valid(name)?, self.clock.now(), siret.clone());
        let audit = self.audit.clone();
        self.store
            .write(async move |tx| {
                let found = find_in(&tx, &siret).await?;
                if found.name == name {
                    return Ok(());
                }
                let details = json!({ "before": found.name, "after": name });
                let row = ActiveModel {
                    siret: Set(siret.clone()),
                    name_key: Set(name_key(&name)),
                    name: Set(name),
                    updated_at: Set(now),
                    ..Default::default()
                };
                Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Self::told(Action::OrganisationUpdated, actor, &siret, details);
                record_in(&tx, audit.row(event)).await?;
                Ok(())
            })
            .await
    }

    /// Lets `alias` lead to an organisation as well.
    pub async fn add_alias(&self, siret: &Siret, alias: Siret, actor: Actor) -> Result<(), OrganisationError> {
        let event = self.event(Action::OrganisationUpdated, actor, siret, json!({ "alias_added": alias }));
        let siret = siret.clone();
        self.store
            .write(async move |tx| {
                find_in(&tx, &siret).await?;
                lead_in(&tx, alias, siret).await?;
                record_in(&tx, event).await?;
                Ok(())
            })
            .await
    }

    /// Takes an alias away. The sign-ins of those who came by it alone end.
    pub async fn remove_alias(&self, siret: &Siret, alias: &Siret, actor: Actor) -> Result<(), OrganisationError> {
        const ENDED: &str = "\
            DELETE FROM session WHERE organisation = $1 AND NOT EXISTS \
            (SELECT 1 FROM session_provider p \
             JOIN identity i ON i.issuer = p.issuer AND i.subject = p.subject \
             JOIN membership m ON m.identity_id = i.id \
             JOIN organisation_siret n ON n.siret = m.siret \
             WHERE p.session_id = session.id AND n.organisation = $1)";
        if siret == alias {
            return Err(OrganisationError::OwnSiret);
        }
        let event = self.event(Action::OrganisationUpdated, actor, siret, json!({ "alias_removed": alias }));
        let (siret, alias) = (siret.clone(), alias.clone());
        self.store
            .write(async move |tx| {
                let gone = number::Entity::delete_by_id(alias)
                    .filter(number::Column::Organisation.eq(siret.clone()))
                    .exec(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                if gone.rows_affected == 0 {
                    return Err(OrganisationError::NotFound);
                }
                execute_in(&tx, ENDED, [siret.into()]).await?;
                record_in(&tx, event).await?;
                Ok(())
            })
            .await
    }

    /// Lets an organisation in no more: the sign-ins for it end, the accounts of its people stay.
    pub async fn remove(&self, siret: &Siret, actor: Actor) -> Result<(), OrganisationError> {
        let siret = siret.clone();
        let audit = self.audit.clone();
        self.store
            .write(async move |tx| {
                let found = find_in(&tx, &siret).await?;
                execute_in(&tx, "DELETE FROM session WHERE organisation = $1", [siret.clone().into()]).await?;
                Entity::delete_by_id(siret.clone()).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Self::told(Action::OrganisationDeleted, actor, &siret, json!({ "name": found.name }));
                record_in(&tx, audit.row(event)).await?;
                Ok(())
            })
            .await
    }

    fn event(&self, action: Action, actor: Actor, siret: &Siret, details: serde_json::Value) -> crate::audit::EventRow {
        self.audit.row(Self::told(action, actor, siret, details))
    }

    fn told(action: Action, actor: Actor, siret: &Siret, mut details: serde_json::Value) -> Event {
        details["organisation"] = json!(siret);
        Event::new(action, actor).details(details)
    }
}

/// Lets a number lead to an organisation; the primary key refuses one that leads to another. Whoever waits for it waits no more.
async fn lead_in(tx: &Tx, siret: Siret, organisation: Siret) -> Result<(), OrganisationError> {
    let row = number::ActiveModel { siret: Set(siret.clone()), organisation: Set(organisation) };
    let inserted = number::Entity::insert(row)
        .on_conflict(OnConflict::column(number::Column::Siret).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(StoreError::from)?;
    if inserted == 0 {
        return Err(OrganisationError::Taken);
    }
    Ok(requests::settle_in(tx, &siret).await?)
}

async fn find_in(tx: &Tx, siret: &Siret) -> Result<Organisation, OrganisationError> {
    use sea_orm::QuerySelect;

    let found = Entity::find_by_id(siret.clone()).lock_exclusive().one(&**tx).await.map_err(StoreError::from)?;
    found.ok_or(OrganisationError::NotFound)
}

pub(super) async fn execute_in<const N: usize>(
    tx: &Tx,
    sql: &str,
    values: [sea_orm::Value; N],
) -> Result<(), StoreError> {
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

fn valid(name: &str) -> Result<String, OrganisationError> {
    let name = name.trim();
    let valid = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if valid { Ok(name.to_owned()) } else { Err(OrganisationError::Name) }
}
