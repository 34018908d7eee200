//! How a person comes in: her password, and who she is at providers.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{
    CHANGE_FORM, ChangePassword, LinkIdentity, RemovePassword, SET_FORM, SetPassword, UnlinkOwnIdentity,
};
use super::{AT_PROVIDER, WAYS_IN};
use crate::accounts::pages::{AccountFrame, AccountTab};
use crate::accounts::{Account, Accounts, Identity, ProviderSession, Sessions, Visitor, is_recent, may_have_password};
use crate::base::{EmailAddress, StoreError};
use crate::sign_in::confirm::confirm_path;
use crate::sign_in::confirm::pages::refused_at_provider;
use crate::sign_in::openid::OpenId;
use crate::ui::{
    ButtonLink, CellNote, Column, ConfirmDialog, Form, FormActions, HiddenField, Look, PasswordField, RelativeTime,
    Section, SubmitButton, Symbol, Table, caller_or_sign_in, failure_page, here, language, t, tf,
};

/// `/account/sign-in`
#[component]
pub fn WaysInPage() -> impl IntoView {
    Suspend::new(async {
        if caller_or_sign_in(&here()).is_none() {
            return ().into_any();
        }
        let visitor = use_context::<Visitor>().unwrap_or_default();
        let Some(account) = visitor.account().cloned() else { return ().into_any() };
        match ways_of(&account, &visitor).await {
            Ok((identities, side)) => page(&account, identities, side.as_ref()),
            Err(error) => failure_page(error),
        }
    })
}

/// Her identities, and the provider's side of this session.
async fn ways_of(account: &Account, visitor: &Visitor) -> Result<(Vec<Identity>, Option<ProviderSession>), StoreError> {
    let identities = expect_context::<Accounts>().identities(account.id).await?;
    let side = match visitor.session() {
        Some(session) => expect_context::<Sessions>().provider_side(session).await?,
        None => None,
    };
    Ok((identities, side))
}

fn page(account: &Account, identities: Vec<Identity>, side: Option<&ProviderSession>) -> AnyView {
    let recent = is_recent();
    let others = !identities.is_empty();
    let refused = refused_at_provider(AT_PROVIDER);
    let confirm = (!recent).then(confirm);
    let services = services(account, identities, side, recent);
    let password = match &account.password_hash {
        Some(_) => change_section(account, recent && others),
        None => set_section(account, recent),
    };
    view! {
        <AccountFrame tab=AccountTab::SignIn>
            {refused}
            {confirm}
            {services}
            {password}
        </AccountFrame>
    }
    .into_any()
}

/// For somebody who signed in a while ago.
fn confirm() -> impl IntoView {
    view! {
        <Section title=t("confirm-title") lead=t("ways-confirm-text")>
            <FormActions>
                <ButtonLink href=confirm_path(WAYS_IN) look=Look::Primary icon=Symbol::Key>
                    {t("ways-confirm")}
                </ButtonLink>
            </FormActions>
        </Section>
    }
}

fn services(account: &Account, identities: Vec<Identity>, side: Option<&ProviderSession>, recent: bool) -> AnyView {
    let buttons = if recent { expect_context::<OpenId>().buttons(language()) } else { Vec::new() };
    let (none, alone) = (identities.is_empty(), identities.len() == 1 && account.password_hash.is_none());
    let link = buttons.into_iter().map(|button| {
        let deed = tf("ways-link", &[("provider", button.label.into())]);
        view! {
            <form method="post" action=LinkIdentity::url()>
                <HiddenField name="provider" value=button.id />
                <SubmitButton look=Look::Plain>{deed}</SubmitButton>
            </form>
        }
    });
    let link = link.collect::<Vec<_>>();
    let link = (!link.is_empty()).then(|| view! { <div class="form-actions">{link}</div> });
    let lead = if none { t("ways-services-none") } else { t("ways-services-lead") };
    let table = (!none).then(|| table(identities, side, recent && !alone));
    view! {
        <Section title=t("ways-services") lead=lead>
            {table}
            {alone.then(|| view! { <p class="quiet-text">{t("ways-last")}</p> })}
            {link}
        </Section>
    }
    .into_any()
}

