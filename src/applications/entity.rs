//! The tables of applications, their secrets and their domains.

use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::base::{ApplicationId, ClientId, Domain, ScopeList, Timestamp};

/// A third party's application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApplicationId,
    pub client_id: ClientId,
    /// Its name in addresses; never changes.
    pub slug: String,
    pub name: String,
    pub active: bool,
    /// What it may do, in the order in which it was granted.
    pub scopes: ScopeList,
    /// Whether it may act for people of every domain.
    pub all_domains: bool,
    /// Whether it may make accounts for people who never came.
    pub allow_user_creation: bool,
    /// Raised when all tokens issued to it so far are revoked.
    pub generation: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it last got or used a token, to some seconds.
    pub last_used_at: Option<Timestamp>,
    /// How many accounts it may make in a day; none: as the settings say.
    pub user_creation_per_day: Option<i64>,
}

/// An application as it is stored.
pub type Application = Model;

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// For whose people an application may act, by e-mail domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Domains {
    /// Everybody.
    All,
    /// People of these domains; nobody when there is none.
    Only(Vec<Domain>),
}

/// One allowed domain.
pub mod domain {
    use sea_orm::entity::prelude::*;

    use crate::base::{ApplicationId, Domain};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_domain")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub application_id: ApplicationId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub domain: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// The row that allows `domain` to `application`.
    pub fn row(application: ApplicationId, domain: &Domain) -> ActiveModel {
        ActiveModel {
            application_id: sea_orm::ActiveValue::Set(application),
            domain: sea_orm::ActiveValue::Set(domain.to_string()),
        }
    }
}

/// One secret, of which a keyed digest is kept.
pub mod secret {
    use sea_orm::entity::prelude::*;

    use crate::base::{ApplicationId, SecretId, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_secret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SecretId,
        pub application_id: ApplicationId,
        pub digest: Vec<u8>,
        /// Its first characters, by which people recognise it.
        pub prefix: String,
        pub created_at: Timestamp,
        /// When it stops working; none while it is the current one.
        pub expires_at: Option<Timestamp>,
        /// When it last proved who the application is, to some seconds.
        pub last_used_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
