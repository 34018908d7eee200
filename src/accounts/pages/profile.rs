//! What a person is called, and how she reads.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::Account;
use crate::accounts::actions::{ChangeProfile, PROFILE_FORM};
use crate::accounts::profile::time_zones;
use crate::base::{EmailAddress, Language};
use crate::ui::{Choice, Form, FormActions, Moment, Section, Select, SubmitButton, TextField, t, tf};

/// The part of `/account` with name, language and time zone.
#[component]
pub fn ProfileSection(
    /// Whose it is.
    account: Account,
) -> impl IntoView {
    let by_browser = Choice::new("", t("account-language-browser"));
    let languages = Language::ALL.into_iter().map(|language| Choice::new(language.as_str(), language.own_name()));
    let languages = std::iter::once(by_browser).chain(languages).collect::<Vec<_>>();
    let usual = use_context::<Moment>().map(|moment| moment.zone).unwrap_or_default();
    let zone = account.time_zone.clone();
    let server_zone = match &zone {
        Some(_) => t("account-time-zone-server"),
        None => tf("account-time-zone-server-named", &[("zone", usual.into())]),
    };
    let zones = std::iter::once(Choice::new("", server_zone))
        .chain(time_zones().iter().map(|name| Choice::new(name.as_str(), name.replace('_', " "))))
        .collect::<Vec<_>>();
    let lead = match account.email.as_ref().map(EmailAddress::as_str) {
        Some(email) => tf("account-profile-lead", &[("email", email.into())]),
        None => t("account-profile-lead-no-email"),
    };
    view! {
        <Section title=t("account-profile") lead=lead>
            <Form id=PROFILE_FORM action=ChangeProfile::url()>
                <TextField
                    name="name"
                    label=t("account-name")
                    help=t("account-name-help")
                    value=account.name.clone().unwrap_or_default()
                    autocomplete="name"
                    optional=true
                />
                <Select
                    name="language"
                    label=t("account-language")
                    options=languages
                    value=account.language.clone().unwrap_or_default()
                />
                <Select
                    name="time_zone"
                    label=t("account-time-zone")
                    options=zones
                    value=zone.unwrap_or_default()
                    help=t("account-time-zone-help")
                />
                <FormActions>
                    <SubmitButton>{t("account-save")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
}
