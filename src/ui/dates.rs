//! Moments as people read them, in their zone and language.

use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::i18n::{Arg, Texts, key, language};
use crate::base::{Language, Timestamp};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When and where the page is read. In the context of every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment of the request.
    pub now: Timestamp,
    /// The reader's zone, as an IANA name; an unknown one reads as UTC.
    pub zone: String,
}

/// "23 Nov 2026, 14:05", or « 23 nov. 2026, 14 h 05 », in the zone with that IANA name (UTC when there is none such).
pub fn date_time(at: Timestamp, zone: &str, language: Language) -> String {
    civil(at, zone, language, key("date-time"))
}

/// "23 Nov 2026", or « 23 nov. 2026 », in the zone with that IANA name (UTC when there is none such).
pub fn date(at: Timestamp, zone: &str, language: Language) -> String {
    civil(at, zone, language, key("date-day"))
}

fn civil(at: Timestamp, zone: &str, language: Language, key: &str) -> String {
    let Ok(moment) = jiff::Timestamp::from_microsecond(at.as_micros()) else {
        return at.to_string();
    };
    let local = TimeZone::get(zone).unwrap_or(TimeZone::UTC).to_datetime(moment);
    let hour = match language {
        Language::En => format!("{:02}", local.hour()),
        Language::Fr => local.hour().to_string(),
    };
    language.tf(
        key,
        &[
            ("day", Arg::Number(local.day().into())),
            ("month", Arg::Number(local.month().into())),
            ("year", Arg::Text(local.year().to_string())),
            ("hour", Arg::Text(hour)),
            ("minute", Arg::Text(format!("{:02}", local.minute()))),
        ],
    )
}

/// "3 minutes ago", "in 2 days"; `None` beyond thirty days, where a date says more.
pub fn relative(at: Timestamp, now: Timestamp, language: Language) -> Option<String> {
    let past = now.as_micros().saturating_sub(at.as_micros());
    let ahead = past < 0;
    let span = past.saturating_abs();
    let (key, count) = match (span, ahead) {
        (..MINUTE, false) => return Some(language.t("ago-moment")),
        (..MINUTE, true) => return Some(language.t("in-moment")),
        (..HOUR, false) => (key("ago-minutes"), span / MINUTE),
        (..HOUR, true) => (key("in-minutes"), span / MINUTE),
        (..DAY, false) => (key("ago-hours"), span / HOUR),
        (..DAY, true) => (key("in-hours"), span / HOUR),
        _ if span > 30 * DAY => return None,
        (_, false) => (key("ago-days"), span / DAY),
        (_, true) => (key("in-days"), span / DAY),
    };
    Some(language.tf(key, &[("count", Arg::Number(count))]))
}

/// A moment as a span from now, with the exact one in its title. Beyond thirty days, or where the page has no
/// [`Moment`], it is the date and time itself.
#[component]
pub fn RelativeTime(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let moment = use_context::<Moment>();
    let zone = moment.as_ref().map_or("UTC", |moment| moment.zone.as_str());
    let exact = date_time(at, zone, language());
    let near = moment.as_ref().and_then(|moment| relative(at, moment.now, language()));
    let shown = near.unwrap_or_else(|| match moment {
        Some(ref moment) => date(at, &moment.zone, language()),
        None => exact.clone(),
    });
    view! { <time datetime=at.to_string() title=exact>{shown}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T13:05:09Z
    const AT: Timestamp = Timestamp::from_seconds(1_795_439_109);

    #[test]
    fn dates_are_written_as_each_language_does_and_in_the_zone() {
        assert_eq!(date_time(AT, "Europe/Paris", Language::En), "23\u{a0}Nov\u{a0}2026, 14:05");
        assert_eq!(date_time(AT, "Europe/Paris", Language::Fr), "23\u{a0}nov.\u{a0}2026, 14\u{a0}h\u{a0}05");
        assert_eq!(date_time(AT, "America/New_York", Language::En), "23\u{a0}Nov\u{a0}2026, 08:05");
        assert_eq!(date_time(AT, "Nowhere/Atall", Language::En), "23\u{a0}Nov\u{a0}2026, 13:05");
        let first = Timestamp::from_seconds(1_785_542_400);
        assert_eq!(date(first, "UTC", Language::Fr), "1er\u{a0}août\u{a0}2026");
        assert_eq!(date_time(first, "UTC", Language::Fr), "1er\u{a0}août\u{a0}2026, 0\u{a0}h\u{a0}00");
        assert_eq!(date(first, "UTC", Language::En), "1\u{a0}Aug\u{a0}2026");
    }

    #[test]
    fn a_moment_beyond_the_calendar_does_not_fail() {
        assert!(!date_time(Timestamp::from_micros(i64::MAX), "UTC", Language::En).is_empty());
        assert!(relative(Timestamp::from_micros(i64::MIN), AT, Language::En).is_none());
    }

    #[test]
    fn spans_are_named_by_their_largest_unit() {
        for (seconds, english, french) in [
            (0, "just now", "à l’instant"),
            (59, "just now", "à l’instant"),
            (60, "a minute ago", "il y a une minute"),
            (185, "3 minutes ago", "il y a 3 minutes"),
            (3_600, "an hour ago", "il y a une heure"),
            (86_399, "23 hours ago", "il y a 23 heures"),
            (86_400, "yesterday", "hier"),
            (3 * 86_400, "3 days ago", "il y a 3 jours"),
            (-10, "in a moment", "dans un instant"),
            (-120, "in 2 minutes", "dans 2 minutes"),
            (-7_200, "in 2 hours", "dans 2 heures"),
            (-90_000, "tomorrow", "demain"),
        ] {
            let at = Timestamp::from_seconds(AT.as_seconds() - seconds);
            assert_eq!(relative(at, Timestamp::from_seconds(AT.as_seconds()), Language::En).as_deref(), Some(english));
            assert_eq!(relative(at, Timestamp::from_seconds(AT.as_seconds()), Language::Fr).as_deref(), Some(french));
        }
        assert_eq!(relative(Timestamp::from_seconds(0), AT, Language::En), None);
    }
}
