//! The tables of applications, their secrets and their domains.

use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::Networks;
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
    /// What it is for, in its owner's words.
    pub description: Option<String>,
    /// Whom to ask about it: an address or a name. Personal, so the trail does not repeat it.
    pub owner_contact: Option<String>,
    /// Its own site: https, or http on loopback.
    pub home_page: Option<String>,
    /// The form of its name that is searched; none of one that an older server made.
    pub name_key: Option<String>,
    /// How long its tokens work, in minutes; none: as the settings say.
    pub token_lifetime_minutes: Option<i64>,
    /// From where it may ask for tokens and use them.
    pub networks: Networks,
    /// Those of its scopes that a person may decline.
    pub optional_scopes: ScopeList,
    /// Raised by each change of what [`super::ApplicationPatch`] can change.
    pub version: i64,
    /// The digest of its logo, if it has one.
    pub logo: Option<String>,
}

/// An application as it is stored.
pub type Application = Model;

impl Model {
    /// The address of its logo, if it has one: another one with each picture.
    pub fn logo_path(&self) -> Option<String> {
        self.logo.as_ref().map(|digest| format!("/applications/{}/logo?v={digest}", self.slug))
    }
}

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

/// Nobody.
impl Default for Domains {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
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

/// Who manages an application.
pub mod manager {
    use sea_orm::entity::prelude::*;

    use crate::base::{AccountId, ApplicationId, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_manager")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub application_id: ApplicationId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        pub created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The picture of an application.
pub mod logo {
    use sea_orm::entity::prelude::*;

    use crate::base::ApplicationId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_logo")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub application_id: ApplicationId,
        pub png: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An application that was deleted, for readers of the trail.
pub mod deleted {
    use sea_orm::entity::prelude::*;

    use crate::base::{ApplicationId, ClientId, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deleted_application")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApplicationId,
        pub client_id: ClientId,
        pub deleted_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
