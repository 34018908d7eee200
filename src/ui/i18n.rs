//! What pages say, in the language of whoever reads: Fluent messages out of `locales/`.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::base::Language;

/// The message files of one language. A feature with words of its own adds its file to both lists.
macro_rules! messages {
    ($language:literal) => {
        [
            include_str!(concat!("../../locales/", $language, "/account.ftl")),
            include_str!(concat!("../../locales/", $language, "/administration.ftl")),
            include_str!(concat!("../../locales/", $language, "/applications.ftl")),
            include_str!(concat!("../../locales/", $language, "/data.ftl")),
            include_str!(concat!("../../locales/", $language, "/dates.ftl")),
            include_str!(concat!("../../locales/", $language, "/errors.ftl")),
            include_str!(concat!("../../locales/", $language, "/letters.ftl")),
            include_str!(concat!("../../locales/", $language, "/organisations.ftl")),
            include_str!(concat!("../../locales/", $language, "/pages.ftl")),
            include_str!(concat!("../../locales/", $language, "/passwords.ftl")),
            include_str!(concat!("../../locales/", $language, "/access.ftl")),
            include_str!(concat!("../../locales/", $language, "/rooms.ftl")),
            include_str!(concat!("../../locales/", $language, "/sign-in.ftl")),
            include_str!(concat!("../../locales/", $language, "/tokens.ftl")),
            include_str!(concat!("../../locales/", $language, "/ui.ftl")),
        ]
    };
}

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = bundle(Language::En, &messages!("en"));
    bundle.set_formatter(Some(|value, _| grouped(value, ',')));
    bundle
});
static FRENCH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = bundle(Language::Fr, &messages!("fr"));
    bundle.set_formatter(Some(|value, _| grouped(value, '\u{202f}')));
    bundle
});

/// What a message is given for one of its variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A number: chooses the plural, and is written with its thousands grouped.
    Number(i64),
    /// A text, put in as it is.
    Text(String),
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The messages of a language.
pub trait Texts {
    /// The text of a message without variables. A key that no file has comes back as it is.
    fn t(self, key: &str) -> String;

    /// The text of a message, with its variables filled in.
    fn tf(self, key: &str, args: &[(&str, Arg)]) -> String;
}

impl Texts for Language {
    fn t(self, key: &str) -> String {
        format(self, key, None)
    }

    fn tf(self, key: &str, args: &[(&str, Arg)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            let value = match arg {
                Arg::Number(number) => FluentValue::from(*number),
                Arg::Text(text) => FluentValue::from(text.as_str()),
            };
            values.set(*name, value);
        }
        format(self, key, Some(&values))
    }
}

/// The language of the page being rendered: the `Language` in context, English without one.
pub fn language() -> Language {
    use_context::<Language>().unwrap_or_default()
}

/// The text of a message in the language of the page.
pub fn t(key: &str) -> String {
    language().t(key)
}

/// The text of a message in the language of the page, with its variables filled in.
pub fn tf(key: &str, args: &[(&str, Arg)]) -> String {
    language().tf(key, args)
}

/// Marks a literal as the key of a message that is looked up elsewhere, so that the tests find it.
pub const fn key(key: &'static str) -> &'static str {
    key
}

/// One language's messages. A line that cannot be read is left out; the tests see to it that there is none.
fn bundle(language: Language, sources: &[&str]) -> FluentBundle<FluentResource> {
    let locale = language.as_str().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The isolation marks (U+2068, U+2069) would end up in what people copy.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn format(language: Language, key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let bundle = match language {
        Language::En => &*ENGLISH,
        Language::Fr => &*FRENCH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    // What a message misses is shown by its name within the text; the tests compare variables.
    let mut missing = Vec::new();
    Cow::into_owned(bundle.format_pattern(pattern, args, &mut missing))
}

/// A number with its thousands grouped by `separator`; `None` leaves any other value to Fluent.
fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let plain = number.as_string();
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
