//! Changing an application.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};

use super::entity::{ActiveModel, Entity, domain};
use super::rules::{flaws, tidy};
use super::service::{distinct, find_in, insert_domains_in};
use super::{Application, ApplicationError, Applications, Domains, Networks};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::wire::Nullable;
use crate::base::{ApplicationId, ClientId, Domain, ScopeList, StoreError, Tx};

/// What is to become of an application; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplicationPatch {
    /// Another name. Its slug stays.
    pub name: Option<String>,
    /// What it is for; a blank text takes it away.
    pub description: Nullable<String>,
    /// Whom to ask; a blank text takes it away.
    pub owner_contact: Nullable<String>,
    /// Its own site; a blank text takes it away.
    pub home_page: Nullable<String>,
    /// Whether it may be used at all.
    pub active: Option<bool>,
    /// What it may do. Optional scopes that are not among them go as well.
    pub scopes: Option<ScopeList>,
    /// Those of its scopes that a person may decline.
    pub optional_scopes: Option<ScopeList>,
    /// For whose people it may act.
    pub domains: Option<Domains>,
    /// Whether it may make accounts for people who never came.
    pub allow_user_creation: Option<bool>,
    /// How many in a day; none: as the settings say.
    pub user_creation_per_day: Nullable<u32>,
    /// How long its tokens work, 1 to 60 minutes; none: as the settings say.
    pub token_lifetime_minutes: Nullable<u32>,
    /// From where it may be used; empty: from everywhere.
    pub networks: Option<Networks>,
}

impl ApplicationPatch {
    /// Whether all that it changes is what people are told of the application: nothing that widens what it may do.
    pub fn is_general(&self) -> bool {
        let Self {
            name: _,
            description: _,
            owner_contact: _,
            home_page: _,
            active,
            scopes,
            optional_scopes,
            domains,
            allow_user_creation,
            user_creation_per_day,
            token_lifetime_minutes,
            networks,
        } = self;
        active.is_none()
            && scopes.is_none()
            && optional_scopes.is_none()
            && domains.is_none()
            && allow_user_creation.is_none()
            && *user_creation_per_day == Nullable::Absent
            && *token_lifetime_minutes == Nullable::Absent
            && networks.is_none()
    }

    fn applied_to(self, before: &Application, allowed: &Domains) -> (Application, Domains) {
        let Self {
            name,
            description,
            owner_contact,
            home_page,
            active,
            scopes,
            optional_scopes,
            domains,
            allow_user_creation,
            user_creation_per_day,
            token_lifetime_minutes,
            networks,
        } = self;
        let scopes = scopes.unwrap_or_else(|| before.scopes.clone());
        let optional_scopes = optional_scopes.unwrap_or_else(|| before.optional_scopes.intersection(&scopes));
        let domains = domains.map_or_else(|| allowed.clone(), distinct);
        let after = Application {
            name: name.unwrap_or_else(|| before.name.clone()),
            description: description.over(&before.description),
            owner_contact: owner_contact.over(&before.owner_contact),
            home_page: home_page.over(&before.home_page),
            active: active.unwrap_or(before.active),
            scopes,
            optional_scopes,
            all_domains: domains == Domains::All,
            allow_user_creation: allow_user_creation.unwrap_or(before.allow_user_creation),
            user_creation_per_day: number(&user_creation_per_day).over(&before.user_creation_per_day),
            token_lifetime_minutes: number(&token_lifetime_minutes).over(&before.token_lifetime_minutes),
            networks: networks.unwrap_or_else(|| before.networks.clone()),
            ..before.clone()
        };
        (tidy(after), domains)
    }
}

fn number(given: &Nullable<u32>) -> Nullable<i64> {
    match given {
        Nullable::Absent => Nullable::Absent,
        Nullable::Null => Nullable::Null,
        Nullable::Value(number) => Nullable::Value((*number).into()),
    }
}

impl Applications {
    /// Changes an application: one transaction and one event with the fields that changed, before and after. A change that
    /// changes nothing leaves no trace. With `expected`, the version that the caller read, a change of somebody else since then
    /// is not undone: [`ApplicationError::Changed`].
    pub async fn update(
        &self,
        client_id: &ClientId,
        patch: ApplicationPatch,
        expected: Option<i64>,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let before = find_in(&tx, &client_id).await?;
                if expected.is_some_and(|version| version != before.version) {
                    return Err(ApplicationError::Changed);
                }
                let allowed = domains_in(&tx, &before).await?;
                let (after, domains) = patch.applied_to(&before, &allowed);
                let flaws = flaws(&after);
                if !flaws.is_empty() {
                    return Err(ApplicationError::Invalid(flaws));
                }
                let Some((action, details)) = told((&before, &allowed), (&after, &domains)) else { return Ok(before) };
                if domains != allowed {
                    replace_domains_in(&tx, before.id, &domains).await?;
                }
                let row = ActiveModel { version: Set(before.version + 1), updated_at: Set(now), ..changeable(after) };
                let after = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Event::new(action, actor).application(after.id).details(details);
                record_in(&tx, audit.row(event)).await?;
                Ok(after)
            })
            .await
    }
}

