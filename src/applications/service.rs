//! The rules of applications.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity, domain, secret};
use super::{Application, ApplicationError, ClientSecret, Domains};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{
    ApplicationId, ClientId, Clock, Domain, MasterKey, Random, ScopeList, SecretId, Store, StoreError, Timestamp, Tx,
    slug_of,
};

/// Third parties' applications.
#[derive(Clone, Debug)]
pub struct Applications {
    store: Store,
    clock: Clock,
    random: Random,
    audit: Audit,
    key: MasterKey,
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
}

/// What becomes of the secret that a new one replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// It ends at once, and so does any other: the choice after a leak.
    None,
    /// It works for so much longer.
    For(Duration),
}

impl Applications {
    /// Applications in `store`, with secrets digested under `key`.
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, key: MasterKey) -> Self {
        Self { store, clock, random, audit, key }
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
        };
        let (secret, secret_row) = self.new_secret(application.id, now);
        let event = Event::new(Action::ApplicationCreated, actor).application(application.id).details(json!({
            "scopes": application.scopes,
            "domains": domains,
            "allow_user_creation": application.allow_user_creation,
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
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let before = application.active;
                let row = ActiveModel {
                    id: Set(application.id),
                    active: Set(active),
                    updated_at: Set(now),
                    ..Default::default()
                };
                let application = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Event::new(action, actor)
                    .application(application.id)
                    .details(json!({ "before": { "active": before }, "after": { "active": active } }));
                record_in(&tx, audit.row(event)).await?;
                Ok(application)
            })
            .await
    }

    /// Gives an application a new secret. At most two work at a time: while a former one still does, only
    /// [`Overlap::None`] is taken.
    pub async fn rotate_secret(
        &self,
        client_id: &ClientId,
        overlap: Overlap,
        actor: Actor,
    ) -> Result<ClientSecret, ApplicationError> {
        let now = self.clock.now();
        let secret = ClientSecret::generate(&self.random);
        let (new, audit, client_id) = (self.secret_row(&secret, now), self.audit.clone(), client_id.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                retire_secrets(&tx, application.id, overlap, now).await?;
                let row = secret::ActiveModel { application_id: Set(application.id), ..new };
                let prefix = row.prefix.clone().take();
                secret::Entity::insert(row).exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                let kept_for = if let Overlap::For(span) = overlap { span.as_secs() } else { 0 };
                let event = Event::new(Action::SecretRotated, actor)
                    .application(application.id)
                    .details(json!({ "prefix": prefix, "overlap_seconds": kept_for }));
                record_in(&tx, audit.row(event)).await?;
                Ok::<_, ApplicationError>(())
            })
            .await?;
        Ok(secret)
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
                let listed =
                    ListedSecret { prefix: row.prefix, created_at: row.created_at, expires_at: row.expires_at };
                secrets_of.entry(row.application_id).or_default().push(listed);
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

    fn new_secret(&self, application: ApplicationId, now: Timestamp) -> (ClientSecret, secret::ActiveModel) {
        let secret = ClientSecret::generate(&self.random);
        let row = secret::ActiveModel { application_id: Set(application), ..self.secret_row(&secret, now) };
        (secret, row)
    }

    fn secret_row(&self, secret: &ClientSecret, now: Timestamp) -> secret::ActiveModel {
        secret::ActiveModel {
            id: Set(SecretId::new(&self.random, now)),
            digest: Set(secret.digest(&self.key)),
            prefix: Set(secret.prefix()),
            created_at: Set(now),
            expires_at: Set(None),
            ..Default::default()
        }
    }
}

/// The application, kept from other transactions until this one ends: changes of one application come one after the other.
async fn find_in(tx: &Tx, client_id: &ClientId) -> Result<Application, ApplicationError> {
    let found = Entity::find().filter(Column::ClientId.eq(client_id.clone())).lock_exclusive();
    found.one(&**tx).await.map_err(StoreError::from)?.ok_or(ApplicationError::NotFound)
}

fn works(row: &secret::Model, now: Timestamp) -> bool {
    row.expires_at.is_none_or(|end| now < end)
}

/// Ends the secrets in use as `overlap` says, and removes those that ended before.
async fn retire_secrets(
    tx: &Tx,
    application: ApplicationId,
    overlap: Overlap,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    let of_application = secret::Column::ApplicationId.eq(application);
    if let Overlap::For(span) = overlap {
        let rows = secret::Entity::find().filter(of_application.clone()).all(&**tx).await.map_err(StoreError::from)?;
        let working: Vec<_> = rows.into_iter().filter(|row| works(row, now)).collect();
        if let (true, Some(end)) = (working.len() > 1, working.iter().filter_map(|row| row.expires_at).min()) {
            return Err(ApplicationError::TwoSecrets(end));
        }
        secret::Entity::delete_many()
            .filter(of_application.clone())
            .filter(secret::Column::ExpiresAt.lte(now))
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
        secret::Entity::update_many()
            .set(secret::ActiveModel { expires_at: Set(Some(now.after(span))), ..Default::default() })
            .filter(of_application)
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
    } else {
        secret::Entity::delete_many().filter(of_application).exec(&**tx).await.map_err(StoreError::from)?;
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
