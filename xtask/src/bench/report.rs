//! What a bench found: a table for people, JSON for programs, and the targets that it is held against.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::disk::Disk;
use super::load::Answered;
use super::soak::Soak;

/// The connections at which the targets are set.
pub(crate) const TARGET_CONNECTIONS: usize = 16;

/// A page of a person's rooms, for a token of the server's own.
pub(crate) const LIST: &str = "list";
/// The same page, for a token of an identity provider.
pub(crate) const FOREIGN: &str = "foreign";

/// How one server answered one load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) answered: Answered,
    /// Processor time of the server for an answer, in microseconds.
    pub(crate) processor: f64,
}

/// One kind of request at one number of connections, beside the least that it can cost.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    pub(crate) what: &'static str,
    /// What the bare server does for it.
    pub(crate) limit: &'static str,
    /// Whether an answer of Parloir's waits for the disk and one of the bare server's does not.
    pub(crate) adds_disk: bool,
    /// The part of the bare server's rate that is promised, at [`TARGET_CONNECTIONS`].
    pub(crate) promised: f64,
    pub(crate) connections: usize,
    pub(crate) parloir: Sample,
    pub(crate) bare: Sample,
}

impl Measurement {
    /// Parloir's rate as a part of the bare server's.
    fn of_bare(&self) -> f64 {
        self.parloir.answered.rate / self.bare.answered.rate
    }

    /// The rate that the disk allows, where that is below the bare server's.
    fn disk_limit(&self, disk: &Disk) -> Option<f64> {
        let most = disk.most(self.connections);
        (self.adds_disk && most < self.bare.answered.rate).then_some(most)
    }
}

/// All that was found.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) time: Duration,
    pub(crate) cores: usize,
    pub(crate) disk: Disk,
    /// From the start of the process to its first answer, on an existing database: the median of several.
    pub(crate) start: Duration,
    /// Resident memory in bytes, before any load and after all of it.
    pub(crate) memory: [u64; 2],
    /// Memory under a long load, if that was asked for.
    pub(crate) soak: Option<Soak>,
    pub(crate) measurements: Vec<Measurement>,
}

/// A promise, and whether it was kept.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) wanted: String,
    pub(crate) found: String,
    pub(crate) met: bool,
}

