//! What the page about an address that is another account's sends.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{CodeError, Conflict, OpenId, Proved};
use crate::accounts::administrator;
use crate::audit::Actor;
use crate::base::{ConflictId, Siret, StoreError};
use crate::ui::{
    Flash, FormState, Notice, NoticeKind, caller_or_sign_in, client, go_with_problem, go_with_success, key,
    leave_and_see_other, parts, see_other, t,
};

/// Where that page is.
pub const CONFLICT: &str = "/sign-in/conflict";

/// The id of the form with the code.
pub const CODE_FORM: &str = "code";

/// Where administrators decide.
pub const REQUESTS: &str = "/admin/sign-in-requests";

/// What this browser left when it met an account.
pub(super) async fn conflict_here(openid: &OpenId) -> Result<Option<Conflict>, StoreError> {
    match super::api::browser_of(&parts().headers, openid) {
        Some(browser) => openid.conflicts().of_browser(&browser).await,
        None => Ok(None),
    }
}

/// Joins the identity to the account of whoever is signed in, if it is the one that it met.
#[server(prefix = "/actions", endpoint = "sign-in/join")]
pub async fn join_identity() -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(CONFLICT) else { return Ok(()) };
    let openid = expect_context::<OpenId>();
    let joined = async {
        let Some(conflict) = conflict_here(&openid).await?.filter(|conflict| conflict.account == caller.person) else {
            return Ok(false);
        };
        let joined = openid.conflicts().join(&conflict, Actor::Person(caller.person), &client()).await?;
        if joined {
            // From now on she may be asked about by what the provider said when she came from there.
            let organisation = conflict.arrival.organisation.as_ref().map(Siret::as_str);
            openid.0.entitlements.signed_in(caller.person, conflict.arrival.claims, organisation).await;
        }
        Ok::<_, StoreError>(joined)
    };
    match joined.await {
        Ok(true) => go_with_success("/rooms", t("conflict-joined")),
        Ok(false) => see_other(CONFLICT),
        Err(error) => go_with_problem(CONFLICT, error),
    }
    Ok(())
}

/// Asks an administrator to decide whose account it is.
#[server(prefix = "/actions", endpoint = "sign-in/ask")]
pub async fn ask_administrator() -> Result<(), ServerFnError> {
    let openid = expect_context::<OpenId>();
    let asked = async {
        if let Some(conflict) = conflict_here(&openid).await? {
            openid.conflicts().ask(&conflict, &client()).await?;
        }
        Ok::<_, StoreError>(())
    };
    match asked.await {
        Ok(()) => see_other(CONFLICT),
        Err(error) => go_with_problem(CONFLICT, error),
    }
    Ok(())
}

/// Sends a code to the address of the account that this browser met. What is said of it does not depend on the account.
#[server(prefix = "/actions", endpoint = "sign-in/send-code")]
pub async fn send_code() -> Result<(), ServerFnError> {
    let openid = expect_context::<OpenId>();
    let sent = async {
        let Some(conflict) = conflict_here(&openid).await? else { return Ok(false) };
        openid.conflicts().send_code(&conflict, &client()).await?;
        Ok::<_, CodeError>(true)
    };
    match sent.await {
        Ok(true) => go_with_success(CONFLICT, t("conflict-code-sent")),
        Ok(false) => see_other(CONFLICT),
        Err(error) => go_with_problem(CONFLICT, error),
    }
    Ok(())
}

/// Takes the code as proof that the account is hers. It signs nobody in: from now on the provider does.
#[server(prefix = "/actions", endpoint = "sign-in/code")]
pub async fn prove_with_code(#[server(default)] code: String) -> Result<(), ServerFnError> {
    let openid = expect_context::<OpenId>();
    let proved = async {
        let Some(conflict) = conflict_here(&openid).await? else { return Ok(None) };
        let proved = openid.conflicts().prove(&conflict, &code, &client()).await?;
        let left = conflict_here(&openid).await?.is_some_and(|conflict| conflict.code_until.is_some());
        Ok::<_, StoreError>(Some((proved, left)))
    };
    match proved.await {
        Ok(Some((Proved::Joined, _))) => go_with_success("/sign-in", t("conflict-joined-by-code")),
        Ok(Some((Proved::Wrong, left))) => {
            // The field is gone once it may be tried no more.
            let field = if left { "code" } else { "" };
            let form = FormState::new(CODE_FORM).with_error(field, key("conflict-error-code"));
            leave_and_see_other(CONFLICT, Flash::refused(form));
        }
        Ok(None) => see_other(CONFLICT),
        Err(error) => go_with_problem(CONFLICT, error),
    }
    Ok(())
}

/// Decides: joins the identity to the account, or refuses. For administrators.
#[server(prefix = "/actions", endpoint = "sign-in/decide")]
pub async fn decide_request(
    #[server(default)] request: String,
    #[server(default)] join: bool,
) -> Result<(), ServerFnError> {
    let Some(actor) = administrator(REQUESTS) else { return Ok(()) };
    let openid = expect_context::<OpenId>();
    let conflicts = openid.conflicts();
    let decided = async {
        let found = match request.parse::<ConflictId>() {
            Ok(id) => conflicts.request(id).await?,
            Err(_) => None,
        };
        let Some(conflict) = found else { return Ok(None) };
        if join {
            return conflicts.join(&conflict, actor, &client()).await.map(Some);
        }
        conflicts.refuse(&conflict, actor, &client()).await?;
        Ok::<_, StoreError>(Some(true))
    };
    match decided.await {
        Ok(Some(true)) => go_with_success(REQUESTS, t(if join { "requests-joined" } else { "requests-refused" })),
        Ok(_) => leave_and_see_other(REQUESTS, Flash::notice(Notice::new(NoticeKind::Danger, t("requests-gone")))),
        Err(error) => go_with_problem(REQUESTS, error),
    }
    Ok(())
}
