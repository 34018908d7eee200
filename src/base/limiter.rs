//! How many failures a key (an address, an account) may have within a time.
//!
//! The rate limiters at hand count attempts as they are made; here only those count that failed, or whose outcome is not
//! known yet. Hence a count of our own, by our own clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Timestamp;

/// So many failures within so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Failures that are answered before the limit bites.
    pub failures: u32,
    /// The time in which they are counted, from the first one on.
    pub within: Duration,
}

/// Failures by key. Memory is bounded: beyond [`CAPACITY`] keys the finished windows go, then those with one failure.
#[derive(Debug)]
pub struct FailureLimiter<K> {
    limit: Limit,
    windows: Mutex<HashMap<K, Window>>,
}

#[derive(Debug)]
struct Window {
    start: Timestamp,
    failures: u32,
}

/// Keys remembered at most, about 10 MB.
const CAPACITY: usize = 100_000;

impl<K: Eq + Hash> FailureLimiter<K> {
    /// A limiter without memory of any failure.
    pub fn new(limit: Limit) -> Self {
        Self { limit, windows: Mutex::new(HashMap::new()) }
    }

    /// Counts an attempt of `key` as failed before its outcome is known, so that attempts made at once cannot pass the
    /// limit together; one that succeeds is taken back with [`Self::give_back`] or [`Self::forget`]. When the failures
    /// are used up it tells the time until the next attempt is welcome, and counts nothing.
    pub fn claim(&self, key: K, now: Timestamp) -> Option<Duration> {
        let mut windows = self.windows();
        let window = self.window(&mut windows, key, now);
        if window.failures >= self.limit.failures {
            return Some(window.start.after(self.limit.within).since(now));
        }
        window.failures += 1;
        None
    }

    /// Counts a failure of `key`; tells the time to wait when this one was beyond the limit.
    pub fn record(&self, key: K, now: Timestamp) -> Option<Duration> {
        let mut windows = self.windows();
        let window = self.window(&mut windows, key, now);
        window.failures = window.failures.saturating_add(1);
        (window.failures > self.limit.failures).then(|| window.start.after(self.limit.within).since(now))
    }

    /// Takes one attempt of `key` back: it did not fail.
    pub fn give_back(&self, key: &K) {
        if let Some(window) = self.windows().get_mut(key) {
            window.failures = window.failures.saturating_sub(1);
        }
    }

    /// Forgets the failures of `key`.
    pub fn forget(&self, key: &K) {
        self.windows().remove(key);
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<K, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The window of `key` that holds now.
    fn window<'a>(&self, windows: &'a mut HashMap<K, Window>, key: K, now: Timestamp) -> &'a mut Window {
        if windows.len() >= CAPACITY && !windows.contains_key(&key) {
            windows.retain(|_, window| now < window.start.after(self.limit.within));
            if windows.len() >= CAPACITY {
                windows.retain(|_, window| window.failures > 1);
            }
            if windows.len() >= CAPACITY {
                windows.clear();
            }
        }
        let window = windows.entry(key).or_insert(Window { start: now, failures: 0 });
        if now >= window.start.after(self.limit.within) {
            *window = Window { start: now, failures: 0 };
        }
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn bites_after_the_limit_and_lets_go_after_the_window() {
        let limiter = FailureLimiter::new(Limit { failures: 3, within: MINUTE });
        let start = Timestamp::from_seconds(1000);
        for _ in 0..3 {
            assert_eq!(limiter.record("a", start), None);
        }
        assert_eq!(limiter.record("a", start.after(Duration::from_secs(15))), Some(Duration::from_secs(45)));
        assert_eq!(limiter.claim("a", start), Some(MINUTE));
        assert_eq!(limiter.claim("b", start), None);
        assert_eq!(limiter.record("a", start.after(MINUTE)), None);
    }

    #[test]
    fn an_attempt_counts_until_it_is_given_back() {
        let limiter = FailureLimiter::new(Limit { failures: 2, within: MINUTE });
        let start = Timestamp::from_seconds(1000);
        assert_eq!((limiter.claim("a", start), limiter.claim("a", start)), (None, None));
        assert_eq!((limiter.claim("a", start), limiter.claim("a", start)), (Some(MINUTE), Some(MINUTE)));
        limiter.give_back(&"a");
        assert_eq!((limiter.claim("a", start), limiter.claim("a", start)), (None, Some(MINUTE)));
        limiter.forget(&"a");
        limiter.give_back(&"a");
        assert_eq!(limiter.claim("a", start), None);
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = FailureLimiter::new(Limit { failures: 3, within: MINUTE });
        for key in 0..3 * CAPACITY {
            limiter.record(key, Timestamp::from_seconds(1));
        }
        assert!(limiter.windows.lock().unwrap().len() <= CAPACITY);
    }
}
