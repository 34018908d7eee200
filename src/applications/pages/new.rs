//! Registering an application.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::{recent_caller, unless_administrator};
use crate::applications::actions::{CREATE_FORM, CreateApplication};
use crate::base::Scope;
use crate::ui::{
    CheckboxList, Choice, Crumb, FieldGroup, Form, FormActions, Page, Remarks, SubmitButton, Switch, Symbol, TextArea,
    TextField, Width, here, language, t,
};

/// `/admin/applications/new`
#[component]
pub fn NewApplicationPage() -> impl IntoView {
    if let Some(instead) = unless_administrator() {
        return instead;
    }
    // She proves who she is before she fills it in, not after: a new secret comes of it.
    if recent_caller(&here()).is_none() {
        return ().into_any();
    }
    let scope = |scope: Scope| Choice::new(scope.as_str(), scope.description(language())).with_code(scope.as_str());
    let scopes: Vec<_> = Scope::ALL.into_iter().map(scope).collect();
    let crumbs = vec![Crumb::new(t("applications-title"), "/admin/applications")];
    let remarks = vec![
        (Symbol::Key, t("applications-new-remark-secret")),
        (Symbol::Shield, t("applications-new-remark-limits")),
        (Symbol::Clock, t("applications-new-remark-end")),
    ];
    let side = view! { <Remarks title=t("applications-new-remarks") remarks=remarks /> };
    view! {
        <Page
            title=t("applications-new-title")
            lead=t("applications-new-lead")
            crumbs=crumbs
            width=Width::Form
            side=side.into_any()
        >
            <Form id=CREATE_FORM action=CreateApplication::url()>
                <TextField name="name" label=t("applications-name") help=t("applications-name-help") autofocus=true />
                <TextArea
                    name="description"
                    label=t("applications-description")
                    help=t("applications-description-help")
                    optional=true
                />
                <CheckboxList
                    name="scopes[]"
                    label=t("applications-scopes")
                    help=t("applications-scopes-help")
                    choices=scopes.clone()
                />
                <FieldGroup title=t("applications-for-whom")>
                    <TextArea
                        name="domains"
                        label=t("applications-domains")
                        help=t("applications-domains-help")
                        code=true
                        optional=true
                    />
                    <Switch
                        name="all_domains"
                        label=t("applications-all-domains")
                        help=t("applications-all-domains-help")
                    />
                    <Switch
                        name="allow_user_creation"
                        label=t("applications-allow-user-creation")
                        help=t("applications-allow-user-creation-help")
                    />
                </FieldGroup>
                <FormActions cancel="/admin/applications">
                    <SubmitButton>{t("applications-create")}</SubmitButton>
                </FormActions>
            </Form>
        </Page>
    }
    .into_any()
}
