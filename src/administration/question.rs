//! What somebody asks of the trail, in the words of an address.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::accounts::{Accounts, Who};
use crate::applications::Applications;
use crate::audit::{Action, Filter};
use crate::base::{AccountId, Answer, ApplicationId, ClientId, EmailAddress, Failure, StoreError, Timestamp};

/// What somebody asks of the trail. Each part is a text as it stands in the address; an empty one asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// A person, by e-mail address or id.
    pub person: String,
    /// An application, by slug or client id.
    pub application: String,
    /// Actions (`room.created`) and objects (`room.`), separated by commas.
    pub action: String,
    /// Not older than this.
    pub since: String,
    /// Not newer than this; a day is meant with its end.
    pub until: String,
    /// A room's id.
    pub room: String,
    /// A token's id (`jti`).
    pub token: String,
}

/// What can be made of a question.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which events are wanted.
    pub filter: Filter,
    /// What is wrong, by part, as a sentence of the API. Nothing fits a question with anything wrong.
    pub wrong: BTreeMap<&'static str, &'static str>,
}

impl Question {
    /// The question in a query string. `action` may stand there several times.
    pub fn of_query(query: Option<&str>) -> Self {
        let mut question = Self::default();
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.trim();
            if key == "action" && !question.action.is_empty() && !value.is_empty() {
                question.action.push(',');
                question.action.push_str(value);
            } else if let Some(part) = question.part(&key) {
                value.clone_into(part);
            }
        }
        question
    }

    fn part(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "person" => &mut self.person,
            "application" => &mut self.application,
            "action" => &mut self.action,
            "since" => &mut self.since,
            "until" => &mut self.until,
            "room" => &mut self.room,
            "token" => &mut self.token,
            _ => return None,
        })
    }

    /// Its parts by name.
    pub fn parts(&self) -> [(&'static str, &str); 7] {
        [
            ("person", &self.person),
            ("application", &self.application),
            ("action", &self.action),
            ("since", &self.since),
            ("until", &self.until),
            ("room", &self.room),
            ("token", &self.token),
        ]
    }

    /// Whether it asks for everything.
    pub fn is_empty(&self) -> bool {
        self.parts().iter().all(|(_, part)| part.is_empty())
    }

    /// `path` with the question, and with these pairs after it.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let parts = self.parts();
        query.extend_pairs(parts.iter().chain(more).filter(|(_, part)| !part.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether a text is a moment or a day.
    pub fn is_moment(text: &str) -> bool {
        read_moment(text, "UTC", Duration::ZERO).is_some()
    }

    /// Finds out which events are meant. Moments without a zone are of `zone`.
    pub async fn ask(&self, accounts: &Accounts, applications: &Applications, zone: &str) -> Result<Asked, StoreError> {
        let mut asked = Asked::default();
        asked.filter.person = match self.person(accounts).await? {
            Some(id) => Some(id),
            None => asked.unless_empty("person", &self.person, "There is no such account."),
        };
        if let Some(id) = asked.filter.person {
            asked.filter.former = accounts.former_of(id).await?;
        }
        asked.filter.application = match self.application(applications).await? {
            Some(id) => Some(id),
            None => asked.unless_empty("application", &self.application, "There is no such application."),
        };
        let words = self.action.split(',').map(str::trim).filter(|word| !word.is_empty());
        for word in words {
            let meant = Action::meant_by(word.strip_suffix('*').unwrap_or(word));
            if meant.is_empty() {
                asked.wrong.insert(
                    "action",
                    "There is no such action. Write one as room.created, or all of an object as room.",
                );
            }
            asked.filter.actions.extend(meant);
        }
        asked.filter.actions.dedup();
        let moment = "Write a moment as 2026-11-23T14:05:00Z, or a day as 2026-11-23.";
        asked.filter.since = read_moment(&self.since, zone, Duration::ZERO);
        if asked.filter.since.is_none() {
            asked.unless_empty::<()>("since", &self.since, moment);
        }
        asked.filter.until = read_moment(&self.until, zone, Duration::from_hours(24));
        if asked.filter.until.is_none() {
            asked.unless_empty::<()>("until", &self.until, moment);
        }
        asked.filter.room = self.room.parse().ok();
        if asked.filter.room.is_none() {
            asked.unless_empty::<()>("room", &self.room, "A room is named by its id, a UUID.");
        }
        asked.filter.token = self.token.parse().ok();
        if asked.filter.token.is_none() {
            asked.unless_empty::<()>("token", &self.token, "A token is named by its jti, a UUID.");
        }
        Ok(asked)
    }

    /// The account that is meant. Of one that is gone its id still tells.
    async fn person(&self, accounts: &Accounts) -> Result<Option<AccountId>, StoreError> {
        if let Ok(id) = self.person.parse::<AccountId>() {
            return Ok(Some(id));
        }
        match self.person.parse::<EmailAddress>().map(|email| Who::from(&email)) {
            Ok(Who::Email(key)) => Ok(accounts.find_by_email(&key).await?.map(|account| account.id)),
            _ => Ok(None),
        }
    }

    async fn application(&self, applications: &Applications) -> Result<Option<ApplicationId>, StoreError> {
        if self.application.is_empty() {
            return Ok(None);
        }
        if self.application.starts_with(ClientId::PREFIX) {
            // A deleted one as well: the trail still knows it.
            return applications.id_of(&ClientId::from_wire(&self.application)).await;
        }
        Ok(applications.find_by_slug(&self.application).await?.map(|overview| overview.application.id))
    }
}

impl Asked {
    /// Notes what is wrong with a part that says something.
    fn unless_empty<T>(&mut self, name: &'static str, part: &str, what: &'static str) -> Option<T> {
        if !part.is_empty() {
            self.wrong.insert(name, what);
        }
        None
    }

    /// The filter; a refusal by field when anything is wrong.
    pub fn or_refuse(self) -> Result<Filter, Failure> {
        if self.wrong.is_empty() {
            return Ok(self.filter);
        }
        let fields = self.wrong.iter().map(|(name, what)| ((*name).to_owned(), json!([what]))).collect();
        Err(Failure(Answer::fields(serde_json::Value::Object(fields))))
    }
}

/// A moment with its zone (RFC 3339), one of `zone` without seconds or with them (as browsers send it), or a day of `zone`: its
/// beginning, and `of_day` later.
fn read_moment(text: &str, zone: &str, of_day: Duration) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_micros(moment.as_microsecond()));
    }
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
    let (local, later) = match day {
        Some(day) => (day.at(0, 0, 0, 0), of_day),
        None => (text.parse::<jiff::civil::DateTime>().ok()?, Duration::ZERO),
    };
    let moment = zone.to_timestamp(local).ok()?;
    Some(Timestamp::from_micros(moment.as_microsecond()).after(later))
}

