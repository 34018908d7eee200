//! Where a person is signed in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{AccountFrame, AccountTab};
use crate::accounts::actions::{EndOtherSessions, EndSession};
use crate::accounts::{OwnSession, Sessions, Visitor};
use crate::ui::{
    Badge, CellNote, Column, ConfirmDialog, HiddenField, Look, RelativeTime, Section, SubmitButton, Symbol, Table,
    Tone, caller_or_sign_in, failure_page, here, t, tf,
};

/// `/account/sessions`
#[component]
pub fn SessionsPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        match expect_context::<Sessions>().of(caller.person).await {
            Ok(sessions) => page(sessions),
            Err(error) => failure_page(error),
        }
    })
}

fn page(sessions: Vec<OwnSession>) -> AnyView {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let this = visitor.session().cloned();
    let others = sessions.iter().filter(|session| Some(&session.id) != this.as_ref()).count();
    let columns = vec![
        Column::plain(t("sessions-column-device")),
        Column::text(t("sessions-column-address")),
        Column::text(t("sessions-column-began")),
        Column::text(t("sessions-column-seen")),
        Column::actions(t("sessions-column-end")),
    ];
    let rows = sessions.into_iter().map(|session| row(Some(&session.id) == this.as_ref(), &session)).collect();
    let end_others = (others > 0).then(|| {
        view! {
            <ConfirmDialog
                id="end-other-sessions"
                open=t("sessions-end-others")
                title=t("sessions-end-others-title")
                text=t("sessions-end-others-text")
                action=EndOtherSessions::url()
                deed=t("sessions-end-others")
            />
        }
        .into_any()
    });
    let lead = t("sessions-lead");
    let table = view! { <Table caption=t("sessions-title") columns=columns rows=rows /> };
    let section = match end_others {
        Some(button) => {
            view! { <Section title=t("sessions-title") lead=lead action=button>{table}</Section> }.into_any()
        }
        None => view! { <Section title=t("sessions-title") lead=lead>{table}</Section> }.into_any(),
    };
    view! { <AccountFrame tab=AccountTab::Sessions>{section}</AccountFrame> }.into_any()
}

fn row(this: bool, session: &OwnSession) -> Vec<AnyView> {
    let device = session.device.in_words();
    let way = match &session.provider {
        Some(provider) => tf("sessions-through", &[("provider", provider.as_str().into())]),
        None => t("sessions-with-password"),
    };
    let end = if this {
        // Signing out is in the person's menu, on every page.
        ().into_any()
    } else {
        view! {
            <form method="post" action=EndSession::url()>
                <HiddenField name="session" value=session.id.to_string() />
                <SubmitButton look=Look::Danger>{t("sessions-end")}</SubmitButton>
            </form>
        }
        .into_any()
    };
    vec![
        view! {
            {device}
            " "
            {this.then(|| view! { <Badge tone=Tone::Ok icon=Symbol::Check>{t("sessions-this-one")}</Badge> })}
            <CellNote>{way}</CellNote>
        }
        .into_any(),
        session.address.map(|address| view! { <span class="mono">{address.to_string()}</span> }).into_any(),
        view! { <RelativeTime at=session.created_at /> }.into_any(),
        view! { <RelativeTime at=session.last_seen_at /> }.into_any(),
        end,
    ]
}
