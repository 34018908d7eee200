//! The frame around every page, and the parts that a page is divided into.

use leptos::prelude::*;

use super::bar::TopBar;
use super::i18n::t;
use super::notice::Notices;
use super::title::DocumentTitle;

/// How wide a page's content may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Lists and detail pages.
    #[default]
    Wide,
    /// Forms, with room beside them for remarks.
    Form,
    /// One card in the middle: sign-in, an agreement, a room for whoever follows its link.
    Card,
}

impl Width {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Form => "form",
            Self::Card => "card",
        }
    }
}

/// What stands around every page: skip link, bar, notices, foot.
#[component]
pub fn Frame(
    /// The path of the page being shown.
    #[prop(into)]
    path: String,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip" href="#main">
            {t("ui-skip")}
        </a>
        <TopBar path=path />
        <main class="main" id="main" tabindex="-1">
            <Notices />
            {children()}
        </main>
        <footer class="foot">
            <div class="foot-inner">
                <span>"Parloir"</span>
                <a href="/docs">{t("ui-api-reference")}</a>
            </div>
        </footer>
    }
}

/// A step on the way to a page of the third level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The name of the page above.
    pub label: String,
    /// Its address.
    pub href: String,
}

impl Crumb {
    /// The page above, by name and address.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A page: its title, one sentence, one action, its content and, beside it, facts.
#[component]
pub fn Page(
    /// The heading, and the first part of the document's title.
    #[prop(into)]
    title: String,
    /// One sentence under the heading; an empty one is none.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The title is the name of the one thing that the page shows: larger, with its state beside it.
    #[prop(optional)]
    named: bool,
    /// The state of that thing: a badge.
    #[prop(optional)]
    state: Option<AnyView>,
    /// The one primary button, top right; a second one at most.
    #[prop(optional)]
    action: Option<AnyView>,
    /// The pages above, outermost first.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// How wide the content may be.
    #[prop(optional)]
    width: Width,
    /// Facts beside the content; below it on narrow screens.
    #[prop(optional)]
    side: Option<AnyView>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let body = view! { <div class="page-main">{children()}</div> };
    let body = match side {
        Some(side) => view! {
            <div class="page-columns">
                {body}
                <aside class="page-side">{side}</aside>
            </div>
        }
        .into_any(),
        None => body.into_any(),
    };
    view! {
        <DocumentTitle about=title.clone() />
        <div class="page" data-width=width.as_str()>
            {breadcrumb(crumbs)}
            <div class="page-head">
                <div class="page-title">
                    <div class="page-name">
                        <h1 class=named.then_some("name")>{title}</h1>
                        {state}
                    </div>
                    {lead.filter(|lead| !lead.is_empty()).map(|lead| view! { <p class="lead">{lead}</p> })}
                </div>
                {action.map(|action| view! { <div class="page-action">{action}</div> })}
            </div>
            {body}
        </div>
    }
}

fn breadcrumb(crumbs: Vec<Crumb>) -> Option<impl IntoView> {
    if crumbs.is_empty() {
        return None;
    }
    let items: Vec<_> =
        crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> }).collect();
    Some(view! {
        <nav class="crumbs" aria-label=t("ui-breadcrumb")>
            <ol class="crumb-list">{items}</ol>
        </nav>
    })
}

/// A part of a page with a heading of its own; sections are divided by lines.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: String,
    /// One sentence under it; an empty one is none.
    #[prop(optional, into)]
    lead: Option<String>,
    /// A button beside the heading.
    #[prop(optional)]
    action: Option<AnyView>,
    /// The id that a link leads to.
    #[prop(optional, into)]
    id: Option<String>,
    /// The content, where there is more than that sentence.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="section" id=id>
            <div class="section-head">
                <div>
                    <h2>{title}</h2>
                    {lead.filter(|lead| !lead.is_empty()).map(|lead| view! { <p>{lead}</p> })}
                </div>
                {action}
            </div>
            {children.map(|children| children())}
        </section>
    }
}

/// A surface of its own: the sign-in form, an application that is connected.
#[component]
pub fn Card(
    /// The content.
    children: Children,
) -> impl IntoView {
    view! { <div class="card">{children()}</div> }
}
