//! The pages about rooms.

mod account;
mod latest;
mod list;
mod new;
mod one;

pub use account::AccountPage;
pub use latest::LatestRooms;
pub use list::RoomsPage;
pub use new::NewRoomPage;
pub use one::RoomPage;

use leptos::prelude::*;

use super::{AccessLevel, Role};
use crate::base::AccountId;
use crate::ui::{Choice, Icon, Symbol, key, t, tf};

/// Who may enter, in a word or two.
fn level_name(level: AccessLevel) -> String {
    t(match level {
        AccessLevel::Public => key("rooms-access-public"),
        AccessLevel::Trusted => key("rooms-access-trusted"),
        AccessLevel::Restricted => key("rooms-access-restricted"),
    })
}

/// Who may enter, in a sentence.
fn level_sentence(level: AccessLevel) -> String {
    t(match level {
        AccessLevel::Public => key("rooms-access-public-help"),
        AccessLevel::Trusted => key("rooms-access-trusted-help"),
        AccessLevel::Restricted => key("rooms-access-restricted-help"),
    })
}

const fn level_icon(level: AccessLevel) -> Symbol {
    match level {
        AccessLevel::Public => Symbol::Globe,
        AccessLevel::Trusted => Symbol::People,
        AccessLevel::Restricted => Symbol::Lock,
    }
}

/// Who may enter, in a word or two beside an icon.
fn level_word(level: AccessLevel) -> impl IntoView {
    view! {
        <span class="with-icon">
            <Icon of=level_icon(level) />
            {level_name(level)}
        </span>
    }
}

/// Who may enter, in a sentence beside an icon.
fn who_may_enter(level: AccessLevel) -> impl IntoView {
    view! {
        <p class="who-may-enter">
            <Icon of=level_icon(level) />
            <span>{level_sentence(level)}</span>
        </p>
    }
}

fn level_choices() -> Vec<Choice> {
    let choice = |level: AccessLevel| {
        Choice::new(level.as_str(), level_name(level)).with_help(level_sentence(level)).with_icon(level_icon(level))
    };
    AccessLevel::ALL.into_iter().map(choice).collect()
}

fn role_name(role: Role) -> String {
    t(match role {
        Role::Member => key("rooms-role-member"),
        Role::Administrator => key("rooms-role-administrator"),
        Role::Owner => key("rooms-role-owner"),
    })
}

/// Who made a room: the application if one did, else the person.
fn made_by(
    application: Option<&str>,
    creator: Option<&str>,
    created_by: Option<AccountId>,
    viewer: Option<AccountId>,
) -> String {
    match (application, creator) {
        (Some(application), _) => tf("rooms-made-by-application", &[("application", application.into())]),
        (None, _) if created_by.is_some() && created_by == viewer => t("rooms-made-by-you"),
        (None, Some(person)) => tf("rooms-made-by-person", &[("person", person.into())]),
        (None, None) => t("rooms-made-by-somebody"),
    }
}
