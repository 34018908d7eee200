//! The pages of a person's own account, `/account/…`, and the frame around them.

mod profile;
mod sessions;

pub use profile::ProfileSection;
pub use sessions::SessionsPage;

use leptos::prelude::*;

use crate::ui::{DocumentTitle, Page, Tab, Tabs, Width, key, t};

/// A page of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountTab {
    /// Name, language, time zone, what new rooms are like.
    Profile,
    /// How she comes in.
    SignIn,
    /// Where she is signed in.
    Sessions,
    /// For whom she acts.
    Organisations,
    /// Tokens that she made for herself.
    Tokens,
    /// What is held of her, and the end of it.
    Data,
}

impl AccountTab {
    /// All of them, in their order.
    const ALL: [Self; 6] = [Self::Profile, Self::SignIn, Self::Sessions, Self::Organisations, Self::Tokens, Self::Data];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Profile => "/account",
            Self::SignIn => "/account/sign-in",
            Self::Sessions => "/account/sessions",
            Self::Organisations => "/account/organisations",
            Self::Tokens => "/account/tokens",
            Self::Data => "/account/data",
        }
    }

    /// The key of its name.
    const fn name(self) -> &'static str {
        match self {
            Self::Profile => key("account-tab-profile"),
            Self::SignIn => key("ways-title"),
            Self::Sessions => key("account-tab-sessions"),
            Self::Organisations => key("own-organisations-title"),
            Self::Tokens => key("tokens-title"),
            Self::Data => key("account-tab-data"),
        }
    }
}

/// The frame of a page of the account: its heading and the way to the others. Whoever renders it has seen to it that
/// somebody is signed in.
#[component]
pub fn AccountFrame(
    /// The page being shown.
    tab: AccountTab,
    /// The page.
    children: Children,
) -> impl IntoView {
    let tabs = AccountTab::ALL.into_iter().map(|other| Tab {
        label: t(other.name()),
        href: other.path().to_owned(),
        current: other == tab,
    });
    let tabs: Vec<_> = tabs.collect();
    view! {
        <Page title=t("account-title") width=Width::Wide>
            // After the page's own title, in whose place it stands.
            <DocumentTitle about=t(tab.name()) />
            <Tabs label=t("account-title") tabs=tabs />
            {children()}
        </Page>
    }
}
