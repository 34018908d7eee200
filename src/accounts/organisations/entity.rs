//! The tables of organisations and of the numbers that lead to them.

use sea_orm::entity::prelude::*;

use crate::base::{Siret, Timestamp};

/// An organisation whose people may come in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub siret: Siret,
    /// What it is called here.
    pub name: String,
    /// What it is sorted by.
    pub name_key: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An organisation as it is stored.
pub type Organisation = Model;

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The numbers that lead to organisations.
pub(super) mod number {
    use sea_orm::entity::prelude::*;

    use crate::base::Siret;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_siret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub siret: Siret,
        pub organisation: Siret,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
