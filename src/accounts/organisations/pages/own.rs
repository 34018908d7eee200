//! The organisations among which a person may choose.

use leptos::prelude::*;

use crate::accounts::pages::{AccountFrame, AccountTab};
use crate::accounts::{ActingFor, Belonging, Visitor};
use crate::ui::{
    Badge, CellNote, Column, EmptyState, Form, FormActions, HiddenField, Look, ORGANISATION_PATH, Section,
    SubmitButton, Symbol, Table, Tone, caller_or_sign_in, here, t,
};

/// Where that page is.
const HERE: &str = "/account/organisations";

/// `/account/organisations`
#[component]
pub fn OwnOrganisationsPage() -> impl IntoView {
    if caller_or_sign_in(&here()).is_none() {
        return ().into_any();
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    match visitor.acting_for() {
        Some(acting_for) => page(acting_for),
        None => view! {
            <AccountFrame tab=AccountTab::Organisations>
                <EmptyState
                    icon=Symbol::People
                    title=t("own-organisations-empty-title")
                    text=t("own-organisations-empty-text")
                />
            </AccountFrame>
        }
        .into_any(),
    }
}

fn page(ActingFor { organisation, choices }: &ActingFor) -> AnyView {
    let columns = vec![Column::text(t("organisations-column-name")), Column::text(t("own-organisations-choose"))];
    let row = |belonging: &Belonging| {
        let chosen = belonging.siret == *organisation;
        let external = belonging.is_external.then(|| view! { <Badge>{t("choose-external")}</Badge> });
        let (called, number, shown) = (belonging.name.clone(), belonging.siret.to_string(), belonging.siret.shown());
        let name = view! {
            {called}
            " "
            {external}
            <CellNote>
                <span class="mono">{shown}</span>
            </CellNote>
        };
        let choose = if chosen {
            view! { <Badge tone=Tone::Ok icon=Symbol::Check>{t("own-organisations-chosen")}</Badge> }.into_any()
        } else {
            view! {
                <Form id=format!("choose-{number}") action=ORGANISATION_PATH>
                    <HiddenField name="organisation" value=number />
                    <HiddenField name="next" value=HERE />
                    <FormActions>
                        <SubmitButton look=Look::Plain>{t("own-organisations-act")}</SubmitButton>
                    </FormActions>
                </Form>
            }
            .into_any()
        };
        vec![name.into_any(), choose]
    };
    let rows = choices.iter().map(row).collect();
    view! {
        <AccountFrame tab=AccountTab::Organisations>
            <Section title=t("own-organisations-title") lead=t("own-organisations-lead")>
                <Table caption=t("own-organisations-title") columns=columns rows=rows />
            </Section>
        </AccountFrame>
    }
    .into_any()
}
