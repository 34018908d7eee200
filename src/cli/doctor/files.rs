//! Folders and the disk below them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Access, access};

use super::report::Check;
use crate::base::{Database, free_bytes, nearest};
use crate::config::Config;

/// Below this, an operator should act soon, and below the other nothing can be written: in bytes.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 32 << 20;

/// A disk that takes longer for most of its syncs makes every answer that follows a write wait.
const SLOW_SYNC: Duration = Duration::from_millis(20);

const SYNCS: usize = 50;

/// A page of SQLite's.
const PAGE: [u8; 4096] = [7; 4096];

/// The folder of the data, and of an SQLite database where that is another.
pub(super) async fn checks(config: &Config) -> Vec<Check> {
    let folder = match config.database_url() {
        Database::Sqlite(path) => parent(&path),
        // The disk that counts is the database's, which only it can see.
        Database::Postgres(_) if config.secret_key.is_some() => {
            return vec![Check::ok("data_dir", "nothing is kept on this machine")];
        }
        Database::Postgres(_) => config.data_dir.clone(),
    };
    let folders = if config.secret_key.is_some() { vec![&folder] } else { vec![&config.data_dir, &folder] };
    let mut checks = vec![writable(&folders)];
    checks.push(space(&folder));
    let disk = nearest(&folder);
    let measured = tokio::task::spawn_blocking(move || sync_times(&disk)).await;
    checks.push(sync(measured.unwrap_or_else(|error| Err(io::Error::other(error)))));
    checks
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn writable(folders: &[&PathBuf]) -> Check {
    let name = "data_dir";
    for folder in folders {
        let existing = nearest(folder);
        if !existing.is_dir() {
            let found = format!("{} is not a folder", existing.display());
            return Check::error(name, found, "Set data_dir (and database.url) to a folder of the server's own.");
        }
        if let Err(error) = access(&existing, Access::WRITE_OK | Access::EXEC_OK) {
            let found = format!("{} cannot be written to: {error}", existing.display());
            return Check::error(name, found, "Give the folder to the user who runs the server.");
        }
    }
    let shown = folders.last().map(|folder| folder.display().to_string()).unwrap_or_default();
    let there = folders.iter().all(|folder| folder.exists());
    Check::ok(name, if there { shown } else { format!("{shown} will be made") })
}

fn space(folder: &Path) -> Check {
    let name = "disk_space";
    let advice = "Make room, or shorten audit.retention_days.";
    match free_bytes(folder) {
        Ok(free) if free < NO_SPACE => Check::error(name, format!("{} are free", size(free)), advice),
        Ok(free) if free < LITTLE_SPACE => Check::warning(name, format!("{} are free", size(free)), advice),
        Ok(free) => Check::ok(name, format!("{} are free", size(free))),
        Err(error) => Check::warning(name, format!("it cannot be told: {error}"), "Look at the disk."),
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..0x0010_0000 => format!("{} kB", bytes >> 10),
        0x0010_0000..0x4000_0000 => format!("{} MB", bytes >> 20),
        _ => format!("{} GB", bytes >> 30),
    }
}

/// The times of the syncs, shortest first. The file is gone afterwards.
fn sync_times(folder: &Path) -> io::Result<Vec<Duration>> {
    let path = folder.join(format!(".parloir-doctor-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    let times = (0..SYNCS).map(|_| {
        let begun = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_data()?;
        Ok(begun.elapsed())
    });
    let times: io::Result<Vec<_>> = times.collect();
    fs::remove_file(path)?;
    let mut times = times?;
    times.sort_unstable();
    Ok(times)
}

fn sync(measured: io::Result<Vec<Duration>>) -> Check {
    let name = "disk_sync";
    let times = match measured {
        Ok(times) => times,
        Err(error) => {
            return Check::error(name, format!("nothing can be written: {error}"), "Make the disk writable.");
        }
    };
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied();
    let (half, nearly_all) = (at(50).unwrap_or_default(), at(99).unwrap_or_default());
    let found = format!("p50 {:.1} ms, p99 {:.1} ms", millis(half), millis(nearly_all));
    if half > SLOW_SYNC {
        let advice = "Every answer that follows a write waits for the disk: choose a faster one.";
        return Check::warning(name, found, advice);
    }
    Check::ok(name, found)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!([0, 2048, 5 << 20, 3 << 30].map(size), ["0 kB", "2 kB", "5 MB", "3 GB"]);
    }

    #[test]
    fn a_slow_disk_is_warned_of() {
        let times = |millis: u64| Ok(vec![Duration::from_millis(millis); SYNCS]);
        assert_eq!(sync(times(3)), Check::ok("disk_sync", "p50 3.0 ms, p99 3.0 ms"));
        let advice = "Every answer that follows a write waits for the disk: choose a faster one.";
        assert_eq!(sync(times(21)), Check::warning("disk_sync", "p50 21.0 ms, p99 21.0 ms", advice));
        let refused = sync(Err(io::Error::other("read-only")));
        assert_eq!(refused, Check::error("disk_sync", "nothing can be written: read-only", "Make the disk writable."));
    }

    #[test]
    fn measuring_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(sync_times(folder.path()).unwrap().len(), SYNCS);
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
