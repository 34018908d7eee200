//! `POST /external-api/v1.0/rooms/`

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::ToSchema;

use super::{BODY_LIMIT, Create, LIST, RoomOut, Wishes};
use crate::base::answer::Refused;
use crate::base::wire::{BearerRefusals, BodyRefusals, Errors, Media, read_body};
use crate::base::{Begun, ClientRequest, Failure, Holding, IdempotencyKey, NamedRequest};
use crate::entitlements::Entitlements;
use crate::rooms::{AccessLevel, NewRoom, Repeatable, Room, Rooms};

/// Says that the answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What may be sent to make a room; nothing has to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct RoomIn {
    /// Who may enter directly; `trusted` unless the server is set otherwise. `public` only where the server allows it.
    access_level: Option<AccessLevel>,
    /// `can_publish_sources` (a list out of `camera`, `microphone`, `screen_share`, `screen_share_audio`, or null) and
    /// `everyone_can_mute` (a boolean, or null).
    configuration: Option<serde_json::Value>,
    /// The application's own key of the room, at most 255 characters: unique among its rooms, and `?external_id=` finds it.
    external_id: Option<String>,
}

/// Make a room that the person owns.
///
/// With an `Idempotency-Key` the request may be sent again: within 24 hours the same key and fields get the first answer,
/// with `Idempotency-Replayed: true`, and no second room is made.
#[utoipa::path(
    post,
    path = "/external-api/v1.0/rooms/",
    operation_id = "create_room",
    tag = "Rooms",
    security(("bearer" = ["rooms:create"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters, quoted or not, chosen by the caller")),
    request_body(content(
        (RoomIn = "application/json"),
        (RoomIn = "multipart/form-data"),
    )),
    responses(
        (status = 201, description = "The room", body = RoomOut, headers(("Location" = String, description = "The room's link"))),
        (status = 400, description = "A field or the `Idempotency-Key` is wrong (`invalid_request`), or the body cannot be read (`parse_error`)", body = Refused, examples(("Access level" = (value = json!({"access_level": ["\"x\" is not a valid choice."]}))), ("Public" = (value = json!({"access_level": ["Public rooms are disabled for the external API."]}))), ("Configuration" = (value = json!({"configuration": [{"type": "extra_forbidden", "loc": ["unsupported_flag"], "msg": "Extra inputs are not permitted", "input": "True", "url": "https://errors.pydantic.dev/2.13/v/extra_forbidden"}]}))), ("Null" = (value = json!({"configuration": ["This field may not be null."]}))), ("Key" = (value = json!({"detail": "Idempotency-Key must be 1 to 255 visible ASCII characters."}))))),
        BearerRefusals,
        (status = 403, description = "The scope `rooms:create` is missing (`insufficient_scope`), the domain is not allowed any more (`domain_not_allowed`), the application may not be used from this network address (`address_not_allowed`), or the person may not use the service (`not_entitled`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:create"}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))), ("Entitlement" = (value = json!({"detail": "This person may not use the service: not_activated."}))))),
        (status = 409, description = "Another room of the application has this `external_id` (`external_id_taken`), or a request with this `Idempotency-Key` is still being worked on (`idempotency_in_progress`, with `Retry-After`)", body = Refused, examples(("Taken" = (value = json!({"detail": "Another room of this application has this external_id."}))), ("In progress" = (value = json!({"detail": "A request with this Idempotency-Key is still being processed."}))))),
        BodyRefusals,
        (status = 422, description = "The `Idempotency-Key` was used with other fields (`idempotency_key_reused`)", body = Refused, examples(("Reused" = (value = json!({"detail": "This Idempotency-Key was used with a different request."}))))),
        (status = 503, description = "It cannot be found out now whether the person may use the service (`entitlement_unknown`, with `Retry-After`)", body = Refused, examples(("Unknown" = (value = json!({"detail": "It cannot be found out now whether this person may use the service."}))))),
    )
)]
pub async fn create_room(
    Holding { caller, .. }: Holding<Create>,
    State(rooms): State<Rooms>,
    State(entitlements): State<Entitlements>,
    client: ClientRequest,
    request: Request,
) -> Result<Response, Failure> {
    let key = IdempotencyKey::of(request.headers())?;
    let fields = read_body(request, &[Media::Json, Media::Multipart], BODY_LIMIT).await?;
    let repeatable = match key.map(|key| NamedRequest::new(&key, &caller, "POST", LIST, &fields)) {
        None => None,
        Some(named) => match rooms.idempotency().begin(named).await? {
            Begun::Again(answer) => return Ok(answered_before(answer)),
            Begun::First(running) => Some(Repeatable { running, answer: answer_of }),
        },
    };
    let mut errors = Errors::new();
    let wishes = Wishes::read(&fields, &mut errors, rooms.allows_public());
    errors.into_result()?;
    let new = NewRoom {
        name: None,
        access_level: wishes.access_level.unwrap_or_else(|| rooms.default_access_level()),
        configuration: wishes.configuration.unwrap_or_default(),
        external_id: wishes.external_id.over(&None),
    };
    let by = entitlements.may_create(&caller).await?;
    let room = rooms.create(new, by, &client, repeatable).await?;
    let room = RoomOut::of(room, &rooms);
    let location = HeaderValue::try_from(&room.url);
    Ok(created(axum::Json(room).into_response(), location.ok()))
}

/// The body that tells of a new room.
fn answer_of(room: &Room, rooms: &Rooms) -> String {
    serde_json::to_string(&RoomOut::of(room.clone(), rooms)).unwrap_or_default()
}

/// The answer of an earlier request, byte by byte.
fn answered_before(answer: String) -> Response {
    let url = serde_json::from_str::<Value>(&answer).ok().and_then(|room| room["url"].as_str().map(str::to_owned));
    let location = url.and_then(|url| HeaderValue::try_from(url).ok());
    let json = HeaderValue::from_static("application/json");
    let mut response = created(([(header::CONTENT_TYPE, json)], answer).into_response(), location);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn created(mut response: Response, location: Option<HeaderValue>) -> Response {
    *response.status_mut() = StatusCode::CREATED;
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
