//! `/api/v1/admin/applications/{client_id}/activity`

use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::own;
use crate::applications::{ActivityDay, ActivityReport, Applications, MOST_DAYS, ManagedApplication, RefusalCount};
use crate::base::answer::Problem;
use crate::base::{Answer, Failure};

/// Days unless the caller says otherwise.
const DEFAULT_DAYS: u32 = 30;

/// What an application did, and what it was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityOut {
    /// Every day, oldest first, up to the present one.
    days: Vec<DayOut>,
    /// What was refused in these days, most frequent first.
    refusals: Vec<RefusalOut>,
}

/// One day, in UTC.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayOut {
    #[schema(example = "2026-11-23")]
    day: String,
    /// Tokens that it got.
    issued: i64,
    /// Uses of its tokens that were let in.
    calls: i64,
    /// Requests for tokens, and uses of them, that were refused.
    refused: i64,
}

/// How often one refusal came.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalOut {
    /// The stable code.
    #[schema(example = "invalid_token")]
    code: String,
    count: i64,
}

impl From<ActivityReport> for ActivityOut {
    fn from(report: ActivityReport) -> Self {
        let day = |ActivityDay { day, issued, calls, refused }| {
            let day = day.to_string().chars().take(10).collect();
            DayOut { day, issued, calls, refused }
        };
        let refusal = |RefusalCount { code, count }| RefusalOut { code, count };
        Self {
            days: report.days.into_iter().map(day).collect(),
            refusals: report.refusals.into_iter().map(refusal).collect(),
        }
    }
}

/// See what an application did, day by day.
///
/// Counts are written every ten seconds.
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications/{client_id}/activity",
    operation_id = "retrieve_activity",
    tag = "Administration",
    params(
        ("client_id" = String, Path, description = "The application's client id"),
        ("days" = Option<u32>, Query, description = "The last so many days, 1 to 366; 30 when absent"),
    ),
    responses(
        (status = 200, description = "What it did", body = ActivityOut),
        (status = 400, description = "`days` cannot be read (`invalid_request`): an object of its name to messages"),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 404, description = "There is no such application, or the person may not manage it (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn retrieve_activity(
    managed: ManagedApplication,
    State(applications): State<Applications>,
    RawQuery(query): RawQuery,
) -> Result<axum::Json<ActivityOut>, Failure> {
    let query = query.unwrap_or_default();
    let given = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == "days").last();
    let days = match given {
        None => DEFAULT_DAYS,
        Some((_, value)) => {
            let days = value.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
            days.ok_or_else(|| Failure(Answer::fields(json!({ "days": ["A number from 1 to 366."] }))))?
        }
    };
    let report = applications.activity(managed.application().id, days).await.map_err(own)?;
    Ok(axum::Json(report.into()))
}
