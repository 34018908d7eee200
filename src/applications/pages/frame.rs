//! What the pages of one application have in common: its name, what it may do in a sentence, and the tabs.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::{sentence, state_badge};
use crate::accounts::is_recent;
use crate::applications::ManagedApplication;
use crate::applications::actions::{LIST, SwitchApplication};
use crate::ui::{
    ButtonLink, Crumb, HiddenField, Look, NoticeBanner, NoticeKind, Page, SubmitButton, Symbol, Tab, Tabs, here, key, t,
};

/// A page about one application, each with an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationTab {
    /// What people are told of it, and who manages it.
    General,
    /// What it may do, and for whom.
    Permissions,
    /// What it proves itself with.
    Credentials,
    /// What it did.
    Activity,
    /// What it would get for a person.
    Test,
    /// What stops or ends it. For administrators alone.
    Danger,
}

impl ApplicationTab {
    const ALL: [Self; 6] =
        [Self::General, Self::Permissions, Self::Credentials, Self::Activity, Self::Test, Self::Danger];

    /// Its address for the application of that slug. What is no slug stays one part of a path.
    pub fn path(self, slug: &str) -> String {
        let slug: String = form_urlencoded::byte_serialize(slug.as_bytes()).collect();
        let last = match self {
            Self::General => "",
            Self::Permissions => "/permissions",
            Self::Credentials => "/credentials",
            Self::Activity => "/activity",
            Self::Test => "/test",
            Self::Danger => "/danger",
        };
        format!("{LIST}/{slug}{last}")
    }

    fn label(self) -> String {
        t(match self {
            Self::General => key("applications-tab-general"),
            Self::Permissions => key("applications-tab-permissions"),
            Self::Credentials => key("applications-tab-credentials"),
            Self::Activity => key("applications-tab-activity"),
            Self::Test => key("applications-tab-test"),
            Self::Danger => key("applications-tab-danger"),
        })
    }
}

/// The slug in the page's address.
pub fn slug_here() -> String {
    use_params_map().get_untracked().get("slug").unwrap_or_default()
}

/// A page of the application: `body` under its name and tabs, `side` beside it.
pub fn application_page(
    managed: &ManagedApplication,
    current: ApplicationTab,
    body: AnyView,
    side: Option<AnyView>,
) -> AnyView {
    let application = managed.application();
    let administrator = managed.by_administrator();
    let tabs = ApplicationTab::ALL.into_iter().filter(|tab| administrator || *tab != ApplicationTab::Danger);
    let tabs = tabs.map(|tab| Tab { label: tab.label(), href: tab.path(&application.slug), current: tab == current });
    let tabs = tabs.collect::<Vec<_>>();
    let stopped = (!application.active).then(|| stopped(application.slug.clone(), administrator));
    let body = match side {
        Some(side) => view! {
            <div class="page-columns">
                <div class="page-main">{body}</div>
                <aside class="page-side">{side}</aside>
            </div>
        }
        .into_any(),
        None => body,
    };
    let (name, lead) = (application.name.clone(), sentence(&managed.overview));
    let state = state_badge(application.active).into_any();
    view! {
        <Page
            title=name.clone()
            named=true
            state=state
            lead=lead
            crumbs=vec![Crumb::new(t("applications-title"), LIST)]
        >
            <Tabs label=name.clone() tabs=tabs.clone() />
            {stopped}
            {body}
        </Page>
    }
    .into_any()
}

/// On top of the pages of a disabled one: that it is, and the way back.
fn stopped(slug: String, administrator: bool) -> AnyView {
    let text = t("applications-is-disabled");
    if !administrator {
        return view! { <NoticeBanner kind=NoticeKind::Warning>{text}</NoticeBanner> }.into_any();
    }
    let action = view! {
        <form method="post" action=SwitchApplication::url()>
            <HiddenField name="application" value=slug />
            <HiddenField name="active" value="true" />
            <SubmitButton look=Look::Plain>{t("applications-enable")}</SubmitButton>
        </form>
    };
    view! {
        <NoticeBanner kind=NoticeKind::Warning action=action.into_any()>
            {text}
        </NoticeBanner>
    }
    .into_any()
}

/// Where deeds ask for a proof of the last minutes and hers is older: the way to give it first, before she types anything.
pub fn prove_first() -> Option<AnyView> {
    if is_recent() {
        return None;
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &here()).finish();
    let action = view! {
        <ButtonLink href=format!("/sign-in/confirm?{query}") icon=Symbol::Shield>
            {t("applications-prove")}
        </ButtonLink>
    };
    let banner = view! {
        <NoticeBanner kind=NoticeKind::Info action=action.into_any()>
            {t("applications-prove-first")}
        </NoticeBanner>
    };
    Some(banner.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_slug_stays_one_part_of_a_path() {
        assert_eq!(ApplicationTab::General.path("calendar"), "/admin/applications/calendar");
        assert_eq!(ApplicationTab::Danger.path("../x?y#z"), "/admin/applications/..%2Fx%3Fy%23z/danger");
    }
}
