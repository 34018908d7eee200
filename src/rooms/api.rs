//! The rooms of the person for whom an application acts, in the compatible profile.

mod create;
mod list;
mod one;

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AccessLevel, Configuration, Room, Rooms};
use crate::base::wire::{Errors, Fields, Nullable, method_not_allowed};
use crate::base::{AlwaysHeaders, Answer, BothForms, Code, Failure, Right, RoomId, Scope};
use crate::entitlements::Entitlements;

// The document is made from these.
pub use create::*;
pub use list::*;
pub use one::*;

/// The largest body that is read: 64 kB.
const BODY_LIMIT: usize = 64 * 1024;

/// Where the list is.
const LIST: &str = "/external-api/v1.0/rooms/";

const ALLOW_LIST: &str = "GET, POST, HEAD, OPTIONS";
const ALLOW_ROOM: &str = "GET, PATCH, DELETE, HEAD, OPTIONS";

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $scope:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Right for $name {
            const SCOPE: Scope = Scope::$scope;
        }
    )+};
}

rights! {
    /// The right to list rooms.
    List = RoomsList
    /// The right to see a room.
    Retrieve = RoomsRetrieve
    /// The right to make rooms.
    Create = RoomsCreate
    /// The right to change rooms.
    Update = RoomsUpdate
    /// The right to delete rooms.
    Delete = RoomsDelete
}

/// The scope that a request to `route`, one of these routes, needs; none for a method that no scope opens.
pub fn needed_scope(route: &str, method: &Method) -> Option<Scope> {
    let one = route.contains("{id}");
    match *method {
        Method::GET | Method::HEAD if one => Some(Retrieve::SCOPE),
        Method::GET | Method::HEAD => Some(List::SCOPE),
        Method::POST if !one => Some(Create::SCOPE),
        Method::PATCH if one => Some(Update::SCOPE),
        Method::DELETE if one => Some(Delete::SCOPE),
        _ => None,
    }
}

/// The routes of this room of the house. `guard` puts the layer that authenticates before each of them, wrong methods
/// included; what it refuses carries `Allow` all the same.
pub fn routes<S>(guard: impl Fn(MethodRouter<S>) -> MethodRouter<S>) -> Router<S>
where
    Rooms: FromRef<S>,
    Entitlements: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let list = get(list_rooms)
        .post(create_room)
        .options(refuse_options)
        .fallback(async |request: Request| refuse_method(&request, ALLOW_LIST));
    let room = get(retrieve_room)
        .patch(update_room)
        .delete(delete_room)
        .options(refuse_options)
        .fallback(async |request: Request| refuse_method(&request, ALLOW_ROOM));
    Router::new()
        .both(LIST, guard(list).allow(ALLOW_LIST))
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
    /// The application's own key of the room; absent when it gave none. Other applications do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "event-4711")]
    external_id: Option<String>,
}

impl RoomOut {
    fn of(room: Room, rooms: &Rooms) -> Self {
        let url = rooms.link(&room.slug);
        let Room { id, name, slug, access_level, configuration, external_id } = room;
        Self { id, name, slug, access_level, configuration, url, external_id }
    }
}

/// What may be said of a room when it is made or changed.
#[derive(Debug, Default)]
struct Wishes {
    access_level: Option<AccessLevel>,
    configuration: Option<Configuration>,
    external_id: Nullable<String>,
}

/// The longest key that an application may give a room, in characters.
const LONGEST_EXTERNAL_ID: usize = 255;

impl Wishes {
    /// Reads the fields that are known; others mean nothing. `public` is taken only where `allows_public`.
    fn read(fields: &Fields, errors: &mut Errors, allows_public: bool) -> Self {
        let access_level = fields.optional_choice(errors, "access_level", &AccessLevel::WORDS);
        if access_level == Some(AccessLevel::Public.as_str()) && !allows_public {
            errors.add("access_level", "Public rooms are disabled for the external API.");
        }
        let configuration = fields
            .optional_json(errors, "configuration")
            .and_then(|sent| Configuration::parse(sent).map_err(|defects| errors.set("configuration", defects)).ok());
        let external_id = fields.nullable_text(errors, "external_id");
        if matches!(&external_id, Nullable::Value(id) if id.chars().count() > LONGEST_EXTERNAL_ID) {
            errors.add("external_id", "Ensure this field has no more than 255 characters.");
        }
        Self { access_level: access_level.and_then(|word| word.parse().ok()), configuration, external_id }
    }
}

fn refuse_method(request: &Request, allow: &'static str) -> Response {
    method_not_allowed(request.method().as_str(), allow)
}

/// No scope opens `OPTIONS`, so none is enough.
async fn refuse_options() -> Failure {
    let text = "Insufficient permissions. Required scope: None";
    Failure(Answer::detail(StatusCode::FORBIDDEN, Code::InsufficientScope, text))
}
