//! Reading the settings: file, then environment, each value checked against the list.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::front_ends::{self, FrontEndDefect};
use super::given::Given;
use super::providers::{self, ProviderDefect};
use super::resource_server::{self, RESOURCE_SERVER_SETTINGS, ResourceServerDefect, ResourceServerDraft};
use super::{Config, Entitlements, SETTINGS, Setting};

/// The file that is read when none is named and it exists.
const DEFAULT_FILE: &str = "parloir.toml";
const PREFIX: &str = "PARLOIR__";

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that `--config` names; it must exist. Without it, `parloir.toml` in the working folder, if there is one.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
}

/// Why the settings cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {file}: {cause}")]
    File {
        /// The file.
        file: String,
        /// The system's words.
        cause: String,
    },
    /// The file is not TOML.
    #[error("{file} is not valid TOML: {cause}")]
    Syntax {
        /// The file.
        file: String,
        /// The parser's words, without the text around.
        cause: String,
    },
    /// There is no such setting.
    #[error("unknown setting {key} (in {origin}){}; `parloir config` lists them all", near(.key))]
    Unknown {
        /// The key as given.
        key: String,
        /// Where it stands.
        origin: String,
    },
    /// The value has the wrong type or cannot be used.
    #[error("{key} = {value} (in {origin}) cannot be used: accepted is {accepts}")]
    Unusable {
        /// The key.
        key: &'static str,
        /// The value; asterisks for a secret.
        value: String,
        /// Where it stands.
        origin: String,
        /// What is accepted.
        accepts: &'static str,
    },
    /// A front end's settings cannot be used.
    #[error("{front_end}: {defect} (in {origin})")]
    FrontEnd {
        /// Its place in the list.
        front_end: String,
        /// What is wrong with it.
        defect: FrontEndDefect,
        /// Where it stands.
        origin: String,
    },
    /// A setting that another one needs is missing.
    #[error("{key} is missing: {because} needs it")]
    Missing {
        /// The key that is missing.
        key: &'static str,
        /// The setting that needs it.
        because: &'static str,
    },
    /// Two settings contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A provider's settings cannot be used.
    #[error("{provider}: {defect} (in {origin})")]
    Provider {
        /// Which one: its place in the list and, when it has one, its id.
        provider: String,
        /// What is wrong with it.
        defect: ProviderDefect,
        /// Where it stands.
        origin: String,
    },
    /// The settings of the resource server do not go together.
    #[error("resource_server: {0}")]
    ResourceServer(#[from] ResourceServerDefect),
}

impl Config {
    /// Reads the settings of this process: file and environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        // A variable that is not UTF-8 cannot be one of ours.
        let environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(key, _)| key.starts_with(PREFIX))
            .collect();
        Self::from_sources(&Sources { file: file.map(Path::to_path_buf), environment })
    }

    /// Reads the settings out of `sources`.
    pub fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let mut config = Self::blank().ok_or_else(|| file_error("the defaults", &"they do not parse"))?;
        let mut given: BTreeMap<String, (Given, String)> = BTreeMap::new();
        for (key, value, origin) in from_file(sources)? {
            given.insert(key, (Given::Toml(value), origin));
        }
        for (variable, value) in &sources.environment {
            if let Some(name) = variable.strip_prefix(PREFIX) {
                let key = name.to_ascii_lowercase().replace("__", ".");
                given.insert(key, (Given::Text(value.clone()), format!("the environment as {variable}")));
            }
        }
        // Providers go by what `[http]` says.
        let (providers, front_ends) = (given.remove(providers::LIST), given.remove(front_ends::LIST));
        let of_resource_server: Vec<_> = RESOURCE_SERVER_SETTINGS.iter().collect();
        let mut draft = ResourceServerDraft::default();
        for (key, (value, origin)) in given {
            if key.starts_with(resource_server::SECTION) {
                apply(&mut draft, &of_resource_server, &key, &value, origin)?;
            } else {
                apply(&mut config, &SETTINGS, &key, &value, origin)?;
            }
        }
        if let Some((list, origin)) = providers {
            config.sign_in.providers = providers::read(&list, &origin, &config.http)?;
        }
        if let Some((list, origin)) = front_ends {
            config.sign_in.front_ends = front_ends::read(&list, &origin)?;
        }
        config.resource_server = draft.finish(&config.sign_in.providers)?;
        agree(&config.entitlements)?;
        config.mail.agree()?;
        Ok(config)
    }
}

/// Whether these settings can be used together.
fn agree(entitlements: &Entitlements) -> Result<(), ConfigError> {
    let because = "entitlements.provider = \"deploycenter\"";
    entitlements.deploy_center().map_err(|key| ConfigError::Missing { key, because })?;
    if entitlements.hard_ttl < entitlements.soft_ttl.max(entitlements.denial_ttl) {
        return Err(ConfigError::Contradiction(
            "entitlements.hard_ttl_seconds must not be less than soft_ttl_seconds and denial_ttl_seconds",
        ));
    }
    Ok(())
}

