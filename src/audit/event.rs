//! What can happen, and the form in which it is told.

use sea_orm::ActiveValue::Set;
use serde_json::Value;
use uuid::Uuid;

use super::EventRow;
use crate::base::{AccountId, ApplicationId, AuditId, ClientRequest, RoomId, Timestamp, TokenId};

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)*) => {
        /// What happened, as `object.verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Action {
            /// The word in the trail.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

actions! {
    /// An account was made.
    AccountCreated = "account.created",
    /// An account was removed.
    AccountDeleted = "account.deleted",
    /// An account was disabled.
    AccountDisabled = "account.disabled",
    /// An account was enabled again, or a pending one became active.
    AccountEnabled = "account.enabled",
    /// An account's role changed.
    AccountRoleChanged = "account.role_changed",
    /// A person chose her language.
    AccountUpdated = "account.updated",
    /// A provider gave a person an address that is another account's; hers stayed.
    AccountEmailConflict = "account.email_conflict",
    /// The entitlements provider says something else of a person than before.
    EntitlementChanged = "entitlement.changed",
    /// A provider identity was joined to an account.
    IdentityLinked = "identity.linked",
    /// A provider identity met an account that it may not join by itself.
    IdentityConflict = "identity.conflict",
    /// Somebody asked an administrator to join her identity to an account.
    IdentityRequested = "identity.requested",
    /// An administrator refused to join an identity to an account.
    IdentityRefused = "identity.refused",
    /// All tokens of a person were revoked.
    AccountTokensRevoked = "account.tokens_revoked",
    /// A password was set.
    AccountPasswordSet = "account.password_set",
    /// An application was made.
    ApplicationCreated = "application.created",
    /// An application was disabled.
    ApplicationDisabled = "application.disabled",
    /// An application was enabled again.
    ApplicationEnabled = "application.enabled",
    /// An application was changed.
    ApplicationUpdated = "application.updated",
    /// An application was deleted.
    ApplicationDeleted = "application.deleted",
    /// A person was made manager of an application.
    ApplicationManagerAdded = "application.manager_added",
    /// A person manages an application no more.
    ApplicationManagerRemoved = "application.manager_removed",
    /// All tokens of an application were revoked.
    ApplicationTokensRevoked = "application.tokens_revoked",
    /// The signing key was replaced.
    KeyRotated = "key.rotated",
    /// An application's secret was replaced.
    SecretRotated = "secret.rotated",
    /// One of an application's secrets was ended before its time.
    SecretEnded = "secret.ended",
    /// A person signed in.
    SessionStarted = "session.started",
    /// A person signed out.
    SessionEnded = "session.ended",
    /// Signing in was refused.
    SessionRefused = "session.refused",
    /// A token was issued.
    TokenIssued = "token.issued",
    /// A token was refused.
    TokenRefused = "token.refused",
    /// A room was made.
    RoomCreated = "room.created",
    /// A token was revoked.
    TokenRevoked = "token.revoked",
    /// A room was changed.
    RoomUpdated = "room.updated",
    /// A room was renamed.
    RoomRenamed = "room.renamed",
    /// A room was deleted.
    RoomDeleted = "room.deleted",
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, herself.
    Person(AccountId),
    /// An application, for a person or for itself.
    Application(ApplicationId),
    /// Whoever may run commands on the server.
    Operator,
    /// Nobody known.
    Anonymous,
}

impl Actor {
    const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Application(_) => "application",
            Self::Operator => "operator",
            Self::Anonymous => "anonymous",
        }
    }

    const fn id(self) -> Option<Uuid> {
        match self {
            Self::Person(id) => Some(id.as_uuid()),
            Self::Application(id) => Some(id.as_uuid()),
            Self::Operator | Self::Anonymous => None,
        }
    }
}

/// Something that happened. Built with [`Event::new`] and the methods that add what it concerns.
#[derive(Clone, Debug)]
pub struct Event {
    action: Action,
    actor: Actor,
    on_behalf_of: Option<AccountId>,
    application: Option<ApplicationId>,
    token: Option<TokenId>,
    room: Option<RoomId>,
    request: Option<ClientRequest>,
    details: Option<Value>,
}

impl Event {
    /// `actor` did `action`.
    pub fn new(action: Action, actor: Actor) -> Self {
        let application = if let Actor::Application(id) = actor { Some(id) } else { None };
        Self { action, actor, on_behalf_of: None, application, token: None, room: None, request: None, details: None }
    }

    /// It concerns, or was done for, this person.
    #[must_use]
    pub fn on_behalf_of(mut self, person: AccountId) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    /// It concerns this application.
    #[must_use]
    pub fn application(self, application: ApplicationId) -> Self {
        self.application_opt(Some(application))
    }

    pub(super) fn application_opt(mut self, application: Option<ApplicationId>) -> Self {
        self.application = application.or(self.application);
        self
    }

    /// It concerns this token.
    #[must_use]
    pub fn token(mut self, token: TokenId) -> Self {
        self.token = Some(token);
        self
    }

    /// It concerns this room.
    #[must_use]
    pub fn room(mut self, room: RoomId) -> Self {
        self.room = Some(room);
        self
    }

    /// It came with this request.
    #[must_use]
    pub fn from(mut self, request: &ClientRequest) -> Self {
        self.request = Some(request.clone());
        self
    }

    /// What else a reader should know: before and after of a change, never a secret, never an e-mail.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    pub(super) fn into_row(self, id: AuditId, at: Timestamp) -> EventRow {
        let (address, request_id) = match self.request {
            Some(request) => (Some(request.address.to_string()), Some(request.id)),
            None => (None, None),
        };
        EventRow {
            id: Set(id),
            at: Set(at),
            action: Set(self.action.as_str().to_owned()),
            actor_kind: Set(self.actor.kind().to_owned()),
            actor_id: Set(self.actor.id()),
            on_behalf_of: Set(self.on_behalf_of),
            application_id: Set(self.application),
            jti: Set(self.token),
            room_id: Set(self.room),
            address: Set(address),
            request_id: Set(request_id.filter(|id| !id.is_empty())),
            details: Set(self.details.map(|details| details.to_string())),
            refusal_key: Set(None),
            occurrences: Set(1),
        }
    }

    /// The row under which refusals like this one are counted.
    pub(super) fn into_refusal(self, id: AuditId, at: Timestamp) -> EventRow {
        let minute = at.as_seconds().div_euclid(60);
        let application = self.application.map_or_else(String::new, |id| id.to_string());
        let address = self.request.as_ref().map_or_else(String::new, |request| request.address.to_string());
        let key = format!("{}|{application}|{address}|{minute}", self.action.as_str());
        EventRow { refusal_key: Set(Some(key)), ..self.into_row(id, at) }
    }
}
