//! What that page sends.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{CONFIRM_FORM, confirm_path};
use crate::accounts::{Account, Sessions, Visitor};
use crate::base::{EmailAddress, Failure, Secret};
use crate::sign_in::actions::session;
use crate::sign_in::{SignIn, SignInError};
use crate::ui::{
    Flash, FormState, caller_or_sign_in, client, go_with_success, key, leave_and_see_other, problem, safe_path, t,
};

/// Takes her password as proof of who she is, and goes on to `next`. Failures count as those of signing in.
#[server(prefix = "/actions", endpoint = "sign-in/confirm")]
pub async fn confirm_with_password(
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    if caller_or_sign_in(safe_path(&next)).is_none() {
        return Ok(());
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let client = client();
    let (sign_in, sessions) = (expect_context::<SignIn>(), expect_context::<Sessions>());
    let outcome = async {
        let account = visitor.account().ok_or(SignInError::Invalid)?;
        let email = account.email.as_ref().map_or("", EmailAddress::as_str);
        let proved = sign_in.with_password(email, &Secret::new(password), &client).await?;
        let session = session().filter(|_| proved.id == account.id).ok_or(SignInError::Invalid)?;
        sign_in.start_again(&session, &sessions, &proved, &client).await
    };
    match outcome.await {
        Ok(()) => go_with_success(safe_path(&next), t("confirm-done")),
        Err(error) => {
            let form = FormState::new(CONFIRM_FORM);
            let form = if matches!(error, SignInError::Invalid) {
                form.with_error("password", key("confirm-error-password"))
            } else {
                let Failure(answer) = Failure::from(error);
                form.with_error("", problem(&answer))
            };
            leave_and_see_other(&confirm_path(&next), Flash::refused(form));
        }
    }
    Ok(())
}

/// Whether she can prove it by a password.
pub(super) fn has_password(account: &Account) -> bool {
    account.password_hash.is_some() && account.email.is_some()
}
