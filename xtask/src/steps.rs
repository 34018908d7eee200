//! Progress that a person can follow, and commands run as a part of it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::interrupt;

/// The numbered steps of one task.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    /// A task of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Does one step: says its name when it starts and how long it took when it ends.
    ///
    /// # Errors
    /// Those of `work`, with the step's name before them; also when the person asked us to stop.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if interrupt::received().is_some() {
            bail!("stopped before: {name}");
        }
        self.done += 1;
        let place = format!("[{}/{}]", self.done, self.total);
        println!("{place} {name} …");
        let started = Instant::now();
        let outcome = work().with_context(|| name.to_owned());
        let end = if outcome.is_ok() { "done in" } else { "failed after" };
        println!("{:width$} {end} {}", "", duration(started.elapsed()), width = place.len());
        outcome
    }
}

/// A time a person reads at a glance: `0.4 s`, `12.3 s`, `3 min 05 s`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Runs a command whose output the person sees as it comes.
///
/// # Errors
/// When it cannot be started or does not succeed; the message has the command line.
pub(crate) fn stream(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    // What we print and what the command prints must not change places in a log.
    std::io::stdout().flush().context("writing to standard output")?;
    let mut child =
        command.process_group(0).stdin(Stdio::null()).spawn().with_context(|| format!("starting `{line}`"))?;
    let _running = interrupt::Running::new(child.id());
    let status = child.wait().with_context(|| format!("waiting for `{line}`"))?;
    accept(status, &line, "")
}

/// Runs a command and keeps its output, which is shown in full only when it fails. Gives its standard output.
///
/// # Errors
/// When it cannot be started or does not succeed; the message has the command line and all output.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let child = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{line}`"))?;
    let _running = interrupt::Running::new(child.id());
    let output = child.wait_with_output().with_context(|| format!("waiting for `{line}`"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut all = stdout.clone();
    all.push_str(&String::from_utf8_lossy(&output.stderr));
    accept(output.status, &line, &all)?;
    Ok(stdout)
}

fn accept(status: ExitStatus, line: &str, output: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if output.trim().is_empty() {
        bail!("`{line}` ended with {status}");
    }
    bail!("`{line}` ended with {status}\n{}", output.trim_end());
}

/// The command as a person would type it.
fn command_line(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program);
    let mut line = name.to_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains(char::is_whitespace) {
            // Writing to a string cannot fail.
            let _ = write!(line, " '{argument}'");
        } else {
            let _ = write!(line, " {argument}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn a_failing_command_shows_its_line_and_its_output() {
        let error = quiet(Command::new("sh").args(["-c", "echo seen; exit 3"])).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("sh -c 'echo seen; exit 3'"), "{text}");
        assert!(text.contains("exit status: 3") && text.contains("\nseen"), "{text}");
    }

    #[test]
    fn a_step_puts_its_name_before_the_error() {
        let error = Steps::new(1).step("Doing it", || -> Result<()> { bail!("no") }).unwrap_err();
        assert_eq!(format!("{error:#}"), "Doing it: no");
    }
}
