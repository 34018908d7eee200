//! To which organisations people belong, by what their providers say.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entity::number;
use super::{OrganisationError, Organisations};
use crate::accounts::SessionId;
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ClientRequest, IdentityId, Siret, StoreError, Timestamp, Tx};

/// That a person belongs to an organisation, as her provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Which one.
    pub siret: Siret,
    /// What the provider calls it.
    pub label: Option<String>,
    /// Whether she works for it from outside, as a contractor does.
    pub is_external: bool,
}

/// An organisation that is let in, to which somebody belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// Which one: its own number, also where an alias led to it.
    pub siret: Siret,
    /// What it is called here.
    pub name: String,
    /// Whether she works for it from outside alone.
    pub is_external: bool,
}

mod row {
    use sea_orm::entity::prelude::*;

    use crate::base::{IdentityId, Siret, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "membership")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub identity_id: IdentityId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub siret: Siret,
        pub label: Option<String>,
        pub is_external: bool,
        pub seen_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Debug, FromQueryResult)]
struct Found {
    siret: Siret,
    name: String,
    is_external: bool,
}

/// What belongs to a sign-in: the identity that it came by says to which organisations she belongs, and of these some are let in.
const OF_SESSION: &str = "\
    SELECT o.siret, o.name, m.is_external \
    FROM session_provider p \
    JOIN identity i ON i.issuer = p.issuer AND i.subject = p.subject \
    JOIN membership m ON m.identity_id = i.id \
    JOIN organisation_siret n ON n.siret = m.siret \
    JOIN organisation o ON o.siret = n.organisation \
    WHERE p.session_id = $1 ORDER BY o.name_key, o.siret";

impl Organisations {
    /// Which of these are let in, by name, each once.
    pub async fn let_in(&self, memberships: &[Membership]) -> Result<Vec<Belonging>, StoreError> {
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        let numbers = memberships.iter().map(|membership| membership.siret.clone());
        let numbers =
            number::Entity::find().filter(number::Column::Siret.is_in(numbers)).all(self.store.read()).await?;
        let mut found = Vec::new();
        for organisation in self.find_all(numbers.iter().map(|number| number.organisation.clone())).await? {
            let leads = |membership: &&Membership| {
                numbers
                    .iter()
                    .any(|number| number.siret == membership.siret && number.organisation == organisation.siret)
            };
            let is_external = memberships.iter().filter(leads).all(|membership| membership.is_external);
            found.push(Belonging { siret: organisation.siret, name: organisation.name, is_external });
        }
        Ok(found)
    }

    /// The organisations among which the person of a sign-in may choose, by name; none where her provider tells none.
    pub async fn of_session(&self, session: &SessionId) -> Result<Vec<Belonging>, StoreError> {
        let statement = Statement::from_sql_and_values(self.store.backend(), OF_SESSION, [session.clone().into()]);
        Ok(each_once(Found::find_by_statement(statement).all(self.store.read()).await?))
    }

