//! All applications.

use leptos::prelude::*;

use super::{names, state_badge};
use crate::accounts::unless_administrator;
use crate::applications::{Applications, Domains, Overview};
use crate::ui::{
    Badge, ButtonLink, CellNote, Column, EmptyState, Look, Page, RelativeTime, Symbol, Table, Tone, failure_page, t,
};

/// `/admin/applications`
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    Suspend::new(async {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        match expect_context::<Applications>().list().await {
            Ok(applications) => page(applications),
            Err(error) => failure_page(error),
        }
    })
}

fn page(applications: Vec<Overview>) -> AnyView {
    let new = || {
        let label = t("applications-new");
        view! { <ButtonLink href="/admin/applications/new" look=Look::Primary icon=Symbol::Plus>{label}</ButtonLink> }
            .into_any()
    };
    if applications.is_empty() {
        return view! {
            <Page title=t("applications-title")>
                <EmptyState
                    icon=Symbol::Application
                    title=t("applications-empty-title")
                    text=t("applications-empty-text")
                    action=new()
                />
            </Page>
        }
        .into_any();
    }
    let columns = vec![
        Column::text(t("applications-column-name")),
        Column::plain(t("applications-column-may")),
        Column::text(t("applications-column-for")),
        Column::plain(t("applications-column-state")),
        Column::plain(t("applications-column-made")),
    ];
    let rows = applications.into_iter().map(row).collect();
    view! {
        <Page title=t("applications-title") lead=t("applications-lead") action=new()>
            <Table caption=t("applications-title") columns=columns rows=rows />
        </Page>
    }
    .into_any()
}

fn row(overview: Overview) -> Vec<AnyView> {
    let application = overview.application;
    let href = format!("/admin/applications/{}", application.slug);
    let scopes: Vec<_> =
        application.scopes.iter().map(|scope| view! { <li class="chip">{scope.as_str()}</li> }).collect();
    let may = if scopes.is_empty() {
        view! { <span class="quiet-text">{t("applications-may-nothing")}</span> }.into_any()
    } else {
        view! { <ul class="chips">{scopes}</ul> }.into_any()
    };
    let domains = match overview.domains {
        Domains::All => {
            view! { <Badge tone=Tone::Warning icon=Symbol::Warning>{t("applications-everybody-warning")}</Badge> }
                .into_any()
        }
        Domains::Only(domains) if domains.is_empty() => {
            view! { <span class="quiet-text">{t("applications-nobody")}</span> }.into_any()
        }
        Domains::Only(domains) => names(&domains).join(", ").into_any(),
    };
    vec![
        view! {
            <a href=href>{application.name}</a>
            <CellNote>
                <span class="mono">{application.client_id.to_string()}</span>
            </CellNote>
        }
        .into_any(),
        may,
        domains,
        state_badge(application.active).into_any(),
        view! { <RelativeTime at=application.created_at /> }.into_any(),
    ]
}
