//! `parloir application activity`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::super::Failure;
use super::super::output::Output;
use crate::applications::{ActivityDay, ApplicationError};
use crate::base::{ClientId, Timestamp};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(in crate::cli) struct Activity {
    /// Its client id
    client_id: String,
    /// The last so many days
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

pub(super) async fn run(state: &AppState, arguments: Activity, output: Output) -> Result<(), Failure> {
    let found = state.applications.find(&ClientId::from_wire(&arguments.client_id)).await?;
    let id = found.ok_or(ApplicationError::NotFound)?.application.id;
    let report = state.applications.activity(id, arguments.days).await?;
    let days: Vec<_> = report
        .days
        .iter()
        .map(|ActivityDay { day, issued, calls, refused }| {
            json!({ "day": date(*day), "issued": issued, "calls": calls, "refused": refused })
        })
        .collect();
    let refusals: Vec<_> =
        report.refusals.iter().map(|refusal| json!({ "code": refusal.code, "count": refusal.count })).collect();
    let mut words = String::from("day         issued    calls  refused\n");
    for ActivityDay { day, issued, calls, refused } in &report.days {
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{}  {issued:>6}  {calls:>7}  {refused:>7}", date(*day));
    }
    for refusal in &report.refusals {
        let _ = write!(words, "\nrefused {} times: {}", refusal.count, refusal.code);
    }
    Ok(output.value(&json!({ "days": days, "refusals": refusals }), words.trim_end())?)
}

/// The date of a moment, in UTC.
fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
