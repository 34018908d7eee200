//! Asking for a part of a list.

use leptos::prelude::*;

use super::i18n::t;
use super::icon::{Icon, Symbol};

/// A form of the GET kind over a list: what is asked for stands in the address. Its fields are optional, and do not say so.
#[component]
pub fn FilterForm(
    /// The page with the list; also where "Show all" leads.
    #[prop(into)]
    action: String,
    /// Whether anything is asked for.
    asked: bool,
    /// Fields that are seldom needed, and whether they are shown at once.
    #[prop(optional)]
    more: Option<(AnyView, bool)>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let more = more.map(|(fields, open)| {
        view! {
            <details class="filter-more" open=open>
                <summary>{t("ui-filter-more")}</summary>
                <div class="filter-fields">{fields}</div>
            </details>
        }
    });
    let all = asked.then(|| view! { <a class="button quiet" href=action.clone()>{t("ui-filter-all")}</a> });
    view! {
        <form class="filter" role="search" method="get" action=action novalidate="">
            <div class="filter-fields">{children()}</div>
            {more}
            <div class="row">
                <button type="submit" class="button">
                    <Icon of=Symbol::Search />
                    <span>{t("ui-filter")}</span>
                </button>
                {all}
            </div>
        </form>
    }
}
