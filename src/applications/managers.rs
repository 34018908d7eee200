//! People who manage one application without being administrators.
//!
//! A manager may do what concerns nobody but the application itself: what people are told of it, its secrets, a look at what
//! it does. What would widen what it may do (scopes, domains, accounts, lifetime, networks, the switch), who else manages it,
//! and its end stay with administrators.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult, Statement};

use super::entity::manager;
use super::service::find_in;
use super::{Application, ApplicationError, ApplicationPatch, Applications, Overview};
use crate::accounts::{Account, Status};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ApplicationId, ClientId, StoreError, Timestamp};

/// Somebody who manages an application, as lists show her.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ManagerEntry {
    /// Her account.
    pub account: AccountId,
    /// Her address, if she has one.
    pub email: Option<String>,
    /// What she is called.
    pub name: Option<String>,
    /// Where her account stands.
    pub status: Status,
    /// Since when she manages it.
    pub since: Timestamp,
}

/// An application that the caller may manage, as its administrator or as one of its managers. A handler or form that takes one
/// is reached by nobody else.
#[derive(Clone, Debug)]
pub struct ManagedApplication {
    /// The application.
    pub overview: Overview,
    person: AccountId,
    administrator: bool,
}

impl ManagedApplication {
    /// The application itself.
    pub fn application(&self) -> &Application {
        &self.overview.application
    }

    /// Who acts, for the trail.
    pub const fn actor(&self) -> Actor {
        Actor::Person(self.person)
    }

    /// Whether she may do what only administrators may.
    pub const fn by_administrator(&self) -> bool {
        self.administrator
    }

    /// Refuses a manager what would widen what the application may do.
    pub fn may_change(&self, patch: &ApplicationPatch) -> Result<(), ApplicationError> {
        if self.administrator || patch.is_general() { Ok(()) } else { Err(ApplicationError::Forbidden) }
    }
}

impl Applications {
    /// The application of that slug, for `account` to manage. Whoever may not is told the same as of an unknown one.
    pub async fn managed_by_slug(&self, account: &Account, slug: &str) -> Result<ManagedApplication, ApplicationError> {
        let found = self.find_by_slug(slug).await?;
        self.managed(account, found).await
    }

    /// The application of that client id, for `account` to manage.
    pub async fn managed(
        &self,
        account: &Account,
        found: Option<Overview>,
    ) -> Result<ManagedApplication, ApplicationError> {
        let overview = found.ok_or(ApplicationError::NotFound)?;
        let administrator = account.is_administrator();
        if !administrator && !self.is_manager(overview.application.id, account.id).await? {
            return Err(ApplicationError::NotFound);
        }
        Ok(ManagedApplication { overview, person: account.id, administrator })
    }

    /// Whether a person manages any application.
    pub async fn manages_any(&self, account: AccountId) -> Result<bool, StoreError> {
        use sea_orm::{ColumnTrait, QueryFilter};
        let rows = manager::Entity::find().filter(manager::Column::AccountId.eq(account));
        Ok(rows.one(self.store.read()).await?.is_some())
    }

    async fn is_manager(&self, application: ApplicationId, account: AccountId) -> Result<bool, StoreError> {
        Ok(manager::Entity::find_by_id((application, account)).one(self.store.read()).await?.is_some())
    }

    /// Who manages an application, longest first.
    pub async fn managers(&self, application: ApplicationId) -> Result<Vec<ManagerEntry>, StoreError> {
        const SQL: &str = "\
            SELECT m.account_id AS account, COALESCE(u.email, u.claimed_email) AS email, u.name, u.status, m.created_at AS since \
            FROM application_manager m JOIN account u ON u.id = m.account_id \
            WHERE m.application_id = $1 ORDER BY m.created_at, m.account_id";
        let statement = Statement::from_sql_and_values(self.store.backend(), SQL, [application.into()]);
        Ok(ManagerEntry::find_by_statement(statement).all(self.store.read()).await?)
    }

    /// Lets a person manage an application. Once more changes nothing.
    pub async fn add_manager(
        &self,
        client_id: &ClientId,
        account: AccountId,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let row = manager::ActiveModel {
                    application_id: Set(application.id),
                    account_id: Set(account),
                    created_at: Set(now),
                };
                let key = [manager::Column::ApplicationId, manager::Column::AccountId];
                let added = manager::Entity::insert(row)
                    .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
                    .exec_without_returning(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                if added > 0 {
                    let event = Event::new(Action::ApplicationManagerAdded, actor);
                    let event = event.application(application.id).on_behalf_of(account);
                    record_in(&tx, audit.row(event)).await?;
                }
                Ok(application)
            })
            .await
    }

    /// Takes the management of an application from a person.
    pub async fn remove_manager(
        &self,
        client_id: &ClientId,
        account: AccountId,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let (client_id, audit) = (client_id.clone(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let removed = manager::Entity::delete_by_id((application.id, account)).exec(&*tx).await;
                if removed.map_err(StoreError::from)?.rows_affected == 0 {
                    return Err(ApplicationError::ManagerNotFound);
                }
                let event = Event::new(Action::ApplicationManagerRemoved, actor);
                let event = event.application(application.id).on_behalf_of(account);
                record_in(&tx, audit.row(event)).await?;
                Ok(application)
            })
            .await
    }
}
