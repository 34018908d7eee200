//! What can happen, and the form in which it is told.

use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use uuid::Uuid;

use super::EventRow;
use crate::base::{AccountId, ApplicationId, AuditId, ClientRequest, PersonalTokenId, RoomId, Timestamp, TokenId};

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)*) => {
        /// What happened, as `object.verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the trail.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

impl Action {
    /// Those that a person means by `text`: the one of that word, or with a full stop at its end all of an object (`room.`).
    /// None when there is none such.
    pub fn meant_by(text: &str) -> Vec<Self> {
        let meant = |action: &&Self| {
            if text.ends_with('.') { action.as_str().starts_with(text) } else { action.as_str() == text }
        };
        Self::ALL.iter().filter(meant).copied().collect()
    }

    /// What it is done to, with the full stop: `room.`
    pub fn object(self) -> &'static str {
        let word = self.as_str();
        word.split_inclusive('.').next().unwrap_or(word)
    }
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
    /// All that is held of a person was taken away in a file.
    AccountExported = "account.exported",
    /// An account became part of another one.
    AccountMerged = "account.merged",
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
    /// A code was sent to an account's address, to prove that an identity may be joined to it.
    IdentityCodeSent = "identity.code_sent",
    /// An administrator refused to join an identity to an account.
    IdentityRefused = "identity.refused",
    /// A provider identity was taken from an account.
    IdentityUnlinked = "identity.unlinked",
    /// All tokens of a person were revoked.
    AccountTokensRevoked = "account.tokens_revoked",
    /// An account's password was replaced.
    PasswordChanged = "password.changed",
    /// An account got its first password.
    PasswordSet = "password.set",
    /// An account has no password any more.
    PasswordRemoved = "password.removed",
    /// Somebody got a link with which a person may choose another password.
    PasswordResetRequested = "password.reset_requested",
    /// A password that was imported is stored as this server stores them: its person proved it by signing in.
    PasswordUpgraded = "password.upgraded",
    /// A person was invited: there is a link with which she chooses a password.
    UserInvited = "user.invited",
    /// She followed it.
    InvitationAccepted = "invitation.accepted",
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
    /// A person got a token for herself.
    PersonalTokenCreated = "personal_token.created",
    /// A person's own token was revoked.
    PersonalTokenRevoked = "personal_token.revoked",
    /// An organisation was let in.
    OrganisationCreated = "organisation.created",
    /// An organisation was renamed, or an alias of it added or taken away.
    OrganisationUpdated = "organisation.updated",
    /// An organisation is let in no more.
    OrganisationDeleted = "organisation.deleted",
    /// A person chose for which organisation she acts.
    OrganisationChosen = "organisation.chosen",
    /// Somebody asked the administrators to let her organisation in.
    OrganisationRequested = "organisation.requested",
    /// An administrator put such a request away.
    OrganisationRequestDismissed = "organisation.request_dismissed",
    /// Somebody took the trail, or a part of it, away in a file.
    AuditExported = "audit.exported",
    /// A letter to a person could not be sent and is not tried again.
    MailGivenUp = "mail.given_up",
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
    /// A room got another owner, because the only one it had goes.
    RoomHandedOver = "room.handed_over",
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

/// Who changes something, and by which request when it came by one.
#[derive(Clone, Debug)]
pub struct By {
    actor: Actor,
    request: Option<ClientRequest>,
}

impl Actor {
    /// This one, by that request.
    pub fn through(self, request: &ClientRequest) -> By {
        By { actor: self, request: Some(request.clone()) }
    }
}

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        Self { actor, request: None }
    }
}

impl By {
    /// Who.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// They did `action`.
    pub fn did(&self, action: Action) -> Event {
        let event = Event::new(action, self.actor);
        self.request.iter().fold(event, Event::from)
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
    personal_token: Option<PersonalTokenId>,
    room: Option<RoomId>,
    request: Option<ClientRequest>,
    details: Option<Value>,
}

impl Event {
    /// `actor` did `action`.
    pub fn new(action: Action, actor: Actor) -> Self {
        let application = if let Actor::Application(id) = actor { Some(id) } else { None };
        Self {
            action,
            actor,
            on_behalf_of: None,
            application,
            token: None,
            personal_token: None,
            room: None,
            request: None,
            details: None,
        }
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

    /// It concerns, or was done with, this token of a person's own: its id stands in the details.
    #[must_use]
    pub fn personal_token(mut self, token: PersonalTokenId) -> Self {
        self.personal_token = Some(token);
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

    /// What else a reader should know: before and after of a change, never a secret, never an e-mail. Adds to what was said
    /// before.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = Some(match (self.details.take(), details) {
            (Some(Value::Object(mut said)), Value::Object(more)) => {
                said.extend(more);
                Value::Object(said)
            }
            (_, details) => details,
        });
        self
    }

    pub(super) fn into_row(self, id: AuditId, at: Timestamp) -> EventRow {
        let details = match (self.personal_token, self.details) {
            (Some(token), Some(Value::Object(mut details))) => {
                details.insert("personal_token".to_owned(), json!(token));
                Some(Value::Object(details))
            }
            (Some(token), _) => Some(json!({ "personal_token": token })),
            (None, details) => details,
        };
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
            details: Set(details.map(|details| details.to_string())),
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
