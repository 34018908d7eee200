//! The trail in a file.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::super::Question;
use crate::accounts::{Accounts, Administrator};
use crate::applications::Applications;
use crate::audit::{Action, Audit, Filter, Format, Trail};
use crate::base::answer::Problem;
use crate::base::{Answer, ClientRequest, Clock, Failure, StoreError, Timestamp};

/// Gives what happened in a file, newest first, up to the moment of the request; that somebody took it is told in the trail
/// before the first line goes out. The file is made while it is read: neither its length nor its end is known before.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit/export",
    tag = "Administration",
    params(
        ("format" = Option<String>, Query, description = "`csv` (unless given) or `jsonl`; all else as in the list"),
    ),
    responses(
        (status = 200, description = "The events, a line each", content_type = "text/csv"),
        (status = 400, description = "What cannot be read, by field"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
    )
)]
pub async fn export_events(
    administrator: Administrator,
    request: ClientRequest,
    State(audit): State<Audit>,
    State(accounts): State<Accounts>,
    State(applications): State<Applications>,
    State(clock): State<Clock>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let question = Question::of_query(query.as_deref());
    let mut filter = question.ask(&accounts, &applications, "UTC").await?.or_refuse()?;
    let format = format_of(query.as_deref())?;
    let event = administrator.actor().through(&request).did(Action::AuditExported);
    let event = event.details(json!({ "format": format.as_str(), "filter": told(&filter) }));
    // Before its own event: what is exported does not depend on when it is read.
    filter.older_than = Some(audit.append(event).await?);
    let name = format!("parloir-audit-{}.{}", day(clock.now()), format.as_str());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, lines(audit.trail(filter, None), format)).into_response())
}

/// The file, portion by portion, as it is read: whoever goes away stops it.
fn lines(trail: Trail, format: Format) -> Body {
    let head = format.head();
    let head = (!head.is_empty()).then_some(Ok::<_, StoreError>(head));
    let rest = stream::unfold(Some(trail), move |trail| async move {
        let mut trail = trail?;
        match trail.next().await {
            Ok(records) => records.map(|records| (Ok(format.lines(&records)), Some(trail))),
            Err(error) => {
                // The answer has begun: cutting it off is all that tells of it.
                tracing::error!(cause = %error, "an export broke off");
                Some((Err(error), None))
            }
        }
    });
    // Compression asks once more after the end.
    Body::from_stream(stream::iter(head).chain(rest).fuse())
}

fn format_of(query: Option<&str>) -> Result<Format, Failure> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let Some((_, name)) = pairs.find(|(key, _)| key == "format") else { return Ok(Format::Csv) };
    Format::parse(&name).ok_or_else(|| Failure(Answer::fields(json!({ "format": ["Write csv or jsonl."] }))))
}

/// What was asked for, by ids alone.
fn told(filter: &Filter) -> Value {
    let mut told = json!({
        "since": filter.since,
        "until": filter.until,
        "person": filter.person,
        "application": filter.application,
        "room": filter.room,
        "token": filter.token,
    });
    if let Some(told) = told.as_object_mut() {
        told.retain(|_, value| !value.is_null());
        if !filter.actions.is_empty() {
            let actions: Vec<_> = filter.actions.iter().map(|action| action.as_str()).collect();
            told.insert("actions".to_owned(), json!(actions));
        }
    }
    told
}

/// The day in UTC, for the name of the file.
fn day(now: Timestamp) -> String {
    now.to_string().split('T').next().unwrap_or_default().to_owned()
}
