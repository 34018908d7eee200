//! The table of letters that are to be sent.

use sea_orm::entity::prelude::*;

use crate::base::{AccountId, LetterId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LetterId,
    pub account_id: Option<AccountId>,
    pub kind: String,
    pub language: String,
    pub sealed: Vec<u8>,
    pub until: Option<Timestamp>,
    pub attempts: i64,
    pub next_attempt_at: Timestamp,
    pub failure: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
