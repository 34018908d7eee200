//! `/external-api/v1.0/rooms/{id}/`

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa::ToSchema;

use super::{BODY_LIMIT, Delete, Retrieve, RoomOut, Update, Wishes};
use crate::base::answer::Refused;
use crate::base::wire::{BearerRefusals, BodyRefusals, Errors, Media, read_body};
use crate::base::{Answer, ClientRequest, Code, Failure, Holding, RoomId};
use crate::rooms::error::WRONG_NAME;
use crate::rooms::service::valid_name;
use crate::rooms::{AccessLevel, Change, Role, Rooms};

type Id = Result<Path<String>, PathRejection>;

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
        BearerRefusals,
        (status = 403, description = "The scope `rooms:retrieve` is missing (`insufficient_scope`), the person has no role in the room (`permission_denied`), the domain is not allowed any more (`domain_not_allowed`), or the application may not be used from this network address (`address_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:retrieve"}))), ("Role" = (value = json!({"detail": "You do not have permission to perform this action."}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))))),
        (status = 404, description = "There is no such room (`room_not_found`), or the id is no UUID (`not_found`)", body = Refused, examples(("Unknown" = (value = json!({"detail": "No Room matches the given query."}))), ("No UUID" = (value = json!({"detail": "Not found."}))))),
    )
)]
pub async fn retrieve_room(
    Holding { caller, .. }: Holding<Retrieve>,
    State(rooms): State<Rooms>,
    id: Id,
) -> Result<axum::Json<RoomOut>, Failure> {
    let room = rooms.find(&caller, room_id(id)?).await?;
    Ok(axum::Json(RoomOut::of(room, &rooms)))
}

/// What may be changed; what is absent stays as it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct RoomPatch {
    /// What people call it, 1 to 500 characters. Its address stays.
    name: Option<String>,
    /// Who may enter directly. `public` only where the server allows it, or where the room is public already.
    access_level: Option<AccessLevel>,
    /// The settings for the call, as a whole.
    #[schema(value_type = Option<Object>)]
    configuration: Option<serde_json::Value>,
    /// The application's own key of the room, at most 255 characters; null takes it away.
    external_id: Option<String>,
}

/// Change a room that the person administers or owns.
#[utoipa::path(
    patch,
    path = "/external-api/v1.0/rooms/{id}/",
    operation_id = "update_room",
    tag = "Rooms",
    security(("bearer" = ["rooms:update"])),
    params(("id" = String, Path, description = "The room's id, a UUID")),
    request_body(content(
        (RoomPatch = "application/json"),
        (RoomPatch = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "The room as it is now", body = RoomOut),
        (status = 400, description = "A field is wrong (`invalid_request`), or the body cannot be read (`parse_error`)", body = Refused, examples(("Name" = (value = json!({"name": ["A name has between 1 and 500 characters."]}))), ("Access level" = (value = json!({"access_level": ["\"x\" is not a valid choice."]}))), ("Public" = (value = json!({"access_level": ["Public rooms are disabled for the external API."]}))), ("Null" = (value = json!({"configuration": ["This field may not be null."]}))))),
        BearerRefusals,
        (status = 403, description = "The scope `rooms:update` is missing (`insufficient_scope`), the person does not administer the room (`permission_denied`), the domain is not allowed any more (`domain_not_allowed`), or the application may not be used from this network address (`address_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:update"}))), ("Role" = (value = json!({"detail": "You do not have permission to perform this action."}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))))),
        (status = 404, description = "There is no such room (`room_not_found`), or the id is no UUID (`not_found`)", body = Refused, examples(("Unknown" = (value = json!({"detail": "No Room matches the given query."}))), ("No UUID" = (value = json!({"detail": "Not found."}))))),
        (status = 409, description = "Another room of the application has this `external_id` (`external_id_taken`)", body = Refused, examples(("Taken" = (value = json!({"detail": "Another room of this application has this external_id."}))))),
        BodyRefusals,
    )
)]
pub async fn update_room(
    Holding { caller, .. }: Holding<Update>,
    State(rooms): State<Rooms>,
    id: Id,
    client: ClientRequest,
    request: Request,
) -> Result<axum::Json<RoomOut>, Failure> {
    let id = room_id(id)?;
    let fields = read_body(request, &[Media::Json, Media::Multipart], BODY_LIMIT).await?;
    // Who may not change it learns nothing of what else is wrong.
    let room = rooms.find_as(&caller, id, Role::Administrator).await?;
    let mut errors = Errors::new();
    let name = fields.optional_text(&mut errors, "name");
    if name.as_deref().is_some_and(|name| valid_name(name).is_err()) {
        errors.add("name", WRONG_NAME);
    }
    let allows_public = rooms.allows_public() || room.access_level == AccessLevel::Public;
    let Wishes { access_level, configuration, external_id } = Wishes::read(&fields, &mut errors, allows_public);
    errors.into_result()?;
    let change = Change { name, access_level, configuration, external_id };
    let room = rooms.update(id, change, &caller, &client).await?;
    Ok(axum::Json(RoomOut::of(room, &rooms)))
}

/// Delete a room that the person owns.
///
/// The room is unknown from then on. Its addresses never lead to another room; its `external_id` can be given again.
#[utoipa::path(
    delete,
    path = "/external-api/v1.0/rooms/{id}/",
    operation_id = "delete_room",
    tag = "Rooms",
    security(("bearer" = ["rooms:delete"])),
    params(("id" = String, Path, description = "The room's id, a UUID")),
    responses(
        (status = 204, description = "It is deleted"),
        BearerRefusals,
        (status = 403, description = "The scope `rooms:delete` is missing (`insufficient_scope`), the person does not own the room (`permission_denied`), the domain is not allowed any more (`domain_not_allowed`), or the application may not be used from this network address (`address_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:delete"}))), ("Role" = (value = json!({"detail": "You do not have permission to perform this action."}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))))),
        (status = 404, description = "There is no such room, or it was deleted before (`room_not_found`), or the id is no UUID (`not_found`)", body = Refused, examples(("Unknown" = (value = json!({"detail": "No Room matches the given query."}))), ("No UUID" = (value = json!({"detail": "Not found."}))))),
    )
)]
pub async fn delete_room(
    Holding { caller, .. }: Holding<Delete>,
    State(rooms): State<Rooms>,
    id: Id,
    client: ClientRequest,
) -> Result<Response, Failure> {
    rooms.delete(room_id(id)?, &caller, &client).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn room_id(id: Id) -> Result<RoomId, Failure> {
    let not_found = || Failure(Answer::detail(StatusCode::NOT_FOUND, Code::NotFound, "Not found."));
    id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(not_found)
}
