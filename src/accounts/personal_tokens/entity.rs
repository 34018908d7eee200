//! The table of personal tokens.

use sea_orm::entity::prelude::*;

use crate::accounts::SessionId;
use crate::base::{AccountId, Credential, CredentialKind, PersonalTokenId, Purpose, ScopeList, Timestamp};

/// The kind of [`PersonalTokenSecret`].
#[derive(Debug)]
pub enum OfPerson {}

impl CredentialKind for OfPerson {
    const PREFIX: &'static str = "prl_pat_";
    const PURPOSE: Purpose = Purpose::PersonalToken;
    const NAME: &'static str = "PersonalTokenSecret";
}

/// A personal token as its holder has it.
pub type PersonalTokenSecret = Credential<OfPerson>;

/// What is kept of a personal token.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "personal_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonalTokenId,
    pub account_id: AccountId,
    pub digest: Vec<u8>,
    /// Its first characters, by which people recognise it.
    pub prefix: String,
    /// What its person calls it.
    pub name: String,
    /// What it may do of what she may.
    pub scopes: ScopeList,
    /// That of the account when it was made.
    pub generation: i64,
    /// The front end elsewhere that has it; then it lives as long as the sign-in that it is for.
    pub front_end: Option<String>,
    /// That sign-in, while it lasts.
    pub session_id: Option<SessionId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was ended before its time.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to some seconds.
    pub last_used_at: Option<Timestamp>,
}

/// What is kept of a personal token.
pub type PersonalToken = Model;

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
