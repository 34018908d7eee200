//! The rooms of the person for whom an application acts, in the compatible profile.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, OriginalUri, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AccessLevel, Configuration, NewRoom, Room, Rooms};
use crate::base::answer::Refused;
use crate::base::wire::{Errors, Media, Page, PageRequest, links, method_not_allowed, read_body};
use crate::base::{AlwaysHeaders, Answer, BothForms, ClientRequest, Code, Failure, Holding, Right, RoomId, Scope};

/// The largest body that is read: 64 kB.
const BODY_LIMIT: usize = 64 * 1024;

const ALLOW_LIST: &str = "GET, POST, HEAD, OPTIONS";
const ALLOW_ROOM: &str = "GET, HEAD, OPTIONS";

/// The right to list rooms.
#[derive(Debug)]
pub enum List {}
/// The right to see a room.
#[derive(Debug)]
pub enum Retrieve {}
/// The right to make rooms.
#[derive(Debug)]
pub enum Create {}

impl Right for List {
    const SCOPE: Scope = Scope::RoomsList;
}
impl Right for Retrieve {
    const SCOPE: Scope = Scope::RoomsRetrieve;
}
impl Right for Create {
    const SCOPE: Scope = Scope::RoomsCreate;
}

/// The routes of this room of the house. `guard` puts the layer that authenticates before each of them, wrong methods
/// included; what it refuses carries `Allow` all the same.
pub fn routes<S>(guard: impl Fn(MethodRouter<S>) -> MethodRouter<S>) -> Router<S>
where
    Rooms: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let list = get(list_rooms)
        .post(create_room)
        .options(refuse_options)
        .fallback(async |request: Request| refuse_method(&request, ALLOW_LIST));
    let room = get(retrieve_room)
        .options(refuse_options)
        .fallback(async |request: Request| refuse_method(&request, ALLOW_ROOM));
    Router::new()
        .both("/external-api/v1.0/rooms/", guard(list).allow(ALLOW_LIST))
        .both("/external-api/v1.0/rooms/{id}/", guard(room).allow(ALLOW_ROOM))
}

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomOut {
    id: RoomId,
    /// Equals the room's first address when an application made it.
    #[schema(example = "abc-defg-hij")]
    name: String,
    /// The room's address.
    #[schema(example = "abc-defg-hij")]
    slug: String,
    access_level: AccessLevel,
    /// `can_publish_sources` and `everyone_can_mute`, as far as they were set.
    #[schema(value_type = Object)]
    configuration: Configuration,
    /// The link that people follow.
    #[schema(example = "https://meet.example.org/rooms/abc-defg-hij")]
    url: String,
}

impl RoomOut {
    fn of(room: Room, rooms: &Rooms) -> Self {
        let url = rooms.link(&room.slug);
        let Room { id, name, slug, access_level, configuration } = room;
        Self { id, name, slug, access_level, configuration, url }
    }
}

/// List the rooms in which the person has a role, by name.
#[utoipa::path(
    get,
    path = "/external-api/v1.0/rooms/",
    operation_id = "list_rooms",
    tag = "Rooms",
    security(("bearer" = ["rooms:list"])),
    params(
        ("page" = Option<String>, Query, description = "Number of the page, from 1 on, or `last`"),
        ("page_size" = Option<u64>, Query, description = "Rooms on a page, 20 unless given, 100 at most"),
    ),
    responses(
        (status = 200, description = "A page of rooms", body = Page<RoomOut>),
        (status = 401, description = "No token, or one that does not work (`not_authenticated`, `invalid_token`, `token_revoked`, …)", body = Refused, examples(("No token" = (value = json!({"detail": "Authentication credentials were not provided."}))), ("Header" = (value = json!({"detail": "Invalid token header."}))), ("Encoding" = (value = json!({"detail": "Invalid token encoding."}))), ("Expired" = (value = json!({"detail": "Token expired."}))), ("Invalid" = (value = json!({"detail": "Invalid token."}))), ("Claims" = (value = json!({"detail": "Invalid token claims."}))), ("Kind" = (value = json!({"detail": "Invalid token type."}))), ("Application gone" = (value = json!({"detail": "Application not found."}))), ("Application disabled" = (value = json!({"detail": "Application is disabled."}))), ("Person gone" = (value = json!({"detail": "User not found."}))), ("Person disabled" = (value = json!({"detail": "User account is disabled."}))), ("Revoked" = (value = json!({"detail": "Token has been revoked."}))))),
        (status = 403, description = "The scope `rooms:list` is missing (`insufficient_scope`), or the domain is not allowed any more (`domain_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:list"}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))))),
        (status = 404, description = "There is no such page (`invalid_page`)", body = Refused, examples(("Page" = (value = json!({"detail": "Invalid page."}))))),
        (status = 405, description = "Another method (`method_not_allowed`)", body = Refused, examples(("Method" = (value = json!({"detail": "Method \"PUT\" not allowed."}))))),
        (status = 406, description = "`Accept` excludes JSON (`not_acceptable`)", body = Refused, examples(("Accept" = (value = json!({"detail": "Could not satisfy the request Accept header."}))))),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Refused, examples(("Unavailable" = (value = json!({"detail": "The service is temporarily unavailable."}))))),
    )
)]
pub async fn list_rooms(
    Holding { caller, .. }: Holding<List>,
    State(rooms): State<Rooms>,
    OriginalUri(uri): OriginalUri,
) -> Result<axum::Json<Page<RoomOut>>, Failure> {
    let count = rooms.count(caller.person).await?;
    let span = PageRequest::from_query(uri.query()).locate(count)?;
    let links = links(rooms.public_url().as_str(), "/external-api/v1.0/rooms/", uri.query(), &span);
    let list = rooms.list(caller.person, span.offset, span.limit).await?;
    let results = list.into_iter().map(|room| RoomOut::of(room, &rooms)).collect();
    Ok(axum::Json(Page::new(count, links, results)))
}

