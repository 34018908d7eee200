//! A room, as whoever comes may see it.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::{level_word, made_by, role_name, who_may_enter};
use crate::accounts::Visitor;
use crate::base::AccountId;
use crate::rooms::actions::{DeleteRoom, RENAME_FORM, RenameRoom};
use crate::rooms::{AccessLevel, Role, RoomView, Rooms};
use crate::ui::{
    ButtonLink, Card, CellNote, ConfirmDialog, CopyField, Crumb, DangerItem, DangerZone, ErrorKind, Fact, Facts, Form,
    FormActions, HiddenField, Icon, Look, Page, RelativeTime, Section, SubmitButton, Symbol, TextField, Width,
    failure_page, refusal_page, see_other, t, tf,
};

/// `/rooms/{slug}`
#[component]
pub fn RoomPage() -> impl IntoView {
    let slug = use_params_map().get_untracked().get("slug").unwrap_or_default();
    Suspend::new(async move {
        let person = use_context::<Visitor>().and_then(|visitor| visitor.account().map(|account| account.id));
        let rooms = expect_context::<Rooms>();
        match rooms.view(&slug, person).await {
            Ok(None) => refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND),
            // A former address: on to the one of today.
            Ok(Some(room)) if room.slug != slug => {
                see_other(&format!("/rooms/{}", room.slug));
                ().into_any()
            }
            Ok(Some(room)) => match (room.role, room.access_level) {
                (Some(role), _) => with_role(&rooms, &room, role, person),
                (None, AccessLevel::Restricted) => restricted(&room.slug, person),
                (None, _) => without_role(&rooms, &room, person),
            },
            Err(error) => failure_page(error),
        }
    })
}

/// What everybody may see of a room that is not restricted.
fn without_role(rooms: &Rooms, room: &RoomView, person: Option<AccountId>) -> AnyView {
    let note = match person {
        Some(_) => view! { <p class="quiet-text">{t("rooms-you-have-no-role")}</p> }.into_any(),
        None => sign_in(&room.slug),
    };
    let (link, level) = (rooms.link(&room.slug), room.access_level);
    view! {
        <Page title=room.name.clone() named=true width=Width::Card>
            <Card>
                {who_may_enter(level)}
                <CopyField value=link label=t("rooms-link") wide=true />
                {note}
            </Card>
        </Page>
    }
    .into_any()
}

/// Of a restricted room others learn that it exists, and nothing more.
fn restricted(slug: &str, person: Option<AccountId>) -> AnyView {
    let way_in = person.is_none().then(|| sign_in(slug));
    view! {
        <Page title=t("rooms-restricted-title") width=Width::Card>
            <Card>
                <p class="who-may-enter">
                    <Icon of=Symbol::Lock />
                    <span>{t("rooms-restricted-text")}</span>
                </p>
                {way_in}
            </Card>
        </Page>
    }
    .into_any()
}

fn sign_in(slug: &str) -> AnyView {
    let href = format!("/sign-in?next=%2Frooms%2F{slug}");
    view! {
        <div class="way-in">
            <ButtonLink href=href look=Look::Primary large=true>
                {t("ui-sign-in")}
            </ButtonLink>
            <p class="quiet-text small-text">{t("rooms-sign-in-text")}</p>
        </div>
    }
    .into_any()
}

fn with_role(rooms: &Rooms, room: &RoomView, role: Role, person: Option<AccountId>) -> AnyView {
    let by = made_by(room.application.as_deref(), room.creator.as_deref(), room.created_by, person);
    let (level, created_at) = (room.access_level, room.created_at);
    let side = view! {
        <Facts>
            <Fact term=t("rooms-access")>{level_word(level)}</Fact>
            <Fact term=t("rooms-column-role")>{role_name(role)}</Fact>
            <Fact term=t("rooms-created-at")>
                <RelativeTime at=created_at />
                <CellNote>{by}</CellNote>
            </Fact>
        </Facts>
    };
    let settings = (role >= Role::Administrator).then(|| rename(room));
    let danger = (role >= Role::Owner).then(|| delete(room));
    let crumbs = vec![Crumb::new(t("rooms-title"), "/rooms")];
    let link = rooms.link(&room.slug);
    view! {
        <Page title=room.name.clone() named=true crumbs=crumbs side=side.into_any()>
            <div class="room-door">
                {who_may_enter(level)}
                <CopyField value=link label=t("rooms-link") wide=true />
            </div>
            {settings}
            {danger}
        </Page>
    }
    .into_any()
}

fn rename(room: &RoomView) -> impl IntoView + use<> {
    let (slug, name) = (room.slug.clone(), room.name.clone());
    view! {
        <Section title=t("rooms-settings")>
            <Form id=RENAME_FORM action=RenameRoom::url() line=true>
                <HiddenField name="room" value=slug.clone() />
                <TextField name="name" label=t("rooms-name") value=name.clone() />
                <FormActions>
                    <SubmitButton look=Look::Plain>{t("rooms-rename")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
}

fn delete(room: &RoomView) -> impl IntoView + use<> {
    let slug = room.slug.clone();
    let question = tf("rooms-delete-title", &[("name", room.name.as_str().into())]);
    view! {
        <DangerZone>
            <DangerItem title=t("rooms-delete") text=t("rooms-delete-text")>
                <ConfirmDialog
                    id="delete-room"
                    open=t("rooms-delete")
                    icon=Symbol::Trash
                    title=question
                    text=t("rooms-delete-text")
                    action=DeleteRoom::url()
                    deed=t("rooms-delete")
                >
                    <HiddenField name="room" value=slug.clone() />
                </ConfirmDialog>
            </DangerItem>
        </DangerZone>
    }
}
