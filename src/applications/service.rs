//! The rules of applications.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::activity::Activity;
use super::entity::{ActiveModel, Column, Entity, domain, secret};
use super::logo::Painter;
use super::rules::{flaws, tidy};
use super::usage::Usage;
use super::{Application, ApplicationError, ClientSecret, Domains, Networks};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{ApplicationId, ClientId, Clock, MasterKey, Random, ScopeList, Store, StoreError, Tx, slug_of};

/// Third parties' applications.
#[derive(Clone, Debug)]
pub struct Applications {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) key: MasterKey,
    pub(super) usage: Usage,
    pub(super) activity: Activity,
    pub(super) painter: Painter,
}

/// An application that an administrator or operator asks for. By default it may do nothing, for nobody.
#[derive(Clone, Debug, Default)]
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
    /// What it is for, at most 2,000 characters.
    pub description: Option<String>,
    /// Whom to ask about it, at most 320 characters.
    pub owner_contact: Option<String>,
    /// Its own site: https, or http on loopback.
    pub home_page: Option<String>,
    /// Those of its scopes that a person may decline.
    pub optional_scopes: ScopeList,
    /// How long its tokens work, 1 to 60 minutes; none: as the settings say.
    pub token_lifetime_minutes: Option<u32>,
    /// From where it may be used; empty: from everywhere.
    pub networks: Networks,
}

/// A new application with its secret, which is never shown again.
#[derive(Clone, Debug)]
pub struct Created {
    /// The application.
    pub application: Application,
    /// Its secret.
    pub secret: ClientSecret,
}

impl Applications {
    /// Applications in `store`, with secrets digested under `key`.
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, key: MasterKey) -> Self {
        Self {
            store,
            clock,
            random,
            audit,
            key,
            usage: Usage::default(),
            activity: Activity::default(),
            painter: Painter::default(),
        }
    }

    /// Makes an application with one secret.
    pub async fn create(&self, new: NewApplication, actor: Actor) -> Result<Created, ApplicationError> {
        let domains = distinct(new.domains);
        let now = self.clock.now();
        let application = tidy(Application {
            id: ApplicationId::new(&self.random, now),
            client_id: ClientId::generate(&self.random),
            slug: String::new(),
            name: new.name,
            active: true,
            scopes: new.scopes,
            all_domains: domains == Domains::All,
            allow_user_creation: new.allow_user_creation,
            generation: 0,
            created_at: now,
            updated_at: now,
            last_used_at: None,
            user_creation_per_day: new.user_creation_per_day.map(i64::from),
            description: new.description,
            owner_contact: new.owner_contact,
            home_page: new.home_page,
            name_key: None,
            token_lifetime_minutes: new.token_lifetime_minutes.map(i64::from),
            networks: new.networks,
            optional_scopes: new.optional_scopes,
            version: 0,
            logo: None,
        });
        let flaws = flaws(&application);
        if !flaws.is_empty() {
            return Err(ApplicationError::Invalid(flaws));
        }
        let slugs = Slugs::for_application(&application.name, new.slug.as_deref())?;
        let (secret, secret_row) = self.new_secret(application.id, now);
        let event = Event::new(Action::ApplicationCreated, actor).application(application.id).details(json!({
            "scopes": application.scopes,
            "domains": domains,
            "allow_user_creation": application.allow_user_creation,
            "user_creation_per_day": application.user_creation_per_day,
            "token_lifetime_minutes": application.token_lifetime_minutes,
            "networks": application.networks,
        }));
        let event = self.audit.row(event);
        let application = self
            .store
            .write(async move |tx| {
                let application = insert_with_slug(&tx, application, slugs).await?;
                insert_domains_in(&tx, application.id, &domains).await?;
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
            let version = Set(application.version + 1);
            (ActiveModel { active: Set(active), version, ..Default::default() }, details)
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
}

/// The application, kept from other transactions until this one ends: changes of one application come one after the other.
pub(super) async fn find_in(tx: &Tx, client_id: &ClientId) -> Result<Application, ApplicationError> {
    let found = Entity::find().filter(Column::ClientId.eq(client_id.clone())).lock_exclusive();
    found.one(&**tx).await.map_err(StoreError::from)?.ok_or(ApplicationError::NotFound)
}

/// The same domains, each once and in order: two spellings of one domain are one row.
pub(super) fn distinct(domains: Domains) -> Domains {
    match domains {
        Domains::All => Domains::All,
        Domains::Only(names) => Domains::Only(names.into_iter().collect::<BTreeSet<_>>().into_iter().collect()),
    }
}

/// Allows these domains to an application that has none.
pub(super) async fn insert_domains_in(
    tx: &Tx,
    application: ApplicationId,
    domains: &Domains,
) -> Result<(), StoreError> {
    let Domains::Only(domains) = domains else { return Ok(()) };
    let rows: Vec<_> = domains.iter().map(|name| domain::row(application, name)).collect();
    if !rows.is_empty() {
        domain::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
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
