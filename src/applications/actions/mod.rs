//! What the pages about applications send. Each parses, asks who may, calls the service, leaves what is to be said, and answers 303.

mod create;
mod credentials;
mod danger;
mod describe;
mod managers;
mod permit;

pub use create::{CREATE_FORM, CreateApplication, create_application};
pub use credentials::{EndSecret, ROTATE_FORM, RotateSecret, end_secret, end_secret_form, rotate_secret};
pub use danger::{
    DELETE_FORM, DeleteApplication, RevokeTokens, SwitchApplication, delete_application, revoke_tokens,
    switch_application,
};
pub use describe::{DESCRIBE_FORM, DescribeApplication, RemoveLogo, describe_application, remove_logo};
pub use managers::{ADD_MANAGER_FORM, AddManager, RemoveManager, add_manager, remove_manager};
pub use permit::{Level, PERMIT_FORM, PermitApplication, permit_application};

use super::pages::ApplicationTab;
use super::{Application, ApplicationError, Applications, Flaw, ManagedApplication, managed_application};
use crate::accounts::recent_administrator;
use crate::audit::Actor;
use crate::base::Domain;
use crate::ui::{Flash, FormState, go_with_problem, go_with_success, key, leave_and_see_other};
use leptos::prelude::expect_context;

/// Where all applications are listed.
pub const LIST: &str = "/admin/applications";

/// Where one is registered.
pub const NEW: &str = "/admin/applications/new";

/// A switch as the form that comes back has it.
const fn flag(on: bool) -> &'static str {
    if on { "true" } else { "" }
}

/// The domains that are written in a field, each once; else the word that is none.
fn domains_in(text: &str) -> Result<Vec<Domain>, String> {
    let mut domains = Vec::new();
    let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    for word in words {
        let domain = word.parse::<Domain>().map_err(|_| word.to_owned())?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

/// What a person is told of a field that cannot be.
const fn sentence_of(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Name => key("applications-error-name"),
        Flaw::Description => key("applications-error-description"),
        Flaw::OwnerContact => key("applications-error-contact"),
        Flaw::HomePage => key("applications-error-home-page"),
        Flaw::TokenLifetime => key("applications-error-lifetime"),
        Flaw::Networks => key("applications-error-networks"),
        Flaw::OptionalScopes => key("applications-error-scope"),
    }
}

/// Goes back to the page of a form: what is done, or the form with what is wrong.
fn settle<T>(page: &str, form: FormState, outcome: Result<T, ApplicationError>, done: String) {
    match outcome {
        Ok(_) => go_with_success(page, done),
        Err(ApplicationError::Invalid(flaws)) => {
            let form = flaws.into_iter().fold(form, |form, flaw| form.with_error(flaw.field(), sentence_of(flaw)));
            leave_and_see_other(page, Flash::refused(form));
        }
        Err(ApplicationError::Changed) => {
            leave_and_see_other(page, Flash::refused(form.with_error("", key("applications-error-changed"))));
        }
        Err(error) => go_with_problem(page, error),
    }
}

/// An application that an administrator sends a form about, from a page of its; a manager is told that she may not.
async fn administered(slug: &str, page: &str) -> Option<ManagedApplication> {
    let managed = managed_application(slug, page).await?;
    if managed.by_administrator() {
        return Some(managed);
    }
    go_with_problem("/", ApplicationError::Forbidden);
    None
}

/// The application of that slug and the administrator who signed in within the last ten minutes; anybody else is on her way.
async fn recently_administered(slug: &str, tab: ApplicationTab) -> Option<(Application, Actor)> {
    let page = tab.path(slug);
    let actor = recent_administrator(&page)?;
    match expect_context::<Applications>().find_by_slug(slug).await {
        Ok(Some(overview)) => Some((overview.application, actor)),
        Ok(None) => {
            go_with_problem(LIST, ApplicationError::NotFound);
            None
        }
        Err(error) => {
            go_with_problem(LIST, error);
            None
        }
    }
}

/// The version of the application that the form was made of.
fn version_of(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A number that may be left out; `Err` when something else is written.
fn number_in(text: &str) -> Result<Option<u32>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| ()),
    }
}
