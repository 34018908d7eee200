//! The machine.

use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

use super::report::Check;
use crate::base::{Clock, Timestamp};

/// 2026-01-01: no server of this version ran before.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// 2100-01-01.
const LATEST: Timestamp = Timestamp::from_seconds(4_102_444_800);

/// How long the clock is watched, and by how much it may differ from one that is never set.
const WATCH: Duration = Duration::from_millis(100);
const DRIFT: Duration = Duration::from_millis(50);

/// A connection is an open file, and every client may have several.
const FEW_FILES: u64 = 4096;

const SET_IT: &str = "Let the machine's clock follow a time server (NTP): tokens and sessions end by it.";

/// Whether the clock shows a time that can be, and runs as fast as one that nobody sets.
pub(super) async fn clock_runs(clock: &Clock) -> Check {
    let (begun, first) = (Instant::now(), clock.now());
    tokio::time::sleep(WATCH).await;
    judge(first, clock.now(), begun.elapsed())
}

fn judge(first: Timestamp, second: Timestamp, passed: Duration) -> Check {
    let name = "clock";
    if first < EARLIEST || first > LATEST {
        return Check::error(name, format!("it is set to {first}"), SET_IT);
    }
    let drift = if second < first { passed } else { second.since(first).abs_diff(passed) };
    if second < first || drift > DRIFT {
        return Check::warning(name, "it was set while it was watched", SET_IT);
    }
    Check::ok(name, format!("it is {second}"))
}

pub(super) fn open_files() -> Check {
    let name = "open_files";
    match getrlimit(Resource::Nofile).current {
        Some(most) if most < FEW_FILES => {
            let found = format!("at most {most} may be open, connections included");
            Check::warning(name, found, "Raise the limit (LimitNOFILE= of systemd, ulimit -n) to 65536.")
        }
        Some(most) => Check::ok(name, format!("at most {most}")),
        None => Check::ok(name, "without limit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right() {
        let now = Timestamp::from_seconds(1_768_478_400);
        let later = |millis| now.after(Duration::from_millis(millis));
        assert_eq!(judge(now, later(100), WATCH), Check::ok("clock", "it is 2026-01-15T12:00:00.100000Z"));
        for (second, passed) in [(later(100), 300), (later(300), 100), (now.before(WATCH), 100)] {
            let check = judge(now, second, Duration::from_millis(passed));
            assert_eq!(check, Check::warning("clock", "it was set while it was watched", SET_IT));
        }
        for wrong in [Timestamp::from_seconds(0), LATEST.after(WATCH)] {
            assert_eq!(
                judge(wrong, wrong.after(WATCH), WATCH),
                Check::error("clock", format!("it is set to {wrong}"), SET_IT)
            );
        }
    }
}
