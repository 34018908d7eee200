//! When the provider is not asked: it just failed, for this person or for everybody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::deploy_center::FetchError;
use crate::base::{AccountId, Random, Timestamp};

/// Nobody waits longer than this for the next question, whatever happened before.
pub(super) const LONGEST: Duration = Duration::from_secs(30);

/// The first pause after a failure; each one that follows it doubles the pause.
const FIRST: Duration = Duration::from_secs(2);

/// Failures in a row, of whomever they were about, after which nobody is asked about.
const TOLERATED: u32 = 5;

/// People remembered at most.
const CAPACITY: usize = 50_000;

/// What is remembered of failures. Each process has its own.
#[derive(Debug, Default)]
pub(super) struct Patience(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    people: HashMap<AccountId, Pause>,
    everybody: Pause,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pause {
    /// In a row.
    failures: u32,
    until: Option<Timestamp>,
}

impl Pause {
    fn left(self, now: Timestamp) -> Option<Duration> {
        // A pause that lies further ahead than any was made before the clock was set back.
        self.until.filter(|until| now < *until).map(|until| until.since(now)).filter(|left| *left <= LONGEST)
    }
}

impl Memory {
    fn turn(&self, person: AccountId, wanted: bool, now: Timestamp) -> Turn {
        let hers = || self.people.get(&person).and_then(|pause| pause.left(now));
        let wait = self.everybody.left(now).or_else(|| if wanted { None } else { hers() });
        wait.map_or(Turn::Ask, Turn::Wait)
    }
}

/// Permission to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Ask.
    Ask,
    /// Not before so long.
    Wait(Duration),
}

impl Patience {
    /// Whether the provider may be asked about `person`. Somebody who came for it (`wanted`) does not wait for her own failures,
    /// but for those of everybody.
    pub(super) fn turn(&self, person: AccountId, wanted: bool, now: Timestamp) -> Turn {
        self.memory().turn(person, wanted, now)
    }

    /// The same, for one who then asks: when the pause of everybody is over, the first one tries alone, and the others wait until
    /// that has an outcome, for `at_most` so long.
    pub(super) fn take_turn(&self, person: AccountId, wanted: bool, now: Timestamp, at_most: Duration) -> Turn {
        let mut memory = self.memory();
        let turn = memory.turn(person, wanted, now);
        if turn == Turn::Ask && memory.everybody.failures >= TOLERATED {
            memory.everybody.until = Some(now.after(at_most.min(LONGEST)));
        }
        turn
    }

    /// Whether nobody is asked about.
    pub(super) fn is_broken(&self, now: Timestamp) -> bool {
        self.memory().everybody.left(now).is_some()
    }

    /// It answered.
    pub(super) fn answered(&self, person: AccountId) {
        let mut memory = self.memory();
        memory.people.remove(&person);
        memory.everybody = Pause::default();
    }

    /// It failed. Gives the pause that follows for `person`.
    pub(super) fn failed(&self, person: AccountId, error: &FetchError, random: &Random, now: Timestamp) -> Duration {
        let mut memory = self.memory();
        if memory.people.len() >= CAPACITY && !memory.people.contains_key(&person) {
            memory.people.retain(|_, pause| pause.left(now).is_some());
            if memory.people.len() >= CAPACITY {
                memory.people.clear();
            }
        }
        let hers = memory.people.entry(person).or_default();
        hers.failures = hers.failures.saturating_add(1);
        let wait = pause(hers.failures, error, random);
        hers.until = Some(now.after(wait));
        if error.concerns_everybody() {
            let everybody = &mut memory.everybody;
            everybody.failures = everybody.failures.saturating_add(1);
            let limited = matches!(error, FetchError::RateLimited(_));
            if everybody.failures >= TOLERATED || limited {
                let row = everybody.failures.saturating_sub(TOLERATED) + 1;
                everybody.until = Some(now.after(pause(row, error, random)));
            }
        } else {
            // It can be reached, and knows us.
            memory.everybody = Pause::default();
        }
        wait
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pause after so many failures in a row: doubled each time, a fifth of it left to chance so that not everybody comes back at
/// once, and as long as the provider wants it, within [`LONGEST`].
fn pause(failures: u32, error: &FetchError, random: &Random) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LONGEST);
    let [chance] = random.bytes::<1>();
    let shortened = doubled.mul_f64(1.0 - 0.2 * f64::from(chance) / 255.0);
    shortened.max(error.retry_after().unwrap_or_default()).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_768_478_400);

    fn people(random: &Random) -> [AccountId; 2] {
        [AccountId::new(random, START), AccountId::new(random, START)]
    }

    fn left(turn: Turn) -> Duration {
        match turn {
            Turn::Ask => Duration::ZERO,
            Turn::Wait(left) => left,
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let random = Random::seeded(1);
        let [ada, ben] = people(&random);
        let patience = Patience::default();
        let mut longest = Duration::ZERO;
        for _ in 0..20 {
            let wait = patience.failed(ada, &FetchError::BadRequest, &random, START);
            assert!(wait <= LONGEST && wait >= Duration::from_millis(1600), "{wait:?}");
            longest = longest.max(wait);
        }
        assert!(longest > Duration::from_secs(23));
        // Hers alone: what is wrong with her question is not wrong with another's.
        assert_eq!(patience.turn(ben, false, START), Turn::Ask);
        assert_eq!(patience.turn(ada, true, START), Turn::Ask);
        assert!(left(patience.turn(ada, false, START)) > Duration::from_secs(1));
        assert_eq!(patience.turn(ada, false, START.after(LONGEST)), Turn::Ask);
        patience.answered(ada);
        assert_eq!(patience.turn(ada, false, START), Turn::Ask);
    }

    #[test]
    fn failures_of_many_break_the_circuit() {
        let random = Random::seeded(1);
        let [ada, ben] = people(&random);
        let patience = Patience::default();
        for failure in 0..TOLERATED {
            assert_eq!(patience.turn(ben, true, START), Turn::Ask, "{failure}");
            patience.failed(ada, &FetchError::Timeout, &random, START);
        }
        assert!(patience.is_broken(START));
        assert!(left(patience.turn(ben, true, START)) <= FIRST);
        // Then one tries, alone.
        let (later, time) = (START.after(FIRST), Duration::from_secs(5));
        assert_eq!(patience.take_turn(ben, true, later, time), Turn::Ask);
        assert_eq!(patience.take_turn(ada, true, later, time), Turn::Wait(time));
        patience.answered(ben);
        assert_eq!(patience.take_turn(ada, true, later, time), Turn::Ask);
        // However often it fails, nobody waits for long.
        for _ in 0..100 {
            patience.failed(ada, &FetchError::Timeout, &random, later);
        }
        assert!(left(patience.turn(ben, true, later)) <= LONGEST);
    }

    #[test]
    fn whoever_asks_too_often_is_told_when_to_come_again() {
        let random = Random::seeded(1);
        let [ada, ben] = people(&random);
        let patience = Patience::default();
        let wait = Duration::from_secs(12);
        patience.failed(ada, &FetchError::RateLimited(Some(wait)), &random, START);
        assert_eq!(patience.turn(ben, true, START), Turn::Wait(wait));
        assert_eq!(patience.turn(ben, true, START.after(wait)), Turn::Ask);
        patience.failed(ada, &FetchError::RateLimited(Some(Duration::from_hours(1))), &random, START.after(wait));
        assert_eq!(patience.turn(ben, true, START.after(wait)), Turn::Wait(LONGEST));
    }
}
