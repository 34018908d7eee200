//! The pieces that wake in the browser. Their texts come in as props: the module carries no translations.

use leptos::prelude::*;

use super::icon::Symbol;

/// How long a copy button says that it has copied.
#[cfg(feature = "hydrate")]
const ANSWER_MILLISECONDS: u32 = 2_000;

/// A button that puts `value` on the clipboard, answers with `done` and says so to readers.
/// It is not shown where no script runs.
#[island]
pub fn CopyButton(
    /// What is copied.
    value: String,
    /// The button's name: "Copy".
    label: String,
    /// Its answer: "Copied".
    done: String,
    /// Shows the name beside the icon.
    worded: bool,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let press = move |_| copy(value.clone(), set_copied);
    let name = {
        let done = done.clone();
        move || if copied.get() { done.clone() } else { label.clone() }
    };
    let title = name.clone();
    let drawing = move || if copied.get() { Symbol::Check.path() } else { Symbol::Copy.path() };
    view! {
        <button
            type="button"
            class="copy-button needs-script"
            title=title
            data-copied=move || copied.get().then_some("")
            on:click=press
        >
            <svg class="icon small" viewBox="0 0 20 20" aria-hidden="true">
                <path d=drawing />
            </svg>
            <span class=(!worded).then_some("visually-hidden")>{name}</span>
        </button>
        <span class="visually-hidden" role="status">
            {move || copied.get().then(|| done.clone())}
        </span>
    }
}

/// Writes to the clipboard and holds the answer for a moment.
#[cfg(feature = "hydrate")]
fn copy(value: String, answer: WriteSignal<bool>) {
    leptos::task::spawn_local(async move {
        let clipboard = window().navigator().clipboard();
        // The browser offers no clipboard to a page that came over plain HTTP.
        if clipboard.is_undefined() {
            return;
        }
        let written = web_sys::js_sys::futures::JsFuture::from(clipboard.write_text(&value)).await;
        if written.is_ok() {
            answer.set(true);
            gloo_timers::future::TimeoutFuture::new(ANSWER_MILLISECONDS).await;
            answer.set(false);
        }
    });
}

/// On the server nobody presses.
#[cfg(not(feature = "hydrate"))]
fn copy(_: String, _: WriteSignal<bool>) {}