/// The columns that an update may write, all others left alone.
fn changeable(application: Application) -> ActiveModel {
    ActiveModel {
        id: Set(application.id),
        name: Set(application.name),
        name_key: Set(application.name_key),
        description: Set(application.description),
        owner_contact: Set(application.owner_contact),
        home_page: Set(application.home_page),
        active: Set(application.active),
        scopes: Set(application.scopes),
        optional_scopes: Set(application.optional_scopes),
        all_domains: Set(application.all_domains),
        allow_user_creation: Set(application.allow_user_creation),
        user_creation_per_day: Set(application.user_creation_per_day),
        token_lifetime_minutes: Set(application.token_lifetime_minutes),
        networks: Set(application.networks),
        ..Default::default()
    }
}

async fn domains_in(tx: &Tx, application: &Application) -> Result<Domains, StoreError> {
    if application.all_domains {
        return Ok(Domains::All);
    }
    let rows = domain::Entity::find()
        .filter(domain::Column::ApplicationId.eq(application.id))
        .order_by_asc(domain::Column::Domain);
    let rows = rows.all(&**tx).await?;
    Ok(Domains::Only(rows.iter().filter_map(|row| row.domain.parse::<Domain>().ok()).collect()))
}

async fn replace_domains_in(tx: &Tx, application: ApplicationId, domains: &Domains) -> Result<(), StoreError> {
    let former = domain::Entity::delete_many().filter(domain::Column::ApplicationId.eq(application));
    former.exec(&**tx).await?;
    insert_domains_in(tx, application, domains).await
}

/// What the trail tells of a change; none when there is none. The switch alone has a word of its own.
fn told(before: (&Application, &Domains), after: (&Application, &Domains)) -> Option<(Action, Value)> {
    let (mut from, mut to) = (Map::new(), Map::new());
    for (old, new) in facts(before.0, before.1).into_iter().zip(facts(after.0, after.1)) {
        if old.value != new.value {
            from.insert(old.name.to_owned(), old.shown());
            to.insert(new.name.to_owned(), new.shown());
        }
    }
    let action = match (from.len(), before.0.active != after.0.active, after.0.active) {
        (0, ..) => return None,
        (1, true, true) => Action::ApplicationEnabled,
        (1, true, false) => Action::ApplicationDisabled,
        _ => Action::ApplicationUpdated,
    };
    Some((action, json!({ "before": from, "after": to })))
}

/// One field as it is compared, and whether the trail repeats it.
struct Fact {
    name: &'static str,
    value: Value,
    /// Somebody's own words: the trail says only that there are some.
    personal: bool,
}

impl Fact {
    /// Texts with an address in them are personal as well: the trail names nobody.
    fn shown(self) -> Value {
        match self.value {
            Value::String(text) if self.personal || text.contains('@') => json!("…"),
            value => value,
        }
    }
}

/// All that an update can change, in the order in which it is told.
fn facts(application: &Application, domains: &Domains) -> Vec<Fact> {
    let Application {
        id: _,
        client_id: _,
        slug: _,
        name,
        active,
        scopes,
        all_domains: _,
        allow_user_creation,
        generation: _,
        created_at: _,
        updated_at: _,
        last_used_at: _,
        user_creation_per_day,
        description,
        owner_contact,
        home_page,
        name_key: _,
        token_lifetime_minutes,
        networks,
        optional_scopes,
        version: _,
        logo: _,
    } = application;
    let fact = |name, value| Fact { name, value, personal: false };
    vec![
        fact("name", json!(name)),
        fact("description", json!(description)),
        Fact { name: "owner_contact", value: json!(owner_contact), personal: true },
        fact("home_page", json!(home_page)),
        fact("active", json!(active)),
        fact("scopes", json!(scopes)),
        fact("optional_scopes", json!(optional_scopes)),
        fact("domains", json!(domains)),
        fact("allow_user_creation", json!(allow_user_creation)),
        fact("user_creation_per_day", json!(user_creation_per_day)),
        fact("token_lifetime_minutes", json!(token_lifetime_minutes)),
        fact("networks", json!(networks)),
    ]
}
