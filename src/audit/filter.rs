//! Which events are wanted.

use sea_orm::Value;

use super::Action;
use super::search::first_id;
use crate::base::{AccountId, ApplicationId, AuditId, RoomId, Timestamp, TokenId};

/// Which events are wanted: those that all of it fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not older than this, to the millisecond.
    pub since: Option<Timestamp>,
    /// Older than this, to the millisecond.
    pub until: Option<Timestamp>,
    /// Done by or concerning this application.
    pub application: Option<ApplicationId>,
    /// Done by or for this person.
    pub person: Option<AccountId>,
    /// Accounts that became part of that person's: what they did, or was done for them, is hers.
    pub former: Vec<AccountId>,
    /// One of these; any when empty.
    pub actions: Vec<Action>,
    /// Concerning this room.
    pub room: Option<RoomId>,
    /// Concerning this token.
    pub token: Option<TokenId>,
    /// So many at most; 500 unless it is less.
    pub limit: Option<u64>,
    /// Older than this event: for the next portion.
    pub older_than: Option<AuditId>,
    /// Newer than this event, nearest first: for the portion before.
    pub newer_than: Option<AuditId>,
}

/// A condition in SQL, with `?` for each of its values.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Term {
    fn new(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql: sql.into(), values: values.into_iter().collect() }
    }
}

/// One thing that is asked of events.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// The same as conditions that an index answers each, newest first: an event that is wanted fits one of them.
    pub(super) halves: Vec<Term>,
    /// It as one condition.
    pub(super) whole: Term,
    /// Few events fit it, whatever the trail has.
    pub(super) narrow: bool,
}

/// How long after the token's id its event may have its own, at most.
pub(super) const STRETCH: std::time::Duration = std::time::Duration::from_secs(10);

impl Filter {
    /// What is asked of events, apart from when.
    pub(super) fn wishes(&self) -> Vec<Wish> {
        let token = self.token.map(of_token);
        let room = self.room.map(|id| {
            let term = Term::new("room_id = ?", [id.into()]);
            Wish { halves: vec![term.clone()], whole: term, narrow: true }
        });
        let person = self.person.map(|id| self.of_person(id));
        let application = self.application.map(|id| {
            let term = Term::new("application_id = ?", [id.into()]);
            Wish { halves: vec![term.clone()], whole: term, narrow: false }
        });
        let actions = (!self.actions.is_empty()).then(|| {
            let words: Vec<Value> = self.actions.iter().map(|action| action.as_str().into()).collect();
            let marks = vec!["?"; words.len()].join(", ");
            Wish {
                halves: words.iter().map(|word| Term::new("action = ?", [word.clone()])).collect(),
                whole: Term::new(format!("action IN ({marks})"), words),
                narrow: false,
            }
        });
        [token, room, person, application, actions].into_iter().flatten().collect()
    }

    /// Done by or for a person, under any of the accounts that she had.
    fn of_person(&self, id: AccountId) -> Wish {
        let accounts: Vec<AccountId> = std::iter::once(id).chain(self.former.iter().copied()).collect();
        let halves = |id: &AccountId| {
            [
                Term::new("on_behalf_of = ?", [(*id).into()]),
                Term::new("actor_kind = 'person' AND actor_id = ?", [(*id).into()]),
            ]
        };
        let whole = vec!["on_behalf_of = ? OR (actor_kind = 'person' AND actor_id = ?)"; accounts.len()].join(" OR ");
        let values = accounts.iter().flat_map(|id| [(*id).into(), (*id).into()]);
        Wish {
            halves: accounts.iter().flat_map(halves).collect(),
            whole: Term::new(format!("({whole})"), values),
            narrow: false,
        }
    }

    /// When it was, and beside which event.
    pub(super) fn range(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        // By ids, which have the milliseconds of their moments and stand in every index.
        if let Some(since) = self.since {
            terms.push(Term::new("id >= ?", [first_id(since).into()]));
        }
        if let Some(until) = self.until {
            terms.push(Term::new("id < ?", [first_id(until).into()]));
        }
        if let Some(id) = self.older_than {
            terms.push(Term::new("id < ?", [id.into()]));
        }
        if let Some(id) = self.newer_than {
            terms.push(Term::new("id > ?", [id.into()]));
        }
        terms
    }
}

/// A token's events. That of its issue is found by when its id says that it was made, and has no place in the index of the
/// others: nearly all tokens are issued, used and forgotten.
fn of_token(id: TokenId) -> Wish {
    let mut halves = vec![Term::new("jti = ? AND action <> 'token.issued'", [id.into()])];
    if let Some(made) = id.made_at() {
        let stretch = [first_id(made).into(), first_id(made.after(STRETCH)).into(), id.into()];
        halves.push(Term::new("id >= ? AND id <= ? AND action = 'token.issued' AND jti = ?", stretch));
    }
    Wish { halves, whole: Term::new("jti = ?", [id.into()]), narrow: true }
}