/// A moment as a field of a form has it: of `zone`, to the minute.
pub(super) fn in_field(at: Timestamp, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    zone.to_datetime(moment).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_stands_in_an_address() {
        let query = "person=ada%40example.org&action=room.&action=token.issued&x=y&until=&token=";
        let question = Question::of_query(Some(query));
        assert_eq!((question.person.as_str(), question.action.as_str()), ("ada@example.org", "room.,token.issued"));
        let address = question.address("/admin/audit", &[("older", "7"), ("newer", "")]);
        assert_eq!(address, "/admin/audit?person=ada%40example.org&action=room.%2Ctoken.issued&older=7");
        assert_eq!(in_field(Timestamp::from_seconds(1_795_439_109), "Europe/Paris"), "2026-11-23T14:05");
        assert!(Question::of_query(None).is_empty());
        assert_eq!(Question::default().address("/admin/audit", &[]), "/admin/audit");
    }

    #[test]
    fn moments_are_of_their_zone_or_of_the_readers() {
        let read = |text| read_moment(text, "Europe/Paris", Duration::from_hours(24)).map(|at| at.to_string());
        for (text, moment) in [
            ("2026-11-23T14:05:00Z", "2026-11-23T14:05:00.000000Z"),
            ("2026-11-23T14:05:00+02:00", "2026-11-23T12:05:00.000000Z"),
            ("2026-11-23T14:05", "2026-11-23T13:05:00.000000Z"),
            ("2026-11-23T14:05:30", "2026-11-23T13:05:30.000000Z"),
            ("2026-11-23", "2026-11-23T23:00:00.000000Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(moment), "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "14:05", "2026-11-23 14h"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
