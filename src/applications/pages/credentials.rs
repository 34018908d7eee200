//! What an application proves itself with: its id, its secrets, a new one.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::frame::{ApplicationTab, application_page, prove_first, slug_here};
use super::reveal::secret_panel;
use crate::applications::actions::{EndSecret, ROTATE_FORM, RotateSecret, end_secret_form};
use crate::applications::{Application, ListedSecret, ManagedApplication, Overlap, Reason, managed_or_refusal};
use crate::ui::{
    Badge, ButtonLink, Checkbox, Choice, ChoiceCards, Column, ConfirmDialog, CopyField, Flash, Form, FormActions,
    HiddenField, Look, Moment, NoticeBanner, NoticeKind, RelativeTime, Section, Select, SubmitButton, Symbol, Table,
    Tone, date_time, key, language, parameter, parts, t, tf,
};

/// `/admin/applications/{slug}/credentials`
#[component]
pub fn CredentialsPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        match managed_or_refusal(&slug).await {
            Ok(managed) => page(&managed),
            Err(instead) => instead,
        }
    })
}

fn page(managed: &ManagedApplication) -> AnyView {
    let application = managed.application();
    let secrets = managed.overview.secrets.clone();
    let secret = parts().extensions.get::<Flash>().and_then(|flash| flash.secret.clone());
    let (panel, asked) = match secret {
        // The panel has the client id as well, and she has proved who she is just now.
        Some(secret) => (Some(secret_panel(application, secret)), None),
        None => (None, Some((prove_first(), client_id(application)))),
    };
    let (renewal, table) = (renewal(application, &secrets), secret_table(application, secrets));
    let body = view! {
        {panel}
        {asked}
        <Section title=t("applications-secrets") lead=t("applications-credentials-lead")>
            {table}
        </Section>
        {renewal}
    };
    application_page(managed, ApplicationTab::Credentials, body.into_any(), None)
}

fn client_id(application: &Application) -> AnyView {
    view! {
        <div class="named-value">
            <span class="label">{t("applications-client-id")}</span>
            <CopyField value=application.client_id.to_string() label=t("applications-client-id") wide=true />
        </div>
    }
    .into_any()
}

fn secret_table(application: &Application, secrets: Vec<ListedSecret>) -> AnyView {
    if secrets.is_empty() {
        return view! { <NoticeBanner kind=NoticeKind::Warning>{t("applications-no-secret")}</NoticeBanner> }
            .into_any();
    }
    let columns = vec![
        Column::text(t("applications-secret-column-prefix")),
        Column::text(t("applications-secret-column-made")),
        Column::text(t("applications-last-used")),
        Column::plain(t("applications-secret-column-end")),
        Column::actions(t("applications-secret-end")),
    ];
    let only = secrets.len() == 1;
    let slug = application.slug.clone();
    let rows = secrets.into_iter().map(|secret| row(slug.clone(), secret, only)).collect();
    view! { <Table caption=t("applications-secrets") columns=columns rows=rows /> }.into_any()
}

fn row(slug: String, secret: ListedSecret, only: bool) -> Vec<AnyView> {
    let last_used = match secret.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => t("applications-never").into_any(),
    };
    let end = match secret.expires_at {
        Some(end) => view! {
            <Badge tone=Tone::Warning icon=Symbol::Clock>
                {t("applications-secret-ends")}
                " "
                <RelativeTime at=end />
            </Badge>
        }
        .into_any(),
        None => view! { <Badge tone=Tone::Ok icon=Symbol::Check>{t("applications-secret-no-end")}</Badge> }.into_any(),
    };
    let title = tf("applications-secret-end-title", &[("prefix", secret.prefix.as_str().into())]);
    let text = if only { t("applications-secret-end-last") } else { t("applications-secret-end-text") };
    let id = secret.id;
    let dialog = view! {
        <ConfirmDialog
            id=end_secret_form(id)
            open=t("applications-secret-end")
            title=title
            text=text
            action=EndSecret::url()
            deed=t("applications-secret-end")
        >
            <HiddenField name="application" value=slug.clone() />
            <HiddenField name="secret" value=id.to_string() />
            <Select name="reason" label=t("applications-reason") options=reasons() value=Reason::Leak.as_str() />
            {only.then(|| view! { <Checkbox name="last" label=t("applications-secret-even-last") /> })}
        </ConfirmDialog>
    };
    vec![
        view! { <span class="mono">{secret.prefix} "…"</span> }.into_any(),
        view! { <RelativeTime at=secret.created_at /> }.into_any(),
        last_used,
        end,
        dialog.into_any(),
    ]
}

