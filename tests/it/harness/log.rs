//! What the servers of this process write to their log.

use std::io;
use std::sync::{Mutex, Once};

use tracing_subscriber::EnvFilter;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static RECORDING: Once = Once::new();

struct Recorder;

impl io::Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Records from now on all that the server itself writes, at every level.
pub(crate) fn record() {
    RECORDING.call_once(|| {
        let filter = EnvFilter::new("parloir=trace");
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(|| Recorder).init();
    });
}

/// The lines of one request, by its `x-request-id`.
pub(crate) fn of_request(id: &str) -> Vec<String> {
    let written = WRITTEN.lock().unwrap();
    String::from_utf8_lossy(&written).lines().filter(|line| line.contains(id)).map(str::to_owned).collect()
}

/// All lines.
pub(crate) fn all() -> String {
    String::from_utf8_lossy(&WRITTEN.lock().unwrap()).into_owned()
}
