//! The first page: for a stranger what this is, for a person her latest rooms.

use leptos::prelude::*;

use crate::accounts::{Account, Visitor};
use crate::rooms::pages::LatestRooms;
use crate::ui::{ButtonLink, DocumentTitle, Icon, IconDisc, Look, Section, Symbol, t, tf};

/// `/`
#[component]
pub fn HomePage() -> impl IntoView {
    match use_context::<Visitor>().as_ref().and_then(Visitor::account) {
        Some(account) => for_person(account).into_any(),
        None => for_stranger().into_any(),
    }
}

fn for_stranger() -> impl IntoView {
    view! {
        <DocumentTitle about=t("home-title") />
        <div class="hero">
            <div class="hero-words">
                <h1>{t("home-title")}</h1>
                <p>{t("home-lead")}</p>
                <div class="row">
                    <ButtonLink href="/sign-in" look=Look::Primary large=true>
                        {t("ui-sign-in")}
                    </ButtonLink>
                    <ButtonLink href="/docs" look=Look::Quiet icon=Symbol::Book>
                        {t("ui-api-reference")}
                    </ButtonLink>
                </div>
            </div>
            {picture()}
        </div>
        <ul class="features">
            {feature(Symbol::Link, t("home-link-title"), t("home-link-text"))}
            {feature(Symbol::Shield, t("home-limits-title"), t("home-limits-text"))}
            {feature(Symbol::Door, t("home-yours-title"), t("home-yours-text"))}
        </ul>
    }
}

/// What happens here, drawn: an application calls, and a room is there. The words beside it say the same.
fn picture() -> impl IntoView {
    let by = tf("rooms-made-by-application", &[("application", t("home-example-application").into())]);
    view! {
        <div class="picture" aria-hidden="true">
            <p class="operation-line">
                <span class="method" data-method="POST">
                    "POST"
                </span>
                "/external-api/v1.0/rooms/"
            </p>
            <div class="picture-room">
                <p class="picture-name">{t("home-example-room")}</p>
                <p class="picture-link mono">
                    "meet.example.org/rooms/kqz-wmtp-bva" <Icon of=Symbol::Copy small=true />
                </p>
                <p class="who-may-enter small-text">
                    <Icon of=Symbol::People />
                    <span>{t("rooms-access-trusted-help")}</span>
                </p>
                <p class="picture-foot">
                    <Icon of=Symbol::Application small=true />
                    <span>{t("ago-moment")} ", " {by}</span>
                </p>
            </div>
        </div>
    }
}

fn feature(symbol: Symbol, title: String, text: String) -> impl IntoView {
    view! {
        <li>
            <IconDisc of=symbol />
            <h2>{title}</h2>
            <p>{text}</p>
        </li>
    }
}

fn for_person(account: &Account) -> impl IntoView + use<> {
    let title = tf("home-hello", &[("name", account.display_name().into())]);
    let applications = account
        .is_administrator()
        .then(|| way("/admin/applications", Symbol::Application, t("applications-title"), t("applications-lead")));
    view! {
        <LatestRooms person=account.id title=title>
            <Section title=t("home-more")>
                <ul class="ways">
                    {applications} {way("/docs", Symbol::Book, t("ui-api-reference"), t("home-docs-text"))}
                </ul>
            </Section>
        </LatestRooms>
    }
}

/// A way to another part of the product.
fn way(href: &'static str, symbol: Symbol, title: String, text: String) -> impl IntoView {
    view! {
        <li>
            <IconDisc of=symbol />
            <div>
                <a href=href>{title}</a>
                <p>{text}</p>
            </div>
        </li>
    }
}
