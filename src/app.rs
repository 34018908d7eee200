//! The table of pages.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::accounts::organisations::pages::{
    NewOrganisationPage, OrganisationPage, OrganisationsPage, OwnOrganisationsPage,
};
use crate::accounts::pages::SessionsPage;
use crate::accounts::personal_tokens::pages::TokensPage;
use crate::administration::pages::{AuditPage, EventPage, InvitePage, MergePage, PeoplePage, PersonPage};
use crate::applications::pages::{
    ActivityPage, ApplicationPage, ApplicationsPage, CredentialsPage, DangerPage, NewApplicationPage, PermissionsPage,
};
use crate::delegation::pages::TestPage;
use crate::entitlements::pages::NoAccessPage;
use crate::lifecycle::pages::DataPage;
use crate::rooms::pages::{AccountPage, NewRoomPage, RoomPage, RoomsPage};
use crate::server::{DocsPage, HomePage};
use crate::sign_in::confirm::pages::ConfirmPage;
use crate::sign_in::links::pages::{AskResetPage, InvitationPage, ResetPasswordPage};
use crate::sign_in::openid::organisation_pages::ChooseOrganisationPage;
use crate::sign_in::openid::pages::{ConflictPage, RequestsPage};
use crate::sign_in::pages::SignInPage;
use crate::sign_in::ways::pages::WaysInPage;
use crate::ui::{DocumentTitle, ErrorBody, ErrorKind, Frame};

/// All pages, as the server renders them.
pub fn pages() -> AnyView {
    view! { <App /> }.into_any()
}

/// The table of pages. Each is `SsrMode::Async`: its status, its redirects and its nonce are right, and nothing needs a
/// script to appear.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Framed>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/docs") view=DocsPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in/confirm") view=ConfirmPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in/conflict") view=ConflictPage ssr=SsrMode::Async />
                    <Route path=path!("/invitation/:token") view=InvitationPage ssr=SsrMode::Async />
                    <Route path=path!("/reset-password") view=AskResetPage ssr=SsrMode::Async />
                    <Route path=path!("/reset-password/:token") view=ResetPasswordPage ssr=SsrMode::Async />
                    <Route path=path!("/choose-organisation") view=ChooseOrganisationPage ssr=SsrMode::Async />
                    <Route path=path!("/no-access") view=NoAccessPage ssr=SsrMode::Async />
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
                    <Route path=path!("/account/sign-in") view=WaysInPage ssr=SsrMode::Async />
                    <Route path=path!("/account/sessions") view=SessionsPage ssr=SsrMode::Async />
                    <Route path=path!("/rooms") view=RoomsPage ssr=SsrMode::Async />
                    <Route path=path!("/rooms/new") view=NewRoomPage ssr=SsrMode::Async />
                    <Route path=path!("/rooms/:slug") view=RoomPage ssr=SsrMode::Async />
                    <Route path=path!("/account/organisations") view=OwnOrganisationsPage ssr=SsrMode::Async />
                    <Route path=path!("/account/tokens") view=TokensPage ssr=SsrMode::Async />
                    <Route path=path!("/account/data") view=DataPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications") view=ApplicationsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/new") view=NewApplicationPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug") view=ApplicationPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/organisations") view=OrganisationsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/organisations/new") view=NewOrganisationPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/organisations/:siret") view=OrganisationPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/audit/:id") view=EventPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/users") view=PeoplePage ssr=SsrMode::Async />
                    <Route path=path!("/admin/users/new") view=InvitePage ssr=SsrMode::Async />
                    <Route path=path!("/admin/users/:id") view=PersonPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/users/:id/merge") view=MergePage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug/permissions") view=PermissionsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug/credentials") view=CredentialsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug/activity") view=ActivityPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug/test") view=TestPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/applications/:slug/danger") view=DangerPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/sign-in-requests") view=RequestsPage ssr=SsrMode::Async />
                </FlatRoutes>
            </Framed>
        </Router>
    }
}

/// The frame, with the path that only the router knows.
#[component]
fn Framed(children: Children) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    view! { <Frame path=path>{children()}</Frame> }
}

/// 404.
#[component]
pub fn NotFound() -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
    view! {
        <DocumentTitle about=ErrorKind::NotFound.title() />
        <ErrorBody kind=ErrorKind::NotFound />
    }
}
