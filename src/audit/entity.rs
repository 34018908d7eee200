//! The table of events.

use sea_orm::entity::prelude::*;

use crate::base::{AccountId, ApplicationId, AuditId, RoomId, Timestamp, TokenId};

/// One event, or one minute's refusals of a kind. Ids, never names or e-mails: a deleted person leaves no trace of who
/// she was.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub at: Timestamp,
    pub action: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub on_behalf_of: Option<AccountId>,
    pub application_id: Option<ApplicationId>,
    pub jti: Option<TokenId>,
    pub room_id: Option<RoomId>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub details: Option<String>,
    pub refusal_key: Option<String>,
    pub occurrences: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
