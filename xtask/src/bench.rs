//! `bench`: how fast and how big the release binary is, beside the least that its answers can cost.
//!
//! Everything is measured in one run on one machine, on a file of `SQLite`'s. The load comes from this program; Parloir and the
//! bare server that it is compared with (`examples/bare_server.rs`) never run at the same time.

mod disk;
mod http;
mod introspection;
mod load;
mod report;
mod server;
mod soak;
mod stage;
mod trail;

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::browser::Profile;
use crate::steps::{self, Steps};
use crate::{project, site};
use disk::Disk;
use http::Request;
use load::Load;
use report::{FOREIGN, LIST, Measurement, Report, Sample, TARGET_CONNECTIONS};
use server::Server;
use soak::Soak;
use stage::{Requests, Stage};

/// Starts of the server, of which the median counts.
const STARTS: usize = 5;

/// What a server does after its start is over by then.
const SETTLE: Duration = Duration::from_secs(1);

/// One kind of request.
struct Kind {
    what: &'static str,
    /// What the bare server does for it.
    limit: &'static str,
    adds_disk: bool,
    /// The part of the bare server's rate that is promised.
    promised: f64,
    expected: u16,
    requests: fn(&Requests) -> &[Request],
}

/// In the order in which they are measured: what makes the database grow comes last.
const KINDS: [Kind; 5] = [
    Kind {
        what: "token",
        limit: "signing alone",
        adds_disk: true,
        promised: 0.20,
        expected: 200,
        requests: |all| &all.token,
    },
    Kind {
        what: LIST,
        limit: "the query of the page",
        adds_disk: false,
        promised: 0.40,
        expected: 200,
        requests: |all| &all.list,
    },
    // The same page for a token of an identity provider, which was asked about a moment ago.
    Kind {
        what: FOREIGN,
        limit: "the query of the page",
        adds_disk: false,
        promised: 0.40,
        expected: 200,
        requests: |all| &all.foreign,
    },
    Kind {
        what: "retrieve",
        limit: "the one query",
        adds_disk: false,
        promised: 0.40,
        expected: 200,
        requests: |all| &all.retrieve,
    },
    Kind {
        what: "create",
        limit: "one small commit",
        adds_disk: false,
        promised: 0.40,
        expected: 201,
        requests: |all| &all.create,
    },
];

/// Builds, measures, prints.
///
/// # Errors
/// When anything but the expected status is answered; with `--check` also when a target is missed.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    if let Some(("audit", rest)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return trail::task(rest);
    }
    let options = Options::read(arguments)?;
    let mut steps = Steps::new(site::STEPS + 5 + 2 * KINDS.len() + usize::from(options.soak.is_some()));
    // The server does not start without it.
    site::make(&mut steps, Profile::Release)?;
    steps.step("Building the release binary and what it is compared with", build)?;
    let (stage, requests) = steps.step("Making a database with 1,000 rooms", furnish)?;
    let disk = steps.step("Measuring the disk", || Disk::measure(stage.folder()))?;
    let (parloir, start, idle) = steps.step("Starting the server", || started(&stage))?;
    let own = measure(&mut steps, "Parloir", &parloir, &stage, &requests, &options)?;
    let after = parloir.memory()?;
    let soak = match options.soak {
        Some(time) => {
            let kinds = KINDS.map(|kind| ((kind.requests)(&requests), kind.expected));
            let text = format!("All of it at once, for {} s", time.as_secs());
            Some(steps.step(&text, || Soak::run(time, &parloir, stage.address(), &kinds))?)
        }
        None => None,
    };
    parloir.stop()?;
    let bare = steps.step("Starting the bare server", || Server::start(&mut stage.bare(), &stage))?;
    let least = measure(&mut steps, "Bare server", &bare, &stage, &requests, &options)?;
    drop(bare);

    let report = Report {
        time: options.time,
        cores: thread::available_parallelism()?.get(),
        disk,
        start,
        memory: [idle, after],
        soak,
        measurements: beside(&own, &least, &options.connections),
    };
    println!("\n{}", report.as_text());
    let json = serde_json::to_string_pretty(&report.as_json())?;
    fs::write(&options.json, json + "\n").with_context(|| format!("writing {}", options.json.display()))?;
    let shown = options.json.strip_prefix(project::root()).unwrap_or(&options.json);
    println!("The same as JSON: {}", shown.display());
    let missed: Vec<_> = report.targets().into_iter().filter(|target| !target.met).collect();
    if options.check && !missed.is_empty() {
        let list: Vec<_> = missed.iter().map(|target| format!("{}: {}", target.wanted, target.found)).collect();
        bail!("targets missed\n{}", list.join("\n"));
    }
    Ok(())
}

fn build() -> Result<()> {
    for target in ["--bin=parloir", "--example=bare_server"] {
        steps::stream(&mut project::cargo(["build", "--release", "--package=parloir", "--features=ssr", target]))?;
    }
    Ok(())
}

