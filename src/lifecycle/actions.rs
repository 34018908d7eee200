//! What the page about a person's data sends.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;
use tower_sessions::Session;

use super::{Fate, Fates, Lifecycle, LifecycleError};
use crate::accounts::{Account, Visitor, Who, recent_caller};
use crate::audit::Actor;
use crate::base::{AccountId, EmailAddress};
use crate::rooms::{OwnedAlone, Rooms};
use crate::ui::{
    CONFIRM_FIELD, Flash, FormState, client, go_with_problem, go_with_success, key, leave_and_see_other, t,
};

/// The page.
pub const PAGE: &str = "/account/data";

/// The id of the form that deletes the account.
pub const DELETE_FORM: &str = "delete-account";

/// What stands in the choice of a room that is to be deleted.
pub const DELETE: &str = "delete";

/// What stands in the choice of a room that goes to somebody who is named by her address.
pub const BY_ADDRESS: &str = "address";

/// The field in which it is chosen what becomes of a room.
pub(super) fn fate_field(slug: &str) -> String {
    format!("fate[{slug}]")
}

/// The field with the address of whom a room goes to.
pub(super) fn heir_field(slug: &str) -> String {
    format!("heir[{slug}]")
}

/// What is typed to say that this account is meant: its address, else what it is called.
pub fn spelled(account: &Account) -> String {
    let email = account.email.as_ref().map(EmailAddress::as_str).or(account.claimed_email.as_deref());
    email.or(account.name.as_deref()).map_or_else(|| account.id.to_string(), str::to_owned)
}

/// Whether that was typed. Addresses are compared as everywhere.
pub fn is_spelled(account: &Account, typed: &str) -> bool {
    let (typed, expected) = (typed.trim(), spelled(account));
    let key = |text: &str| text.parse::<EmailAddress>().ok().map(|email| email.key());
    typed == expected || key(&expected).is_some_and(|expected| key(typed) == Some(expected))
}

/// Deletes the account of whoever signed in a moment ago and typed its address, once it is said of every room that is hers alone
/// what becomes of it.
#[server(prefix = "/actions", endpoint = "account/delete")]
pub async fn delete_account(
    #[server(default)] fate: BTreeMap<String, String>,
    #[server(default)] heir: BTreeMap<String, String>,
    #[server(default)] confirm: String,
) -> Result<(), ServerFnError> {
    let Some(caller) = recent_caller(PAGE) else { return Ok(()) };
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let Some(account) = visitor.account() else { return Ok(()) };
    let alone = match expect_context::<Rooms>().owned_alone(caller.person).await {
        Ok(alone) => alone,
        Err(error) => {
            go_with_problem(PAGE, error);
            return Ok(());
        }
    };
    let (mut form, fates) = read(&alone, &fate, &heir);
    form = form.with_value(CONFIRM_FIELD, &confirm);
    if !is_spelled(account, &confirm) {
        form = form.with_error(CONFIRM_FIELD, key("data-error-confirm"));
    }
    if form.is_refused() {
        leave_and_see_other(PAGE, Flash::refused(form));
        return Ok(());
    }
    let by = Actor::Person(caller.person).through(&client());
    match expect_context::<Lifecycle>().delete(caller.person, fates, by).await {
        Ok(_) => {
            forget_session().await;
            go_with_success("/", t("data-deleted"));
        }
        Err(LifecycleError::HeirNotFound) => {
            leave_and_see_other(PAGE, Flash::refused(form.with_error("", key("data-error-heir"))));
        }
        Err(LifecycleError::RoomsToHandOver(_)) => {
            leave_and_see_other(PAGE, Flash::refused(form.with_error("", key("data-error-rooms"))));
        }
        Err(error) => go_with_problem(PAGE, error),
    }
    Ok(())
}

/// The session went with the account: its cookie goes as well, and what is to be told waits as for a stranger.
async fn forget_session() {
    let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
    let Some(session) = session else { return };
    if let Err(error) = session.flush().await {
        tracing::warn!(cause = %error, "the session of a deleted account could not be put away");
    }
}

/// What was chosen for each room, and what is wrong with it.
fn read(alone: &[OwnedAlone], fate: &BTreeMap<String, String>, heir: &BTreeMap<String, String>) -> (FormState, Fates) {
    let (mut form, mut rooms) = (FormState::new(DELETE_FORM), BTreeMap::new());
    for room in alone {
        let typed = |of: &BTreeMap<String, String>| of.get(&room.slug).cloned().unwrap_or_default();
        let (chosen, address) = (typed(fate), typed(heir));
        let (fate_field, heir_field) = (fate_field(&room.slug), heir_field(&room.slug));
        form = form.with_value(&fate_field, &chosen).with_value(&heir_field, &address);
        match chosen.as_str() {
            DELETE => {
                rooms.insert(room.id, Fate::Delete);
            }
            BY_ADDRESS => match address.trim().parse::<EmailAddress>() {
                Ok(email) => {
                    rooms.insert(room.id, Fate::HandOver(Who::from(&email)));
                }
                Err(_) => form = form.with_error(&heir_field, key("data-error-address")),
            },
            member => match member.parse::<AccountId>().ok().filter(|id| is_member(room, *id)) {
                Some(id) => {
                    rooms.insert(room.id, Fate::HandOver(Who::Id(id)));
                }
                None => form = form.with_error(&fate_field, key("data-error-fate")),
            },
        }
    }
    (form, Fates { rooms, rest: None })
}

fn is_member(room: &OwnedAlone, id: AccountId) -> bool {
    room.others.iter().any(|other| other.account == id)
}

/// What a form without a choice for each room says: all are deleted, or all go to one person.
pub fn fates_of(fate: &str, heir: &str) -> Result<Fates, &'static str> {
    match fate {
        DELETE => Ok(Fates::all(Fate::Delete)),
        BY_ADDRESS => match heir.trim().parse::<EmailAddress>() {
            Ok(email) => Ok(Fates::all(Fate::HandOver(Who::from(&email)))),
            Err(_) => Err(key("data-error-address")),
        },
        _ => Ok(Fates::default()),
    }
}
