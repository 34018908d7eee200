//! What people are told of an application, its logo, and who manages it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::danger::disable_dialog;
use super::frame::{ApplicationTab, application_page, prove_first, slug_here};
use crate::applications::actions::{
    ADD_MANAGER_FORM, AddManager, DESCRIBE_FORM, DescribeApplication, RemoveLogo, RemoveManager,
};
use crate::applications::upload::{LOGO_FORM, UPLOAD_LOGO, logo_path};
use crate::applications::{Application, Applications, ManagerEntry, managed_or_refusal};
use crate::ui::{
    Avatar, Column, CopyField, Fact, Facts, FieldKind, FileField, Form, FormActions, HiddenField, Look, RelativeTime,
    Section, SubmitButton, Table, TextArea, TextField, failure_page, t, tf,
};

/// `/admin/applications/{slug}`
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        let managed = match managed_or_refusal(&slug).await {
            Ok(managed) => managed,
            Err(instead) => return instead,
        };
        let application = managed.application();
        let (described, logo) = (describe(application), logo(application));
        // The way back stands on top of all pages of one that is disabled.
        let switch = (managed.by_administrator() && application.active).then(|| switch(application));
        let managers = if managed.by_administrator() {
            match expect_context::<Applications>().managers(application.id).await {
                Ok(managers) => Some(managers_section(application, managers)),
                Err(error) => return failure_page(error),
            }
        } else {
            None
        };
        let body = view! {
            {described}
            {logo}
            {managers}
            {switch}
        };
        application_page(&managed, ApplicationTab::General, body.into_any(), Some(facts(application)))
    })
}

fn describe(application: &Application) -> impl IntoView + use<> {
    let Application { slug, name, description, owner_contact, home_page, version, .. } = application.clone();
    view! {
        <Section title=t("applications-described") lead=t("applications-described-lead")>
            <Form id=DESCRIBE_FORM action=DescribeApplication::url()>
                <HiddenField name="application" value=slug.clone() />
                <HiddenField name="version" value=version.to_string() />
                <TextField
                    name="name"
                    label=t("applications-name")
                    help=t("applications-name-help")
                    value=name.clone()
                />
                <TextArea
                    name="description"
                    label=t("applications-description")
                    help=t("applications-description-help")
                    value=description.clone().unwrap_or_default()
                    optional=true
                />
                <TextField
                    name="owner_contact"
                    label=t("applications-contact")
                    help=t("applications-contact-help")
                    value=owner_contact.clone().unwrap_or_default()
                    optional=true
                />
                <TextField
                    name="home_page"
                    label=t("applications-home-page")
                    help=t("applications-home-page-help")
                    kind=FieldKind::Url
                    value=home_page.clone().unwrap_or_default()
                    optional=true
                />
                <FormActions>
                    <SubmitButton>{t("applications-save")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
}

fn logo(application: &Application) -> impl IntoView + use<> {
    let slug = application.slug.clone();
    let shown = logo_path(application).map(|address| {
        let words = tf("applications-logo-of", &[("name", application.name.as_str().into())]);
        let slug = slug.clone();
        view! {
            <div class="row">
                <img class="logo large" src=address alt=words width="64" height="64" />
                <form method="post" action=RemoveLogo::url()>
                    <HiddenField name="application" value=slug />
                    <SubmitButton look=Look::Quiet>{t("applications-logo-remove")}</SubmitButton>
                </form>
            </div>
        }
    });
    view! {
        <Section title=t("applications-logo") lead=t("applications-logo-lead")>
            {shown}
            <Form id=LOGO_FORM action=UPLOAD_LOGO file=true line=true>
                <HiddenField name="application" value=slug.clone() />
                <FileField
                    name="file"
                    label=t("applications-logo-file")
                    help=t("applications-logo-help")
                    accept="image/png,image/jpeg,image/webp,image/gif"
                />
                <FormActions>
                    <SubmitButton look=Look::Plain>{t("applications-logo-upload")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
}

fn switch(application: &Application) -> impl IntoView + use<> {
    let dialog = disable_dialog(application);
    view! {
        <Section title=t("applications-state") lead=t("applications-is-active")>
            <FormActions>{dialog}</FormActions>
        </Section>
    }
}

fn managers_section(application: &Application, managers: Vec<ManagerEntry>) -> AnyView {
    let columns = vec![
        Column::text(t("applications-manager")),
        Column::text(t("applications-manager-since")),
        Column::actions(t("applications-manager-remove")),
    ];
    let slug = application.slug.clone();
    let rows: Vec<_> = managers.into_iter().map(|manager| manager_row(slug.clone(), manager)).collect();
    let table =
        (!rows.is_empty()).then(|| view! { <Table caption=t("applications-managers") columns=columns rows=rows /> });
    view! {
        <Section title=t("applications-managers") lead=t("applications-managers-lead")>
            {prove_first()}
            {table}
            <Form id=ADD_MANAGER_FORM action=AddManager::url() line=true>
                <HiddenField name="application" value=slug.clone() />
                <TextField
                    name="email"
                    label=t("applications-manager-email")
                    kind=FieldKind::Email
                />
                <FormActions>
                    <SubmitButton look=Look::Plain>{t("applications-manager-add")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
    .into_any()
}

fn manager_row(slug: String, manager: ManagerEntry) -> Vec<AnyView> {
    let name = manager.name.or(manager.email.clone()).unwrap_or_default();
    let email = manager.email.filter(|email| *email != name);
    vec![
        view! {
            <span class="who">
                <Avatar name=name.clone() />
                <span class="who-name">
                    <span>{name}</span>
                    {email.map(|email| view! { <span class="quiet-text">{email}</span> })}
                </span>
            </span>
        }
        .into_any(),
        view! { <RelativeTime at=manager.since /> }.into_any(),
        view! {
            <form method="post" action=RemoveManager::url()>
                <HiddenField name="application" value=slug />
                <HiddenField name="account" value=manager.account.to_string() />
                <SubmitButton look=Look::Quiet>{t("applications-manager-remove")}</SubmitButton>
            </form>
        }
        .into_any(),
    ]
}

fn facts(application: &Application) -> AnyView {
    let (client_id, made) = (application.client_id.to_string(), application.created_at);
    let never = t("applications-never");
    let last_used = match application.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => never.into_any(),
    };
    let home = application.home_page.clone().map(|address| {
        view! {
            <Fact term=t("applications-home-page")>
                <a class="mono" href=address.clone() rel="noreferrer noopener">
                    {address.clone()}
                </a>
            </Fact>
        }
    });
    view! {
        <Facts>
            <Fact term=t("applications-client-id")>
                <CopyField value=client_id.clone() label=t("applications-client-id") wide=true />
            </Fact>
            <Fact term=t("applications-last-used")>{last_used}</Fact>
            <Fact term=t("applications-made")>
                <RelativeTime at=made />
            </Fact>
            {home}
        </Facts>
    }
    .into_any()
}
