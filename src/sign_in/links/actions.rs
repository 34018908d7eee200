//! What those pages send.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{ASK, ASK_FORM, PASSWORD_FORM, page_of};
use crate::accounts::{Account, LinkError, LinkPurpose, OneTimeLinks, PasswordError, Sessions};
use crate::base::{Caller, EmailAddress, Failure, Secret};
use crate::entitlements::{Access, Entitlements};
use crate::sign_in::actions::session;
use crate::sign_in::{SignIn, SignInError};
use crate::ui::{
    Flash, FormState, Notice, NoticeKind, client, go_with_problem, go_with_success, key, leave_and_see_other, problem,
    see_other, t,
};

/// Takes the password of somebody who was invited, and signs her in.
#[server(prefix = "/actions", endpoint = "invitation/accept")]
pub async fn accept_invitation(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), ServerFnError> {
    choose_password(LinkPurpose::Invitation, &token, &Secret::new(password)).await;
    Ok(())
}

/// Takes the new password of somebody who forgot hers, ends what the former one gave, and signs her in.
#[server(prefix = "/actions", endpoint = "reset-password/choose")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), ServerFnError> {
    choose_password(LinkPurpose::PasswordReset, &token, &Secret::new(password)).await;
    Ok(())
}

/// Sends a link to whoever has an account with this address and a password. The answer is one, whoever asks.
#[server(prefix = "/actions", endpoint = "reset-password/ask")]
pub async fn ask_reset(#[server(default)] email: String) -> Result<(), ServerFnError> {
    let links = expect_context::<OneTimeLinks>();
    // Strangers may ask as often as they like: others first.
    tokio::task::yield_now().await;
    if !links.are_mailed() {
        see_other("/sign-in");
        return Ok(());
    }
    let form = FormState::new(ASK_FORM).with_value("email", &email);
    let Ok(address) = email.parse::<EmailAddress>() else {
        leave_and_see_other(ASK, Flash::refused(form.with_error("email", key("reset-error-email"))));
        return Ok(());
    };
    match links.ask_reset(&address, &client()) {
        Ok(()) => leave_and_see_other(ASK, Flash::notice(Notice::new(NoticeKind::Ok, t("reset-asked")))),
        Err(error) => {
            let Failure(answer) = Failure::from(error);
            leave_and_see_other(ASK, Flash::refused(form.with_error("", problem(&answer))));
        }
    }
    Ok(())
}

async fn choose_password(purpose: LinkPurpose, token: &str, password: &Secret) {
    let (page, client) = (page_of(purpose, token), client());
    match expect_context::<OneTimeLinks>().accept(token, purpose, password, &client).await {
        Ok(account) => match start(&account).await {
            Ok(access) => {
                let done = match purpose {
                    LinkPurpose::Invitation => t("invitation-accepted"),
                    LinkPurpose::PasswordReset => t("reset-done"),
                };
                go_with_success(&access.way_to("/rooms".to_owned()), done);
            }
            // The password is hers all the same.
            Err(error) => go_with_problem("/sign-in", error),
        },
        // Its page says so.
        Err(LinkError::Over) => see_other(&page),
        Err(error) => {
            let form = FormState::new(PASSWORD_FORM);
            let form = if matches!(error, LinkError::Password(PasswordError::Length)) {
                form.with_error("password", key("link-error-length"))
            } else {
                let Failure(answer) = Failure::from(error);
                form.with_error("", problem(&answer))
            };
            leave_and_see_other(&page, Flash::refused(form));
        }
    }
}

/// Signs her in, in place of whoever was signed in in this browser.
async fn start(account: &Account) -> Result<Access, SignInError> {
    let (sign_in, sessions) = (expect_context::<SignIn>(), expect_context::<Sessions>());
    let session = session().ok_or(SignInError::Invalid)?;
    sign_in.start(&session, &sessions, account, None, &client()).await?;
    if account.is_administrator() {
        return Ok(Access::Granted);
    }
    Ok(expect_context::<Entitlements>().access(&Caller::herself(account.id)).await?)
}
