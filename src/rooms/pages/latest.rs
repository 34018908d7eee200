//! The rooms that a person sees first, on the home page.

use leptos::prelude::*;

use super::list::{PATH, actions, no_rooms, table};
use crate::base::AccountId;
use crate::entitlements::pages::{denied_banner, is_denied};
use crate::rooms::{Rooms, Search};
use crate::ui::{ButtonLink, Look, Page, Section, Symbol, failure_page, t};

/// How many rooms the home page shows.
const SHOWN: usize = 5;

/// A page of a person, with the latest of her rooms before what else it has.
#[component]
pub fn LatestRooms(
    /// Whose rooms.
    person: AccountId,
    /// The heading of the page.
    #[prop(into)]
    title: String,
    /// What follows.
    children: Children,
) -> impl IntoView {
    let rest = children().into_any();
    Suspend::new(async move {
        let mut rooms = match expect_context::<Rooms>().search(person, &Search::default()).await {
            Ok(portion) => portion.rooms,
            Err(error) => return failure_page(error),
        };
        if rooms.is_empty() {
            return view! {
                <Page title=title>
                    {no_rooms()}
                    {rest}
                </Page>
            }
            .into_any();
        }
        rooms.truncate(SHOWN);
        let denied = is_denied();
        let (action, banner) = if denied { (None, Some(denied_banner())) } else { (Some(actions()), None) };
        let all = view! { <ButtonLink href=PATH look=Look::Quiet icon=Symbol::Door>{t("rooms-show-all")}</ButtonLink> };
        view! {
            <Page title=title action=action.unwrap_or_else(|| ().into_any())>
                {banner}
                <Section title=t("rooms-latest") action=all.into_any()>
                    {table(person, rooms)}
                </Section>
                {rest}
            </Page>
        }
        .into_any()
    })
}
