//! Letting an organisation in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::organisations::actions::{ADD_FORM, AddOrganisation, LIST};
use crate::accounts::unless_administrator;
use crate::ui::{
    Crumb, FieldKind, Form, FormActions, Page, Remarks, SubmitButton, Symbol, TextField, Width, parameter, t,
};

/// `/admin/organisations/new`, filled in with what somebody asked for when she is followed there.
#[component]
pub fn NewOrganisationPage() -> impl IntoView {
    if let Some(instead) = unless_administrator() {
        return instead;
    }
    let crumbs = vec![Crumb::new(t("organisations-title"), LIST)];
    let remarks = vec![
        (Symbol::People, t("organisations-new-remark-people")),
        (Symbol::Key, t("organisations-new-remark-alias")),
    ];
    let side = view! { <Remarks title=t("organisations-new-remarks") remarks=remarks /> };
    let (siret, name) = (parameter("siret").unwrap_or_default(), parameter("name").unwrap_or_default());
    view! {
        <Page
            title=t("organisations-new-title")
            lead=t("organisations-new-lead")
            crumbs=crumbs
            width=Width::Form
            side=side.into_any()
        >
            <Form id=ADD_FORM action=AddOrganisation::url()>
                <TextField
                    name="siret"
                    label=t("organisations-siret")
                    help=t("organisations-siret-help")
                    kind=FieldKind::Code
                    value=siret
                    autofocus=true
                />
                <TextField name="name" label=t("organisations-name") help=t("organisations-name-help") value=name />
                <FormActions cancel=LIST>
                    <SubmitButton>{t("organisations-add")}</SubmitButton>
                </FormActions>
            </Form>
        </Page>
    }
    .into_any()
}
