//! What a person says of herself: her name, her language, her time zone.

use std::sync::LazyLock;

use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};
use serde_json::json;

use super::entity::{ActiveModel, Entity};
use super::{AccountError, Accounts};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ClientRequest, Language, StoreError};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// What a person says of herself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What she is called; none: what her provider or the operator says.
    pub name: Option<String>,
    /// In which language she reads; none: as her browser asks.
    pub language: Option<Language>,
    /// The IANA name of her time zone; none: the server's.
    pub time_zone: Option<String>,
}

/// A part of a profile that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The name is too long, or holds what no name holds.
    #[error("a name has at most 200 characters, in one line")]
    Name,
    /// There is no such time zone.
    #[error("there is no such time zone")]
    TimeZone,
}

impl Profile {
    /// The profile out of what was typed; blank is none.
    pub fn parse(name: &str, language: &str, time_zone: &str) -> Result<Self, ProfileError> {
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(ProfileError::Name);
        }
        if !time_zone.is_empty() && !time_zones().iter().any(|known| known == time_zone) {
            return Err(ProfileError::TimeZone);
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Self { name: some(name), language: Language::parse(language), time_zone: some(time_zone) })
    }
}

/// The time zones that can be chosen: those of the IANA database that are named after places, and UTC.
pub fn time_zones() -> &'static [String] {
    static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
        // `US/…` and `Etc/…` are names that the database keeps for those who used them.
        const PLACES: [&str; 10] = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Arctic/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let of_places = names.filter(|name| PLACES.iter().any(|place| name.starts_with(place)));
        let mut zones: Vec<_> = std::iter::once("UTC".to_owned()).chain(of_places).collect();
        zones[1..].sort_unstable();
        zones
    });
    &ZONES
}

impl Accounts {
    /// Keeps what a person says of herself. Nothing is written when nothing changed.
    pub async fn set_profile(
        &self,
        id: AccountId,
        profile: Profile,
        request: &ClientRequest,
    ) -> Result<(), AccountError> {
        let (now, audit, request) = (self.clock.now(), self.audit.clone(), request.clone());
        self.store
            .write(async move |tx| {
                let account = Entity::find_by_id(id).lock_exclusive().one(&*tx).await.map_err(StoreError::from)?;
                let account = account.ok_or(AccountError::NotFound)?;
                let language = profile.language.map(|language| language.as_str().to_owned());
                let mut row = ActiveModel { id: Set(id), updated_at: Set(now), ..Default::default() };
                let mut changed = Vec::new();
                if profile.name != account.name {
                    // Until she empties it again, no provider changes a name that she chose.
                    row.name_chosen = Set(profile.name.is_some());
                    row.name = Set(profile.name);
                    changed.push("name");
                }
                if language != account.language {
                    row.language = Set(language);
                    changed.push("language");
                }
                if profile.time_zone != account.time_zone {
                    row.time_zone = Set(profile.time_zone);
                    changed.push("time_zone");
                }
                if changed.is_empty() {
                    return Ok(());
                }
                Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let event = Event::new(Action::AccountUpdated, Actor::Person(id))
                    .on_behalf_of(id)
                    .from(&request)
                    .details(json!({ "changed": changed }));
                Ok(record_in(&tx, audit.row(event)).await?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_those_of_places() {
        let zones = time_zones();
        assert_eq!(zones.first().map(String::as_str), Some("UTC"));
        for zone in ["Europe/Paris", "America/Martinique", "Indian/Reunion", "Pacific/Noumea"] {
            assert!(zones.iter().any(|known| known == zone), "{zone}");
        }
        for zone in ["US/Eastern", "Etc/GMT+1", "posixrules", ""] {
            assert!(!zones.iter().any(|known| known == zone), "{zone}");
        }
    }

    #[test]
    fn a_profile_is_what_was_typed() {
        let profile = Profile::parse("  Ada Lovelace ", "fr", "Europe/Paris").unwrap();
        let expected = Profile {
            name: Some("Ada Lovelace".to_owned()),
            language: Some(Language::Fr),
            time_zone: Some("Europe/Paris".to_owned()),
        };
        assert_eq!(profile, expected);
        assert_eq!(Profile::parse(" ", "", "").unwrap(), Profile::default());
        assert_eq!(Profile::parse(&"é".repeat(200), "", "").unwrap().name.unwrap().chars().count(), 200);
        for name in [&*"é".repeat(201), "a\nb", "a\0b"] {
            assert_eq!(Profile::parse(name, "", ""), Err(ProfileError::Name), "{name:?}");
        }
        for zone in ["Mars/Olympus", "europe/paris", " UTC"] {
            assert_eq!(Profile::parse("", "", zone), Err(ProfileError::TimeZone), "{zone:?}");
        }
    }
}
