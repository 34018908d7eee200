//! People as JSON. What gives power away, or takes what cannot be given back, needs a sign-in of the last ten minutes, as on the
//! pages.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::PersonDetails;
use super::super::Services;
use super::person::{PersonDetailsOut, PersonOut};
use crate::accounts::{
    AccountError, Accounts, Administrator, PeopleSearch, RecentSignIn, Role, SessionId, Sessions, Status,
};
use crate::applications::Applications;
use crate::audit::Audit;
use crate::base::answer::Problem;
use crate::base::{AccountId, Answer, ClientRequest, Code, Failure, IdentityId, Keyset, Listed};
use crate::rooms::Rooms;

/// Lists people, the newest accounts first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/users",
    tag = "Administration",
    params(
        ("search" = Option<String>, Query, description = "Beginnings of words of name or address"),
        ("status" = Option<String>, Query, description = "`pending`, `active` or `disabled`"),
        ("role" = Option<String>, Query, description = "`USER` or `ADMIN`"),
        ("limit" = Option<u64>, Query, description = "1 to 100; 50 unless given"),
        ("cursor" = Option<String>, Query, description = "`next` of the portion before"),
    ),
    responses(
        (status = 200, description = "A portion of the list", body = Listed<PersonOut>),
        (status = 400, description = "What cannot be read, by field"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
    )
)]
pub async fn list_users(
    _: Administrator,
    State(accounts): State<Accounts>,
    RawQuery(query): RawQuery,
) -> Result<Json<Listed<PersonOut>>, Failure> {
    let keyset = Keyset::<AccountId>::from_query(query.as_deref())?;
    let mut search = PeopleSearch { limit: Some(keyset.limit), older_than: keyset.after, ..PeopleSearch::default() };
    for (key, value) in form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()) {
        match (&*key, value.trim()) {
            ("search", text) => text.clone_into(&mut search.text),
            ("status" | "role", "") => {}
            ("status", word) => search.status = Some(known::<Status>("status", word)?),
            ("role", word) => search.role = Some(known::<Role>("role", word)?),
            _ => {}
        }
    }
    let people = accounts.search(&search).await?;
    let next = people.older.map(|id| id.to_string());
    Ok(Json(Listed { results: people.accounts.into_iter().map(Into::into).collect(), next }))
}

fn known<W: std::str::FromStr>(field: &str, word: &str) -> Result<W, Failure> {
    word.parse().map_err(|_| Failure(Answer::fields(json!({ field: ["There is no such word."] }))))
}

/// The account of an address; one that is no id is nobody's.
fn account_id(id: &str) -> Result<AccountId, AccountError> {
    id.parse().map_err(|_| AccountError::NotFound)
}

/// Tells of a person, with her ways in, her sessions, and what acted for her.
#[utoipa::path(
    get,
    path = "/api/v1/admin/users/{id}",
    tag = "Administration",
    params(("id" = AccountId, Path, description = "The account")),
    responses(
        (status = 200, description = "The person", body = PersonDetailsOut),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
        (status = 404, description = "There is no such account", body = Problem),
    )
)]
pub async fn show_user(
    _: Administrator,
    State(accounts): State<Accounts>,
    State(sessions): State<Sessions>,
    State(rooms): State<Rooms>,
    State(audit): State<Audit>,
    State(applications): State<Applications>,
    Path(id): Path<String>,
) -> Result<Json<PersonDetailsOut>, Failure> {
    let services = Services {
        accounts: &accounts,
        sessions: &sessions,
        rooms: &rooms,
        audit: &audit,
        applications: &applications,
    };
    Ok(Json(PersonDetails::of(account_id(&id)?, services).await?.into()))
}

/// Disables a person's account: her sessions end, and no token for her works. Of an administrator it needs a recent sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/admin/users/{id}/disable",
    tag = "Administration",
    params(("id" = AccountId, Path, description = "The account")),
    responses(
        (status = 200, description = "It is disabled", body = PersonOut),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator, or signed in too long ago (`recent_sign_in_required`)", body = Problem),
        (status = 404, description = "There is no such account", body = Problem),
        (status = 409, description = "`own_account`, or `last_administrator`", body = Problem),
    )
)]
pub async fn disable_user(
    administrator: Administrator,
    recent: RecentSignIn,
    request: ClientRequest,
    State(accounts): State<Accounts>,
    Path(id): Path<String>,
) -> Result<Json<PersonOut>, Failure> {
    let account = accounts.get(account_id(&id)?).await?;
    if account.is_administrator() {
        recent.require()?;
    }
    let by = administrator.actor().through(&request);
    Ok(Json(accounts.set_enabled(account.id, false, by).await?.into()))
}

