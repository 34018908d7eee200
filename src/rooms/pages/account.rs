//! The first page of a person's account: what she is called, and what her new rooms are like.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::level_choices;
use crate::accounts::pages::{AccountFrame, AccountTab, ProfileSection};
use crate::accounts::{Account, Visitor};
use crate::rooms::actions::{ChangeRoomDefaults, DEFAULTS_FORM};
use crate::rooms::{AccessLevel, Rooms};
use crate::ui::{
    ChoiceCards, Form, FormActions, Look, Section, SubmitButton, caller_or_sign_in, failure_page, here, t,
};

/// `/account`
#[component]
pub fn AccountPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        let account = use_context::<Visitor>().and_then(|visitor| visitor.account().cloned());
        let preferred = expect_context::<Rooms>().preferred_access_level(caller.person).await;
        match (account, preferred) {
            (Some(account), Ok(preferred)) => page(account, preferred),
            (_, Err(error)) => failure_page(error),
            (None, Ok(_)) => ().into_any(),
        }
    })
}

fn page(account: Account, preferred: AccessLevel) -> AnyView {
    view! {
        <AccountFrame tab=AccountTab::Profile>
            <ProfileSection account=account />
            <Section title=t("account-rooms") lead=t("account-rooms-lead")>
                <Form id=DEFAULTS_FORM action=ChangeRoomDefaults::url()>
                    <ChoiceCards
                        name="access_level"
                        label=t("rooms-access")
                        choices=level_choices()
                        value=preferred.as_str()
                    />
                    <FormActions>
                        <SubmitButton look=Look::Plain>{t("account-rooms-save")}</SubmitButton>
                    </FormActions>
                </Form>
            </Section>
        </AccountFrame>
    }
    .into_any()
}