fn furnish() -> Result<(Stage, Requests)> {
    let stage = Stage::prepare()?;
    let server = Server::start(&mut stage.parloir(), &stage)?;
    let requests = stage.make_rooms()?;
    server.stop()?;
    Ok((stage, requests))
}

/// Starts the server several times. Gives the last one, still idle, the median time to its first answer, and its memory.
fn started(stage: &Stage) -> Result<(Server, Duration, u64)> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 1..STARTS {
        let server = Server::start(&mut stage.parloir(), stage)?;
        times.push(server.started_in());
        server.stop()?;
    }
    let server = Server::start(&mut stage.parloir(), stage)?;
    times.push(server.started_in());
    times.sort_unstable();
    thread::sleep(SETTLE);
    let memory = server.memory()?;
    Ok((server, times[STARTS / 2], memory))
}

/// Every kind at every number of connections, in that order.
fn measure(
    steps: &mut Steps,
    name: &str,
    server: &Server,
    stage: &Stage,
    requests: &Requests,
    options: &Options,
) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for kind in &KINDS {
        steps.step(&format!("{name}: {}", kind.what), || {
            for &connections in &options.connections {
                let load = Load {
                    address: stage.address(),
                    connections,
                    requests: (kind.requests)(requests),
                    expected: kind.expected,
                    time: options.time,
                };
                samples.push(sample(&load, server)?);
            }
            Ok(())
        })?;
    }
    Ok(samples)
}

fn sample(load: &Load<'_>, server: &Server) -> Result<Sample> {
    let mut before = None;
    let answered = load.run(|| before = Some(server.processor_time()))?;
    let before = before.context("the load was not measured")??;
    let used = server.processor_time()?.saturating_sub(before);
    let answers = answered.rate * load.time.as_secs_f64();
    Ok(Sample { answered, processor: used.as_secs_f64() * 1e6 / answers })
}

/// Puts each sample beside its counterpart.
fn beside(own: &[Sample], least: &[Sample], connections: &[usize]) -> Vec<Measurement> {
    let measured = KINDS.iter().flat_map(|kind| connections.iter().map(move |connections| (kind, *connections)));
    measured
        .zip(own.iter().zip(least))
        .map(|((kind, connections), (parloir, bare))| Measurement {
            what: kind.what,
            limit: kind.limit,
            adds_disk: kind.adds_disk,
            promised: kind.promised,
            connections,
            parloir: *parloir,
            bare: *bare,
        })
        .collect()
}

/// What the person asked for.
#[derive(Debug, PartialEq)]
struct Options {
    connections: Vec<usize>,
    time: Duration,
    json: PathBuf,
    /// How long memory is watched under load, if at all.
    soak: Option<Duration>,
    check: bool,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            connections: vec![TARGET_CONNECTIONS, 64, 256],
            time: Duration::from_secs(4),
            json: project::path("target/bench.json"),
            soak: None,
            check: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--connections" => options.connections = connections(value()?)?,
                "--seconds" => options.time = seconds(value()?)?,
                "--soak" => options.soak = Some(seconds(value()?)?),
                "--json" => options.json = std::path::absolute(value()?)?,
                "--check" => options.check = true,
                _ => bail!(
                    "`{argument}` is not known here; what is accepted: \
                     --connections N,…  --seconds N  --soak SECONDS  --json FILE  --check"
                ),
            }
        }
        if options.check && !options.connections.contains(&TARGET_CONNECTIONS) {
            bail!("--check needs {TARGET_CONNECTIONS} among --connections: the targets are set there");
        }
        Ok(options)
    }
}

fn connections(list: &str) -> Result<Vec<usize>> {
    let read = |part: &str| part.trim().parse().ok().filter(|number| (1..=1000).contains(number));
    let numbers: Option<Vec<usize>> = list.split(',').map(read).collect();
    numbers.with_context(|| format!("--connections {list}: what is accepted: numbers from 1 to 1000, such as 16,64"))
}

fn seconds(text: &str) -> Result<Duration> {
    let seconds = text.parse().ok().filter(|seconds| (1..=600).contains(seconds));
    seconds.map(Duration::from_secs).with_context(|| format!("{text}: what is accepted: 1 to 600 seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options> {
        let arguments: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
        Options::read(&arguments)
    }

    #[test]
    fn options_are_read() {
        let options = read("--connections 1,64 --seconds 2 --json /tmp/x.json").unwrap();
        assert_eq!((options.connections, options.time.as_secs()), (vec![1, 64], 2));
        assert_eq!(read("").unwrap().connections, [16, 64, 256]);
        assert_eq!(read("--soak 300").unwrap().soak, Some(Duration::from_mins(5)));
        assert!(read("--check").unwrap().check);
    }

    #[test]
    fn wrong_options_are_refused() {
        for wrong in [
            "--fast",
            "--seconds",
            "--seconds 0",
            "--soak 601",
            "--connections 0",
            "--connections 16,x",
            "--check --connections 64",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
