//! The bar on top of every page: where one can go, in which language, and as whom.

use leptos::prelude::*;

use super::i18n::{key, language, t, tf};
use super::icon::{Icon, Symbol};
use super::piece::Avatar;
use super::{Viewer, ViewerOrganisations};
use crate::base::Language;

/// Takes a POST with `language` (`en`, `fr`) and `next` (a path), remembers the choice and answers with 303 to `next`.
pub const LANGUAGE_PATH: &str = "/actions/language";

/// The cookie that remembers the choice in a browser: `en` or `fr`.
pub const LANGUAGE_COOKIE: &str = "parloir-language";

/// Takes a POST with `organisation` (a SIRET) and `next` (a path): from then on the person acts for it.
pub const ORGANISATION_PATH: &str = "/actions/organisation/choose";

/// The cookie that remembers `language` for a year, or none any more.
pub fn language_cookie(language: Option<Language>, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    let (value, age) = language.map_or(("", 0), |language| (language.as_str(), 31_536_000));
    format!("{LANGUAGE_COOKIE}={value}; Path=/; Max-Age={age}; SameSite=Lax{secure}")
}

/// The pages of the person's own account.
pub const ACCOUNT_PATH: &str = "/account";

/// The page to sign in on.
pub const SIGN_IN_PATH: &str = "/sign-in";

/// Takes a POST that ends the session.
pub const SIGN_OUT_PATH: &str = "/auth/logout/";

/// A section of the product.
struct SectionLink {
    path: &'static str,
    /// A page elsewhere that belongs to it.
    also: Option<&'static str>,
    name: &'static str,
    icon: Symbol,
    administrators: bool,
}

/// The sections, in their order.
const SECTIONS: [SectionLink; 5] = [
    SectionLink { path: "/rooms", also: None, name: key("ui-rooms"), icon: Symbol::Door, administrators: false },
    SectionLink {
        path: "/admin/applications",
        also: None,
        name: key("ui-applications"),
        icon: Symbol::Application,
        administrators: true,
    },
    SectionLink {
        path: "/admin/organisations",
        also: None,
        name: key("ui-organisations"),
        icon: Symbol::Organisation,
        administrators: true,
    },
    SectionLink {
        path: "/admin/users",
        also: Some("/admin/sign-in-requests"),
        name: key("ui-people"),
        icon: Symbol::People,
        administrators: true,
    },
    SectionLink { path: "/admin/audit", also: None, name: key("ui-audit"), icon: Symbol::Clock, administrators: true },
];

/// Administrators have every section; whoever manages an application has that one.
fn is_hers(viewer: &Viewer, section: &SectionLink) -> bool {
    let managed = viewer.applications && section.name == key("ui-applications");
    viewer.administrator || !section.administrators || managed
}

/// The bar. What it offers depends on the [`Viewer`] in context.
#[component]
pub(super) fn TopBar(
    /// The path of the page being shown.
    path: String,
) -> impl IntoView {
    let viewer = use_context::<Viewer>();
    let sections: Vec<&SectionLink> =
        SECTIONS.iter().filter(|section| viewer.as_ref().is_some_and(|viewer| is_hers(viewer, section))).collect();
    let wide = (!sections.is_empty()).then(|| wide_sections(&sections, &path));
    let narrow = (!sections.is_empty()).then(|| narrow_sections(&sections, &path));
    let organisations = viewer.as_ref().and_then(|viewer| viewer.organisations.clone());
    let organisations = organisations.filter(|all| !all.others.is_empty()).map(|all| organisation_menu(all, &path));
    let person = match viewer {
        Some(viewer) => person_menu(viewer).into_any(),
        None if path != SIGN_IN_PATH => view! { <a class="button" href=SIGN_IN_PATH>{t("ui-sign-in")}</a> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <header class="bar">
            <div class="bar-inner">
                <a class="brand" href="/">
                    <Mark />
                    <span>"Parloir"</span>
                </a>
                {wide}
                <div class="bar-end">{organisations} {language_switch(path)} {person} {narrow}</div>
            </div>
        </header>
    }
}

/// The mark: a door that speaks.
#[component]
pub(super) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path
                fill="currentColor"
                fill-rule="evenodd"
                d="M16 3A11.5 11.5 0 0 0 4.5 14.5V28.2C4.5 29.1 5.5 29.5 6.2 28.9L10.4 25.5H12.5V16A3.5 3.5 0 0 1 19.5 16V25.5H23.5A4 4 0 0 0 27.5 21.5V14.5A11.5 11.5 0 0 0 16 3Z"
            />
        </svg>
    }
}