/// See one room in which the person has a role.
#[utoipa::path(
    get,
    path = "/external-api/v1.0/rooms/{id}/",
    operation_id = "retrieve_room",
    tag = "Rooms",
    security(("bearer" = ["rooms:retrieve"])),
    params(("id" = String, Path, description = "The room's id, a UUID")),
    responses(
        (status = 200, description = "The room", body = RoomOut),
        (status = 401, description = "No token, or one that does not work (`not_authenticated`, `invalid_token`, `token_revoked`, …)", body = Refused, examples(("No token" = (value = json!({"detail": "Authentication credentials were not provided."}))), ("Header" = (value = json!({"detail": "Invalid token header."}))), ("Encoding" = (value = json!({"detail": "Invalid token encoding."}))), ("Expired" = (value = json!({"detail": "Token expired."}))), ("Invalid" = (value = json!({"detail": "Invalid token."}))), ("Claims" = (value = json!({"detail": "Invalid token claims."}))), ("Kind" = (value = json!({"detail": "Invalid token type."}))), ("Application gone" = (value = json!({"detail": "Application not found."}))), ("Application disabled" = (value = json!({"detail": "Application is disabled."}))), ("Person gone" = (value = json!({"detail": "User not found."}))), ("Person disabled" = (value = json!({"detail": "User account is disabled."}))), ("Revoked" = (value = json!({"detail": "Token has been revoked."}))))),
        (status = 403, description = "The scope `rooms:retrieve` is missing (`insufficient_scope`), the person has no role in the room (`permission_denied`), or the domain is not allowed any more (`domain_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:retrieve"}))), ("Role" = (value = json!({"detail": "You do not have permission to perform this action."}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))))),
        (status = 404, description = "There is no such room (`room_not_found`), or the id is no UUID (`not_found`)", body = Refused, examples(("Unknown" = (value = json!({"detail": "No Room matches the given query."}))), ("No UUID" = (value = json!({"detail": "Not found."}))))),
        (status = 405, description = "Another method (`method_not_allowed`)", body = Refused, examples(("Method" = (value = json!({"detail": "Method \"PUT\" not allowed."}))))),
        (status = 406, description = "`Accept` excludes JSON (`not_acceptable`)", body = Refused, examples(("Accept" = (value = json!({"detail": "Could not satisfy the request Accept header."}))))),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Refused, examples(("Unavailable" = (value = json!({"detail": "The service is temporarily unavailable."}))))),
    )
)]
pub async fn retrieve_room(
    Holding { caller, .. }: Holding<Retrieve>,
    State(rooms): State<Rooms>,
    id: Result<Path<String>, PathRejection>,
) -> Result<axum::Json<RoomOut>, Failure> {
    let id = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(not_found)?;
    let room = rooms.find(caller.person, id).await?;
    Ok(axum::Json(RoomOut::of(room, &rooms)))
}

/// What may be sent to make a room; nothing has to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct RoomIn {
    /// Who may enter directly; `trusted` unless the server is set otherwise. `public` only where the server allows it.
    access_level: Option<AccessLevel>,
    /// `can_publish_sources` (a list out of `camera`, `microphone`, `screen_share`, `screen_share_audio`, or null) and
    /// `everyone_can_mute` (a boolean, or null).
    configuration: Option<serde_json::Value>,
}

