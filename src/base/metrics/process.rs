//! What the operating system knows of the process, read when it is asked for.
//!
//! The names are those that all Prometheus libraries give. Where there is no `/proc`, what comes from it is left out.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use rustix::process::{Resource, getrlimit};

use crate::base::Timestamp;

/// This process.
#[derive(Debug)]
pub(super) struct Process {
    /// When it began to serve.
    pub(super) started: Timestamp,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let started = u64::try_from(self.started.as_seconds()).ok();
        let memory = resident_bytes();
        let gauges = [
            ("process_start_time", "When the server started, since 1970 UTC", Some(Unit::Seconds), started),
            ("process_resident_memory", "Memory in use", Some(Unit::Bytes), memory),
            ("process_open_fds", "Open file descriptors", None, open_files()),
            ("process_max_fds", "The most file descriptors that may be open", None, open_file_limit()),
        ];
        for (name, help, unit, value) in gauges {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            // The registry ends its own texts with a full stop; a collector's are as they are.
            let help = format!("{help}.");
            gauge.encode(encoder.encode_descriptor(name, &help, unit.as_ref(), ConstGauge::<u64>::TYPE)?)?;
        }
        Ok(())
    }
}

/// Memory that is in RAM, in bytes (`VmRSS` of `proc_pid_status(5)`, in units of 1024 bytes).
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Open file descriptors, without the one that counts them.
fn open_files() -> Option<u64> {
    let entries = fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(entries).ok().map(|entries| entries.saturating_sub(1))
}

/// The most file descriptors that this process may have (the soft limit); none without a limit.
fn open_file_limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}
