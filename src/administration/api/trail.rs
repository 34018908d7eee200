//! The trail as JSON.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;

use super::super::Question;
use crate::accounts::{Accounts, Administrator};
use crate::applications::Applications;
use crate::audit::{Audit, Record};
use crate::base::answer::Problem;
use crate::base::{Answer, AuditId, Code, Failure, Keyset, Listed};

/// Lists what happened, newest first. There may be fewer results than asked for, or none, and still a `next`: a search that
/// asks for several things looks at so many events at a time.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit",
    tag = "Administration",
    params(
        ("person" = Option<String>, Query, description = "Done by or for this person: e-mail address or id"),
        ("application" = Option<String>, Query, description = "Done by or concerning this application: slug or client id"),
        ("action" = Option<String>, Query, description = "Actions (`room.created`) and objects (`room.`), separated by commas or repeated"),
        ("since" = Option<String>, Query, description = "Not older than this: RFC 3339, or a day in UTC"),
        ("until" = Option<String>, Query, description = "Older than this: RFC 3339, or a day in UTC with its end"),
        ("room" = Option<String>, Query, description = "Concerning this room: its id"),
        ("token" = Option<String>, Query, description = "Concerning this token: its `jti`"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 50 unless given"),
        ("cursor" = Option<String>, Query, description = "`next` of the portion before"),
    ),
    responses(
        (status = 200, description = "A portion of the trail", body = Listed<Record>),
        (status = 400, description = "What cannot be read, by field"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
    )
)]
pub async fn list_events(
    _: Administrator,
    State(audit): State<Audit>,
    State(accounts): State<Accounts>,
    State(applications): State<Applications>,
    RawQuery(query): RawQuery,
) -> Result<Json<Listed<Record>>, Failure> {
    let keyset = Keyset::<AuditId>::from_query(query.as_deref())?;
    let asked = Question::of_query(query.as_deref()).ask(&accounts, &applications, "UTC").await?;
    let mut filter = asked.or_refuse()?;
    filter.limit = Some(keyset.limit);
    filter.older_than = keyset.after;
    let portion = audit.search(&filter).await?;
    Ok(Json(Listed { results: portion.records, next: portion.older.map(|id| id.to_string()) }))
}

/// Tells of one event.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit/{id}",
    tag = "Administration",
    params(("id" = AuditId, Path, description = "The event")),
    responses(
        (status = 200, description = "The event", body = Record),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
        (status = 404, description = "There is no such event", body = Problem),
    )
)]
pub async fn show_event(
    _: Administrator,
    State(audit): State<Audit>,
    Path(id): Path<String>,
) -> Result<Json<Record>, Failure> {
    let found = match id.parse() {
        Ok(id) => audit.find(id).await?,
        Err(_) => None,
    };
    found.map(Json).ok_or_else(|| Failure(Answer::own(StatusCode::NOT_FOUND, Code::NotFound, "Not found.")))
}
