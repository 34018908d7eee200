//! One organisation: its name, the numbers that lead to it, its end.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use crate::accounts::organisations::actions::{
    ALIAS_FORM, AddAlias, LIST, RENAME_FORM, RemoveAlias, RemoveOrganisation, RenameOrganisation,
};
use crate::accounts::organisations::{ListedOrganisation, Organisations};
use crate::accounts::unless_administrator;
use crate::base::Siret;
use crate::ui::{
    Column, ConfirmDialog, CopyInline, Crumb, DangerItem, DangerZone, ErrorKind, Fact, Facts, FieldKind, Form,
    FormActions, HiddenField, Look, Page, RelativeTime, Section, SubmitButton, Symbol, Table, TextField, failure_page,
    refusal_page, t, tf,
};

/// `/admin/organisations/{siret}`
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let siret = use_params_map().get_untracked().get("siret").unwrap_or_default();
    Suspend::new(async move {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        let found = match Siret::parse(&siret) {
            Ok(siret) => expect_context::<Organisations>().find(&siret).await,
            Err(_) => Ok(None),
        };
        match found {
            Ok(Some(found)) => page(found),
            Ok(None) => refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND),
            Err(error) => failure_page(error),
        }
    })
}

fn page(ListedOrganisation { organisation, aliases }: ListedOrganisation) -> AnyView {
    let siret = organisation.siret.to_string();
    let (number, shown, made) = (siret.clone(), organisation.siret.shown(), organisation.created_at);
    let side = view! {
        <Facts>
            <Fact term=t("organisations-siret")>
                <CopyInline value=number shown=shown label=t("organisations-siret") />
            </Fact>
            <Fact term=t("organisations-column-made")>
                <RelativeTime at=made />
            </Fact>
        </Facts>
    };
    let crumbs = vec![Crumb::new(t("organisations-title"), LIST)];
    let rename = rename_form(siret.clone(), organisation.name.clone());
    let table = (!aliases.is_empty()).then(|| alias_table(&siret, &aliases));
    let alias = alias_form(siret.clone());
    let removal = removal(siret, &organisation.name);
    view! {
        <Page title=organisation.name named=true crumbs=crumbs side=side.into_any()>
            <Section title=t("organisations-rename-title")>{rename}</Section>
            <Section title=t("organisations-aliases") lead=t("organisations-aliases-lead")>
                {table}
                {alias}
            </Section>
            {removal}
        </Page>
    }
    .into_any()
}

fn rename_form(siret: String, name: String) -> AnyView {
    view! {
        <Form id=RENAME_FORM action=RenameOrganisation::url() line=true>
            <HiddenField name="organisation" value=siret />
            <TextField name="name" label=t("organisations-name") value=name />
            <FormActions>
                <SubmitButton look=Look::Plain>{t("organisations-rename")}</SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}

fn alias_form(siret: String) -> AnyView {
    view! {
        <Form id=ALIAS_FORM action=AddAlias::url() line=true>
            <HiddenField name="organisation" value=siret />
            <TextField name="siret" label=t("organisations-alias") kind=FieldKind::Code />
            <FormActions>
                <SubmitButton look=Look::Plain>{t("organisations-alias-add")}</SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}

fn alias_table(siret: &str, aliases: &[Siret]) -> AnyView {
    let columns = vec![Column::text(t("organisations-alias")), Column::text(t("organisations-alias-remove"))];
    let row = |alias: &Siret| {
        let (siret, number) = (siret.to_owned(), alias.to_string());
        let remove = view! {
            <Form id=format!("remove-{number}") action=RemoveAlias::url()>
                <HiddenField name="organisation" value=siret />
                <HiddenField name="siret" value=number />
                <FormActions>
                    <SubmitButton look=Look::Danger>{t("organisations-alias-remove")}</SubmitButton>
                </FormActions>
            </Form>
        };
        vec![view! { <span class="mono">{alias.shown()}</span> }.into_any(), remove.into_any()]
    };
    let rows = aliases.iter().map(row).collect();
    view! { <Table caption=t("organisations-aliases") columns=columns rows=rows /> }.into_any()
}

fn removal(siret: String, name: &str) -> impl IntoView + use<> {
    let question = tf("organisations-remove-title", &[("name", name.into())]);
    view! {
        <DangerZone>
            <DangerItem title=t("organisations-remove") text=t("organisations-remove-text")>
                <ConfirmDialog
                    id="remove-organisation"
                    open=t("organisations-remove")
                    icon=Symbol::Trash
                    title=question
                    text=t("organisations-remove-text")
                    action=RemoveOrganisation::url()
                    deed=t("organisations-remove")
                >
                    <HiddenField name="organisation" value=siret.clone() />
                </ConfirmDialog>
            </DangerItem>
        </DangerZone>
    }
}
