//! One person: her account, her ways in, where she is signed in, what acts for her; and what an administrator may do about it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::danger::danger;
use super::{TRAIL, address_of, called, role_badge, status_badge};
use crate::accounts::{
    Account, AccountError, Accounts, Gone, Identity, OwnSession, Sessions, Status, Visitor, unless_administrator,
};
use crate::administration::Question;
use crate::administration::actions::{EnablePerson, EndSessionOf, EndSessionsOf, PEOPLE, UnlinkIdentity};
use crate::administration::invite::InviteAgain;
use crate::administration::person::{PersonDetails, Services};
use crate::applications::{Applications, Named};
use crate::audit::Audit;
use crate::base::{AccountId, Timestamp};
use crate::rooms::Rooms;
use crate::sign_in::openid::OpenId;
use crate::ui::{
    ButtonLink, CellNote, Column, ConfirmDialog, CopyInline, Crumb, Fact, Facts, Flash, HiddenField, Look,
    NoticeBanner, NoticeKind, Page, RelativeTime, SecretOnce, Section, ShownSecret, SubmitButton, Symbol, Table,
    failure_page, language, parts, see_other, t, tf,
};

/// `/admin/users/{id}`
#[component]
pub fn PersonPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    Suspend::new(async move {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        match find(&id).await {
            Ok(details) => page(details),
            Err(error) => match now_part_of(&id).await {
                Some(other) => {
                    see_other(&format!("{PEOPLE}/{other}"));
                    ().into_any()
                }
                None => failure_page(error),
            },
        }
    })
}

async fn find(id: &str) -> Result<PersonDetails, AccountError> {
    let id: AccountId = id.parse().map_err(|_| AccountError::NotFound)?;
    let services = Services {
        accounts: &expect_context::<Accounts>(),
        sessions: &expect_context::<Sessions>(),
        rooms: &expect_context::<Rooms>(),
        audit: &expect_context::<Audit>(),
        applications: &expect_context::<Applications>(),
    };
    PersonDetails::of(id, services).await
}

/// The account that one which is gone became part of.
async fn now_part_of(id: &str) -> Option<AccountId> {
    let id = id.parse::<AccountId>().ok()?;
    match expect_context::<Accounts>().gone(&[id]).await.ok()?.remove(&id)? {
        Gone::MergedInto(other) => Some(other),
        Gone::Deleted(_) => None,
    }
}

fn page(details: PersonDetails) -> AnyView {
    let PersonDetails { account, identities, sessions, rooms_owned, applications } = details;
    let (id, name) = (account.id, called(&account));
    let state = view! {
        {status_badge(account.status)}
        {role_badge(account.role)}
    };
    let lead = address_of(&account).filter(|address| *address != name);
    let trail = Question { person: id.to_string(), ..Question::default() }.address(TRAIL, &[]);
    let trail = view! { <ButtonLink href=trail icon=Symbol::Clock>{t("person-trail")}</ButtonLink> };
    let danger = danger(&account, &name);
    view! {
        <Page
            title=name
            named=true
            state=state.into_any()
            lead=lead.unwrap_or_default()
            crumbs=vec![Crumb::new(t("people-title"), PEOPLE)]
            action=trail.into_any()
            side=facts(&account, rooms_owned).into_any()
        >
            {invited()}
            {(account.status == Status::Disabled).then(|| disabled(id))}
            {signed_in(id, sessions)}
            {ways_in(&account, identities)}
            {acted(applications)}
            {danger}
        </Page>
    }
    .into_any()
}

fn facts(account: &Account, rooms: u64) -> impl IntoView + use<> {
    let rooms = i64::try_from(rooms).unwrap_or(i64::MAX);
    let confirmed = match (&account.email, account.email_verified, &account.claimed_email) {
        (Some(_), true, _) => t("person-email-confirmed"),
        (Some(_), false, _) => t("person-email-expected"),
        (None, _, Some(_)) => t("person-email-claimed"),
        (None, _, None) => t("person-email-none"),
    };
    let (id, made) = (account.id.to_string(), account.created_at);
    view! {
        <Facts>
            <Fact term=t("person-email")>{confirmed}</Fact>
            <Fact term=t("person-rooms")>{tf("person-rooms-count", &[("count", rooms.into())])}</Fact>
            <Fact term=t("people-column-made")>
                <RelativeTime at=made />
            </Fact>
            <Fact term=t("person-id")>
                <CopyInline value=id.clone() label=t("person-id") />
            </Fact>
        </Facts>
    }
}

/// On top of the page of somebody who is disabled: that she is, and the way back.
fn disabled(id: AccountId) -> impl IntoView {
    let action = view! {
        <form method="post" action=EnablePerson::url()>
            <HiddenField name="person" value=id.to_string() />
            <SubmitButton look=Look::Primary>{t("person-enable")}</SubmitButton>
        </form>
    };
    view! {
        <NoticeBanner kind=NoticeKind::Warning action=action.into_any()>
            {t("person-is-disabled")}
        </NoticeBanner>
    }
}

