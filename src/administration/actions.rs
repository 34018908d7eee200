//! What the page of a person sends. What gives power away, or takes what cannot be given back, needs a sign-in of the last ten
//! minutes.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use crate::accounts::{AccountError, Accounts, SessionId, Sessions, administrator, recent_administrator};
use crate::audit::{Actor, By};
use crate::base::AccountId;
use crate::ui::{client, go_with_problem, go_with_success, t, tf};

/// The list of people.
pub const PEOPLE: &str = "/admin/users";

/// The page of a person; the list when the id is none.
pub(super) fn page_of(person: &str) -> (String, Result<AccountId, AccountError>) {
    match person.parse::<AccountId>() {
        Ok(id) => (format!("{PEOPLE}/{id}"), Ok(id)),
        Err(_) => (PEOPLE.to_owned(), Err(AccountError::NotFound)),
    }
}

fn by(actor: Actor) -> By {
    actor.through(&client())
}

/// Goes back to the page and says what came of it.
fn tell<T>(page: &str, outcome: Result<T, AccountError>, done: impl FnOnce(T) -> String) {
    match outcome {
        Ok(value) => go_with_success(page, done(value)),
        // Whoever is gone has no page.
        Err(error @ AccountError::NotFound) => go_with_problem(PEOPLE, error),
        Err(error) => go_with_problem(page, error),
    }
}

/// Disables an account. Of an administrator's it needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "users/disable")]
pub async fn disable_person(#[server(default)] person: String) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = administrator(&page) else { return Ok(()) };
    let accounts = expect_context::<Accounts>();
    let found = match id {
        Ok(id) => accounts.get(id).await,
        Err(error) => Err(error),
    };
    let outcome = match found {
        Ok(account) if account.is_administrator() && recent_administrator(&page).is_none() => return Ok(()),
        Ok(account) => accounts.set_enabled(account.id, false, by(actor)).await,
        Err(error) => Err(error),
    };
    tell(&page, outcome, |_| t("person-disabled"));
    Ok(())
}

/// Enables an account again.
#[server(prefix = "/actions", endpoint = "users/enable")]
pub async fn enable_person(#[server(default)] person: String) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = administrator(&page) else { return Ok(()) };
    let outcome = match id {
        Ok(id) => expect_context::<Accounts>().set_enabled(id, true, by(actor)).await,
        Err(error) => Err(error),
    };
    tell(&page, outcome, |_| t("person-enabled"));
    Ok(())
}

/// Grants or takes the administrator's role. Needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "users/role")]
pub async fn change_role(
    #[server(default)] person: String,
    #[server(default)] admin: bool,
) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let outcome = match id {
        Ok(id) => expect_context::<Accounts>().set_administrator(id, admin, by(actor)).await,
        Err(error) => Err(error),
    };
    tell(&page, outcome, |_| if admin { t("person-granted") } else { t("person-revoked") });
    Ok(())
}

/// Ends one of a person's sessions.
#[server(prefix = "/actions", endpoint = "users/end-session")]
pub async fn end_session_of(
    #[server(default)] person: String,
    #[server(default)] session: String,
) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = administrator(&page) else { return Ok(()) };
    let outcome = match (id, session.parse::<SessionId>()) {
        // One that ended meanwhile is as gone.
        (Ok(id), Ok(session)) => {
            expect_context::<Sessions>().end_one(id, &session, by(actor)).await.map_err(Into::into)
        }
        (Ok(_), Err(_)) => Err(AccountError::NoSuchSession),
        (Err(error), _) => Err(error),
    };
    tell(&page, outcome, |_| t("person-session-ended"));
    Ok(())
}

/// Ends all of a person's sessions.
#[server(prefix = "/actions", endpoint = "users/end-sessions")]
pub async fn end_sessions_of(#[server(default)] person: String) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = administrator(&page) else { return Ok(()) };
    let ended = async {
        let account = expect_context::<Accounts>().get(id?).await?;
        Ok(expect_context::<Sessions>().end_others(account.id, None, by(actor)).await?)
    };
    let outcome: Result<u64, AccountError> = ended.await;
    tell(&page, outcome, |ended| {
        tf("person-sessions-ended", &[("count", i64::try_from(ended).unwrap_or(i64::MAX).into())])
    });
    Ok(())
}

/// Takes an identity from an account. Needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "users/unlink")]
pub async fn unlink_identity(
    #[server(default)] person: String,
    #[server(default)] identity: String,
) -> Result<(), ServerFnError> {
    let (page, id) = page_of(&person);
    let Some(actor) = recent_administrator(&page) else { return Ok(()) };
    let outcome = match (id, identity.parse()) {
        (Ok(id), Ok(identity)) => expect_context::<Accounts>().unlink(id, identity, by(actor)).await,
        (Ok(_), Err(_)) => Err(AccountError::NoSuchIdentity),
        (Err(error), _) => Err(error),
    };
    tell(&page, outcome, |_| t("person-unlinked"));
    Ok(())
}
