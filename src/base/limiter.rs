//! How many failures a key (an address, an account) may have within a time.
//!
//! The rate limiters at hand count attempts as they are made; here an attempt counts only once it has failed, and the
//! question whether another is welcome comes before. Hence a count of our own, by our own clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
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

    /// Whether `key` has used up its failures: the time until the next attempt is welcome.
    pub fn exhausted(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(key)?;
        let end = window.start.after(self.limit.within);
        (window.failures >= self.limit.failures && now < end).then(|| end.since(now))
    }

    /// Counts a failure of `key`; tells the time to wait when this one was beyond the limit.
    pub fn record(&self, key: K, now: Timestamp) -> Option<Duration> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
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
        window.failures = window.failures.saturating_add(1);
        (window.failures > self.limit.failures).then(|| window.start.after(self.limit.within).since(now))
    }

    /// Forgets the failures of `key`.
    pub fn forget(&self, key: &K) {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn bites_after_the_limit_and_lets_go_after_the_window() {
        let limiter = FailureLimiter::new(Limit { failures: 3, within: MINUTE });
        let start = Timestamp::from_seconds(1000);
        for _ in 0..3 {
            assert_eq!(limiter.exhausted(&"a", start), None);
            assert_eq!(limiter.record("a", start), None);
        }
        assert_eq!(limiter.exhausted(&"a", start), Some(MINUTE));
        assert_eq!(limiter.record("a", start.after(Duration::from_secs(15))), Some(Duration::from_secs(45)));
        assert_eq!(limiter.exhausted(&"b", start), None);
        assert_eq!(limiter.exhausted(&"a", start.after(MINUTE)), None);
        assert_eq!(limiter.record("a", start.after(MINUTE)), None);
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