fn apply<T: 'static>(
    target: &mut T,
    settings: &[&'static Setting<T>],
    key: &str,
    value: &Given,
    origin: String,
) -> Result<(), ConfigError> {
    let find = |key: &str| settings.iter().copied().find(|setting| setting.key == key);
    if let Some(setting) = find(key) {
        return take(target, setting, value, origin);
    }
    let secret = key.strip_suffix("_file").and_then(find).filter(|setting| setting.secret);
    match (secret, value.text()) {
        (Some(setting), Some(path)) => {
            let text = std::fs::read_to_string(&path).map_err(|error| file_error(&path, &error))?;
            take(target, setting, &Given::Text(text.trim_end_matches(['\r', '\n']).to_owned()), path)
        }
        _ => Err(ConfigError::Unknown { key: key.to_owned(), origin }),
    }
}

fn take<T: 'static>(
    target: &mut T,
    setting: &'static Setting<T>,
    value: &Given,
    origin: String,
) -> Result<(), ConfigError> {
    (setting.set)(target, value).ok_or_else(|| ConfigError::Unusable {
        key: setting.key,
        value: setting.shown(value),
        origin,
        accepts: setting.accepts,
    })
}

/// The settings in the file, with dots between section and key.
fn from_file(sources: &Sources) -> Result<Vec<(String, toml::Value, String)>, ConfigError> {
    let file = match &sources.file {
        Some(file) => file.clone(),
        None if Path::new(DEFAULT_FILE).exists() => PathBuf::from(DEFAULT_FILE),
        None => return Ok(Vec::new()),
    };
    let origin = file.display().to_string();
    let text = std::fs::read_to_string(&file).map_err(|error| file_error(&origin, &error))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::Syntax { file: origin.clone(), cause: syntax(&text, &error) })?;
    let mut settings = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(section) => {
                for (name, value) in section {
                    settings.push((format!("{key}.{name}"), value, origin.clone()));
                }
            }
            value => settings.push((key, value, origin.clone())),
        }
    }
    Ok(settings)
}

/// What is wrong and in which line. The line itself is not repeated: it may hold a secret.
fn syntax(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
    format!("line {line}: {}", error.message())
}

fn file_error(file: &str, cause: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::File { file: file.to_owned(), cause: cause.to_string() }
}