fn signed_in(id: AccountId, sessions: Vec<OwnSession>) -> AnyView {
    if sessions.is_empty() {
        return view! { <Section title=t("person-sessions") lead=t("person-sessions-none") /> }.into_any();
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let columns = vec![
        Column::plain(t("sessions-column-device")),
        Column::text(t("sessions-column-address")),
        Column::text(t("sessions-column-began")),
        Column::text(t("sessions-column-seen")),
        Column::actions(t("sessions-column-end")),
    ];
    let row = |session: OwnSession| {
        // Whoever ends the session in which she reads this signs out, and does that elsewhere.
        let end = (visitor.session() != Some(&session.id)).then(|| end_session(id, &session));
        vec![
            view! {
                {session.device.in_words()}
                <CellNote>{way_of(session.provider.as_deref())}</CellNote>
            }
            .into_any(),
            session.address.map(|address| view! { <span class="mono">{address.to_string()}</span> }).into_any(),
            view! { <RelativeTime at=session.created_at /> }.into_any(),
            view! { <RelativeTime at=session.last_seen_at /> }.into_any(),
            end.into_any(),
        ]
    };
    let rows = sessions.into_iter().map(row).collect();
    let end_all = view! {
        <ConfirmDialog
            id="end-sessions"
            open=t("person-end-sessions")
            title=t("person-end-sessions-title")
            text=t("person-end-sessions-text")
            action=EndSessionsOf::url()
            deed=t("person-end-sessions")
        >
            <HiddenField name="person" value=id.to_string() />
        </ConfirmDialog>
    };
    view! {
        <Section title=t("person-sessions") action=end_all.into_any()>
            <Table caption=t("person-sessions") columns=columns rows=rows />
        </Section>
    }
    .into_any()
}

fn end_session(id: AccountId, session: &OwnSession) -> impl IntoView + use<> {
    view! {
        <form method="post" action=EndSessionOf::url()>
            <HiddenField name="person" value=id.to_string() />
            <HiddenField name="session" value=session.id.to_string() />
            <SubmitButton look=Look::Danger>{t("sessions-end")}</SubmitButton>
        </form>
    }
}

/// How a session began.
fn way_of(provider: Option<&str>) -> String {
    match provider {
        Some(provider) => {
            let label = expect_context::<OpenId>().label(provider, language());
            tf("sessions-through", &[("provider", label.into())])
        }
        None => t("sessions-with-password"),
    }
}

fn ways_in(account: &Account, identities: Vec<Identity>) -> AnyView {
    let password = account.password_hash.is_some().then(|| t("person-has-password"));
    if identities.is_empty() {
        let invite = (password.is_none() && account.status == Status::Active).then(|| invite_again(account.id));
        let lead = password.unwrap_or_else(|| t("person-no-way-in"));
        if let Some(invite) = invite {
            return view! { <Section title=t("person-ways-in") lead=lead action=invite.into_any() /> }.into_any();
        }
        return view! { <Section title=t("person-ways-in") lead=lead /> }.into_any();
    }
    let last = identities.len() == 1 && password.is_none() && account.status != Status::Disabled;
    let columns = vec![
        Column::text(t("person-provider")),
        Column::text(t("person-subject")),
        Column::text(t("person-used")),
        Column::actions(t("person-unlink")),
    ];
    let openid = expect_context::<OpenId>();
    let row = |identity: Identity| {
        let unlink = (!last).then(|| unlink(account.id, &identity));
        vec![
            view! {
                {openid.label(&identity.provider, language())}
                <CellNote>
                    <span class="mono">{identity.issuer}</span>
                </CellNote>
            }
            .into_any(),
            view! { <span class="mono break">{identity.subject}</span> }.into_any(),
            view! { <RelativeTime at=identity.last_used_at /> }.into_any(),
            unlink.into_any(),
        ]
    };
    let rows = identities.into_iter().map(row).collect();
    view! {
        <Section title=t("person-ways-in") lead=password.unwrap_or_default()>
            <Table caption=t("person-ways-in") columns=columns rows=rows />
            {last.then(|| view! { <p class="quiet-text">{t("person-last-way-in")}</p> })}
        </Section>
    }
    .into_any()
}

/// The link of an invitation that is not mailed, this once.
fn invited() -> Option<AnyView> {
    let ShownSecret(link) = parts().extensions.get::<Flash>().and_then(|flash| flash.secret.clone())?;
    Some(
        view! {
            <SecretOnce title=t("invite-link-title") values=vec![(t("invite-link"), link)]>
                <p>{t("invite-link-text")}</p>
            </SecretOnce>
        }
        .into_any(),
    )
}

fn invite_again(id: AccountId) -> impl IntoView {
    view! {
        <form method="post" action=InviteAgain::url()>
            <HiddenField name="person" value=id.to_string() />
            <SubmitButton look=Look::Plain>{t("invite-again")}</SubmitButton>
        </form>
    }
}

fn unlink(id: AccountId, identity: &Identity) -> impl IntoView + use<> {
    let identity = identity.id.to_string();
    view! {
        <ConfirmDialog
            id=format!("unlink-{identity}")
            open=t("person-unlink")
            title=t("person-unlink-title")
            text=t("person-unlink-text")
            action=UnlinkIdentity::url()
            deed=t("person-unlink")
        >
            <HiddenField name="person" value=id.to_string() />
            <HiddenField name="identity" value=identity.clone() />
        </ConfirmDialog>
    }
}

fn acted(applications: Vec<(Named, Timestamp)>) -> AnyView {
    if applications.is_empty() {
        return view! { <Section title=t("person-applications") lead=t("person-applications-none") /> }.into_any();
    }
    let columns = vec![Column::text(t("person-application")), Column::text(t("person-acted"))];
    let row = |(application, at): (Named, Timestamp)| {
        let href = format!("/admin/applications/{}", application.slug);
        vec![view! { <a href=href>{application.name}</a> }.into_any(), view! { <RelativeTime at=at /> }.into_any()]
    };
    let rows = applications.into_iter().map(row).collect();
    view! {
        <Section title=t("person-applications")>
            <Table caption=t("person-applications") columns=columns rows=rows />
        </Section>
    }
    .into_any()
}
