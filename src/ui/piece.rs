//! Small pieces: badges, facts, tabs, avatars.

use leptos::prelude::*;

use super::icon::{Icon, Symbol};
use super::notice::Tone;

/// A state in one or two words.
#[component]
pub fn Badge(
    /// What the state means.
    #[prop(optional)]
    tone: Tone,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.as_str()>
            {icon.map(|symbol| view! { <Icon of=symbol small=true /> })}
            {children()}
        </span>
    }
}

/// A list of [`Fact`]s.
#[component]
pub fn Facts(
    /// Term and value beside each other, with lines between, for the main column.
    #[prop(optional)]
    lines: bool,
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! {
        <dl class="facts" data-layout=lines.then_some("lines")>
            {children()}
        </dl>
    }
}

/// A term and its value, within [`Facts`].
#[component]
pub fn Fact(
    /// What the value is.
    #[prop(into)]
    term: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// What is good to know beside a form, in a few sentences.
#[component]
pub fn Remarks(
    /// What they are about.
    #[prop(into)]
    title: String,
    /// Each with what it is about.
    remarks: Vec<(Symbol, String)>,
) -> impl IntoView {
    let remarks: Vec<_> = remarks
        .into_iter()
        .map(|(symbol, text)| {
            view! {
                <li>
                    <Icon of=symbol />
                    <span>{text}</span>
                </li>
            }
        })
        .collect();
    view! {
        <div class="remarks">
            <h2>{title}</h2>
            <ul class="remark-list">{remarks}</ul>
        </div>
    }
}

/// A page of several that belong together.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the page being shown.
    pub current: bool,
}

/// Links to the pages that belong together.
#[component]
pub fn Tabs(
    /// What they have in common, for readers.
    #[prop(into)]
    label: String,
    /// The pages.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let links: Vec<_> = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <a href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                </a>
            }
        })
        .collect();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
}

/// How many tints the stylesheet has for avatars.
const TINTS: u32 = 6;

/// A person's initials on a tint that her name decides. Readers pass over it: her name stands beside.
#[component]
pub fn Avatar(
    /// Her name or address.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let (tint, initials) = (tint(&name), initials(&name));
    view! {
        <span class="avatar" data-tint=tint.to_string() title=name aria-hidden="true">
            {initials}
        </span>
    }
}

/// The first letters of the first and the last word; of an address, its first letter alone.
fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

fn tint(name: &str) -> u32 {
    let sum = name.chars().fold(0_u32, |sum, letter| sum.wrapping_mul(31).wrapping_add(letter.into()));
    sum % TINTS + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("jean-pierre de la fontaine", "JF"),
            ("camille@example.org", "C"),
            ("Élodie", "É"),
            ("(guest) 7", "G7"),
            ("", ""),
            ("ß", "SS"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_tint_is_one_of_those_in_the_stylesheet() {
        for name in ["", "a", "Ada Lovelace", "\u{10ffff}\u{10ffff}\u{10ffff}"] {
            assert!((1..=TINTS).contains(&tint(name)), "{name:?}");
        }
    }
}
