//! The tables of rooms, their addresses and the roles in them.

use sea_orm::entity::prelude::*;

use super::{AccessLevel, Configuration};
use crate::base::{AccountId, ApplicationId, RoomId, Timestamp};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "room")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoomId,
    pub name: String,
    /// The name's form for order and search.
    pub name_key: String,
    pub access_level: AccessLevel,
    pub configuration: Configuration,
    pub created_by: Option<AccountId>,
    pub created_by_application: Option<ApplicationId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Set once: from then on the room is unknown everywhere, and its addresses stay taken.
    pub deleted_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Every address that ever named a room.
pub mod slug {
    use sea_orm::entity::prelude::*;

    use crate::base::RoomId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "room_slug")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub slug: String,
        pub room_id: RoomId,
        /// Whether it is the one that is shown; the others redirect to it.
        pub current: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who has which role.
pub mod access {
    use sea_orm::entity::prelude::*;

    use crate::base::{AccountId, RoomId, Timestamp};
    use crate::rooms::Role;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "room_access")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub room_id: RoomId,
        pub role: Role,
        pub created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
