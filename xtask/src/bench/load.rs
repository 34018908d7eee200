//! A load: connections that each send their next request when the last one is answered.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::{Connection, Request};
use crate::interrupt;

/// Before the answers count.
const WARM_UP: Duration = Duration::from_secs(1);

/// What is to be sent.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    /// To whom.
    pub(crate) address: SocketAddr,
    /// By how many connections at once.
    pub(crate) connections: usize,
    /// What each sends in turn; each connection starts at another one.
    pub(crate) requests: &'a [Request],
    /// The one status that is right.
    pub(crate) expected: u16,
    /// For how long answers are counted.
    pub(crate) time: Duration,
}

/// How a load was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Answered {
    /// Answers in a second.
    pub(crate) rate: f64,
    /// The time within which half of the answers came.
    pub(crate) p50: Duration,
    /// The time within which 99 of 100 answers came.
    pub(crate) p99: Duration,
}

impl Load<'_> {
    /// Sends for the warm-up and the time. `counting` is called once, when answers begin to count.
    ///
    /// # Errors
    /// When an answer has another status than the expected one, a connection fails, or we were asked to stop.
    pub(crate) fn run(&self, counting: impl FnOnce()) -> Result<Answered> {
        let (together, failed) = (Barrier::new(self.connections + 1), AtomicBool::new(false));
        let mut times = thread::scope(|scope| {
            let connections: Vec<_> = (0..self.connections)
                .map(|number| {
                    let (together, failed) = (&together, &failed);
                    scope.spawn(move || {
                        // A connection that cannot be opened must not leave the others waiting.
                        let connection = Connection::open(self.address);
                        together.wait();
                        let outcome = connection.and_then(|connection| self.send(number, connection, failed));
                        failed.fetch_or(outcome.is_err(), Ordering::Relaxed);
                        outcome
                    })
                })
                .collect();
            together.wait();
            thread::sleep(WARM_UP);
            counting();
            let mut times = Vec::new();
            for connection in connections {
                match connection.join() {
                    Ok(outcome) => times.append(&mut outcome?),
                    Err(_) => bail!("a connection's thread panicked"),
                }
            }
            Ok(times)
        })?;
        if interrupt::received().is_some() {
            bail!("stopped while measuring");
        }
        times.sort_unstable();
        summary(&times, self.time)
    }

    /// Gives the times of the answers that count, in microseconds.
    fn send(&self, number: usize, mut connection: Connection, failed: &AtomicBool) -> Result<Vec<u32>> {
        let counted_from = Instant::now() + WARM_UP;
        let end = counted_from + self.time;
        let mut times = Vec::with_capacity(1 << 16);
        let mut sent = Instant::now();
        for request in self.requests.iter().cycle().skip(number * self.requests.len() / self.connections) {
            let status = connection.exchange(request)?;
            if status != self.expected {
                let body = String::from_utf8_lossy(connection.body());
                bail!("answered with status {status} instead of {}: {body}", self.expected);
            }
            let answered = Instant::now();
            if answered >= end || failed.load(Ordering::Relaxed) || interrupt::received().is_some() {
                break;
            }
            if answered >= counted_from {
                times.push(u32::try_from((answered - sent).as_micros()).unwrap_or(u32::MAX));
            }
            sent = answered;
        }
        Ok(times)
    }
}

/// Rate and percentiles of sorted times in microseconds.
fn summary(sorted: &[u32], time: Duration) -> Result<Answered> {
    let count = u32::try_from(sorted.len()).context("more answers than can be counted")?;
    let at = |percent: usize| {
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(place).map(|micros| Duration::from_micros((*micros).into())).context("there was no answer in time")
    };
    Ok(Answered { rate: f64::from(count) / time.as_secs_f64(), p50: at(50)?, p99: at(99)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let times: Vec<u32> = (1..=200).collect();
        let answered = summary(&times, Duration::from_secs(2)).unwrap();
        assert!((answered.rate - 100.0).abs() < 0.001);
        assert_eq!((answered.p50, answered.p99), (Duration::from_micros(100), Duration::from_micros(198)));
        assert_eq!(summary(&[7], Duration::from_secs(1)).unwrap().p99, Duration::from_micros(7));
        assert!(summary(&[], Duration::from_secs(1)).is_err());
    }
}
