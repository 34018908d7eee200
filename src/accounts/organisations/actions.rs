//! What the administrators' pages about organisations send.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{OrganisationError, Organisations};
use crate::accounts::{administrator, recent_administrator};
use crate::base::{InvalidSiret, OrganisationRequestId, Siret};
use crate::ui::{Flash, FormState, go_with_problem, go_with_success, key, leave_and_see_other, see_other, t, tf};

/// The id of the form that lets an organisation in.
pub const ADD_FORM: &str = "add-organisation";

/// The id of the form that renames one.
pub const RENAME_FORM: &str = "rename-organisation";

/// The id of the form that adds an alias.
pub const ALIAS_FORM: &str = "add-alias";

pub(super) const LIST: &str = "/admin/organisations";
const NEW: &str = "/admin/organisations/new";

/// Lets an organisation in. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/add")]
pub async fn add_organisation(
    #[server(default)] siret: String,
    #[server(default)] name: String,
) -> Result<(), ServerFnError> {
    let Some(actor) = recent_administrator(NEW) else { return Ok(()) };
    let form = FormState::new(ADD_FORM).with_value("siret", &siret).with_value("name", &name);
    let added = async {
        let siret = Siret::parse_checked(&siret)?;
        expect_context::<Organisations>().add(siret, &name, actor).await
    };
    match added.await {
        Ok(added) => {
            go_with_success(&page_of(&added.siret), tf("organisations-added", &[("name", added.name.into())]));
        }
        Err(error) => refuse(NEW, form, error),
    }
    Ok(())
}

/// Calls an organisation otherwise. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/rename")]
pub async fn rename_organisation(
    #[server(default)] organisation: String,
    #[server(default)] name: String,
) -> Result<(), ServerFnError> {
    let Some(actor) = administrator(LIST) else { return Ok(()) };
    let Some((siret, page)) = named(&organisation) else { return Ok(()) };
    match expect_context::<Organisations>().rename(&siret, &name, actor).await {
        Ok(()) => go_with_success(&page, t("organisations-renamed")),
        Err(error) => refuse(&page, FormState::new(RENAME_FORM).with_value("name", name), error),
    }
    Ok(())
}

/// Lets another number lead to an organisation. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/add-alias")]
pub async fn add_alias(
    #[server(default)] organisation: String,
    #[server(default)] siret: String,
) -> Result<(), ServerFnError> {
    let Some((known, page)) = named(&organisation) else { return Ok(()) };
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let added = async {
        let alias = Siret::parse_checked(&siret)?;
        expect_context::<Organisations>().add_alias(&known, alias, actor).await
    };
    match added.await {
        Ok(()) => go_with_success(&page, t("organisations-alias-added")),
        Err(error) => refuse(&page, FormState::new(ALIAS_FORM).with_value("siret", siret), error),
    }
    Ok(())
}

/// Takes an alias away. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/remove-alias")]
pub async fn remove_alias(
    #[server(default)] organisation: String,
    #[server(default)] siret: String,
) -> Result<(), ServerFnError> {
    let Some((known, page)) = named(&organisation) else { return Ok(()) };
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let removed = async {
        let alias = Siret::parse(&siret)?;
        expect_context::<Organisations>().remove_alias(&known, &alias, actor).await
    };
    match removed.await {
        Ok(()) => go_with_success(&page, t("organisations-alias-removed")),
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// Lets an organisation in no more. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/remove")]
pub async fn remove_organisation(#[server(default)] organisation: String) -> Result<(), ServerFnError> {
    let Some((siret, page)) = named(&organisation) else { return Ok(()) };
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    match expect_context::<Organisations>().remove(&siret, actor).await {
        Ok(()) => go_with_success(LIST, t("organisations-removed")),
        Err(error) => go_with_problem(LIST, error),
    }
    Ok(())
}

/// Puts away what somebody asked. For administrators.
#[server(prefix = "/actions", endpoint = "organisations/dismiss")]
pub async fn dismiss_request(#[server(default)] request: String) -> Result<(), ServerFnError> {
    let Some(actor) = administrator(LIST) else { return Ok(()) };
    let dismissed = async {
        let id = request.parse::<OrganisationRequestId>().map_err(|_| OrganisationError::NotFound)?;
        expect_context::<Organisations>().dismiss(id, actor).await
    };
    match dismissed.await {
        Ok(()) => go_with_success(LIST, t("organisations-dismissed")),
        Err(error) => go_with_problem(LIST, error),
    }
    Ok(())
}

/// The organisation that a form is about, and its page. A form that names none leads to the list.
fn named(organisation: &str) -> Option<(Siret, String)> {
    let Ok(siret) = Siret::parse(organisation) else {
        see_other(LIST);
        return None;
    };
    let page = page_of(&siret);
    Some((siret, page))
}

pub(super) fn page_of(siret: &Siret) -> String {
    format!("{LIST}/{siret}")
}

/// Shows what is wrong beside the field that it concerns.
fn refuse(page: &str, form: FormState, error: OrganisationError) {
    let (field, text) = match error {
        OrganisationError::Name => ("name", key("organisations-error-name")),
        OrganisationError::Taken => ("siret", key("organisations-error-taken")),
        OrganisationError::Siret(InvalidSiret::Format) => ("siret", key("organisations-error-format")),
        OrganisationError::Siret(InvalidSiret::Checksum) => ("siret", key("organisations-error-checksum")),
        OrganisationError::Siret(InvalidSiret::Reserved) => ("siret", key("organisations-error-reserved")),
        error => return go_with_problem(page, error),
    };
    leave_and_see_other(page, Flash::refused(form.with_error(field, text)));
}
