//! The table of signing keys.

use sea_orm::entity::prelude::*;

use crate::base::Timestamp;

/// A signing key; what is secret of it (PKCS#8, RFC 5208, or the bits of a symmetric key) is sealed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub algorithm: String,
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    pub ends_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
