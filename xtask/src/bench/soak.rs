//! A long load of everything at once: whether memory stays where it is.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::http::Request;
use super::load::Load;
use super::report::megabytes;
use super::server::Server;

/// Connections of each kind of request.
const CONNECTIONS: usize = 4;

/// Between two looks at the memory.
const INTERVAL: Duration = Duration::from_secs(1);

/// Memory over the time of the load.
#[derive(Clone, Debug)]
pub(crate) struct Soak {
    time: Duration,
    /// Resident bytes, one each second.
    memory: Vec<u64>,
    /// Answers in a second, of all kinds together.
    rate: f64,
}

impl Soak {
    /// Sends all kinds (the requests and the status that is right) for `time` and looks at the server's memory.
    ///
    /// # Errors
    /// When any answer has another status, or the load ends before its time.
    pub(crate) fn run(
        time: Duration,
        server: &Server,
        address: SocketAddr,
        kinds: &[(&[Request], u16)],
    ) -> Result<Self> {
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            let loads: Vec<_> = kinds
                .iter()
                .map(|&(requests, expected)| {
                    let ended = &ended;
                    scope.spawn(move || {
                        let load = Load { address, connections: CONNECTIONS, requests, expected, time };
                        let outcome = load.run(|| ());
                        ended.store(true, Ordering::Relaxed);
                        outcome
                    })
                })
                .collect();
            let begun = Instant::now();
            let mut memory = Vec::new();
            while begun.elapsed() < time && !ended.load(Ordering::Relaxed) {
                thread::sleep(INTERVAL);
                memory.push(server.memory()?);
            }
            let mut rate = 0.0;
            for load in loads {
                match load.join() {
                    Ok(answered) => rate += answered?.rate,
                    Err(_) => bail!("a load's thread panicked"),
                }
            }
            if memory.is_empty() {
                bail!("the load ended before the memory was looked at");
            }
            Ok(Self { time, memory, rate })
        })
    }

    /// How long the load was.
    pub(crate) fn time(&self) -> Duration {
        self.time
    }

    /// The mean of the last fifth over that of the second fifth, less one: pools and caches fill up in the first.
    pub(crate) fn growth(&self) -> f64 {
        let fifth = (self.memory.len() / 5).max(1);
        let early = mean(self.memory.iter().skip(fifth).take(fifth));
        let late = mean(self.memory.iter().rev().take(fifth));
        match (early, late) {
            (Some(early), Some(late)) if early > 0.0 => late / early - 1.0,
            _ => 0.0,
        }
    }

    fn ends(&self) -> Option<[u64; 3]> {
        Some([*self.memory.first()?, *self.memory.last()?, *self.memory.iter().max()?])
    }

    /// One line of the table.
    pub(crate) fn as_text(&self) -> String {
        let [first, last, most] = self.ends().unwrap_or_default().map(megabytes);
        format!(
            "all at once for {} s: {:.0} answers/s, memory {first:.1} MB after a second, {last:.1} MB at the end, {most:.1} MB at most\n",
            self.time.as_secs(),
            self.rate,
        )
    }

    /// The same as JSON, with the memory of every second in bytes.
    pub(crate) fn as_json(&self) -> Value {
        json!({ "seconds": self.time.as_secs(), "rate": self.rate.round(), "memory": self.memory, "growth": self.growth() })
    }
}

fn mean<'a>(values: impl Iterator<Item = &'a u64>) -> Option<f64> {
    let megabytes: Vec<f64> = values.map(|bytes| megabytes(*bytes)).collect();
    let count = u32::try_from(megabytes.len()).ok().filter(|count| *count > 0)?;
    Some(megabytes.iter().sum::<f64>() / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soak(memory: Vec<u64>) -> Soak {
        Soak { time: Duration::from_secs(10), memory, rate: 1.0 }
    }

    #[test]
    fn growth_is_told_without_the_warm_up() {
        let mb = 1_000_000;
        let flat = soak(vec![20 * mb, 30 * mb, 40 * mb, 40 * mb, 40 * mb, 40 * mb, 40 * mb, 40 * mb, 40 * mb, 40 * mb]);
        assert!(flat.growth().abs() < 0.001, "{}", flat.growth());
        let leak = soak((1..=10).map(|second| 10 * mb * second).collect());
        assert!(leak.growth() > 1.0, "{}", leak.growth());
        assert!(soak(vec![mb]).growth().abs() < 0.001);
    }
}
