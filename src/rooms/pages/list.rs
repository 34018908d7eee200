//! The person's own rooms.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{level_word, made_by, role_name};
use crate::base::AccountId;
use crate::entitlements::NO_ACCESS;
use crate::entitlements::pages::{denied_banner, is_denied};
use crate::rooms::actions::CreateRoom;
use crate::rooms::{MyRoom, Portion, Rooms, Search};
use crate::ui::{
    ButtonLink, CellNote, Column, CopyInline, EmptyState, Look, Page, Pager, RelativeTime, SearchForm, SubmitButton,
    Symbol, Table, caller_or_sign_in, failure_page, here, parameter, t, tf,
};

/// The page with all of them.
pub(super) const PATH: &str = "/rooms";

/// `/rooms`
#[component]
pub fn RoomsPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        let room_id = |name: &str| parameter(name).and_then(|id| id.parse().ok());
        let search = Search {
            text: parameter("q").unwrap_or_default(),
            older_than: room_id("older"),
            newer_than: room_id("newer"),
        };
        match expect_context::<Rooms>().search(caller.person, &search).await {
            Ok(portion) => page(caller.person, &search, portion),
            Err(error) => failure_page(error),
        }
    })
}

fn page(viewer: AccountId, search: &Search, portion: Portion) -> AnyView {
    let Portion { rooms, newer, older } = portion;
    let nothing = rooms.is_empty();
    let searching = !search.text.is_empty();
    let content = match (nothing, searching) {
        (false, _) => table(viewer, rooms).into_any(),
        (true, true) => {
            let title = tf("rooms-nothing-found-title", &[("text", search.text.as_str().into())]);
            let all = view! { <ButtonLink href=PATH>{t("rooms-show-all")}</ButtonLink> }.into_any();
            view! { <EmptyState icon=Symbol::Search title=title text=t("rooms-nothing-found-text") action=all /> }
                .into_any()
        }
        (true, false) => no_rooms(),
    };
    // An empty list has its one button in the middle.
    let first_visit = nothing && !searching && search.older_than.is_none() && search.newer_than.is_none();
    let denied = is_denied();
    let action = (!first_visit && !denied).then(actions);
    let banner = (denied && !nothing).then(denied_banner);
    let search_form = (!first_visit).then(|| {
        view! { <SearchForm action=PATH label=t("rooms-search") value=search.text.clone() /> }
    });
    let link = |name: &str, id: Option<crate::base::RoomId>| id.map(|id| address(&search.text, name, &id.to_string()));
    let (newer, older) = (link("newer", newer), link("older", older));
    let body = view! {
        {banner}
        {search_form}
        {content}
        <Pager newer=newer older=older />
    };
    match action {
        Some(action) => {
            view! { <Page title=t("rooms-title") lead=t("rooms-lead") action=action>{body}</Page> }.into_any()
        }
        None => view! { <Page title=t("rooms-title")>{body}</Page> }.into_any(),
    }
}

/// In place of a list without a room.
pub(super) fn no_rooms() -> AnyView {
    if is_denied() {
        let why = view! { <ButtonLink href=NO_ACCESS>{t("no-access-why")}</ButtonLink> }.into_any();
        return view! {
            <EmptyState icon=Symbol::Door title=t("rooms-empty-title") text=t("no-access-banner") action=why />
        }
        .into_any();
    }
    let new =
        view! { <ButtonLink href="/rooms/new" look=Look::Primary icon=Symbol::Plus>{t("rooms-new")}</ButtonLink> };
    view! {
        <EmptyState
            icon=Symbol::Door
            title=t("rooms-empty-title")
            text=t("rooms-empty-text")
            action=new.into_any()
        />
    }
    .into_any()
}

/// The ways to a new room.
pub(super) fn actions() -> AnyView {
    view! {
        <form method="post" action=CreateRoom::url()>
            <input type="hidden" name="start_now" value="true" />
            <SubmitButton look=Look::Plain icon=Symbol::Video>{t("rooms-start-now")}</SubmitButton>
        </form>
        <ButtonLink href="/rooms/new" look=Look::Primary icon=Symbol::Plus>{t("rooms-new")}</ButtonLink>
    }
    .into_any()
}

/// Rooms of the person who reads.
pub(super) fn table(viewer: AccountId, rooms: Vec<MyRoom>) -> impl IntoView {
    let service = expect_context::<Rooms>();
    let columns = vec![
        Column::text(t("rooms-column-name")),
        Column::plain(t("rooms-column-link")),
        Column::plain(t("rooms-column-access")),
        Column::plain(t("rooms-column-role")),
        Column::plain(t("rooms-column-made")),
    ];
    let rows = rows(viewer, &service, rooms);
    view! { <Table caption=t("rooms-title") columns=columns rows=rows /> }
}

fn rows(viewer: AccountId, service: &Rooms, rooms: Vec<MyRoom>) -> Vec<Vec<AnyView>> {
    let row = |room: MyRoom| {
        let by = made_by(room.application.as_deref(), room.creator.as_deref(), room.created_by, Some(viewer));
        let href = format!("{PATH}/{}", room.slug);
        vec![
            view! { <a href=href>{room.name}</a> }.into_any(),
            view! { <CopyInline value=service.link(&room.slug) shown=room.slug label=t("rooms-link") /> }.into_any(),
            level_word(room.access_level).into_any(),
            role_name(room.role).into_any(),
            view! {
                <RelativeTime at=room.created_at />
                <CellNote>{by}</CellNote>
            }
            .into_any(),
        ]
    };
    rooms.into_iter().map(row).collect()
}

/// The list from another room on, with what was searched for.
fn address(text: &str, name: &str, id: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    query.append_pair(name, id);
    format!("{PATH}?{}", query.finish())
}
