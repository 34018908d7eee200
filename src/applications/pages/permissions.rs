//! What an application may do, and for whom.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::deeds::deeds;
use super::frame::{ApplicationTab, application_page, slug_here};
use super::names;
use crate::applications::actions::{Level, PERMIT_FORM, PermitApplication};
use crate::applications::{Application, Domains, ManagedApplication, Overview, managed_or_refusal};
use crate::base::Scope;
use crate::ui::{
    Choice, ChoiceLine, FieldGroup, FieldKind, Form, FormActions, HiddenField, NoticeBanner, NoticeKind, Section,
    SubmitButton, Switch, TextArea, TextField, key, language, t,
};

/// `/admin/applications/{slug}/permissions`
#[component]
pub fn PermissionsPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        match managed_or_refusal(&slug).await {
            Ok(managed) => page(&managed),
            Err(instead) => instead,
        }
    })
}

fn page(managed: &ManagedApplication) -> AnyView {
    let overview = &managed.overview;
    let body = if managed.by_administrator() {
        form(overview)
    } else {
        // What a manager may not change she may know.
        let deeds = deeds(&overview.application);
        view! {
            <NoticeBanner kind=NoticeKind::Info>{t("applications-permissions-read")}</NoticeBanner>
            {deeds}
        }
        .into_any()
    };
    let everyone = (overview.domains == Domains::All)
        .then(|| view! { <NoticeBanner kind=NoticeKind::Warning>{t("applications-everyone-warning")}</NoticeBanner> });
    let body = view! {
        {everyone}
        {body}
    };
    application_page(managed, ApplicationTab::Permissions, body.into_any(), None)
}

fn form(overview: &Overview) -> AnyView {
    let application = &overview.application;
    let rights = Scope::ALL.into_iter().enumerate().map(|(at, scope)| right(application, at, scope));
    let rights = rights.collect::<Vec<_>>();
    let (for_whom, limits) = (for_whom(overview), limits(application));
    let (slug, version) = (application.slug.clone(), application.version.to_string());
    view! {
        <Form id=PERMIT_FORM action=PermitApplication::url()>
            <HiddenField name="application" value=slug.clone() />
            <HiddenField name="version" value=version.clone() />
            <Section title=t("applications-scopes") lead=t("applications-rights-lead")>
                <div class="rights">{rights}</div>
            </Section>
            {for_whom}
            {limits}
            <FormActions>
                <SubmitButton>{t("applications-save-permissions")}</SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}

/// One right and how far it is given.
fn right(application: &Application, at: usize, scope: Scope) -> impl IntoView + use<> {
    let level = match (application.scopes.contains(scope), application.optional_scopes.contains(scope)) {
        (false, _) => Level::No,
        (true, false) => Level::Required,
        (true, true) => Level::Optional,
    };
    let label = |level| {
        t(match level {
            Level::No => key("applications-level-no"),
            Level::Required => key("applications-level-required"),
            Level::Optional => key("applications-level-optional"),
        })
    };
    let choices = Level::ALL.map(|level| Choice::new(level.of(scope), label(level))).to_vec();
    view! {
        <ChoiceLine
            name=format!("rights[{at}]")
            label=scope.description(language())
            code=scope.as_str()
            choices=choices
            value=level.of(scope)
        />
    }
}

fn for_whom(overview: &Overview) -> impl IntoView + use<> {
    let (all, domains) = match &overview.domains {
        Domains::All => (true, String::new()),
        Domains::Only(domains) => (false, names(domains).join("\n")),
    };
    let application = &overview.application;
    let creation = application.allow_user_creation;
    let per_day = application.user_creation_per_day.map(|number| number.to_string()).unwrap_or_default();
    view! {
        <FieldGroup title=t("applications-for-whom")>
            <TextArea
                name="domains"
                label=t("applications-domains")
                help=t("applications-domains-help")
                value=domains.clone()
                code=true
                optional=true
            />
            <Switch
                name="all_domains"
                label=t("applications-all-domains")
                help=t("applications-all-domains-help")
                checked=all
            />
            <Switch
                name="allow_user_creation"
                label=t("applications-allow-user-creation")
                help=t("applications-allow-user-creation-help")
                checked=creation
            />
            <TextField
                name="user_creation_per_day"
                label=t("applications-per-day")
                help=t("applications-per-day-help")
                kind=FieldKind::Number
                value=per_day.clone()
                optional=true
            />
        </FieldGroup>
    }
}

fn limits(application: &Application) -> impl IntoView + use<> {
    let lifetime = application.token_lifetime_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let networks: Vec<_> = application.networks.to_string().split(' ').map(str::to_owned).collect();
    view! {
        <FieldGroup title=t("applications-limits")>
            <TextField
                name="token_lifetime_minutes"
                label=t("applications-lifetime")
                help=t("applications-lifetime-help")
                kind=FieldKind::Number
                value=lifetime.clone()
                optional=true
            />
            <TextArea
                name="networks"
                label=t("applications-networks")
                help=t("applications-networks-help")
                value=networks.join("\n")
                code=true
                optional=true
            />
        </FieldGroup>
    }
}
