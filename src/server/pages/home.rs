//! The first page.

use leptos::prelude::*;

use crate::accounts::Visitor;
use crate::ui::{ButtonLink, Look, Page, Section, Symbol, t};

/// `/`
#[component]
pub fn HomePage() -> impl IntoView {
    let signed_in = use_context::<Visitor>().is_some_and(|visitor| visitor.account().is_some());
    let way = if signed_in {
        view! { <ButtonLink href="/rooms" look=Look::Primary icon=Symbol::Door large=true>{t("home-to-rooms")}</ButtonLink> }
    } else {
        view! { <ButtonLink href="/sign-in" look=Look::Primary icon=Symbol::Person large=true>{t("ui-sign-in")}</ButtonLink> }
    };
    view! {
        <Page title=t("home-title") lead=t("home-lead")>
            <p>{way}</p>
            <Section title=t("home-for-people-title")>
                <p>{t("home-for-people-text")}</p>
            </Section>
            <Section title=t("home-for-applications-title")>
                <p>{t("home-for-applications-text")}</p>
                <p>
                    <ButtonLink href="/docs" icon=Symbol::Book>{t("ui-api-reference")}</ButtonLink>
                </p>
            </Section>
        </Page>
    }
}
