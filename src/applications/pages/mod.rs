//! The pages about applications: for administrators, and for whoever manages one.

mod activity;
mod credentials;
mod danger;
mod deeds;
mod frame;
mod general;
mod list;
mod new;
mod permissions;
mod refusals;
mod reveal;

pub use activity::ActivityPage;
pub use credentials::CredentialsPage;
pub use danger::DangerPage;
pub use frame::{ApplicationTab, application_page, slug_here};
pub use general::ApplicationPage;
pub use list::ApplicationsPage;
pub use new::NewApplicationPage;
pub use permissions::PermissionsPage;
pub use refusals::words_of;

use leptos::prelude::*;

use super::{Domains, Overview};
use crate::base::{Domain, Scope};
use crate::ui::{Badge, Symbol, Tone, key, t, tf};

/// What an application may do and for whom, in one sentence.
fn sentence(overview: &Overview) -> String {
    let verbs: Vec<_> = overview.application.scopes.iter().map(verb).collect();
    if verbs.is_empty() {
        return t("applications-may-nothing");
    }
    let deeds = || ("deeds", listed(verbs.clone()).into());
    match &overview.domains {
        Domains::All => tf("applications-acts-for-everyone", &[deeds()]),
        Domains::Only(domains) if domains.is_empty() => t("applications-acts-for-nobody"),
        Domains::Only(domains) => tf("applications-acts-for", &[deeds(), ("domains", listed(names(domains)).into())]),
    }
}

/// What a right lets an application do with rooms.
fn verb(scope: Scope) -> String {
    t(match scope {
        Scope::RoomsList => key("applications-verb-list"),
        Scope::RoomsRetrieve => key("applications-verb-see"),
        Scope::RoomsCreate => key("applications-verb-create"),
        Scope::RoomsUpdate => key("applications-verb-change"),
        Scope::RoomsDelete => key("applications-verb-delete"),
    })
}

fn names(domains: &[Domain]) -> Vec<String> {
    domains.iter().map(ToString::to_string).collect()
}

/// "a, b and c"
fn listed(mut items: Vec<String>) -> String {
    let last = items.pop().unwrap_or_default();
    if items.is_empty() {
        return last;
    }
    tf("applications-and", &[("first", items.join(", ").into()), ("last", last.into())])
}

fn state_badge(active: bool) -> impl IntoView {
    let (tone, icon, name) = if active {
        (Tone::Ok, Symbol::Check, key("applications-active"))
    } else {
        (Tone::Warning, Symbol::Cross, key("applications-disabled-state"))
    };
    view! { <Badge tone=tone icon=icon>{t(name)}</Badge> }
}