/// The setting whose key ends alike, for the one who wrote it into the wrong section.
fn near(key: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    let of_section = RESOURCE_SERVER_SETTINGS.iter().map(|setting| setting.key);
    let mut keys = SETTINGS.iter().map(|setting| setting.key).chain(of_section);
    let near = keys.find(|known| known.rsplit('.').next() == Some(name));
    near.map_or_else(String::new, |known| format!("; did you mean {known}?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::reference;

    fn load(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment = environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Config::from_sources(&Sources { file: None, environment })
    }

    fn load_text(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("parloir.toml");
        std::fs::write(&file, text).unwrap();
        Config::from_sources(&Sources { file: Some(file), environment: BTreeMap::new() })
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let setting = |line: &str| {
            let setting = line.strip_prefix("# ")?;
            let (key, _) = setting.split_once(" = ")?;
            (!key.contains(' ')).then(|| setting.to_owned())
        };
        let lines =
            reference().lines().map(|line| setting(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>();
        let documented = lines.join("\n");
        assert!(documented.contains("\nlisten = "), "{documented}");
        let (documented, blank) = (load_text(&documented).unwrap(), load(&[]).unwrap());
        assert_eq!(format!("{documented:?}"), format!("{blank:?}"));
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("parloir.toml");
        std::fs::write(&file, "data_dir = \"here\"\n[server]\nlisten = \"127.0.0.1:1\"\n").unwrap();
        let environment = [("PARLOIR__SERVER__LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into();
        let config = Config::from_sources(&Sources { file: Some(file), environment }).unwrap();
        assert_eq!(config.server.listen.port(), 2);
        assert_eq!(config.data_dir, Path::new("here"));
    }

    #[test]
    fn unknown_keys_stop_the_start() {
        let error = load(&[("PARLOIR__SERVER__LISTN", "x")]).unwrap_err().to_string();
        assert!(
            error.starts_with("unknown setting server.listn (in the environment as PARLOIR__SERVER__LISTN)"),
            "{error}"
        );
        let error = load_text("[security]\npublic_url = \"https://example.org\"\n").unwrap_err().to_string();
        assert!(error.contains("unknown setting security.public_url"), "{error}");
        assert!(error.contains("did you mean server.public_url?"), "{error}");
    }

    #[test]
    fn unusable_values_are_named_with_what_is_accepted() {
        let error = load(&[("PARLOIR__SERVER__LISTEN", "here")]).unwrap_err().to_string();
        assert_eq!(
            error,
            "server.listen = \"here\" (in the environment as PARLOIR__SERVER__LISTEN) cannot be used: accepted is an address and a port"
        );
        for wrong in [
            "[server]\nlisten = 8080",
            "[database]\nconnections = \"4\"",
            "[database]\nconnections = 0",
            "[server]\npublic_url = \"http://example.org\"",
            "[rooms]\napi_allow_public = \"yes\"",
            "[interface]\ntime_zone = \"Mars/Olympus\"",
            "server = 3",
        ] {
            assert!(load_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn others_are_reached_as_http_says() {
        let config = load(&[
            ("PARLOIR__HTTP__PROXY", "http://me:swordfish@proxy.example.org:3128"),
            ("PARLOIR__HTTP__NO_PROXY", "example.org, 10.0.0.0/8"),
            ("PARLOIR__HTTP__CA_FILES", "one.pem,two.pem"),
        ]);
        let http = config.unwrap().http;
        assert_eq!(http.proxy.as_ref().unwrap().full().expose(), "http://me:swordfish@proxy.example.org:3128/");
        assert_eq!((http.no_proxy.len(), http.ca_files.len()), (2, 2));
        assert!(load(&[("PARLOIR__HTTP__PROXY", "")]).unwrap().http.proxy.is_none());
        let error = load(&[("PARLOIR__HTTP__PROXY", "me:swordfish@proxy.example.org")]).unwrap_err().to_string();
        assert!(error.starts_with("http.proxy = *** (in the environment"), "{error}");
        for wrong in [("NO_PROXY", "*.example.org"), ("CA_FILES", "[1]"), ("VERIFY", "false")] {
            let text = format!("[http]\n{} = {:?}\n", wrong.0.to_ascii_lowercase(), wrong.1);
            assert!(load_text(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn entitlements_are_complete_or_nothing_starts() {
        let complete = [
            ("PARLOIR__ENTITLEMENTS__PROVIDER", "deploycenter"),
            ("PARLOIR__ENTITLEMENTS__URL", "https://deploycenter.example.org/api/v1.0/entitlements/"),
            ("PARLOIR__ENTITLEMENTS__SERVICE_ID", "7"),
            ("PARLOIR__ENTITLEMENTS__API_KEY", "swordfish"),
        ];
        let with = |more: &[(&str, &str)]| load(&[complete.as_slice(), more].concat());
        let found = with(&[("PARLOIR__ENTITLEMENTS__CLAIMS", "siret, idp_id")]).unwrap().entitlements;
        let deploy_center = found.deploy_center().unwrap().unwrap();
        assert_eq!((deploy_center.service_id, deploy_center.api_key.expose()), (7, "swordfish"));
        assert_eq!(found.claims, ["siret", "idp_id"]);
        assert!(!format!("{found:?}").contains("swordfish"));
        for (missing, key) in [(1, "entitlements.url"), (2, "entitlements.service_id"), (3, "entitlements.api_key")] {
            let mut settings = complete.to_vec();
            settings.remove(missing);
            let error = load(&settings).unwrap_err().to_string();
            assert_eq!(error, format!("{key} is missing: entitlements.provider = \"deploycenter\" needs it"));
        }
        // What is there already may wait for the provider.
        assert!(load(&complete[1..]).unwrap().entitlements.deploy_center().unwrap().is_none());
        for (key, value) in [
            ("PROVIDER", "dummy"),
            ("URL", "http://deploycenter.example.org/"),
            ("URL", "https://deploycenter.example.org/?service_id=7"),
            ("SERVICE_ID", "calendar"),
            ("SERVICE_ID", "-1"),
            ("API_KEY", "sword fish"),
            ("API_KEY", ""),
            ("CLAIMS", "siret,account_email"),
            ("CLAIMS", "si ret"),
            ("SOFT_TTL_SECONDS", "0"),
            ("TIMEOUT_SECONDS", "31"),
            ("HARD_TTL_SECONDS", "299"),
        ] {
            let key = format!("PARLOIR__ENTITLEMENTS__{key}");
            let error = with(&[(&key, value)]).unwrap_err().to_string();
            assert!(error.contains("entitlements.") && !error.contains("sword"), "{error}");
        }
        assert!(with(&[("PARLOIR__ENTITLEMENTS__URL", "http://127.0.0.1:9000/entitlements/")]).is_ok());
    }

    #[test]
    fn providers_are_asked_again_after_some_hours_or_never() {
        let after =
            |hours| load(&[("PARLOIR__SESSION__REVALIDATE_HOURS", hours)]).map(|config| config.session.revalidate);
        assert_eq!((after("0"), after("168")), (Ok(None), Ok(Some(std::time::Duration::from_hours(168)))));
        assert!(after("169").is_err() && after("-1").is_err());
    }

    #[test]
    fn secrets_are_masked_and_may_stand_in_a_file() {
        let error = load(&[("PARLOIR__SECURITY__SECRET_KEY", "swordfish")]).unwrap_err().to_string();
        assert!(!error.contains("swordfish") && error.contains("***"), "{error}");
        let error = load_text("[security]\nsecret_key = \"swordfish\n").unwrap_err().to_string();
        assert!(!error.contains("swordfish"), "{error}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "0123456789abcdef0123456789abcdef\n").unwrap();
        let config = load(&[("PARLOIR__SECURITY__SECRET_KEY_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(config.secret_key.unwrap().expose(), "0123456789abcdef0123456789abcdef");
    }
}