impl Report {
    /// The targets, with what was found. Rates have none where 16 connections were not measured.
    pub(crate) fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        let mut at_most = |what: &str, found: f64, limit: f64, unit: &str| {
            targets.push(Target {
                wanted: format!("{what} under {limit:.0} {unit}"),
                found: format!("{found:.1} {unit}"),
                met: found < limit,
            });
        };
        at_most("start to first answer", millis(self.start), 300.0, "ms");
        at_most("resident memory, idle,", megabytes(self.memory[0]), 60.0, "MB");
        at_most("resident memory after the run", megabytes(self.memory[1]), 150.0, "MB");
        let at_target = |m: &&Measurement| m.connections == TARGET_CONNECTIONS;
        if let Some(token) = self.measurements.iter().filter(at_target).find(|m| m.adds_disk) {
            at_most("tokens, p99 at 16 connections,", millis(token.parloir.answered.p99), 25.0, "ms");
        }
        for m in self.measurements.iter().filter(at_target) {
            let part = m.of_bare();
            targets.push(Target {
                wanted: format!("{} at 16 connections: at least {:.2} of {}", m.what, m.promised, m.limit),
                found: format!("{part:.2}"),
                met: part >= m.promised,
            });
        }
        if let Some(soak) = &self.soak {
            let growth = soak.growth();
            targets.push(Target {
                wanted: format!("memory grows by less than 5 % within {} s", soak.time().as_secs()),
                found: format!("{:+.1} %", growth * 100.0),
                met: growth < 0.05,
            });
        }
        if let (Some(foreign), Some(own)) = (self.rate(FOREIGN), self.rate(LIST)) {
            let part = foreign / own;
            targets.push(Target {
                wanted: "tokens of a provider at 16 connections: at least 0.70 of the rate of the server's own"
                    .to_owned(),
                found: format!("{part:.2}"),
                met: part >= 0.70,
            });
        }
        targets
    }

    /// The rate of that kind at the connections at which the targets are set.
    fn rate(&self, what: &str) -> Option<f64> {
        let found = self.measurements.iter().find(|m| m.what == what && m.connections == TARGET_CONNECTIONS);
        found.map(|m| m.parloir.answered.rate)
    }

    /// The table, and the lines below it.
    pub(crate) fn as_text(&self) -> String {
        let mut text = format!(
            "{:<9} {:>5} {:>9} {:>9} {:>9} {:>8}   {:>9} {:>8} {:>6}  {}\n",
            "what", "conn.", "rate/s", "p50 ms", "p99 ms", "CPU µs", "limit/s", "CPU µs", "ratio", "the limit is"
        );
        for m in &self.measurements {
            let (own, bare) = (m.parloir.answered, m.bare.answered);
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{:<9} {:>5} {:>9.0} {:>9.2} {:>9.2} {:>8.0}   {:>9.0} {:>8.0} {:>6.2}  {}",
                m.what,
                m.connections,
                own.rate,
                millis(own.p50),
                millis(own.p99),
                m.parloir.processor,
                bare.rate,
                m.bare.processor,
                m.of_bare(),
                m.limit,
            );
            if let Some(most) = m.disk_limit(&self.disk) {
                let ratio = own.rate / most;
                let under_way = format!("the disk: {} under way ÷ fsync p50", m.connections);
                let _ = writeln!(text, "{:<53}   {most:>9.0} {:>8} {ratio:>6.2}  {under_way}", "", "");
            }
        }
        let _ = writeln!(
            text,
            "\n{} processors, shared with the load; each line {} s after 1 s of warm-up; CPU of the server, for an answer\n\
             fsync p50 {:.2} ms ({}); start to first answer {:.0} ms; resident memory {:.1} MB idle, {:.1} MB after the run\n",
            self.cores,
            self.time.as_secs(),
            millis(self.disk.sync),
            self.disk.kind,
            millis(self.start),
            megabytes(self.memory[0]),
            megabytes(self.memory[1]),
        );
        if let Some(soak) = &self.soak {
            let _ = writeln!(text, "{}", soak.as_text());
        }
        for target in self.targets() {
            let mark = if target.met { "met   " } else { "MISSED" };
            let _ = writeln!(text, "{mark}  {}: {}", target.wanted, target.found);
        }
        text
    }

    /// The same as JSON: rates in answers a second, times in milliseconds unless the key says otherwise, memory in bytes.
    pub(crate) fn as_json(&self) -> Value {
        let sample = |sample: &Sample| {
            json!({
                "rate": rounded(sample.answered.rate),
                "p50_ms": rounded(millis(sample.answered.p50)),
                "p99_ms": rounded(millis(sample.answered.p99)),
                "processor_us": rounded(sample.processor),
            })
        };
        let measurements: Vec<Value> = self
            .measurements
            .iter()
            .map(|m| {
                json!({
                    "what": m.what,
                    "connections": m.connections,
                    "parloir": sample(&m.parloir),
                    "bare": sample(&m.bare),
                    "bare_does": m.limit,
                    "ratio": rounded(m.of_bare()),
                    "disk_limit_rate": m.disk_limit(&self.disk).map(rounded),
                })
            })
            .collect();
        let targets: Vec<Value> = self
            .targets()
            .iter()
            .map(|target| json!({ "wanted": target.wanted, "found": target.found, "met": target.met }))
            .collect();
        json!({
            "seconds": self.time.as_secs(),
            "processors": self.cores,
            "file_system": self.disk.kind,
            "fsync_p50_ms": rounded(millis(self.disk.sync)),
            "start_ms": rounded(millis(self.start)),
            "memory_idle": self.memory[0],
            "memory_after": self.memory[1],
            "soak": self.soak.as_ref().map(Soak::as_json),
            "measurements": measurements,
            "targets": targets,
        })
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A MB is 1,000,000 bytes.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    // The kB of a process fit 32 bits up to 4 TB.
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

/// Three places: more would be noise.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(rate: f64, p99: u64) -> Sample {
        let answered = Answered { rate, p50: Duration::from_millis(1), p99: Duration::from_millis(p99) };
        Sample { answered, processor: 20.0 }
    }

    fn report(rate: f64, p99: u64, sync: Duration) -> Report {
        let token = Measurement {
            what: "token",
            limit: "signing alone",
            adds_disk: true,
            promised: 0.20,
            connections: TARGET_CONNECTIONS,
            parloir: sample(rate, p99),
            bare: sample(10_000.0, 2),
        };
        Report {
            time: Duration::from_secs(4),
            cores: 2,
            disk: Disk { kind: "ext4".to_owned(), sync },
            start: Duration::from_millis(299),
            memory: [59_999_000, 150_000_000],
            soak: None,
            measurements: vec![token],
        }
    }

    #[test]
    fn the_targets_are_held_against_what_was_found() {
        let missed = |report: &Report| -> Vec<String> {
            report.targets().into_iter().filter(|target| !target.met).map(|target| target.wanted).collect()
        };
        let good = report(2000.0, 24, Duration::from_micros(100));
        assert_eq!(missed(&good), ["resident memory after the run under 150 MB"]);
        let bad = report(1999.0, 25, Duration::from_micros(100));
        assert_eq!(missed(&bad).len(), 3);
    }

    #[test]
    fn tokens_of_a_provider_are_held_against_the_servers_own() {
        let with = |own, foreign| {
            let mut report = report(2000.0, 24, Duration::from_micros(100));
            let of = |what, rate| Measurement { what, parloir: sample(rate, 2), ..report.measurements[0].clone() };
            let more = [of(LIST, own), of(FOREIGN, foreign)];
            report.measurements.extend(more);
            report
        };
        let target = |report: &Report| {
            report.targets().into_iter().find(|target| target.wanted.contains("of a provider")).map(|target| target.met)
        };
        assert_eq!(target(&with(10_000.0, 7000.0)), Some(true));
        assert_eq!(target(&with(10_000.0, 6999.0)), Some(false));
        assert_eq!(target(&report(2000.0, 24, Duration::from_micros(100))), None);
    }

    #[test]
    fn a_slow_disk_is_named_as_the_limit() {
        let slow = report(2000.0, 24, Duration::from_millis(4));
        assert!(slow.as_text().contains("4000            0.50  the disk: 16 under way"), "{}", slow.as_text());
        assert_eq!(slow.as_json()["measurements"][0]["disk_limit_rate"], 4000.0);
        let fast = report(2000.0, 24, Duration::from_micros(100));
        assert!(!fast.as_text().contains("the disk:"));
        assert_eq!(fast.as_json()["measurements"][0]["disk_limit_rate"], Value::Null);
    }
}
