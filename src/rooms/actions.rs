//! What the pages about rooms send.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{AccessLevel, Change, Configuration, NewRoom, Role, RoomError, RoomView, Rooms};
use crate::base::{Caller, StoreError};
use crate::entitlements::{AccessError, Entitlements, NO_ACCESS};
use crate::ui::{
    Flash, FormState, caller_or_sign_in, client, go_with_problem, go_with_success, key, leave_and_see_other, see_other,
    t,
};

/// The id of the form that makes a room.
pub const CREATE_FORM: &str = "create-room";

/// The id of the form that says what new rooms are like.
pub const DEFAULTS_FORM: &str = "room-defaults";

/// The id of the form that renames one.
pub const RENAME_FORM: &str = "rename-room";

/// Makes a room and goes to its page. Without a name it is named after its address.
#[server(prefix = "/actions", endpoint = "rooms/create")]
pub async fn create_room(
    #[server(default)] name: String,
    #[server(default)] access_level: String,
    #[server(default)] start_now: bool,
) -> Result<(), ServerFnError> {
    const BACK: &str = "/rooms/new";
    let Some(caller) = caller_or_sign_in(BACK) else { return Ok(()) };
    let rooms = expect_context::<Rooms>();
    let mut refused = FormState::new(CREATE_FORM).with_value("name", &name).with_value("access_level", &access_level);
    let level = match access_level.parse::<AccessLevel>() {
        Ok(level) => level,
        Err(_) if start_now => match rooms.preferred_access_level(caller.person).await {
            Ok(level) => level,
            Err(error) => {
                go_with_problem(BACK, error);
                return Ok(());
            }
        },
        Err(_) => {
            refused = refused.with_error("access_level", key("rooms-error-access-level"));
            AccessLevel::Trusted
        }
    };
    if !start_now && name.trim().is_empty() {
        refused = refused.with_error("name", key("rooms-error-name"));
    }
    if refused.is_refused() {
        leave_and_see_other(BACK, Flash::refused(refused));
        return Ok(());
    }
    let name = (!name.trim().is_empty()).then_some(name);
    let new = NewRoom { name, access_level: level, configuration: Configuration::default(), external_id: None };
    let made = async {
        let by = expect_context::<Entitlements>().may_create(&caller).await?;
        rooms.create(new, by, &client(), None).await
    };
    match made.await {
        Ok(room) => go_with_success(&format!("/rooms/{}", room.slug), t("rooms-created")),
        Err(RoomError::Name) => {
            leave_and_see_other(BACK, Flash::refused(refused.with_error("name", key("rooms-error-name"))));
        }
        Err(RoomError::Access(AccessError::Denied(_) | AccessError::Unknown(_))) => see_other(NO_ACCESS),
        Err(error) => go_with_problem(BACK, error),
    }
    Ok(())
}

/// Keeps who may enter the rooms that the person makes.
#[server(prefix = "/actions", endpoint = "account/rooms")]
pub async fn change_room_defaults(#[server(default)] access_level: String) -> Result<(), ServerFnError> {
    const PAGE: &str = "/account";
    let Some(caller) = caller_or_sign_in(PAGE) else { return Ok(()) };
    let Ok(level) = access_level.parse::<AccessLevel>() else {
        let form = FormState::new(DEFAULTS_FORM).with_error("access_level", key("rooms-error-access-level"));
        leave_and_see_other(PAGE, Flash::refused(form));
        return Ok(());
    };
    match expect_context::<Rooms>().prefer_access_level(caller.person, level, &client()).await {
        Ok(()) => go_with_success(PAGE, t("account-saved")),
        Err(error) => go_with_problem(PAGE, error),
    }
    Ok(())
}

/// Gives a room another name, for its administrators and owners.
#[server(prefix = "/actions", endpoint = "rooms/rename")]
pub async fn rename_room(
    #[server(default)] room: String,
    #[server(default)] name: String,
) -> Result<(), ServerFnError> {
    let page = page_of(&room);
    let Some(caller) = caller_or_sign_in(&page) else { return Ok(()) };
    let rooms = expect_context::<Rooms>();
    let renamed = async {
        let found = find(&rooms, &room, &caller).await?;
        let change = Change { name: Some(name.clone()), ..Change::default() };
        rooms.update(found.id, change, &caller, &client()).await
    };
    match renamed.await {
        Ok(_) => go_with_success(&page, t("rooms-renamed")),
        Err(RoomError::Name) => {
            let form = FormState::new(RENAME_FORM).with_value("name", name).with_error("name", key("rooms-error-name"));
            leave_and_see_other(&page, Flash::refused(form));
        }
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// Deletes a room, for its owners.
#[server(prefix = "/actions", endpoint = "rooms/delete")]
pub async fn delete_room(#[server(default)] room: String) -> Result<(), ServerFnError> {
    let page = page_of(&room);
    let Some(caller) = caller_or_sign_in(&page) else { return Ok(()) };
    let rooms = expect_context::<Rooms>();
    let deleted = async {
        let found = find(&rooms, &room, &caller).await?;
        rooms.delete(found.id, &caller, &client()).await
    };
    match deleted.await {
        Ok(()) => go_with_success("/rooms", t("rooms-deleted")),
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// The room of an address in which the caller has a role; without one it is as if there were none.
async fn find(rooms: &Rooms, slug: &str, caller: &Caller) -> Result<RoomView, RoomError> {
    let room = rooms.view(slug, Some(caller.person)).await.map_err(|error: StoreError| RoomError::Store(error))?;
    let room = room.ok_or(RoomError::NotFound)?;
    if room.role >= Some(Role::Member) { Ok(room) } else { Err(RoomError::Forbidden) }
}

/// The page of a room. An address that cannot be one leads to the list.
fn page_of(slug: &str) -> String {
    let form = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !slug.is_empty() && slug.bytes().all(form) { format!("/rooms/{slug}") } else { "/rooms".to_owned() }
}
