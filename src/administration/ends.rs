//! What ends an account, sent by the page of its person: deleting it, or making it part of another. Both need a sign-in of the last
//! ten minutes, and the address typed.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::actions::{PEOPLE, page_of};
use crate::accounts::{AccountError, Accounts, recent_administrator};
use crate::audit::Actor;
use crate::base::AccountId;
use crate::lifecycle::actions::{PAGE, fates_of, is_spelled};
use crate::lifecycle::{Fates, Lifecycle, LifecycleError};
use crate::ui::{
    CONFIRM_FIELD, Flash, FormState, client, go_with_problem, go_with_success, key, leave_and_see_other, see_other, t,
};

/// The id of the form that deletes an account.
pub const DELETE_PERSON_FORM: &str = "delete-person";

/// The id of the form that merges one into another.
pub const MERGE_FORM: &str = "merge-person";

/// The field in which the address of the account that stays is typed.
pub const CONFIRM_INTO: &str = "confirm_into";

/// Deletes a person's account, once it is said what becomes of the rooms that are hers alone.
#[server(prefix = "/actions", endpoint = "users/delete")]
pub async fn delete_person(
    #[server(default)] person: String,
    #[server(default)] fate: String,
    #[server(default)] heir: String,
    #[server(default)] confirm: String,
) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let account = match id {
        Ok(id) if actor == Actor::Person(id) => {
            see_other(PAGE);
            return Ok(());
        }
        Ok(id) => expect_context::<Accounts>().get(id).await,
        Err(error) => Err(error),
    };
    let account = match account {
        Ok(account) => account,
        Err(error) => {
            go_with_problem(PEOPLE, error);
            return Ok(());
        }
    };
    let mut form = FormState::new(DELETE_PERSON_FORM)
        .with_value("fate", &fate)
        .with_value("heir", &heir)
        .with_value(CONFIRM_FIELD, &confirm);
    if !is_spelled(&account, &confirm) {
        form = form.with_error(CONFIRM_FIELD, key("data-error-confirm"));
    }
    let fates = match fates_of(&fate, &heir) {
        Ok(fates) => fates,
        Err(error) => {
            form = form.with_error("heir", error);
            Fates::default()
        }
    };
    if form.is_refused() {
        leave_and_see_other(&page, Flash::refused(form));
        return Ok(());
    }
    match expect_context::<Lifecycle>().delete(account.id, fates, actor.through(&client())).await {
        Ok(_) => go_with_success(PEOPLE, t("person-deleted")),
        Err(LifecycleError::RoomsToHandOver(_)) => {
            leave_and_see_other(&page, Flash::refused(form.with_error("fate", key("data-error-rooms"))));
        }
        Err(LifecycleError::HeirNotFound) => {
            leave_and_see_other(&page, Flash::refused(form.with_error("heir", key("data-error-heir"))));
        }
        Err(LifecycleError::Account(error @ AccountError::NotFound)) => go_with_problem(PEOPLE, error),
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// The page on which is seen what a merge would do.
pub fn merge_page(from: AccountId, into: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("into", into).finish();
    format!("{PEOPLE}/{from}/merge?{query}")
}

/// Makes one account part of another.
#[server(prefix = "/actions", endpoint = "users/merge")]
pub async fn merge_person(
    #[server(default)] person: String,
    #[server(default)] into: String,
    #[server(default)] confirm: String,
    #[server(default)] confirm_into: String,
) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let page = id.as_ref().map_or(page, |from| merge_page(*from, &into));
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let accounts = expect_context::<Accounts>();
    let both = async {
        let into = into.parse::<AccountId>().map_err(|_| AccountError::NotFound)?;
        Ok::<_, AccountError>((accounts.get(id?).await?, accounts.get(into).await?))
    };
    let (from, into) = match both.await {
        Ok(both) => both,
        Err(error) => {
            go_with_problem(PEOPLE, error);
            return Ok(());
        }
    };
    let mut form =
        FormState::new(MERGE_FORM).with_value(CONFIRM_FIELD, &confirm).with_value(CONFIRM_INTO, &confirm_into);
    for (field, account, typed) in [(CONFIRM_FIELD, &from, &confirm), (CONFIRM_INTO, &into, &confirm_into)] {
        if !is_spelled(account, typed) {
            form = form.with_error(field, key("merge-error-confirm"));
        }
    }
    if form.is_refused() {
        leave_and_see_other(&page, Flash::refused(form));
        return Ok(());
    }
    match expect_context::<Lifecycle>().merge(from.id, into.id, actor.through(&client())).await {
        Ok(merged) => go_with_success(&format!("{PEOPLE}/{}", merged.into.id), t("merge-done")),
        Err(LifecycleError::Account(error @ AccountError::NotFound)) => go_with_problem(PEOPLE, error),
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}
