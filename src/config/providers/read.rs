//! Reading the list of providers.

use toml::Value;

use super::{Draft, Incomplete, PROVIDER_SETTINGS, Provider, ProviderId};
use crate::base::HttpSettings;
use crate::config::ConfigError;
use crate::config::given::Given;

/// The setting that holds the list.
pub(in crate::config) const LIST: &str = "sign_in.providers";
pub(in crate::config) const LIST_ACCEPTS: &str = "a list of tables: [[sign_in.providers]] in the file, in the environment \
                                                  the list in TOML or JSON";

/// What is wrong with a provider's settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderDefect {
    /// There is no such key.
    #[error("unknown setting {key}{}", near.map(|near| format!(", did you mean {near}?")).unwrap_or_default())]
    Unknown {
        /// The key as given.
        key: String,
        /// The key that is written almost alike.
        near: Option<&'static str>,
    },
    /// The value has the wrong type or cannot be used.
    #[error("{key} = {value} cannot be used: accepted is {accepts}")]
    Unusable {
        /// The key.
        key: &'static str,
        /// The value; asterisks for what may be secret.
        value: String,
        /// What is accepted.
        accepts: &'static str,
    },
    /// The file in which a secret stands cannot be read.
    #[error("{key}_file: cannot read {file}: {cause}")]
    File {
        /// The key of the secret.
        key: &'static str,
        /// The file.
        file: String,
        /// The system's words.
        cause: String,
    },
    /// Another provider has that id.
    #[error("id is taken by {LIST}[{0}]")]
    Taken(usize),
    /// Keys that do not go together, or one that is missing.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

/// Reads the list: `given` comes from `origin`, `shared` is `[http]`.
pub(in crate::config) fn read(
    given: &Given,
    origin: &str,
    shared: &HttpSettings,
) -> Result<Vec<Provider>, ConfigError> {
    let tables = given.tables().ok_or_else(|| ConfigError::Unusable {
        key: LIST,
        // Secrets stand in it.
        value: "***".to_owned(),
        origin: origin.to_owned(),
        accepts: LIST_ACCEPTS,
    })?;
    let mut providers: Vec<Provider> = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let id = table.get("id").and_then(Value::as_str).and_then(|id| id.parse::<ProviderId>().ok());
        let taken = providers.iter().position(|other| Some(&other.id) == id.as_ref());
        let provider = match taken {
            Some(other) => Err(ProviderDefect::Taken(other)),
            None => read_one(table, shared),
        };
        providers.push(provider.map_err(|defect| ConfigError::Provider {
            provider: id.map_or_else(|| format!("{LIST}[{index}]"), |id| format!("{LIST}[{index}] ({id})")),
            defect,
            origin: origin.to_owned(),
        })?);
    }
    Ok(providers)
}

fn read_one(table: toml::Table, shared: &HttpSettings) -> Result<Provider, ProviderDefect> {
    let mut draft = Draft::default();
    for (key, value) in table {
        apply(&mut draft, &key, &Given::Toml(value))?;
    }
    Ok(draft.finish(shared)?)
}

fn apply(draft: &mut Draft, key: &str, value: &Given) -> Result<(), ProviderDefect> {
    let find = |key: &str| PROVIDER_SETTINGS.iter().find(|setting| setting.key == key);
    if let Some(setting) = find(key) {
        if setting.secret && draft.client_secret.is_some() {
            return Err(Incomplete::Both("client_secret", "client_secret_file").into());
        }
        return (setting.set)(draft, value).ok_or_else(|| ProviderDefect::Unusable {
            key: setting.key,
            value: setting.shown(value),
            accepts: setting.accepts,
        });
    }
    let secret = key.strip_suffix("_file").and_then(find).filter(|setting| setting.secret);
    match (secret, value.text()) {
        (Some(setting), Some(file)) => {
            let text = std::fs::read_to_string(&file).map_err(|error| ProviderDefect::File {
                key: setting.key,
                file,
                cause: error.to_string(),
            })?;
            apply(draft, setting.key, &Given::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (Some(_), None) => {
            Err(ProviderDefect::Unusable { key: "client_secret_file", value: "***".to_owned(), accepts: "a file" })
        }
        (None, _) => Err(ProviderDefect::Unknown { key: key.to_owned(), near: near(key) }),
    }
}

/// The key that is at most two strokes away.
fn near(key: &str) -> Option<&'static str> {
    let keys = PROVIDER_SETTINGS.iter().map(|setting| setting.key);
    keys.map(|known| (distance(key, known), known)).filter(|(distance, _)| *distance <= 2).min().map(|(_, known)| known)
}

/// How many characters must be put in, taken out or changed to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in other.chars().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
