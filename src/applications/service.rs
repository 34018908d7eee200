//! The rules of applications.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity, domain, secret};
use super::secrets::works;
use super::usage::Usage;
use super::{Application, ApplicationError, ClientSecret, Domains};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{
    ApplicationId, ClientId, Clock, Domain, MasterKey, Random, ScopeList, Store, StoreError, Timestamp, Tx, slug_of,
};

/// Third parties' applications.
#[derive(Clone, Debug)]
pub struct Applications {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) key: MasterKey,
    pub(super) usage: Usage,
}

/// An application that an administrator or operator asks for.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// What people call it, 1 to 255 characters.
    pub name: String,
    /// Its name in addresses; made from the name when absent.
    pub slug: Option<String>,
    /// What it may do.
    pub scopes: ScopeList,
    /// For whose people.
    pub domains: Domains,
    /// Whether it may make accounts for people who never came.
    pub allow_user_creation: bool,
    /// How many in a day; none: as the settings say.
    pub user_creation_per_day: Option<u32>,
}

/// A new application with its secret, which is never shown again.
#[derive(Clone, Debug)]
pub struct Created {
    /// The application.
    pub application: Application,
    /// Its secret.
    pub secret: ClientSecret,
}

/// An application with what belongs to it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The application.
    pub application: Application,
    /// For whose people it may act.
    pub domains: Domains,
    /// Its secrets that work, newest first.
    pub secrets: Vec<ListedSecret>,
}

/// What is known of a secret afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSecret {
    /// Its first characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to some seconds.
    pub last_used_at: Option<Timestamp>,
}

impl Applications {
    /// Applications in `store`, with secrets digested under `key`.
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, key: MasterKey) -> Self {
        Self { store, clock, random, audit, key, usage: Usage::default() }
    }

    /// Makes an application with one secret.
    pub async fn create(&self, new: NewApplication, actor: Actor) -> Result<Created, ApplicationError> {
        let name = new.name.trim().to_owned();
        if !(1..=255).contains(&name.chars().count()) {
            return Err(ApplicationError::Name);
        }
        let slugs = Slugs::for_application(&name, new.slug.as_deref())?;
        let domains = match new.domains {
            Domains::All => Domains::All,
            // Two spellings of one domain are one row.
            Domains::Only(names) => Domains::Only(names.into_iter().collect::<BTreeSet<_>>().into_iter().collect()),
        };
        let now = self.clock.now();
        let application = Application {
            id: ApplicationId::new(&self.random, now),
            client_id: ClientId::generate(&self.random),
            slug: String::new(),
            name,
            active: true,
            scopes: new.scopes,
            all_domains: domains == Domains::All,
            allow_user_creation: new.allow_user_creation,
            generation: 0,
            created_at: now,
            updated_at: now,
            last_used_at: None,
            user_creation_per_day: new.user_creation_per_day.map(i64::from),
        };
        let (secret, secret_row) = self.new_secret(application.id, now);
        let event = Event::new(Action::ApplicationCreated, actor).application(application.id).details(json!({
            "scopes": application.scopes,
            "domains": domains,
            "allow_user_creation": application.allow_user_creation,
            "user_creation_per_day": application.user_creation_per_day,
        }));
        let event = self.audit.row(event);
        let application = self
            .store
            .write(async move |tx| {
                let application = insert_with_slug(&tx, application, slugs).await?;
                if let Domains::Only(domains) = &domains {
                    let rows: Vec<_> = domains.iter().map(|name| domain::row(application.id, name)).collect();
                    if !rows.is_empty() {
                        domain::Entity::insert_many(rows)
                            .exec_without_returning(&*tx)
                            .await
                            .map_err(StoreError::from)?;
                    }
                }
                secret::Entity::insert(secret_row).exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                record_in(&tx, event).await?;
                Ok::<_, ApplicationError>(application)
            })
            .await?;
        Ok(Created { application, secret })
    }

    /// Switches an application off or on. Its tokens stop and work again with it.
    pub async fn set_active(
        &self,
        client_id: &ClientId,
        active: bool,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let action = if active { Action::ApplicationEnabled } else { Action::ApplicationDisabled };
        self.change(client_id, action, actor, move |application| {
            let details = json!({ "before": { "active": application.active }, "after": { "active": active } });
            (ActiveModel { active: Set(active), ..Default::default() }, details)
        })
        .await
    }

    /// Revokes all tokens issued to an application so far, for whomever.
    pub async fn revoke_tokens(&self, client_id: &ClientId, actor: Actor) -> Result<Application, ApplicationError> {
        self.change(client_id, Action::ApplicationTokensRevoked, actor, |application| {
            let generation = application.generation + 1;
            (ActiveModel { generation: Set(generation), ..Default::default() }, json!({ "generation": generation }))
        })
        .await
    }

    /// One change of one application, with its event.
    async fn change<F>(
        &self,
        client_id: &ClientId,
        action: Action,
        actor: Actor,
        change: F,
    ) -> Result<Application, ApplicationError>
    where
        F: FnOnce(&Application) -> (ActiveModel, serde_json::Value) + Send + 'static,
    {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let (row, details) = change(&application);
                let row = ActiveModel { id: Set(application.id), updated_at: Set(now), ..row };
                let application = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Event::new(action, actor).application(application.id).details(details);
                record_in(&tx, audit.row(event)).await?;
                Ok(application)
            })
            .await
    }

    /// All applications, newest first.
    pub async fn list(&self) -> Result<Vec<Overview>, StoreError> {
        let applications = Entity::find().order_by_desc(Column::Id).all(self.store.read()).await?;
        self.complete(applications, None).await
    }

    /// The application of that slug.
    pub async fn find_by_slug(&self, slug: &str) -> Result<Option<Overview>, StoreError> {
        self.find_where(Column::Slug.eq(slug)).await
    }

    /// The application of that client id.
    pub async fn find(&self, client_id: &ClientId) -> Result<Option<Overview>, StoreError> {
        self.find_where(Column::ClientId.eq(client_id.clone())).await
    }

    async fn find_where(&self, condition: sea_orm::sea_query::Expr) -> Result<Option<Overview>, StoreError> {
        let Some(application) = Entity::find().filter(condition).one(self.store.read()).await? else { return Ok(None) };
        let id = application.id;
        Ok(self.complete(vec![application], Some(id)).await?.pop())
    }

    /// Adds domains and secrets: two queries, however many applications.
    async fn complete(
        &self,
        applications: Vec<Application>,
        only: Option<ApplicationId>,
    ) -> Result<Vec<Overview>, StoreError> {
        let (mut domains, mut secrets) = (domain::Entity::find(), secret::Entity::find());
        if let Some(id) = only {
            domains = domains.filter(domain::Column::ApplicationId.eq(id));
            secrets = secrets.filter(secret::Column::ApplicationId.eq(id));
        }
        let mut domains_of: BTreeMap<ApplicationId, Vec<Domain>> = BTreeMap::new();
        for row in domains.order_by_asc(domain::Column::Domain).all(self.store.read()).await? {
            if let Ok(name) = row.domain.parse() {
                domains_of.entry(row.application_id).or_default().push(name);
            }
        }
        let now = self.clock.now();
        let mut secrets_of: BTreeMap<ApplicationId, Vec<ListedSecret>> = BTreeMap::new();
        for row in secrets.order_by_desc(secret::Column::Id).all(self.store.read()).await? {
            if works(&row, now) {
                secrets_of.entry(row.application_id).or_default().push(ListedSecret {
                    prefix: row.prefix,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                    last_used_at: row.last_used_at,
                });
            }
        }
        let complete = |application: Application| Overview {
            domains: if application.all_domains {
                Domains::All
            } else {
                Domains::Only(domains_of.remove(&application.id).unwrap_or_default())
            },
            secrets: secrets_of.remove(&application.id).unwrap_or_default(),
            application,
        };
        Ok(applications.into_iter().map(complete).collect())
    }
}