fn table(identities: Vec<Identity>, side: Option<&ProviderSession>, unlinks: bool) -> impl IntoView + use<> {
    let columns = vec![
        Column::text(t("ways-column-service")),
        Column::text(t("ways-column-subject")),
        Column::text(t("ways-column-since")),
        Column::text(t("ways-column-used")),
        Column::actions(t("ways-unlink")),
    ];
    let openid = expect_context::<OpenId>();
    let row = |identity: Identity| {
        let label = openid.label(&identity.provider, language());
        let here = side.is_some_and(|side| side.issuer == identity.issuer && side.subject == identity.subject);
        let unlink = unlinks.then(|| unlink(&identity, &label, here));
        vec![
            view! {
                {label}
                <CellNote>
                    <span class="mono">{identity.issuer}</span>
                </CellNote>
            }
            .into_any(),
            view! { <span class="mono break">{identity.subject}</span> }.into_any(),
            view! { <RelativeTime at=identity.created_at /> }.into_any(),
            view! { <RelativeTime at=identity.last_used_at /> }.into_any(),
            unlink.into_any(),
        ]
    };
    let rows = identities.into_iter().map(row).collect();
    view! { <Table caption=t("ways-services") columns=columns rows=rows /> }
}

/// `here`: whether she came by it into this session.
fn unlink(identity: &Identity, label: &str, here: bool) -> impl IntoView + use<> {
    let id = identity.id.to_string();
    view! {
        <ConfirmDialog
            id=format!("unlink-{id}")
            open=t("ways-unlink")
            title=tf("ways-unlink-title", &[("provider", label.into())])
            text=if here { t("ways-unlink-text-here") } else { t("ways-unlink-text") }
            action=UnlinkOwnIdentity::url()
            deed=t("ways-unlink")
        >
            <HiddenField name="identity" value=id.clone() />
        </ConfirmDialog>
    }
}

fn change_section(account: &Account, removes: bool) -> AnyView {
    let email = account.email.as_ref().map(EmailAddress::as_str).unwrap_or_default().to_owned();
    let remove = removes.then(|| {
        view! {
            <ConfirmDialog
                id="remove-password"
                open=t("ways-remove")
                title=t("ways-remove-title")
                text=t("ways-remove-text")
                action=RemovePassword::url()
                deed=t("ways-remove")
            />
        }
        .into_any()
    });
    let form = view! {
        <p>{t("ways-ends")}</p>
        <Form id=CHANGE_FORM action=ChangePassword::url()>
            <PasswordField name="current" label=t("ways-current") username=email />
            <PasswordField name="new_password" label=t("ways-new") help=t("ways-new-help") new=true />
            <FormActions>
                <SubmitButton>{t("ways-change")}</SubmitButton>
            </FormActions>
        </Form>
    };
    let (title, lead) = (t("ways-password"), t("ways-password-lead"));
    match remove {
        Some(remove) => view! { <Section title=title lead=lead action=remove>{form}</Section> }.into_any(),
        None => view! { <Section title=title lead=lead>{form}</Section> }.into_any(),
    }
}

fn set_section(account: &Account, recent: bool) -> AnyView {
    let title = t("ways-password");
    let Some(email) = account.email.as_ref().map(EmailAddress::as_str).filter(|_| may_have_password(account)) else {
        return view! { <Section title=title lead=t("ways-password-no-email") /> }.into_any();
    };
    let (email, lead) = (email.to_owned(), tf("ways-password-none", &[("email", email.into())]));
    if !recent {
        return view! { <Section title=title lead=lead /> }.into_any();
    }
    view! {
        <Section title=title lead=lead>
            <p>{t("ways-ends")}</p>
            <Form id=SET_FORM action=SetPassword::url()>
                <PasswordField
                    name="new_password"
                    label=t("ways-new")
                    help=t("ways-new-help")
                    username=email.clone()
                    new=true
                />
                <FormActions>
                    <SubmitButton>{t("ways-set")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
    .into_any()
}
