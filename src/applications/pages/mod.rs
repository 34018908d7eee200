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
use crate::ui::{Badge, Tone, key, language, t, tf};

/// What an application may do, and for whom, in one sentence.
fn sentence(overview: &Overview) -> String {
    let deeds: Vec<_> =
        overview.application.scopes.iter().map(|scope| scope.description(language()).to_owned()).collect();
    if deeds.is_empty() {
        return t("applications-may-nothing");
    }
    let deeds = ("deeds", listed(deeds).into());
    match &overview.domains {
        Domains::All => tf("applications-may-for-everyone", &[deeds]),
        Domains::Only(domains) if domains.is_empty() => tf("applications-may-for-nobody", &[deeds]),
        Domains::Only(domains) => tf("applications-may", &[deeds, ("domains", listed(names(domains)).into())]),
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
    let (tone, name) = if active {
        (Tone::Ok, key("applications-active"))
    } else {
        (Tone::Warning, key("applications-disabled-state"))
    };
    view! { <Badge tone=tone>{t(name)}</Badge> }
}
