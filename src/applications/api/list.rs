//! `/api/v1/admin/applications`

use axum::extract::{RawQuery, State};
use serde_json::json;

use super::{ApplicationOut, own};
use crate::applications::{Applications, ListFilter, ListsApplications};
use crate::base::answer::Problem;
use crate::base::{Answer, ApplicationId, Failure, Keyset, Listed};

/// List applications, newest first.
///
/// An administrator sees all, a manager hers.
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications",
    operation_id = "list_applications",
    tag = "Administration",
    params(
        ("q" = Option<String>, Query, description = "Words of the name, or the beginning of the slug or the client id"),
        ("active" = Option<bool>, Query, description = "Active or disabled ones alone"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the portion before"),
    ),
    responses(
        (status = 200, description = "The applications", body = Listed<ApplicationOut>),
        (status = 400, description = "A parameter cannot be read (`invalid_request`): an object of its name to messages"),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Neither an administrator nor manager of any application (`permission_denied`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn list_applications(
    ListsApplications { manager }: ListsApplications,
    State(applications): State<Applications>,
    RawQuery(query): RawQuery,
) -> Result<axum::Json<Listed<ApplicationOut>>, Failure> {
    let keyset = Keyset::<ApplicationId>::from_query(query.as_deref())?;
    let mut filter =
        ListFilter { manager, before: keyset.after, limit: Some(keyset.limit + 1), ..ListFilter::default() };
    for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match (&*key, &*value) {
            ("q", search) => filter.search = Some(search.to_owned()),
            ("active", "") => {}
            ("active", "true") => filter.active = Some(true),
            ("active", "false") => filter.active = Some(false),
            ("active", _) => return Err(Failure(Answer::fields(json!({ "active": ["Must be true or false."] })))),
            _ => {}
        }
    }
    let rows = applications.list_some(&filter).await.map_err(own)?;
    Ok(axum::Json(Listed::of(rows, keyset.limit, |row| row.application.id.to_string(), ApplicationOut::from)))
}
