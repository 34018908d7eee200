//! The administrators' pages about applications.

mod list;
mod new;
mod one;

pub use list::ApplicationsPage;
pub use new::NewApplicationPage;
pub use one::ApplicationPage;

use leptos::prelude::*;

use super::{Domains, Overview};
use crate::base::Domain;
use crate::ui::{Badge, Symbol, Tone, key, t, tf};

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
