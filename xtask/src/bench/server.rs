//! A server under measurement: started, asked what it uses, ended in every case.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::{Connection, Request};
use super::stage::Stage;
use crate::interrupt;

/// The longest time to start, and to stop when told to.
const PATIENCE: Duration = Duration::from_secs(20);

/// The unit of processor times in Linux' `/proc` (`USER_HZ`), in microseconds.
const TICK: u32 = 10_000;

/// A running process that answers at an address. It is killed when this value goes.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// From its start to its first answer.
    started_in: Duration,
    _running: interrupt::Running,
}

impl Server {
    /// Starts a program that listens where the stage says, and waits for its first good answer. What it says on standard
    /// error is kept in the stage's folder.
    ///
    /// # Errors
    /// When it ends or does not answer in twenty seconds, with what it said.
    pub(crate) fn start(command: &mut Command, stage: &Stage) -> Result<Self> {
        let log = stage.folder().join("log");
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let begun = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", command.get_program().display()))?;
        let running = interrupt::Running::new(child.id());
        let mut server = Self { child, address: stage.address(), started_in: Duration::ZERO, _running: running };
        while !server.is_ready() {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}\n{}", fs::read_to_string(&log)?.trim_end());
            }
            if begun.elapsed() > PATIENCE || interrupt::received().is_some() {
                bail!("the server did not become ready\n{}", fs::read_to_string(&log)?.trim_end());
            }
            thread::sleep(Duration::from_millis(1));
        }
        server.started_in = begun.elapsed();
        Ok(server)
    }

    fn is_ready(&self) -> bool {
        let asked = Connection::open(self.address)
            .and_then(|mut connection| connection.exchange(&Request::get("/health/ready", &[])));
        matches!(asked, Ok(200))
    }

    /// From its start to its first good answer.
    pub(crate) fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Resident memory in bytes: `VmRSS` of proc(5).
    pub(crate) fn memory(&self) -> Result<u64> {
        let file = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        let kib: u64 = kib.with_context(|| format!("{file} does not tell VmRSS"))?;
        Ok(kib * 1024)
    }

    /// Processor time used so far: user and system time of all threads, of proc(5).
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let file = format!("/proc/{}/stat", self.child.id());
        let stat = fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
        let ticks = ticks(&stat).with_context(|| format!("{file} does not tell processor times"))?;
        Ok(Duration::from_micros(TICK.into()) * ticks)
    }

    /// Ends it as an operator would, and waits.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub(crate) fn stop(mut self) -> Result<()> {
        // The shell's own `kill`: a bare system need not have another.
        let told = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()]).status()?;
        let begun = Instant::now();
        while told.success() && begun.elapsed() < PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("the server did not stop")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Of one that has ended already there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time in `/proc/PID/stat`, in ticks. The second field is a name that may hold blanks and brackets.
fn ticks(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn processor_times_are_found_behind_any_name() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 17 5 0 0 20 0 3 0 1 2 3";
        assert_eq!(ticks(stat), Some(22));
        assert_eq!(ticks("42 (a"), None);
    }
}