fn reasons() -> Vec<Choice> {
    let words = |reason| {
        t(match reason {
            Reason::Routine => key("applications-reason-routine"),
            Reason::Leak => key("applications-reason-leak"),
            Reason::Departure => key("applications-reason-departure"),
            Reason::Lost => key("applications-reason-lost"),
            Reason::Other => key("applications-reason-other"),
        })
    };
    Reason::ALL.iter().map(|reason| Choice::new(reason.as_str(), words(*reason))).collect()
}

/// How long the former secret still works. While two do, only the end of both is left to choose.
fn overlaps(both_work: bool) -> Vec<Choice> {
    let words = |overlap: Overlap| match overlap.hours() {
        0 => (t("applications-overlap-now"), t("applications-overlap-now-help")),
        hours if hours < 48 => {
            let hours = i64::try_from(hours).unwrap_or_default();
            (tf("applications-overlap-hours", &[("count", hours.into())]), t("applications-overlap-help"))
        }
        hours => {
            let days = i64::try_from(hours / 24).unwrap_or_default();
            (tf("applications-overlap-days", &[("count", days.into())]), t("applications-overlap-help"))
        }
    };
    let offered = Overlap::CHOICES.into_iter().filter(|overlap| !both_work || overlap.hours() == 0);
    let choice = |overlap: Overlap| {
        let (label, help) = words(overlap);
        Choice::new(overlap.hours().to_string(), label).with_help(help)
    };
    offered.map(choice).collect()
}

/// The form for a new secret. `?reason=leak` fills it in for whoever has to be quick: the former one ends now.
fn renewal(application: &Application, secrets: &[ListedSecret]) -> impl IntoView + use<> {
    let leaked = parameter("reason").as_deref() == Some(Reason::Leak.as_str());
    let (both_work, slug) = (secrets.len() > 1, application.slug.clone());
    let (reason, overlap) = if leaked { (Reason::Leak, "0") } else { (Reason::Routine, "24") };
    let overlap = if both_work { "0" } else { overlap };
    let ends = secrets.iter().filter_map(|secret| secret.expires_at).min();
    let full = ends.filter(|_| both_work).map(|end| {
        let zone = use_context::<Moment>().map(|moment| moment.zone).unwrap_or_default();
        let when = date_time(end, &zone, language());
        let text = tf("applications-two-secrets", &[("when", when.into())]);
        view! { <NoticeBanner kind=NoticeKind::Info>{text}</NoticeBanner> }
    });
    let address = format!("{}?reason=leak#new-secret", ApplicationTab::Credentials.path(&application.slug));
    let hurry = (!leaked).then(|| {
        view! {
            <ButtonLink href=address look=Look::Danger icon=Symbol::Warning>
                {t("applications-leaked")}
            </ButtonLink>
        }
        .into_any()
    });
    view! {
        <Section id="new-secret" title=t("applications-rotate") lead=t("applications-rotate-lead") action=hurry.into_any()>
            {full}
            <Form id=ROTATE_FORM action=RotateSecret::url()>
                <HiddenField name="application" value=slug.clone() />
                <Select name="reason" label=t("applications-reason") options=reasons() value=reason.as_str() />
                <ChoiceCards
                    name="overlap"
                    label=t("applications-overlap")
                    choices=overlaps(both_work)
                    value=overlap
                />
                <FormActions>
                    <SubmitButton look=Look::Plain icon=Symbol::Key>
                        {t("applications-rotate-deed")}
                    </SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
}