/// Enables a person's account again. Somebody who has not come yet is pending then.
#[utoipa::path(
    post,
    path = "/api/v1/admin/users/{id}/enable",
    tag = "Administration",
    params(("id" = AccountId, Path, description = "The account")),
    responses(
        (status = 200, description = "It is not disabled", body = PersonOut),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
        (status = 404, description = "There is no such account", body = Problem),
    )
)]
pub async fn enable_user(
    administrator: Administrator,
    request: ClientRequest,
    State(accounts): State<Accounts>,
    Path(id): Path<String>,
) -> Result<Json<PersonOut>, Failure> {
    let by = administrator.actor().through(&request);
    Ok(Json(accounts.set_enabled(account_id(&id)?, true, by).await?.into()))
}

/// What a person may do.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RoleIn {
    /// `USER` or `ADMIN`.
    #[schema(example = "ADMIN")]
    role: String,
}

/// Grants or takes the administrator's role. Needs a recent sign-in.
#[utoipa::path(
    put,
    path = "/api/v1/admin/users/{id}/role",
    tag = "Administration",
    params(("id" = AccountId, Path, description = "The account")),
    request_body = RoleIn,
    responses(
        (status = 200, description = "The role is that one", body = PersonOut),
        (status = 400, description = "What cannot be read, by field"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator, or signed in too long ago (`recent_sign_in_required`)", body = Problem),
        (status = 404, description = "There is no such account", body = Problem),
        (status = 409, description = "The person has not come yet, or is the `last_administrator`", body = Problem),
    )
)]
pub async fn set_user_role(
    administrator: Administrator,
    recent: RecentSignIn,
    request: ClientRequest,
    State(accounts): State<Accounts>,
    Path(id): Path<String>,
    body: Result<Json<RoleIn>, JsonRejection>,
) -> Result<Json<PersonOut>, Failure> {
    recent.require()?;
    let Json(RoleIn { role }) = body.map_err(|rejection| {
        let code = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
            _ => Code::ParseError,
        };
        let text = "The body must be JSON with the member \"role\".";
        let status = if code == Code::ParseError { StatusCode::BAD_REQUEST } else { rejection.status() };
        Failure(Answer::own(status, code, text))
    })?;
    let admin = known::<Role>("role", &role)? == Role::Admin;
    let by = administrator.actor().through(&request);
    Ok(Json(accounts.set_administrator(account_id(&id)?, admin, by).await?.into()))
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedOut {
    ended: u64,
}

/// Ends all of a person's sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/users/{id}/sessions",
    tag = "Administration",
    params(("id" = AccountId, Path, description = "The account")),
    responses(
        (status = 200, description = "They are ended", body = EndedOut),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
        (status = 404, description = "There is no such account", body = Problem),
    )
)]
pub async fn end_user_sessions(
    administrator: Administrator,
    request: ClientRequest,
    State(accounts): State<Accounts>,
    State(sessions): State<Sessions>,
    Path(id): Path<String>,
) -> Result<Json<EndedOut>, Failure> {
    let account = accounts.get(account_id(&id)?).await?;
    let ended = sessions.end_others(account.id, None, administrator.actor().through(&request)).await?;
    Ok(Json(EndedOut { ended }))
}

/// Ends one of a person's sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/users/{id}/sessions/{session}",
    tag = "Administration",
    params(
        ("id" = AccountId, Path, description = "The account"),
        ("session" = String, Path, description = "The session's id, as the person's sessions have it"),
    ),
    responses(
        (status = 204, description = "It is ended"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator", body = Problem),
        (status = 404, description = "The person has no such session", body = Problem),
    )
)]
pub async fn end_user_session(
    administrator: Administrator,
    request: ClientRequest,
    State(sessions): State<Sessions>,
    Path((id, session)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let session: SessionId = session.parse().map_err(|_| AccountError::NoSuchSession)?;
    let by = administrator.actor().through(&request);
    if sessions.end_one(account_id(&id)?, &session, by).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(AccountError::NoSuchSession.into())
    }
}

/// Takes an identity from a person's account and ends the sessions that began with it. Needs a recent sign-in.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/users/{id}/identities/{identity}",
    tag = "Administration",
    params(
        ("id" = AccountId, Path, description = "The account"),
        ("identity" = IdentityId, Path, description = "The identity"),
    ),
    responses(
        (status = 204, description = "It is not hers any more"),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "She is no administrator, or signed in too long ago (`recent_sign_in_required`)", body = Problem),
        (status = 404, description = "There is no such account or identity", body = Problem),
        (status = 409, description = "`last_way_in`: it is her last way in, and she is not disabled", body = Problem),
    )
)]
pub async fn unlink_user_identity(
    administrator: Administrator,
    recent: RecentSignIn,
    request: ClientRequest,
    State(accounts): State<Accounts>,
    Path((id, identity)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    recent.require()?;
    let identity: IdentityId = identity.parse().map_err(|_| AccountError::NoSuchIdentity)?;
    accounts.unlink(account_id(&id)?, identity, administrator.actor().through(&request)).await?;
    Ok(StatusCode::NO_CONTENT)
}
