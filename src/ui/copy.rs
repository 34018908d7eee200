//! Values to take away, and secrets that are shown once.

use leptos::prelude::*;

use super::i18n::{t, tf};
use super::icon::{Icon, Symbol};
use super::islands::CopyButton;
use super::preload::PreloadModule;

/// A button that copies `value` and says so in words: for a well that is named already.
fn worded_button(value: String) -> impl IntoView {
    view! {
        <PreloadModule />
        <CopyButton value=value label=t("ui-copy") done=t("ui-copied") worded=true />
    }
}

/// A button without words that copies `value`; `thing` says to readers what that is.
fn bare_button(value: String, thing: String) -> impl IntoView {
    let label = tf("ui-copy-thing", &[("thing", thing.into())]);
    view! {
        <PreloadModule />
        <CopyButton value=value label=label done=t("ui-copied") worded=false />
    }
}

/// A value in a well, with a button that copies it.
#[component]
pub fn CopyField(
    /// The value.
    #[prop(into)]
    value: String,
    /// What it is, for readers: "Link".
    #[prop(into)]
    label: String,
    /// As wide as what is around it.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let button = worded_button(value.clone());
    // An address breaks before what is its own.
    let shown = match value.rsplit_once('/') {
        Some((before, own)) => {
            let (before, own) = (format!("{before}/"), own.to_owned());
            view! {
                {before}
                <wbr />
                <span class="whole">{own}</span>
            }
            .into_any()
        }
        None => value.into_any(),
    };
    view! {
        <span class=if wide { "copy-field wide" } else { "copy-field" } role="group" aria-label=label>
            <span class="copy-value mono">{shown}</span>
            {button}
        </span>
    }
}

/// A value within a line or a cell, with a small button that copies it.
#[component]
pub fn CopyInline(
    /// The value that is copied.
    #[prop(into)]
    value: String,
    /// What is shown, when that is not the value.
    #[prop(optional, into)]
    shown: Option<String>,
    /// What it is, for readers: "Link".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let shown = shown.unwrap_or_else(|| value.clone());
    view! {
        <span class="copy-inline">
            <span class="mono">{shown}</span>
            {bare_button(value, label)}
        </span>
    }
}

/// A command or an answer, in its own letters and lines.
#[component]
pub fn CodeBlock(
    /// The text.
    #[prop(into)]
    code: String,
    /// What it is, for readers: "Command".
    #[prop(into)]
    label: String,
    /// With a button that copies it.
    #[prop(optional)]
    copy: bool,
) -> impl IntoView {
    let button = copy.then(|| worded_button(code.clone()));
    // A block that scrolls must be reachable with the keyboard.
    view! {
        <div class="code-block">
            <pre tabindex="0" role="region" aria-label=label>
                <code>{code}</code>
            </pre>
            {button}
        </div>
    }
}

/// Secrets that are shown this one time, and what to do next.
#[component]
pub fn SecretOnce(
    /// What they are: "The secret of Calendar".
    #[prop(into)]
    title: String,
    /// Each value under its name.
    values: Vec<(String, String)>,
    /// What to do next: a ready command, a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let values: Vec<_> = values
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div>
                    <span class="secret-name">{name.clone()}</span>
                    <CopyField value=value label=name wide=true />
                </div>
            }
        })
        .collect();
    view! {
        <section class="secret">
            <div class="secret-head">
                <Icon of=Symbol::Key />
                <div>
                    <h2>{title}</h2>
                    <p>{t("ui-secret-once")}</p>
                </div>
            </div>
            <div class="secret-values">{values}</div>
            {children.map(|children| children())}
        </section>
    }
}
