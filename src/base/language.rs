//! The two languages that the product speaks.

use serde::{Deserialize, Serialize};

/// A language that pages are written in. API texts are English whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, for whoever asked for nothing that we speak.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// Every language, in the order in which a menu shows them.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language's BCP 47 tag: `en` or `fr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language's name in that language, as people who speak it look for it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// Reads a BCP 47 tag by its primary subtag, whatever its case: `fr`, `fr-CA` and `FR` are French.
    /// `None` for a language that the product does not speak.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.as_str()))
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110 §12.5.4): the highest quality wins, the first
    /// named among equals; `*` stands for the languages not named. English when nothing fits.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = None;
        for range in header.split(',') {
            let (tag, quality) = range_and_quality(range);
            let language = if tag == "*" { Some(Self::default()) } else { Self::parse(tag) };
            let Some(language) = language else { continue };
            if quality > 0 && best.is_none_or(|(_, highest)| quality > highest) {
                best = Some((language, quality));
            }
        }
        best.map_or_else(Self::default, |(language, _)| language)
    }
}

/// Splits `fr-CA;q=0.8` into its tag and its quality in thousandths; a quality that cannot be read counts as 0.
fn range_and_quality(range: &str) -> (&str, u16) {
    let mut parts = range.split(';');
    let tag = parts.next().unwrap_or_default().trim();
    let quality = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
    });
    (tag, quality.unwrap_or(1_000))
}

/// `qvalue` of RFC 9110 §12.4.2 in thousandths: `0`, `1`, or up to three decimals.
fn thousandths(value: &str) -> u16 {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1_000,
        "0" => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_primary_subtag() {
        assert_eq!(Language::parse("fr"), Some(Language::Fr));
        assert_eq!(Language::parse("FR-ca"), Some(Language::Fr));
        assert_eq!(Language::parse("en_GB"), Some(Language::En));
        assert_eq!(Language::parse("de"), None);
        assert_eq!(Language::parse(""), None);
        assert_eq!(Language::parse("frp"), None);
    }

    #[test]
    fn accept_language_follows_quality_then_order() {
        for (header, expected) in [
            ("", Language::En),
            ("fr", Language::Fr),
            ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", Language::Fr),
            ("de, fr;q=0.5", Language::Fr),
            ("en;q=0.2, fr;q=0.3", Language::Fr),
            ("en, fr", Language::En),
            ("fr;q=0, en;q=0.1", Language::En),
            ("fr;q=0", Language::En),
            ("fr;q=nonsense, en;q=0.1", Language::En),
            ("*", Language::En),
            ("de;q=1, *;q=0.5, fr;q=0.4", Language::En),
            (" FR ; Q=0.4 , de", Language::Fr),
            (",,;;=,fr;q=0.001", Language::Fr),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }

    #[test]
    fn serialises_as_its_tag() {
        assert_eq!(serde_json::to_string(&Language::Fr).ok().as_deref(), Some("\"fr\""));
        assert_eq!(serde_json::from_str::<Language>("\"en\"").ok(), Some(Language::En));
    }
}
