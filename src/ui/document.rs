//! The HTML document around every page, and the policy that it is sent with.

use std::fmt::Write as _;

use axum::http::{HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, provide_meta_context};

use super::assets::Assets;
use super::error_page::{ErrorBody, ErrorKind};
use super::i18n::language;
use super::layout::Frame;
use super::preload::BrowserModule;
use super::title::title_html;
use super::viewer::Viewer;
use crate::base::Language;

/// The table of pages, rendered for the request in context. `app` has it; it is handed down to the server.
pub type Pages = fn() -> AnyView;

/// Where forms may lead besides our own pages, as origins: signing out goes on to an identity provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormTargets(pub Vec<String>);

/// The content security policy of a page. `nonce` admits the inline scripts that rendering itself writes.
pub fn content_security_policy(nonce: Option<&str>, targets: &FormTargets) -> String {
    let forms = targets.0.iter().fold(String::from("'self'"), |forms, target| forms + " " + target);
    let mut scripts = String::from("'self'");
    if let Some(nonce) = nonce {
        // Writing to a `String` does not fail.
        let _ = write!(scripts, " 'nonce-{nonce}'");
    }
    format!(
        "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The document of a page. It sets the answer's content security policy and tells the renderer that islands alone are
/// woken in the browser.
pub fn shell(assets: &Assets, pages: Pages) -> impl IntoView + use<> {
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let nonce = use_nonce();
    let targets = use_context::<FormTargets>().unwrap_or_default();
    let policy = content_security_policy(nonce.as_deref(), &targets);
    if let (Some(response), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::try_from(policy)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let scripts = view! {
        <script type="module" src=assets.boot() nonce=nonce></script>
        <MetaTags />
    };
    provide_meta_context();
    provide_context(BrowserModule::of(assets));
    document(assets, scripts.into_any(), pages())
}

/// A whole document that says why there is no page, for whoever answers outside of the pages. Needs no script; send it
/// with a [`content_security_policy`] without nonce. `path` is that of the request, `reference` its id.
pub fn error_document(
    assets: &Assets,
    language: Language,
    kind: ErrorKind,
    path: &str,
    viewer: Option<Viewer>,
    reference: Option<String>,
) -> String {
    Owner::new().with(|| {
        provide_context(language);
        if let Some(viewer) = viewer {
            provide_context(viewer);
        }
        // As markup: around text of its own the renderer would leave marks for hydration, which show in a title.
        let head = view! { <title inner_html=title_html(&kind.title())></title> };
        let body = match reference {
            Some(reference) => view! { <ErrorBody kind=kind reference=reference /> }.into_any(),
            None => view! { <ErrorBody kind=kind /> }.into_any(),
        };
        let body = view! { <Frame path=path>{body}</Frame> };
        document(assets, head.into_any(), body.into_any()).to_html()
    })
}

fn document(assets: &Assets, head: AnyView, body: AnyView) -> impl IntoView + use<> {
    view! {
        <!DOCTYPE html>
        <html lang=language().as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#14191a" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href=assets.file("favicon.svg") r#type="image/svg+xml" />
                <link rel="stylesheet" href=assets.style() />
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}
