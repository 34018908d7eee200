//! The administrators' pages about applications.

mod list;
mod new;
mod one;

pub use list::ApplicationsPage;
pub use new::NewApplicationPage;
pub use one::ApplicationPage;

use axum::http::StatusCode;
use leptos::prelude::*;

use super::{Domains, Overview};
use crate::accounts::{Account, Visitor};
use crate::base::Domain;
use crate::ui::{Badge, ErrorKind, Symbol, Tone, caller_or_sign_in, here, key, refusal_page, t, tf};

/// Nothing for an administrator; for anybody else the page, or the way, that she gets instead.
fn unless_administrator() -> Option<AnyView> {
    if caller_or_sign_in(&here()).is_none() {
        return Some(().into_any());
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let administrator = visitor.account().is_some_and(Account::is_administrator);
    (!administrator).then(|| refusal_page(ErrorKind::Forbidden, StatusCode::FORBIDDEN))
}

/// For whom an application may act, in one sentence.
fn sentence(overview: &Overview) -> String {
    if overview.application.scopes.is_empty() {
        return t("applications-may-nothing");
    }
    match &overview.domains {
        Domains::All => t("applications-acts-for-everyone"),
        Domains::Only(domains) if domains.is_empty() => t("applications-acts-for-nobody"),
        Domains::Only(domains) => tf("applications-acts-for", &[("domains", listed(names(domains)).into())]),
    }
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
