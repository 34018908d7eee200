//! `[[sign_in.front_ends]]`: pages elsewhere whose visitors may sign in here.

use std::fmt;
use std::str::FromStr;

use super::given::Given;
use super::settings::setting;
use super::{ConfigError, ProviderUrl, Setting};

/// The setting that holds the list.
pub(super) const LIST: &str = "sign_in.front_ends";
const LIST_ACCEPTS: &str =
    "a list of tables: [[sign_in.front_ends]] in the file, in the environment the list in TOML or JSON";

/// A page elsewhere that signs its visitors in here: it gets a one-time code, and for that a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontEnd {
    /// How it names itself.
    pub id: FrontEndId,
    /// Where its visitors come back to, character by character.
    pub redirect_uri: ProviderUrl,
}

impl FrontEnd {
    /// The origin of its address (RFC 6454 §6.2).
    pub fn origin(&self) -> String {
        url::Url::parse(self.redirect_uri.as_str())
            .map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
    }
}

/// The name of a front end: 1 to 40 of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontEndId(String);

impl FrontEndId {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FrontEndId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        let good = (1..=40).contains(&text.len()) && text.chars().all(known);
        good.then(|| Self(text.to_owned())).ok_or(())
    }
}

impl fmt::Display for FrontEndId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A front end while its settings are read.
#[derive(Clone, Debug, Default)]
pub struct FrontEndDraft {
    id: Option<FrontEndId>,
    redirect_uri: Option<ProviderUrl>,
}

/// What is wrong with a front end's settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontEndDefect {
    /// There is no such key.
    #[error("unknown setting {0}")]
    Unknown(String),
    /// The value has the wrong type or cannot be used.
    #[error("{key} = {value} cannot be used: accepted is {accepts}")]
    Unusable {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What is accepted.
        accepts: &'static str,
    },
    /// Nothing can be done without that key.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Another front end has that id.
    #[error("id is taken by {LIST}[{0}]")]
    Taken(usize),
}

/// All settings of a front end, in the order of the reference.
pub const FRONT_END_SETTINGS: &[Setting<FrontEndDraft>] = &[
    setting!(
        "id",
        "",
        "1 to 40 of a-z, 0-9 and -; another for each front end",
        "How the front end names itself when it sends a visitor to /auth/PROVIDER/login/?front_end=ID. Required.",
        |draft, given| given.parse().map(|id| draft.id = Some(id))
    ),
    setting!(
        "redirect_uri",
        "",
        "an https address without fragment; http on loopback only",
        "Where the visitor comes back to, with a code that works for a minute. Pages of its origin may exchange the code and call \
         the API. Required.",
        |draft, given| {
            let url = ProviderUrl::endpoint(&given.text()?)?;
            draft.redirect_uri = Some(url);
            Some(())
        }
    ),
];

/// Reads the list: `given` comes from `origin`.
pub(super) fn read(given: &Given, origin: &str) -> Result<Vec<FrontEnd>, ConfigError> {
    let tables = given.tables().ok_or_else(|| ConfigError::Unusable {
        key: LIST,
        value: given.shown(),
        origin: origin.to_owned(),
        accepts: LIST_ACCEPTS,
    })?;
    let mut front_ends: Vec<FrontEnd> = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let front_end =
            read_one(table).and_then(|front_end| match front_ends.iter().position(|other| other.id == front_end.id) {
                Some(other) => Err(FrontEndDefect::Taken(other)),
                None => Ok(front_end),
            });
        front_ends.push(front_end.map_err(|defect| ConfigError::FrontEnd {
            front_end: format!("{LIST}[{index}]"),
            defect,
            origin: origin.to_owned(),
        })?);
    }
    Ok(front_ends)
}

fn read_one(table: toml::Table) -> Result<FrontEnd, FrontEndDefect> {
    let mut draft = FrontEndDraft::default();
    for (key, value) in table {
        let setting = FRONT_END_SETTINGS.iter().find(|setting| setting.key == key);
        let setting = setting.ok_or_else(|| FrontEndDefect::Unknown(key.clone()))?;
        let value = Given::Toml(value);
        (setting.set)(&mut draft, &value).ok_or_else(|| FrontEndDefect::Unusable {
            key: setting.key,
            value: setting.shown(&value),
            accepts: setting.accepts,
        })?;
    }
    let id = draft.id.ok_or(FrontEndDefect::Missing("id"))?;
    let redirect_uri = draft.redirect_uri.ok_or(FrontEndDefect::Missing("redirect_uri"))?;
    Ok(FrontEnd { id, redirect_uri })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Vec<FrontEnd>, String> {
        read(&Given::Text(text.to_owned()), "HERE").map_err(|error| error.to_string())
    }

    #[test]
    fn front_ends_are_read_as_written() {
        let text = r#"[{"id": "catalogue", "redirect_uri": "https://Catalogue.example.org:443/back?tab=1"}]"#;
        let [front_end] = load(text).unwrap().try_into().unwrap();
        assert_eq!(front_end.redirect_uri.as_str(), "https://Catalogue.example.org:443/back?tab=1");
        assert_eq!(
            (front_end.id.as_str(), front_end.origin().as_str()),
            ("catalogue", "https://catalogue.example.org")
        );
        assert_eq!(load("[]"), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_one_is_named() {
        for (text, expected) in [
            ("3", "sign_in.front_ends = "),
            (r#"[{"id": "A"}]"#, "sign_in.front_ends[0]: id = \"A\" cannot be used: accepted is 1 to 40 of a-z"),
            (r#"[{"id": "a"}]"#, "sign_in.front_ends[0]: redirect_uri is missing (in HERE)"),
            (r#"[{"redirect_uri": "https://a.example.org"}]"#, "sign_in.front_ends[0]: id is missing (in HERE)"),
            (r#"[{"name": "a"}]"#, "sign_in.front_ends[0]: unknown setting name (in HERE)"),
            (
                r#"[{"id":"a","redirect_uri":"https://a.example.org"},{"id":"a","redirect_uri":"https://b.example.org"}]"#,
                "sign_in.front_ends[1]: id is taken by sign_in.front_ends[0] (in HERE)",
            ),
        ] {
            let error = load(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        for url in [
            "http://a.example.org",
            "https://a.example.org/#top",
            "javascript:alert(1)",
            "/back",
            "https://me@a.example.org",
        ] {
            let text = format!(r#"[{{"id": "a", "redirect_uri": "{url}"}}]"#);
            assert!(load(&text).unwrap_err().contains("redirect_uri = "), "{url}");
        }
    }
}