/// The application, kept from other transactions until this one ends: changes of one application come one after the other.
pub(super) async fn find_in(tx: &Tx, client_id: &ClientId) -> Result<Application, ApplicationError> {
    let found = Entity::find().filter(Column::ClientId.eq(client_id.clone())).lock_exclusive();
    found.one(&**tx).await.map_err(StoreError::from)?.ok_or(ApplicationError::NotFound)
}

/// The slugs that a new application may get, in the order in which they are tried.
struct Slugs {
    base: String,
    numbered: bool,
}

impl Slugs {
    fn for_application(name: &str, chosen: Option<&str>) -> Result<Self, ApplicationError> {
        if let Some(slug) = chosen {
            let form = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            let valid = (1..=50).contains(&slug.len()) && slug.bytes().all(form);
            return if valid {
                Ok(Self { base: slug.to_owned(), numbered: false })
            } else {
                Err(ApplicationError::Slug)
            };
        }
        // Room for a number behind it.
        let slug = slug_of(name, 44);
        Ok(Self { base: if slug.is_empty() { "application".to_owned() } else { slug }, numbered: true })
    }

    fn nth(&self, n: u32) -> String {
        if n == 1 { self.base.clone() } else { format!("{}-{n}", self.base) }
    }
}

/// Inserts under the first slug that is free: the unique constraint decides, not a look before.
async fn insert_with_slug(tx: &Tx, application: Application, slugs: Slugs) -> Result<Application, ApplicationError> {
    const TRIES: u32 = 1000;
    for n in 1..=if slugs.numbered { TRIES } else { 1 } {
        let application = Application { slug: slugs.nth(n), ..application.clone() };
        let row = sea_orm::ActiveModelTrait::reset_all(ActiveModel::from(application.clone()));
        let inserted = Entity::insert(row)
            .on_conflict(OnConflict::column(Column::Slug).do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(StoreError::from)?;
        if inserted > 0 {
            return Ok(application);
        }
    }
    Err(ApplicationError::SlugTaken)
}
