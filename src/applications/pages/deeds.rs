//! What an application may do, and what it may not, a line each.

use leptos::prelude::*;

use crate::applications::Application;
use crate::base::Scope;
use crate::ui::{Icon, Symbol, Tone, language, t};

/// Both lists.
pub(super) fn deeds(application: &Application) -> impl IntoView + use<> {
    let scopes = &application.scopes;
    let (may, may_not): (Vec<_>, Vec<_>) = Scope::ALL.into_iter().partition(|scope| scopes.contains(*scope));
    view! {
        <div class="deeds">
            {sentences(t("applications-may"), Symbol::Check, may)}
            {sentences(t("applications-may-not"), Symbol::Cross, may_not)}
        </div>
    }
}

/// Rights, a line each, under what is said of all of them.
fn sentences(title: String, symbol: Symbol, scopes: Vec<Scope>) -> Option<impl IntoView> {
    let line = |scope: Scope| {
        view! {
            <li>
                <Icon of=symbol />
                <span>
                    <span class="sentence">{scope.description(language())}</span>
                    " "
                    <code class="quiet-text">{scope.as_str()}</code>
                </span>
            </li>
        }
    };
    let tone = if symbol == Symbol::Check { Tone::Ok } else { Tone::Neutral };
    let lines: Vec<_> = scopes.into_iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <div>
                <h3>{title}</h3>
                <ul class="sentences" data-tone=tone.as_str()>
                    {lines}
                </ul>
            </div>
        }
    })
}
