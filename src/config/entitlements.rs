//! `[entitlements]`: who says whether a person may use the service.

use std::time::Duration;

use super::settings::setting;
use super::{ProviderUrl, Setting};
use crate::base::Secret;

/// Who says it, and how long that is believed.
#[derive(Clone, Debug)]
pub struct Entitlements {
    /// `entitlements.provider`
    pub provider: EntitlementsProvider,
    /// `entitlements.url`
    pub url: Option<ProviderUrl>,
    /// `entitlements.service_id`
    pub service_id: Option<u64>,
    /// `entitlements.api_key`
    pub api_key: Option<Secret>,
    /// `entitlements.claims`: names of claims that are kept at sign-in and sent.
    pub claims: Vec<String>,
    /// How long an answer is believed without another question.
    pub soft_ttl: Duration,
    /// The same for one that denies.
    pub denial_ttl: Duration,
    /// How long an answer is believed while there is no other.
    pub hard_ttl: Duration,
    /// How long the provider may take.
    pub timeout: Duration,
    /// Whether applications may make rooms for people of whom no claims were ever kept.
    pub allow_pending: bool,
    /// Whether rooms may be made by whoever nothing is known of.
    pub allow_unknown: bool,
}

impl Entitlements {
    /// What holds before any setting is read.
    pub(super) const fn blank() -> Self {
        Self {
            provider: EntitlementsProvider::Local,
            url: None,
            service_id: None,
            api_key: None,
            claims: Vec::new(),
            soft_ttl: Duration::from_mins(5),
            denial_ttl: Duration::from_mins(1),
            hard_ttl: Duration::from_hours(24),
            timeout: Duration::from_secs(5),
            allow_pending: false,
            allow_unknown: false,
        }
    }
}

/// The kinds of provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntitlementsProvider {
    /// Nobody is asked: everybody may use the service.
    Local,
    /// DeployCenter.
    DeployCenter,
}

/// A DeployCenter and our account there.
#[derive(Clone, Debug)]
pub struct DeployCenter {
    /// Its endpoint, as it is called.
    pub url: ProviderUrl,
    /// Which service we are.
    pub service_id: u64,
    /// What proves it.
    pub api_key: Secret,
}

impl Entitlements {
    /// The DeployCenter to be asked; none when nobody is.
    ///
    /// # Errors
    /// The key of a setting that it needs and that is missing.
    pub fn deploy_center(&self) -> Result<Option<DeployCenter>, &'static str> {
        if self.provider == EntitlementsProvider::Local {
            return Ok(None);
        }
        Ok(Some(DeployCenter {
            url: self.url.clone().ok_or("entitlements.url")?,
            service_id: self.service_id.ok_or("entitlements.service_id")?,
            api_key: self.api_key.clone().ok_or("entitlements.api_key")?,
        }))
    }
}

/// The settings of this section.
pub(super) const SETTINGS: &[Setting] = &[
    setting!(
        "entitlements.provider",
        "\"local\"",
        "local or deploycenter",
        "Who says whether a person may use the service. With local everybody may; DeployCenter is asked about each person.",
        |config, given| {
            given.choice(&["local", "deploycenter"]).map(|value| {
                let local = value == "local";
                config.entitlements.provider =
                    if local { EntitlementsProvider::Local } else { EntitlementsProvider::DeployCenter };
            })
        }
    ),
    setting!(
        "entitlements.url",
        "",
        "an https address; http on loopback only",
        "DeployCenter's endpoint, such as https://deploycenter.example.org/api/v1.0/entitlements/.",
        |config, given| {
            let url = given.text().and_then(|url| ProviderUrl::issuer(url.trim()))?;
            config.entitlements.url = Some(url);
            Some(())
        }
    ),
    setting!(
        "entitlements.service_id",
        "",
        "a whole number",
        "The number of this service at DeployCenter.",
        |config, given| {
            given.integer(0, i64::MAX.unsigned_abs()).map(|value| config.entitlements.service_id = Some(value))
        }
    ),
    Setting {
        key: "entitlements.api_key",
        default: "",
        accepts: "a text of visible ASCII characters",
        meaning: "The key of this service at DeployCenter.",
        secret: true,
        set: |config, given| {
            given.text().and_then(|text| api_key(&text)).map(|key| config.entitlements.api_key = Some(key))
        },
    },
    setting!(
        "entitlements.claims",
        "[]",
        "a list of claims such as [\"siret\"]",
        "What a person's provider says of her that is kept at her sign-in and sent with every question about her. DeployCenter \
         needs siret.",
        |config, given| {
            let names: Vec<String> = given.parse_list()?;
            config.entitlements.claims = names.iter().map(|name| claim_name(name)).collect::<Option<_>>()?;
            Some(())
        }
    ),
    setting!(
        "entitlements.soft_ttl_seconds",
        "300",
        "1 to 86400",
        "How old an answer may be before the provider is asked again.",
        |config, given| given.integer(1, 86_400).map(|value| config.entitlements.soft_ttl = Duration::from_secs(value))
    ),
    setting!(
        "entitlements.denial_ttl_seconds",
        "60",
        "1 to 86400",
        "The same for an answer that denies: whoever is let in meanwhile is not kept waiting.",
        |config, given| given
            .integer(1, 86_400)
            .map(|value| config.entitlements.denial_ttl = Duration::from_secs(value))
    ),
    setting!(
        "entitlements.hard_ttl_seconds",
        "86400",
        "1 to 2592000, and not less than the other two",
        "How old an answer may be that is believed because the provider does not give another.",
        |config, given| given
            .integer(1, 2_592_000)
            .map(|value| config.entitlements.hard_ttl = Duration::from_secs(value))
    ),
    setting!(
        "entitlements.timeout_seconds",
        "5",
        "1 to 30",
        "How long the provider may take to answer. A sign-in waits no longer, and goes on without an answer.",
        |config, given| given.integer(1, 30).map(|value| config.entitlements.timeout = Duration::from_secs(value))
    ),
    setting!(
        "entitlements.allow_pending",
        "false",
        "true or false",
        "Whether applications may make rooms for people who never signed in through an identity provider, so that nothing can be \
         asked about them.",
        |config, given| given.boolean().map(|value| config.entitlements.allow_pending = value)
    ),
    setting!(
        "entitlements.rooms_when_unknown",
        "\"refuse\"",
        "refuse or allow",
        "Whether rooms may be made by people of whom the provider does not say whether they may use the service.",
        |config, given| {
            given.choice(&["refuse", "allow"]).map(|value| config.entitlements.allow_unknown = value == "allow")
        }
    ),
];

/// A name of a claim that can stand in a query beside those of the protocol, and is none of them.
pub(super) fn claim_name(name: &str) -> Option<String> {
    const OURS: [&str; 4] = ["service_id", "account_type", "account_email", "account_id"];
    let form = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/');
    let usable = (1..=100).contains(&name.len()) && name.bytes().all(form) && !OURS.contains(&name);
    usable.then(|| name.to_owned())
}

/// An api key as it can stand in a header.
pub(super) fn api_key(text: &str) -> Option<Secret> {
    let usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    usable.then(|| Secret::new(text))
}