/// Make a room that the person owns.
#[utoipa::path(
    post,
    path = "/external-api/v1.0/rooms/",
    operation_id = "create_room",
    tag = "Rooms",
    security(("bearer" = ["rooms:create"])),
    request_body(content(
        (RoomIn = "application/json"),
        (RoomIn = "multipart/form-data"),
    )),
    responses(
        (status = 201, description = "The room", body = RoomOut, headers(("Location" = String, description = "The room's link"))),
        (status = 400, description = "A field is wrong (`invalid_request`), or the body cannot be read (`parse_error`)", body = Refused, examples(("Access level" = (value = json!({"access_level": ["\"x\" is not a valid choice."]}))), ("Public" = (value = json!({"access_level": ["Public rooms are disabled for the external API."]}))), ("Configuration" = (value = json!({"configuration": [{"type": "extra_forbidden", "loc": ["unsupported_flag"], "msg": "Extra inputs are not permitted", "input": "True", "url": "https://errors.pydantic.dev/2.13/v/extra_forbidden"}]}))), ("Null" = (value = json!({"configuration": ["This field may not be null."]}))))),
        (status = 401, description = "No token, or one that does not work (`not_authenticated`, `invalid_token`, `token_revoked`, …)", body = Refused, examples(("No token" = (value = json!({"detail": "Authentication credentials were not provided."}))), ("Header" = (value = json!({"detail": "Invalid token header."}))), ("Encoding" = (value = json!({"detail": "Invalid token encoding."}))), ("Expired" = (value = json!({"detail": "Token expired."}))), ("Invalid" = (value = json!({"detail": "Invalid token."}))), ("Claims" = (value = json!({"detail": "Invalid token claims."}))), ("Kind" = (value = json!({"detail": "Invalid token type."}))), ("Application gone" = (value = json!({"detail": "Application not found."}))), ("Application disabled" = (value = json!({"detail": "Application is disabled."}))), ("Person gone" = (value = json!({"detail": "User not found."}))), ("Person disabled" = (value = json!({"detail": "User account is disabled."}))), ("Revoked" = (value = json!({"detail": "Token has been revoked."}))))),
        (status = 403, description = "The scope `rooms:create` is missing (`insufficient_scope`), or the domain is not allowed any more (`domain_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:create"}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))))),
        (status = 405, description = "Another method (`method_not_allowed`)", body = Refused, examples(("Method" = (value = json!({"detail": "Method \"PUT\" not allowed."}))))),
        (status = 406, description = "`Accept` excludes JSON (`not_acceptable`)", body = Refused, examples(("Accept" = (value = json!({"detail": "Could not satisfy the request Accept header."}))))),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Refused, examples(("Too large" = (value = json!({"detail": "Request body is too large."}))))),
        (status = 415, description = "Neither JSON nor multipart (`unsupported_media_type`)", body = Refused, examples(("Media type" = (value = json!({"detail": "Unsupported media type \"text/plain\" in request."}))))),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Refused, examples(("Unavailable" = (value = json!({"detail": "The service is temporarily unavailable."}))))),
    )
)]
pub async fn create_room(
    Holding { caller, .. }: Holding<Create>,
    State(rooms): State<Rooms>,
    client: ClientRequest,
    request: Request,
) -> Result<Response, Failure> {
    let fields = read_body(request, &[Media::Json, Media::Multipart], BODY_LIMIT).await?;
    let mut errors = Errors::new();
    let access_level = fields.optional_choice(&mut errors, "access_level", &AccessLevel::WORDS);
    if access_level == Some(AccessLevel::Public.as_str()) && !rooms.allows_public() {
        errors.add("access_level", "Public rooms are disabled for the external API.");
    }
    let configuration = match fields.optional_json(&mut errors, "configuration") {
        None => Configuration::default(),
        Some(sent) => Configuration::parse(sent).unwrap_or_else(|defects| {
            errors.set("configuration", defects);
            Configuration::default()
        }),
    };
    errors.into_result()?;
    let access_level = access_level.and_then(|word| word.parse().ok()).unwrap_or_else(|| rooms.default_access_level());
    let room = rooms.create(NewRoom { name: None, access_level, configuration }, &caller, &client).await?;
    let room = RoomOut::of(room, &rooms);
    let location = HeaderValue::try_from(&room.url);
    let mut response = (StatusCode::CREATED, axum::Json(room)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn refuse_method(request: &Request, allow: &'static str) -> Response {
    method_not_allowed(request.method().as_str(), allow)
}

/// No scope opens `OPTIONS`, so none is enough.
async fn refuse_options() -> Failure {
    let text = "Insufficient permissions. Required scope: None";
    Failure(Answer::detail(StatusCode::FORBIDDEN, Code::InsufficientScope, text))
}

fn not_found() -> Failure {
    Failure(Answer::detail(StatusCode::NOT_FOUND, Code::NotFound, "Not found."))
}
