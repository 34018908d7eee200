//! The trail in a file.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::super::Question;
use crate::accounts::{Accounts, Administrator};
use crate::applications::Applications;
use crate::audit::{Action, Audit, Filter, Format, Trail};
use crate::base::answer::Problem;
use crate::base::{Answer, AuditId, ClientRequest, Clock, Failure, Random, StoreError, Timestamp};

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
    filter.older_than = Some(audit.append_known(event).await?);
    let name = format!("parloir-audit-{}.{}", day(clock.now()), format.as_str());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(|_| Failure(Answer::internal()))?),
    ];
    Ok((headers, lines(audit.trail(filter, None), format)).into_response())
}
