//! JSON for administrators' own scripts and pages elsewhere: with the session cookie, in our own profile.

mod export;
mod people;
mod person;
mod trail;

pub use export::*;
pub use people::*;
pub use person::*;
pub use trail::*;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header;
use axum::routing::{delete, get, post, put};

use crate::accounts::{Accounts, Sessions};
use crate::applications::Applications;
use crate::audit::Audit;
use crate::base::{AlwaysHeaders, Clock, Store};
use crate::rooms::Rooms;

/// The routes of this room of the house. They read the session cookie, so the CSRF rule stands before them.
pub fn routes<S>() -> Router<S>
where
    Accounts: FromRef<S>,
    Applications: FromRef<S>,
    Audit: FromRef<S>,
    Clock: FromRef<S>,
    Rooms: FromRef<S>,
    Sessions: FromRef<S>,
    Store: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let routes = [
        ("/audit", get(list_events)),
        ("/audit/export", get(export_events)),
        ("/audit/{id}", get(show_event)),
        ("/users", get(list_users)),
        ("/users/{id}", get(show_user)),
        ("/users/{id}/disable", post(disable_user)),
        ("/users/{id}/enable", post(enable_user)),
        ("/users/{id}/role", put(set_user_role)),
        ("/users/{id}/sessions", delete(end_user_sessions)),
        ("/users/{id}/sessions/{session}", delete(end_user_session)),
        ("/users/{id}/identities/{identity}", delete(unlink_user_identity)),
    ];
    routes.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(&format!("/api/v1/admin{path}"), methods.always(header::CACHE_CONTROL, "no-store"))
    })
}
