//! Fetching the browser module early, on pages that have an island to wake.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::*;
use leptos_meta::Link;

use super::assets::Assets;

/// Where the browser module is, and whether this page has asked for it already. In the context of every page.
#[derive(Clone)]
pub(super) struct BrowserModule {
    script: String,
    wasm: String,
    asked: Arc<AtomicBool>,
}

impl BrowserModule {
    /// The module of the site, for a page that is about to be rendered.
    pub(super) fn of(assets: &Assets) -> Self {
        Self { script: assets.module(), wasm: assets.wasm(), asked: Arc::default() }
    }

    /// Whether this is the first island of the page.
    fn first(&self) -> bool {
        !self.asked.swap(true, Ordering::Relaxed)
    }
}

/// Stands beside every island: the first one of a page has the head ask for the module. A browser warns of what was asked
/// for early and never used.
#[component]
pub(super) fn PreloadModule() -> impl IntoView {
    use_context::<BrowserModule>().filter(BrowserModule::first).map(|BrowserModule { script, wasm, .. }| {
        view! {
            <Link rel="modulepreload" href=script />
            <Link rel="preload" href=wasm as_="fetch" type_="application/wasm" crossorigin="anonymous" />
        }
    })
}
