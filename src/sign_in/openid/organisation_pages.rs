//! The page on which somebody says for which organisation she comes, or learns that none of hers is let in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::OpenId;
use super::organisation_actions::{AskForOrganisation, CHOOSE_FORM, ChooseForSignIn};
use super::placing::Choice as Waiting;
use crate::accounts::Membership;
use crate::ui::{
    ButtonLink, Card, Choice, ChoiceCards, Fact, Facts, Form, FormActions, HiddenField, Look, Page, Section,
    SubmitButton, Width, failure_page, language, parts, t, tf,
};

/// `/choose-organisation`
#[component]
pub fn ChooseOrganisationPage() -> impl IntoView {
    Suspend::new(async {
        let openid = expect_context::<OpenId>();
        let waiting = match super::api::browser_of(&parts().headers, &openid) {
            Some(browser) => openid.choice(&browser).await,
            None => Ok(None),
        };
        match waiting {
            Ok(Some(waiting)) if waiting.organisations.is_empty() => none_page(&openid, &waiting),
            Ok(Some(waiting)) => choice_page(&openid, &waiting),
            Ok(None) => nothing_to_choose(),
            Err(error) => failure_page(error),
        }
    })
}

fn nothing_to_choose() -> AnyView {
    view! {
        <Page title=t("choose-nothing-title") lead=t("choose-nothing-text") width=Width::Card>
            <FormActions>
                <ButtonLink href="/sign-in" look=Look::Primary>
                    {t("error-sign-in")}
                </ButtonLink>
            </FormActions>
        </Page>
    }
    .into_any()
}

fn choice_page(openid: &OpenId, waiting: &Waiting) -> AnyView {
    let provider = openid.label(&waiting.pending.newcomer.arrival.provider, language());
    let choices = waiting.organisations.iter().map(|organisation| {
        let external = if organisation.is_external { format!(" · {}", t("choose-external")) } else { String::new() };
        Choice::new(organisation.siret.as_str(), organisation.name.clone())
            .with_help(format!("{}{external}", organisation.siret.shown()))
    });
    let choices: Vec<_> = choices.collect();
    let last = waiting.last.as_ref().filter(|last| waiting.organisations.iter().any(|hers| hers.siret == **last));
    let last = last.map(ToString::to_string);
    let (chosen, pending) = (last.unwrap_or_default(), waiting.pending.id.to_string());
    view! {
        <Page title=t("choose-title") lead=tf("choose-lead", &[("provider", provider.into())]) width=Width::Card>
            <Card>
                <Form id=CHOOSE_FORM action=ChooseForSignIn::url()>
                    <HiddenField name="pending" value=pending />
                    <ChoiceCards name="organisation" label=t("choose-organisation") choices=choices value=chosen />
                    <FormActions>
                        <SubmitButton>{t("choose-go-on")}</SubmitButton>
                    </FormActions>
                </Form>
            </Card>
        </Page>
    }
    .into_any()
}

fn none_page(openid: &OpenId, waiting: &Waiting) -> AnyView {
    let arrival = &waiting.pending.newcomer.arrival;
    let provider = openid.label(&arrival.provider, language());
    let named = [("provider", provider.into())];
    let memberships = arrival.memberships.clone().unwrap_or_default();
    let lead =
        if memberships.is_empty() { tf("choose-none-lead-empty", &named) } else { tf("choose-none-lead", &named) };
    let facts: Vec<_> = memberships.iter().map(named_organisation).collect();
    let received = (!facts.is_empty()).then(|| {
        view! {
            <Section title=t("choose-none-received")>
                <Facts lines=true>{facts}</Facts>
            </Section>
        }
    });
    let ask = if waiting.asked {
        Some(view! { <Section title=t("choose-asked-title") lead=t("choose-asked-text") /> }.into_any())
    } else {
        (!memberships.is_empty()).then(ask)
    };
    view! {
        <Page title=t("choose-none-title") lead=lead width=Width::Form>
            {received}
            {ask}
            <FormActions>
                <ButtonLink href="/sign-in">{t("choose-none-other-way")}</ButtonLink>
            </FormActions>
        </Page>
    }
    .into_any()
}

fn named_organisation(membership: &Membership) -> AnyView {
    let label = membership.label.clone().unwrap_or_else(|| t("choose-none-unnamed"));
    let siret = membership.siret.shown();
    view! {
        <Fact term=label>
            <span class="mono">{siret}</span>
        </Fact>
    }
    .into_any()
}

fn ask() -> AnyView {
    view! {
        <Section title=t("choose-ask-title") lead=t("choose-ask-text")>
            <Form id="ask-for-organisation" action=AskForOrganisation::url()>
                <FormActions>
                    <SubmitButton>{t("choose-ask")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
    .into_any()
}
