//! What the page about a person's ways in sends.

use axum::http::header;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;
use leptos_axum::ResponseOptions;

use super::{WAYS_IN, not_linked};
use crate::accounts::{
    Account, AccountError, Accounts, PasswordError, PasswordHash, Passwords, SessionId, Sessions, Visitor,
    recent_caller,
};
use crate::audit::Actor;
use crate::base::{ClientRequest, EmailAddress, Failure, IdentityId, Refusal, Secret};
use crate::sign_in::actions::session;
use crate::sign_in::openid::{OpenId, OpenIdError};
use crate::sign_in::{SignIn, SignInError};
use crate::ui::{
    Flash, FormState, Notice, NoticeKind, Texts, caller_or_sign_in, client, go_with_problem, go_with_success, key,
    language, leave_and_see_other, parts, problem, see_other, t,
};

/// The id of the form with the current password and a new one.
pub const CHANGE_FORM: &str = "change-password";

/// The id of the form with a first password.
pub const SET_FORM: &str = "set-password";

/// Why a password is not another one now.
#[derive(Debug, thiserror::Error)]
enum NotChanged {
    #[error(transparent)]
    Proof(#[from] SignInError),
    #[error(transparent)]
    New(#[from] PasswordError),
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl Refusal for NotChanged {
    fn answer(&self) -> crate::base::Answer {
        match self {
            Self::Proof(error) => error.answer(),
            Self::New(error) => error.answer(),
            Self::Account(error) => error.answer(),
        }
    }
}

/// Replaces her password; the current one is the proof of who she is. Failures count as those of signing in.
#[server(prefix = "/actions", endpoint = "account/password")]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] new_password: String,
) -> Result<(), ServerFnError> {
    if caller_or_sign_in(WAYS_IN).is_none() {
        return Ok(());
    }
    let client = client();
    let outcome = async {
        let new = Secret::new(new_password);
        // Before a guess is spent on it.
        Passwords::check(&new)?;
        let (account, proved) = proved(&current, &client).await?;
        let hash = expect_context::<Accounts>().passwords().hash(&new).await?;
        let session = session().ok_or(SignInError::Invalid)?;
        let (sign_in, sessions) = (expect_context::<SignIn>(), expect_context::<Sessions>());
        sign_in.start_again(&session, &sessions, &proved, &client).await?;
        let keep = session.id().map(|id| SessionId::of(&id)).ok_or(SignInError::Invalid)?;
        change(&account, proved.password_hash, Some(hash), keep, &client).await
    };
    tell(outcome.await, Some(CHANGE_FORM), key("ways-password-changed"));
    Ok(())
}

/// The account of whoever asks, and the same as it was when `current` was found to be its password.
async fn proved(current: &str, client: &ClientRequest) -> Result<(Account, Account), SignInError> {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let account = visitor.account().ok_or(SignInError::Invalid)?;
    let email = account.email.as_ref().map_or("", EmailAddress::as_str);
    let proved = expect_context::<SignIn>().with_password(email, &Secret::new(current), client).await?;
    if proved.id != account.id {
        return Err(SignInError::Invalid);
    }
    Ok((account.clone(), proved))
}

/// Gives a person who has none a password. Needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "account/first-password")]
pub async fn set_password(#[server(default)] new_password: String) -> Result<(), ServerFnError> {
    if recent_caller(WAYS_IN).is_none() {
        return Ok(());
    }
    let client = client();
    let outcome = async {
        let new = Secret::new(new_password);
        let hash = expect_context::<Accounts>().passwords().hash(&new).await?;
        let (account, keep) = renewed(&client).await?;
        change(&account, None, Some(hash), keep, &client).await
    };
    tell(outcome.await, Some(SET_FORM), key("ways-password-set"));
    Ok(())
}

/// Takes her password away, where she has another way in. Needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "account/remove-password")]
pub async fn remove_password() -> Result<(), ServerFnError> {
    if recent_caller(WAYS_IN).is_none() {
        return Ok(());
    }
    let client = client();
    let outcome = async {
        let (account, keep) = renewed(&client).await?;
        let former = account.password_hash.clone();
        change(&account, former, None, keep, &client).await
    };
    tell(outcome.await, None, key("ways-password-removed"));
    Ok(())
}

/// Puts a session with a new id in place of hers.
async fn renewed(client: &ClientRequest) -> Result<(Account, SessionId), SignInError> {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let account = visitor.account().ok_or(SignInError::Invalid)?.clone();
    let session = session().ok_or(SignInError::Invalid)?;
    let (sign_in, sessions) = (expect_context::<SignIn>(), expect_context::<Sessions>());
    let keep = sign_in.renew(&session, &sessions, &account, client).await?;
    Ok((account, keep))
}

async fn change(
    account: &Account,
    former: Option<PasswordHash>,
    new: Option<PasswordHash>,
    keep: SessionId,
    client: &ClientRequest,
) -> Result<(), NotChanged> {
    let by = Actor::Person(account.id).through(client);
    expect_context::<Accounts>().change_own_password(account.id, former, new, keep, by).await?;
    Ok(())
}

/// Goes back to the page, which says what became of it: beside the field, where one is at fault.
fn tell(outcome: Result<(), NotChanged>, form: Option<&str>, done: &'static str) {
    let error = match outcome {
        Ok(()) => return go_with_success(WAYS_IN, language().t(done)),
        Err(error) => error,
    };
    let refused = form.and_then(|form| match &error {
        NotChanged::Proof(SignInError::Invalid) => {
            Some(FormState::new(form).with_error("current", key("confirm-error-password")))
        }
        NotChanged::New(PasswordError::Length) => {
            Some(FormState::new(form).with_error("new_password", key("ways-error-length")))
        }
        NotChanged::Proof(SignInError::Throttled(_)) => {
            Some(FormState::new(form).with_error("", problem(&error.answer())))
        }
        _ => None,
    });
    match refused {
        Some(form) => leave_and_see_other(WAYS_IN, Flash::refused(form)),
        None => refuse(error),
    }
}

/// Goes back to the page, which says why not. Of her last way in she is told otherwise than an administrator is.
fn refuse(error: NotChanged) {
    let text = match &error {
        NotChanged::Account(AccountError::LastWayIn) => t("ways-error-last"),
        NotChanged::Account(AccountError::EmailUnverified) => t("ways-password-no-email"),
        _ => return go_with_problem(WAYS_IN, error),
    };
    leave_and_see_other(WAYS_IN, Flash::notice(Notice::new(NoticeKind::Danger, text)));
}

/// Sends her to a provider, whose word that it is she joins that identity to her account. Needs a recent sign-in.
#[server(prefix = "/actions", endpoint = "account/link")]
pub async fn link_identity(#[server(default)] provider: String) -> Result<(), ServerFnError> {
    let Some(caller) = recent_caller(WAYS_IN) else { return Ok(()) };
    let openid = expect_context::<OpenId>();
    let browser = openid.browser(&parts().headers);
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let started = async {
        let session = visitor.session().cloned().ok_or(OpenIdError::UnknownAttempt)?;
        openid.start_linking(&provider, caller.person, session, &browser, WAYS_IN).await
    };
    match started.await {
        Ok(location) => {
            expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, openid.browser_cookie(&browser));
            see_other(&location);
        }
        Err(error) => {
            leave_and_see_other(WAYS_IN, not_linked(&error));
            // Its cause goes to the log.
            drop(Failure::from(error));
        }
    }
    Ok(())
}

/// Takes one of her identities from her account. Needs a recent sign-in. If she came by it she has to come another way.
#[server(prefix = "/actions", endpoint = "account/unlink")]
pub async fn unlink_own_identity(#[server(default)] identity: String) -> Result<(), ServerFnError> {
    let Some(caller) = recent_caller(WAYS_IN) else { return Ok(()) };
    let by = Actor::Person(caller.person).through(&client());
    let unlinked = async {
        let id: IdentityId = identity.parse().map_err(|_| AccountError::NoSuchIdentity)?;
        expect_context::<Accounts>().unlink(caller.person, id, by).await?;
        let visitor = use_context::<Visitor>().unwrap_or_default();
        // Its row went with the identity, if she came by that.
        let session = visitor.session().ok_or(AccountError::NoSuchSession)?;
        Ok::<_, AccountError>(expect_context::<Sessions>().is_there(session).await?)
    };
    match unlinked.await {
        Ok(true) => go_with_success(WAYS_IN, t("ways-unlinked")),
        Ok(false) => {
            if let Some(session) = session()
                && let Err(error) = session.flush().await
            {
                tracing::warn!(cause = %error, "a session that ended could not be forgotten");
            }
            go_with_success("/sign-in", t("ways-unlinked-signed-out"));
        }
        Err(error) => refuse(error.into()),
    }
    Ok(())
}
