//! All organisations that are let in, and who asks that another be.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::organisations::actions::{DismissRequest, LIST, page_of};
use crate::accounts::organisations::{ListedOrganisation, OrganisationRequest, Organisations, Portion};
use crate::accounts::unless_administrator;
use crate::base::Siret;
use crate::ui::{
    ButtonLink, CellNote, Column, EmptyState, Form, FormActions, HiddenField, Look, Page, Pager, RelativeTime, Section,
    SubmitButton, Symbol, Table, failure_page, parameter, t,
};

/// `/admin/organisations`
#[component]
pub fn OrganisationsPage() -> impl IntoView {
    Suspend::new(async {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        let organisations = expect_context::<Organisations>();
        let after = parameter("after").and_then(|siret| Siret::parse(&siret).ok());
        let found = async {
            let waiting = if after.is_none() { organisations.requests().await? } else { Vec::new() };
            Ok::<_, crate::base::StoreError>((waiting, organisations.list(after.as_ref(), None).await?))
        };
        match found.await {
            Ok((waiting, portion)) => page(waiting, portion, after.is_some()),
            Err(error) => failure_page(error),
        }
    })
}

fn page(waiting: Vec<OrganisationRequest>, portion: Portion, later: bool) -> AnyView {
    let new = || {
        let label = t("organisations-new");
        view! { <ButtonLink href="/admin/organisations/new" look=Look::Primary icon=Symbol::Plus>{label}</ButtonLink> }
            .into_any()
    };
    let requests = (!waiting.is_empty()).then(|| requests(waiting));
    if portion.organisations.is_empty() && !later {
        return view! {
            <Page title=t("organisations-title")>
                {requests}
                <EmptyState
                    icon=Symbol::People
                    title=t("organisations-empty-title")
                    text=t("organisations-empty-text")
                    action=new()
                />
            </Page>
        }
        .into_any();
    }
    let columns = vec![
        Column::text(t("organisations-column-name")),
        Column::text(t("organisations-column-siret")),
        Column::text(t("organisations-column-aliases")),
        Column::plain(t("organisations-column-made")),
    ];
    let rows = portion.organisations.into_iter().map(row).collect();
    let older = portion.next.map(|next| format!("{LIST}?after={next}"));
    let newer = later.then(|| LIST.to_owned());
    view! {
        <Page title=t("organisations-title") lead=t("organisations-lead") action=new()>
            {requests}
            <Table caption=t("organisations-title") columns=columns rows=rows />
            <Pager newer=newer older=older />
        </Page>
    }
    .into_any()
}

fn row(ListedOrganisation { organisation, aliases }: ListedOrganisation) -> Vec<AnyView> {
    let aliases: Vec<_> = aliases.iter().map(|alias| view! { <li class="chip mono">{alias.shown()}</li> }).collect();
    vec![
        view! { <a href=page_of(&organisation.siret)>{organisation.name}</a> }.into_any(),
        view! { <span class="mono">{organisation.siret.shown()}</span> }.into_any(),
        (!aliases.is_empty()).then(|| view! { <ul class="chips">{aliases}</ul> }).into_any(),
        view! { <RelativeTime at=organisation.created_at /> }.into_any(),
    ]
}

fn requests(waiting: Vec<OrganisationRequest>) -> AnyView {
    let columns = vec![
        Column::text(t("organisations-request-who")),
        Column::text(t("organisations-request-which")),
        Column::plain(t("organisations-request-asked")),
        Column::text(t("organisations-request-decide")),
    ];
    let rows = waiting.into_iter().map(request_row).collect();
    view! {
        <Section title=t("organisations-requests") lead=t("organisations-requests-lead")>
            <Table caption=t("organisations-requests") columns=columns rows=rows />
        </Section>
    }
    .into_any()
}

fn request_row(request: OrganisationRequest) -> Vec<AnyView> {
    let who = request.requester.name.or_else(|| request.requester.email.clone()).unwrap_or_default();
    let note = request.requester.email.filter(|email| *email != who);
    let which = request.requester.memberships.into_iter().map(|membership| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("siret", membership.siret.as_str())
            .append_pair("name", membership.label.as_deref().unwrap_or_default())
            .finish();
        view! {
            <li>
                <a href=format!("/admin/organisations/new?{query}")>
                    {membership.label.unwrap_or_else(|| t("organisations-request-unnamed"))}
                </a>
                <CellNote>
                    <span class="mono">{membership.siret.shown()}</span>
                </CellNote>
            </li>
        }
    });
    let which: Vec<_> = which.collect();
    let id = request.id.to_string();
    vec![
        view! {
            {who}
            {note.map(|note| view! { <CellNote>{note}</CellNote> })}
        }
        .into_any(),
        view! { <ul class="plain-list">{which}</ul> }.into_any(),
        view! { <RelativeTime at=request.requested_at /> }.into_any(),
        view! {
            <Form id=format!("dismiss-{id}") action=DismissRequest::url()>
                <HiddenField name="request" value=id />
                <FormActions>
                    <SubmitButton look=Look::Plain>{t("organisations-dismiss")}</SubmitButton>
                </FormActions>
            </Form>
        }
        .into_any(),
    ]
}