/// `page` on a section's own page, `true` on one below it.
fn current(section: &SectionLink, path: &str) -> Option<&'static str> {
    if section.also == Some(path) {
        return Some("true");
    }
    match path.strip_prefix(section.path)? {
        "" | "/" => Some("page"),
        below => below.starts_with('/').then_some("true"),
    }
}

fn wide_sections(sections: &[&SectionLink], path: &str) -> impl IntoView + use<> {
    let links: Vec<_> = sections
        .iter()
        .map(|section| {
            view! {
                <a href=section.path aria-current=current(section, path)>
                    {t(section.name)}
                </a>
            }
        })
        .collect();
    view! {
        <nav class="sections" aria-label=t("ui-sections")>
            {links}
        </nav>
    }
}

/// The same on a phone, folded into one menu.
fn narrow_sections(sections: &[&SectionLink], path: &str) -> impl IntoView + use<> {
    let links: Vec<_> = sections
        .iter()
        .map(|section| {
            view! {
                <a href=section.path aria-current=current(section, path)>
                    <Icon of=section.icon />
                    {t(section.name)}
                </a>
            }
        })
        .collect();
    view! {
        <details class="menu phone-sections" name="bar">
            <summary>
                <Icon of=Symbol::Menu />
                <span class="visually-hidden">{t("ui-menu")}</span>
            </summary>
            <nav class="menu-panel" aria-label=t("ui-sections")>
                {links}
            </nav>
        </details>
    }
}

/// A button for each language but the one in use, named in that language.
fn language_switch(path: String) -> impl IntoView {
    let others: Vec<_> = Language::ALL
        .into_iter()
        .filter(|other| *other != language())
        .map(|other| {
            view! {
                <button
                    type="submit"
                    class="button quiet"
                    name="language"
                    value=other.as_str()
                    lang=other.as_str()
                >
                    {other.own_name()}
                </button>
            }
        })
        .collect();
    view! {
        <form method="post" action=LANGUAGE_PATH aria-label=t("ui-language")>
            <input type="hidden" name="next" value=path />
            {others}
        </form>
    }
}

/// The organisation for which she acts, and the way to the others.
fn organisation_menu(ViewerOrganisations { chosen, others }: ViewerOrganisations, path: &str) -> impl IntoView + use<> {
    let label = tf("ui-organisation-menu", &[("name", chosen.as_str().into())]);
    let others: Vec<_> = others
        .into_iter()
        .map(|(siret, name)| {
            view! {
                <button type="submit" name="organisation" value=siret>
                    {name}
                </button>
            }
        })
        .collect();
    let next = path.to_owned();
    view! {
        <details class="menu organisation-menu" name="bar">
            <summary>
                <Icon of=Symbol::People />
                <span class="visually-hidden">{label}</span>
                <span class="organisation-name" aria-hidden="true">
                    {chosen}
                </span>
                <Icon of=Symbol::ChevronDown small=true />
            </summary>
            <div class="menu-panel">
                <form method="post" action=ORGANISATION_PATH>
                    <input type="hidden" name="next" value=next />
                    {others}
                </form>
            </div>
        </details>
    }
}

fn person_menu(viewer: Viewer) -> impl IntoView {
    let label = tf("ui-person-menu", &[("name", viewer.name.as_str().into())]);
    let address = viewer.email.filter(|email| *email != viewer.name);
    view! {
        <details class="menu" name="bar">
            <summary>
                <Avatar name=viewer.name.clone() />
                <span class="visually-hidden">{label}</span>
            </summary>
            <div class="menu-panel">
                <div class="menu-who">
                    <b>{viewer.name}</b>
                    {address.map(|address| view! { <span class="quiet-text">{address}</span> })}
                    {viewer
                        .administrator
                        .then(|| view! { <span class="quiet-text">{t("ui-administrator")}</span> })}
                </div>
                <a href=ACCOUNT_PATH>
                    <Icon of=Symbol::Person />
                    {t("ui-account")}
                </a>
                <form method="post" action=SIGN_OUT_PATH>
                    <button type="submit">
                        <Icon of=Symbol::SignOut />
                        {t("ui-sign-out")}
                    </button>
                </form>
            </div>
        </details>
    }
}