    /// For which organisation the person of that identity acted last.
    pub async fn last_of(&self, issuer: &str, subject: &str) -> Result<Option<Siret>, StoreError> {
        #[derive(FromQueryResult)]
        struct Last {
            organisation: Option<Siret>,
        }
        let sql = "SELECT organisation FROM identity WHERE issuer = $1 AND subject = $2";
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [issuer.into(), subject.into()]);
        Ok(Last::find_by_statement(statement).one(self.store.read()).await?.and_then(|last| last.organisation))
    }

    /// What a provider says now of somebody who cannot come in any more: if she came before, it is kept, and what it does not allow any
    /// more ends.
    pub async fn lose(&self, issuer: &str, subject: &str, memberships: &[Membership]) -> Result<(), StoreError> {
        #[derive(FromQueryResult)]
        struct Known {
            id: IdentityId,
        }
        let sql = "SELECT id FROM identity WHERE issuer = $1 AND subject = $2";
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [issuer.into(), subject.into()]);
        let Some(Known { id }) = Known::find_by_statement(statement).one(self.store.read()).await? else {
            return Ok(());
        };
        let (memberships, now) = (memberships.to_vec(), self.clock.now());
        self.store.write(async move |tx| keep_in(&tx, id, &memberships, None, now).await).await
    }

    /// From now on the sign-in `session` of `person` is for that organisation, to which she must belong.
    pub async fn choose(
        &self,
        person: AccountId,
        session: &SessionId,
        siret: &Siret,
        request: &ClientRequest,
    ) -> Result<Belonging, OrganisationError> {
        const SESSION: &str = "UPDATE session SET organisation = $2 WHERE id = $1";
        const IDENTITY: &str = "UPDATE identity SET organisation = $2 WHERE id IN (SELECT i.id FROM identity i \
                                JOIN session_provider p ON p.issuer = i.issuer AND p.subject = i.subject \
                                WHERE p.session_id = $1)";
        let (session, siret) = (session.clone(), siret.clone());
        let event = Event::new(Action::OrganisationChosen, Actor::Person(person))
            .on_behalf_of(person)
            .from(request)
            .details(json!({ "organisation": siret }));
        let event = self.audit.row(event);
        self.store
            .write(async move |tx| {
                let backend = tx.get_database_backend();
                let statement = Statement::from_sql_and_values(backend, OF_SESSION, [session.clone().into()]);
                let found = Found::find_by_statement(statement).all(&*tx).await.map_err(StoreError::from)?;
                let hers = each_once(found).into_iter().find(|hers| hers.siret == siret);
                let hers = hers.ok_or(OrganisationError::NotHers)?;
                for sql in [SESSION, IDENTITY] {
                    let values = [session.clone().into(), siret.clone().into()];
                    let statement = Statement::from_sql_and_values(backend, sql, values);
                    tx.execute_raw(statement).await.map_err(StoreError::from)?;
                }
                record_in(&tx, event).await?;
                Ok(hers)
            })
            .await
    }
}

fn each_once(found: Vec<Found>) -> Vec<Belonging> {
    let mut each: Vec<Belonging> = Vec::new();
    for Found { siret, name, is_external } in found {
        match each.iter_mut().find(|known| known.siret == siret) {
            Some(known) => known.is_external &= is_external,
            None => each.push(Belonging { siret, name, is_external }),
        }
    }
    each
}

/// Puts what a provider says now in place of what it said before, and notes for which organisation she comes. Other sign-ins of hers for an
/// organisation to which she does not belong any more end.
pub(in crate::accounts) async fn keep_in(
    tx: &Tx,
    identity: IdentityId,
    memberships: &[Membership],
    organisation: Option<&Siret>,
    now: Timestamp,
) -> Result<(), StoreError> {
    const IDENTITY: &str = "UPDATE identity SET organisation = COALESCE($2, organisation) WHERE id = $1";
    const ENDED: &str = "\
        DELETE FROM session WHERE organisation IS NOT NULL \
        AND id IN (SELECT p.session_id FROM session_provider p \
                   JOIN identity i ON i.issuer = p.issuer AND i.subject = p.subject WHERE i.id = $1) \
        AND organisation NOT IN (SELECT n.organisation FROM organisation_siret n \
                                 JOIN membership m ON m.siret = n.siret WHERE m.identity_id = $1)";
    row::Entity::delete_many().filter(row::Column::IdentityId.eq(identity)).exec(&**tx).await?;
    let rows = memberships.iter().map(|membership| row::ActiveModel {
        identity_id: Set(identity),
        siret: Set(membership.siret.clone()),
        label: Set(membership.label.clone()),
        is_external: Set(membership.is_external),
        seen_at: Set(now),
    });
    if !memberships.is_empty() {
        row::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    let values = [identity.into(), organisation.map(Siret::as_str).into()];
    let backend = tx.get_database_backend();
    tx.execute_raw(Statement::from_sql_and_values(backend, IDENTITY, values)).await?;
    tx.execute_raw(Statement::from_sql_and_values(backend, ENDED, [identity.into()])).await?;
    Ok(())
}
