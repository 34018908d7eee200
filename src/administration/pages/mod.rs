//! The administrators' pages about the trail and about people.

mod danger;
mod event;
mod events;
mod invite;
mod merge;
mod people;
mod person;

pub use event::EventPage;
pub use events::AuditPage;
pub use invite::InvitePage;
pub use merge::MergePage;
pub use people::PeoplePage;
pub use person::PersonPage;

use leptos::prelude::*;

use super::Names;
use super::actions::PEOPLE;
use crate::accounts::{Account, Role, Status};
use crate::audit::Record;
use crate::base::{AccountId, EmailAddress};
use crate::ui::{Badge, CellNote, Symbol, Tone, key, t};

/// The list of events.
const TRAIL: &str = "/admin/audit";

/// A person with the way to her page; of one who was deleted there is the id alone.
fn person_link(id: AccountId, names: &Names) -> AnyView {
    match names.person(id) {
        Some(account) => {
            let href = format!("{PEOPLE}/{}", account.id);
            view! { <a href=href>{called(account)}</a> }.into_any()
        }
        None => view! {
            <span class="quiet-text">{t("audit-deleted-person")}</span>
            <CellNote>
                <span class="mono">{id.to_string()}</span>
            </CellNote>
        }
        .into_any(),
    }
}

/// What a person is called: somebody without name and address by her id.
fn called(account: &Account) -> String {
    match account.display_name() {
        "" => account.id.to_string(),
        name => name.to_owned(),
    }
}

/// Her address; an unconfirmed one when there is no other.
fn address_of(account: &Account) -> Option<String> {
    account.email.as_ref().map(EmailAddress::as_str).or(account.claimed_email.as_deref()).map(str::to_owned)
}

/// The application that an event concerns, with the way to its page.
fn application_link(record: &Record, names: &Names) -> Option<AnyView> {
    let id = record.application_id?;
    Some(match names.application(id) {
        Some(application) => {
            let href = format!("/admin/applications/{}", application.slug);
            view! { <a href=href>{application.name.clone()}</a> }.into_any()
        }
        None => view! {
            <span class="quiet-text">{t("audit-deleted-application")}</span>
            <CellNote>
                <span class="mono">{id.to_string()}</span>
            </CellNote>
        }
        .into_any(),
    })
}

/// Who did it.
fn actor(record: &Record, names: &Names) -> AnyView {
    match record.actor.kind.as_str() {
        "person" => record.actor.person().map(|id| person_link(id, names)).into_any(),
        "application" => application_link(record, names).into_any(),
        "operator" => t("audit-operator").into_any(),
        _ => t("audit-anonymous").into_any(),
    }
}

fn status_badge(status: Status) -> impl IntoView {
    let (tone, icon, name) = match status {
        Status::Active => (Tone::Ok, Symbol::Check, key("people-active")),
        Status::Pending => (Tone::Info, Symbol::Clock, key("people-pending")),
        Status::Disabled => (Tone::Warning, Symbol::Cross, key("people-disabled")),
    };
    view! { <Badge tone=tone icon=icon>{t(name)}</Badge> }
}

fn role_badge(role: Role) -> Option<impl IntoView> {
    (role == Role::Admin).then(|| {
        view! { <Badge tone=Tone::Accent icon=Symbol::Shield>{t("ui-administrator")}</Badge> }
    })
}
