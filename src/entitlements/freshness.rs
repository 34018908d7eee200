//! What a kept answer is worth after a while.

use std::time::Duration;

use super::{Access, Reason};
use crate::base::{AccountId, KeptEntitlement, Timestamp};
use crate::config;

/// How long answers are believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetimes {
    soft: Duration,
    denial: Duration,
    hard: Duration,
}

/// What is known of a person without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing was ever kept that could be asked by.
    Nobody,
    /// Nothing that still counts.
    Nothing,
    /// This, and it is enough.
    Fresh(Access),
    /// This, which serves while the provider is asked again beside it (`stale-while-revalidate`, RFC 5861 §3).
    Aging(Access),
    /// This, where the provider does not answer (`stale-if-error`, RFC 5861 §4).
    Stale(Access),
}

impl Known {
    /// What counts where nobody asks.
    pub(super) fn without_asking(self) -> Option<Access> {
        match self {
            Self::Nobody => Some(Access::Denied(Reason::parse(Reason::NOT_SIGNED_IN))),
            Self::Fresh(access) | Self::Aging(access) | Self::Stale(access) => Some(access),
            Self::Nothing => None,
        }
    }
}

impl Lifetimes {
    pub(super) const fn of(settings: &config::Entitlements) -> Self {
        Self { soft: settings.soft_ttl, denial: settings.denial_ttl, hard: settings.hard_ttl }
    }

    /// What `kept` says of `person` at this moment, to whoever asks by the settings of `source`.
    ///
    /// A grant that is no longer fresh serves for as long again while it is renewed beside; then the one who comes waits for the
    /// new one, so that nobody acts on a grant of yesterday only because nobody asked since. A denial is never served beside a
    /// renewal: who has been let in meanwhile shall come in.
    pub(super) fn judge(self, person: AccountId, kept: &KeptEntitlement, source: &[u8], now: Timestamp) -> Known {
        if kept.entitlement_version.is_none() {
            return Known::Nobody;
        }
        let (Some(status), Some(at)) = (kept.entitlement_status.as_deref(), kept.entitlement_fetched_at) else {
            return Known::Nothing;
        };
        let age = now.since(at);
        if kept.entitlement_source.as_deref() != Some(source) || age >= self.hard {
            return Known::Nothing;
        }
        let granted = status == "granted";
        let reason = || Reason::parse(kept.entitlement_reason.as_deref().unwrap_or_default());
        let access = if granted { Access::Granted } else { Access::Denied(reason()) };
        let soft = shortened(if granted { self.soft } else { self.denial }, person, at);
        match age {
            age if age < soft => Known::Fresh(access),
            age if granted && age < soft.saturating_mul(2) => Known::Aging(access),
            _ => Known::Stale(access),
        }
    }
}

/// The time less up to a tenth of it, so that answers that came together do not have to be renewed together. The same at every
/// instance, and never longer than was set.
fn shortened(time: Duration, person: AccountId, at: Timestamp) -> Duration {
    let mix = person.as_uuid().as_u64_pair().1 ^ at.as_micros().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let share = f64::from(u32::try_from(mix >> 33).unwrap_or_default()) / f64::from(u32::MAX >> 1);
    time.mul_f64(1.0 - 0.1 * share.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    const START: Timestamp = Timestamp::from_seconds(1_768_478_400);

    const LIFETIMES: Lifetimes =
        Lifetimes { soft: Duration::from_mins(5), denial: Duration::from_mins(1), hard: Duration::from_hours(1) };

    fn kept(status: &str) -> KeptEntitlement {
        KeptEntitlement {
            entitlement_version: Some(1),
            entitlement_status: Some(status.to_owned()),
            entitlement_reason: Some("not_activated".to_owned()),
            entitlement_source: Some(b"here".to_vec()),
            entitlement_fetched_at: Some(START),
        }
    }

    fn after(seconds: u64, kept: &KeptEntitlement) -> Known {
        let person = AccountId::new(&Random::seeded(7), START);
        LIFETIMES.judge(person, kept, b"here", START.after(Duration::from_secs(seconds)))
    }

    #[test]
    fn a_grant_ages() {
        let granted = kept("granted");
        for (seconds, known) in [
            (0, Known::Fresh(Access::Granted)),
            (269, Known::Fresh(Access::Granted)),
            (301, Known::Aging(Access::Granted)),
            (539, Known::Aging(Access::Granted)),
            (601, Known::Stale(Access::Granted)),
            (3599, Known::Stale(Access::Granted)),
            (3600, Known::Nothing),
        ] {
            assert_eq!(after(seconds, &granted), known, "{seconds}");
        }
    }

    #[test]
    fn a_denial_is_short() {
        let access = Access::Denied(Reason::parse("not_activated"));
        let denied = kept("denied");
        assert_eq!(after(53, &denied), Known::Fresh(access.clone()));
        assert_eq!(after(60, &denied), Known::Stale(access.clone()));
        assert_eq!(after(3599, &denied), Known::Stale(access));
        assert_eq!(after(3600, &denied), Known::Nothing);
    }

    #[test]
    fn what_is_of_another_source_or_was_never_answered_is_nothing() {
        let nobody = KeptEntitlement::default();
        assert_eq!(after(0, &nobody), Known::Nobody);
        assert_eq!(after(0, &KeptEntitlement { entitlement_version: Some(1), ..nobody }), Known::Nothing);
        let elsewhere = KeptEntitlement { entitlement_source: Some(b"there".to_vec()), ..kept("granted") };
        assert_eq!(after(0, &elsewhere), Known::Nothing);
        // A word of a later version is no grant.
        assert!(matches!(after(0, &kept("suspended")), Known::Fresh(Access::Denied(_))));
    }

    #[test]
    fn people_are_not_renewed_together() {
        let random = Random::seeded(1);
        let minute = Duration::from_mins(1);
        let times: std::collections::BTreeSet<_> =
            (0..100).map(|_| shortened(minute, AccountId::new(&random, START), START)).collect();
        assert!(times.len() > 90);
        assert!(times.iter().all(|time| *time <= minute && *time >= minute.mul_f64(0.9)));
    }
}
