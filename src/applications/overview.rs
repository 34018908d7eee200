//! Applications as they are looked at.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Column, Entity, domain, manager, secret};
use super::secrets::works;
use super::{Application, Applications, Domains};
use crate::base::{AccountId, ApplicationId, ClientId, Domain, SecretId, StoreError, Timestamp, search_key};

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
    /// Its id, by which it is ended.
    pub id: SecretId,
    /// Its first characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to some seconds.
    pub last_used_at: Option<Timestamp>,
}

/// Which applications are wanted.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Whose name has these words, or whose slug or client id begins with them.
    pub search: Option<String>,
    /// Active or disabled ones alone.
    pub active: Option<bool>,
    /// Those that this person manages.
    pub manager: Option<AccountId>,
    /// Older than this one: for the next portion.
    pub before: Option<ApplicationId>,
    /// So many at most.
    pub limit: Option<u64>,
}

/// Applications read at a time.
const PORTION: u64 = 100;

impl Applications {
    /// All applications, newest first.
    pub async fn list(&self) -> Result<Vec<Overview>, StoreError> {
        let applications = Entity::find().order_by_desc(Column::Id).all(self.store.read()).await?;
        self.complete(applications, None).await
    }

    /// The applications that `filter` asks for, newest first: three queries, however many. At most 100 unless it says less.
    pub async fn list_some(&self, filter: &ListFilter) -> Result<Vec<Overview>, StoreError> {
        let applications = Entity::find()
            .filter(condition(filter))
            .order_by_desc(Column::Id)
            .limit(filter.limit.unwrap_or(PORTION).clamp(1, PORTION + 1))
            .all(self.store.read())
            .await?;
        let ids = applications.iter().map(|application| application.id).collect();
        self.complete(applications, Some(ids)).await
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
        let ids = vec![application.id];
        Ok(self.complete(vec![application], Some(ids)).await?.pop())
    }

    /// Adds domains and secrets: two queries, however many applications.
    async fn complete(
        &self,
        applications: Vec<Application>,
        only: Option<Vec<ApplicationId>>,
    ) -> Result<Vec<Overview>, StoreError> {
        let (mut domains, mut secrets) = (domain::Entity::find(), secret::Entity::find());
        if let Some(ids) = only {
            domains = domains.filter(domain::Column::ApplicationId.is_in(ids.iter().copied()));
            secrets = secrets.filter(secret::Column::ApplicationId.is_in(ids));
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
                    id: row.id,
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

fn condition(filter: &ListFilter) -> Condition {
    let mut all = Condition::all();
    if let Some(search) = filter.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        // One that an older server made has no key yet.
        let key = Func::coalesce([Expr::col(Column::NameKey), Func::lower(Expr::col(Column::Name)).into()]);
        let named = Expr::expr(key).like(LikeExpr::new(search_key(search)).escape('\\'));
        let begins = |column: Column, text: String| {
            // Ranges, so that the index serves and both databases compare byte by byte.
            let end = format!("{text}\u{10FFFF}");
            column.gte(text).and(column.lt(end))
        };
        let address = begins(Column::Slug, search.to_lowercase());
        all = all.add(Condition::any().add(named).add(address).add(begins(Column::ClientId, search.to_owned())));
    }
    if let Some(active) = filter.active {
        all = all.add(Column::Active.eq(active));
    }
    if let Some(person) = filter.manager {
        let managed = sea_orm::sea_query::Query::select()
            .column(manager::Column::ApplicationId)
            .from(manager::Entity)
            .and_where(manager::Column::AccountId.eq(person))
            .to_owned();
        all = all.add(Column::Id.in_subquery(managed));
    }
    if let Some(before) = filter.before {
        all = all.add(Column::Id.lt(before));
    }
    all
}
