//! What the disk itself costs: no durable answer can be faster.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::steps;

/// A page of `SQLite`'s.
const PAGE: usize = 4096;

const TIMES: usize = 200;

/// The disk of a folder.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    /// The kind of its file system.
    pub(crate) kind: String,
    /// Half of the times in which a page was appended and synced.
    pub(crate) sync: Duration,
}

impl Disk {
    /// Appends a page and syncs it (`fdatasync`), 200 times, in a file that is removed afterwards.
    ///
    /// # Errors
    /// When the folder is in memory: there nothing is durable, and nothing would be measured.
    pub(crate) fn measure(folder: &Path) -> Result<Self> {
        let kind = steps::quiet(Command::new("stat").args(["--file-system", "--format=%T"]).arg(folder))?;
        let kind = kind.trim().to_owned();
        if matches!(kind.as_str(), "tmpfs" | "ramfs") {
            bail!("{} is in memory ({kind}): a bench needs a disk", folder.display());
        }
        let path = folder.join("sync");
        let mut file = File::create(&path)?;
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let begun = Instant::now();
            file.write_all(&[7; PAGE])?;
            file.sync_data()?;
            times.push(begun.elapsed());
        }
        std::fs::remove_file(path)?;
        times.sort_unstable();
        Ok(Self { kind, sync: times[TIMES / 2] })
    }

    /// How many answers in a second can be on disk when each sync carries all of the requests under way.
    pub(crate) fn most(&self, connections: usize) -> f64 {
        f64::from(u32::try_from(connections).unwrap_or(u32::MAX)) / self.sync.as_secs_f64()
    }
}
