//! Inviting people: what those pages send. Whoever follows the link gets in, so it needs a sign-in of the last ten minutes.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::actions::PEOPLE;
use crate::accounts::{AccountError, Delivery, Invitation, LinkError, Made, OneTimeLinks, recent_administrator};
use crate::base::{AccountId, EmailAddress, Failure};
use crate::ui::{Flash, FormState, client, go_with_problem, go_with_success, key, leave_and_see_other, problem, t};

/// The id of the form that invites.
pub const INVITE_FORM: &str = "invite-person";

/// The page with that form.
pub const INVITE: &str = "/admin/users/new";

/// Makes an account for somebody, with a link by which she chooses her password.
#[server(prefix = "/actions", endpoint = "users/invite")]
pub async fn invite_person(
    #[server(default)] email: String,
    #[server(default)] name: String,
) -> Result<(), ServerFnError> {
    let Some(actor) = recent_administrator(INVITE) else { return Ok(()) };
    let form = FormState::new(INVITE_FORM).with_value("email", &email).with_value("name", &name);
    let refuse = |form: FormState| leave_and_see_other(INVITE, Flash::refused(form));
    let Ok(email) = email.parse::<EmailAddress>() else {
        refuse(form.with_error("email", key("reset-error-email")));
        return Ok(());
    };
    let new = Invitation { email, name: Some(name), administrator: false };
    let links = expect_context::<OneTimeLinks>();
    match links.invite(new, Delivery::Mailed, actor.through(&client())).await {
        Ok(made) => show(made),
        Err(LinkError::HasWayIn) => refuse(form.with_error("email", key("error-has-way-in-text"))),
        Err(LinkError::Disabled) => refuse(form.with_error("email", key("invite-error-disabled"))),
        Err(LinkError::Name) => refuse(form.with_error("name", key("account-error-name"))),
        Err(error) => {
            let Failure(answer) = Failure::from(error);
            refuse(form.with_error("", problem(&answer)));
        }
    }
    Ok(())
}

/// Makes another link for somebody who has no way in yet; the former one is over.
#[server(prefix = "/actions", endpoint = "users/invite-again")]
pub async fn invite_again(#[server(default)] person: String) -> Result<(), ServerFnError> {
    let id = person.parse::<AccountId>().map_err(|_| AccountError::NotFound);
    let page = id.as_ref().map_or_else(|_| PEOPLE.to_owned(), |id| format!("{PEOPLE}/{id}"));
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let invited = async {
        let links = expect_context::<OneTimeLinks>();
        links.invite_again(id?, Delivery::Mailed, actor.through(&client())).await
    };
    match invited.await {
        Ok(made) => show(made),
        Err(error @ LinkError::Account(AccountError::NotFound)) => go_with_problem(PEOPLE, error),
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// The person's page says that the letter is on its way, or has the link, this once.
fn show(made: Made) {
    let page = format!("{PEOPLE}/{}", made.account.id);
    match made.link {
        Some(link) => leave_and_see_other(&page, Flash::secret(link.expose())),
        None => go_with_success(&page, t("invite-mailed")),
    }
}
