//! Ctrl-C and friends: what is running is told, the task fails, its guards clean up.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use anyhow::{Context as _, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static RECEIVED: AtomicI32 = AtomicI32::new(0);
/// Process groups, by the id of their first process.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Starts watching. A first signal is passed on to what is running; a second one ends this program at once.
pub(crate) fn watch() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("watching for Ctrl-C")?;
    thread::spawn(move || {
        for signal in signals.forever() {
            if RECEIVED.swap(signal, Ordering::SeqCst) != 0 {
                std::process::exit(exit_code(signal).into());
            }
            thread::spawn(move || pass_on(signal));
        }
    });
    Ok(())
}

/// The signal that asked us to stop, if one did.
pub(crate) fn received() -> Option<i32> {
    match RECEIVED.load(Ordering::SeqCst) {
        0 => None,
        signal => Some(signal),
    }
}

/// What a shell expects of a program that a signal ended.
pub(crate) fn exit_code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

fn pass_on(signal: i32) {
    let running = RUNNING.lock().map(|groups| groups.clone()).unwrap_or_default();
    for group in running {
        // The shell's own `kill`: a bare system need not have another.
        let told = Command::new("sh")
            .args(["-c", "kill -\"$0\" -\"$1\"", &signal.to_string(), &group.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if let Err(error) = told {
            eprintln!("cannot stop process group {group}: {error}");
        }
    }
}

/// While this value lives, a command's process group gets the signals that we get.
///
/// Commands have groups of their own: a terminal tells us alone, and what a command starts is told with it.
#[derive(Debug)]
pub(crate) struct Running(u32);

impl Running {
    /// Registers the group that this process leads.
    pub(crate) fn new(leader: u32) -> Self {
        if let Ok(mut groups) = RUNNING.lock() {
            groups.insert(leader);
        }
        // A signal that came while the process was being started found nobody to tell.
        if let Some(signal) = received() {
            pass_on(signal);
        }
        Self(leader)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(mut groups) = RUNNING.lock() {
            groups.remove(&self.0);
        }
    }
}
