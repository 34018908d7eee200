//! What the page of people without access sends.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{Access, Entitlements, NO_ACCESS, RecheckError};
use crate::ui::{
    Flash, Notice, NoticeKind, caller_or_sign_in, go_with_problem, go_with_success, leave_and_see_other, t, tf,
};

/// Asks again whether the person may use the service, now.
#[server(prefix = "/actions", endpoint = "access/recheck")]
pub async fn recheck_access() -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(NO_ACCESS) else { return Ok(()) };
    match expect_context::<Entitlements>().recheck(&caller).await {
        Ok(Access::Granted) => go_with_success("/rooms", t("no-access-granted")),
        Ok(Access::Denied(_)) => stay(NoticeKind::Info, t("no-access-still-denied")),
        Ok(Access::Unknown(_)) => stay(NoticeKind::Warning, t("no-access-still-unknown")),
        Err(RecheckError::TooOften(wait)) => {
            let seconds = i64::try_from(wait.as_secs() + 1).unwrap_or(i64::MAX);
            stay(NoticeKind::Warning, tf("no-access-too-often", &[("seconds", seconds.into())]));
        }
        Err(error) => go_with_problem(NO_ACCESS, error),
    }
    Ok(())
}

fn stay(kind: NoticeKind, text: String) {
    leave_and_see_other(NO_ACCESS, Flash::notice(Notice::new(kind, text)));
}
