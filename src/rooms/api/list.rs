//! `GET /external-api/v1.0/rooms/`

use axum::extract::{OriginalUri, State};

use super::{LIST, List, RoomOut};
use crate::base::answer::Refused;
use crate::base::wire::{BearerRefusals, Page, PageRequest, links};
use crate::base::{Failure, Holding};
use crate::rooms::{ListFilter, Rooms};

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
        ("slug" = Option<String>, Query, description = "Only the room at this address, present or former"),
        ("external_id" = Option<String>, Query, description = "Only the room to which this application gave this key"),
    ),
    responses(
        (status = 200, description = "A page of rooms", body = Page<RoomOut>),
        BearerRefusals,
        (status = 403, description = "The scope `rooms:list` is missing (`insufficient_scope`), the domain is not allowed any more (`domain_not_allowed`), or the application may not be used from this network address (`address_not_allowed`)", body = Refused, examples(("No scope" = (value = json!({"detail": "Insufficient permissions."}))), ("Scope" = (value = json!({"detail": "Insufficient permissions. Required scope: rooms:list"}))), ("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))))),
        (status = 404, description = "There is no such page (`invalid_page`)", body = Refused, examples(("Page" = (value = json!({"detail": "Invalid page."}))))),
    )
)]
pub async fn list_rooms(
    Holding { caller, .. }: Holding<List>,
    State(rooms): State<Rooms>,
    OriginalUri(uri): OriginalUri,
) -> Result<axum::Json<Page<RoomOut>>, Failure> {
    let filter = filter(uri.query());
    let count = rooms.count(&caller, &filter).await?;
    let span = PageRequest::from_query(uri.query()).locate(count)?;
    let links = links(rooms.public_url().as_str(), LIST, uri.query(), &span);
    let list = rooms.list(&caller, &filter, span.offset, span.limit).await?;
    let results = list.into_iter().map(|room| RoomOut::of(room, &rooms)).collect();
    Ok(axum::Json(Page::new(count, links, results)))
}

/// The filters of a query; an empty one filters nothing, and of a repeated one the last counts.
fn filter(query: Option<&str>) -> ListFilter {
    let mut filter = ListFilter::default();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        // No text of ours has a NUL, and PostgreSQL takes none.
        let value = Some(value.trim().replace('\0', "\u{FFFD}")).filter(|value| !value.is_empty());
        match &*name {
            "slug" => filter.slug = value,
            "external_id" => filter.external_id = value,
            _ => {}
        }
    }
    filter
}
