//! The icons: line drawings on a grid of 20, inlined so that they neither flicker nor need a request.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Several things side by side: applications.
    Application,
    /// Towards what comes next.
    ArrowRight,
    /// Back to what came before.
    ArrowLeft,
    /// An open book: documentation.
    Book,
    /// A tick: chosen, allowed, copied.
    Check,
    /// Something opens below.
    ChevronDown,
    /// Time.
    Clock,
    /// Two sheets: copy.
    Copy,
    /// A cross: not allowed, close.
    Cross,
    /// A ringed exclamation mark: an error.
    Danger,
    /// A door: a room.
    Door,
    /// The world: open to everybody with the link.
    Globe,
    /// A ringed i: a remark.
    Info,
    /// A key: a secret.
    Key,
    /// A chain: a link.
    Link,
    /// A padlock: restricted.
    Lock,
    /// Three lines: a menu.
    Menu,
    /// A ringed tick: done.
    Done,
    /// A building: an organisation.
    Organisation,
    /// Several people: those who are signed in.
    People,
    /// A pencil: change.
    Pencil,
    /// One person.
    Person,
    /// A plus: new.
    Plus,
    /// A magnifying glass.
    Search,
    /// A shield: what is protected.
    Shield,
    /// A door with an arrow: sign out.
    SignOut,
    /// A bin: delete.
    Trash,
    /// A camera: join the call.
    Video,
    /// A triangle with an exclamation mark.
    Warning,
}

impl Symbol {
    /// The drawing, as the `d` of one SVG path in a box of 20 by 20.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Application => {
                "M4.5 3.75h3.25a.75.75 0 0 1 .75.75v3.25a.75.75 0 0 1-.75.75H4.5a.75.75 0 0 1-.75-.75V4.5a.75.75 0 0 1 .75-.75zM12.25 3.75h3.25a.75.75 0 0 1 .75.75v3.25a.75.75 0 0 1-.75.75h-3.25a.75.75 0 0 1-.75-.75V4.5a.75.75 0 0 1 .75-.75zM4.5 11.5h3.25a.75.75 0 0 1 .75.75v3.25a.75.75 0 0 1-.75.75H4.5a.75.75 0 0 1-.75-.75v-3.25a.75.75 0 0 1 .75-.75zM12.25 11.5h3.25a.75.75 0 0 1 .75.75v3.25a.75.75 0 0 1-.75.75h-3.25a.75.75 0 0 1-.75-.75v-3.25a.75.75 0 0 1 .75-.75z"
            }
            Self::ArrowRight => "M4 10h12M11 5l5 5-5 5",
            Self::ArrowLeft => "M16 10H4M9 5l-5 5 5 5",
            Self::Book => {
                "M3.5 4.5h5A1.5 1.5 0 0 1 10 6v10.5A1.5 1.5 0 0 0 8.5 15h-5zM16.5 4.5h-5A1.5 1.5 0 0 0 10 6v10.5A1.5 1.5 0 0 1 11.5 15h5z"
            }
            Self::Check => "M4.5 10.5L8.25 14.25 15.5 6",
            Self::ChevronDown => "M5.5 8l4.5 4.5L14.5 8",
            Self::Clock => "M10 3.25a6.75 6.75 0 1 1 0 13.5a6.75 6.75 0 0 1 0-13.5zM10 6.5V10l2.5 1.5",
            Self::Copy => {
                "M8.75 7h6.5a1.25 1.25 0 0 1 1.25 1.25v7a1.25 1.25 0 0 1-1.25 1.25h-6.5a1.25 1.25 0 0 1-1.25-1.25v-7A1.25 1.25 0 0 1 8.75 7zM12.5 7V4.75a1.25 1.25 0 0 0-1.25-1.25h-6.5A1.25 1.25 0 0 0 3.5 4.75v6.5a1.25 1.25 0 0 0 1.25 1.25H7.5"
            }
            Self::Cross => "M5.5 5.5l9 9M14.5 5.5l-9 9",
            Self::Danger => "M10 3.25a6.75 6.75 0 1 1 0 13.5a6.75 6.75 0 0 1 0-13.5zM10 6.75v4M10 13.25v.01",
            Self::Door => "M5 16.5v-11a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v11M3 16.5h14M12 10v.75",
            Self::Globe => {
                "M10 3.25a6.75 6.75 0 1 1 0 13.5a6.75 6.75 0 0 1 0-13.5zM3.25 10h13.5M10 3.25c1.9 1.9 2.75 4.2 2.75 6.75S11.9 14.85 10 16.75C8.1 14.85 7.25 12.55 7.25 10S8.1 5.15 10 3.25z"
            }
            Self::Info => "M10 3.25a6.75 6.75 0 1 1 0 13.5a6.75 6.75 0 0 1 0-13.5zM10 9.25v4.25M10 6.75v.01",
            Self::Key => "M13 3.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7zM10.5 9.5l-6.75 6.75M6.25 13.75l2 2",
            Self::Link => {
                "M8.5 11.5a3 3 0 0 0 4.25 0l2.5-2.5A3 3 0 0 0 11 4.75l-.75.75M11.5 8.5a3 3 0 0 0-4.25 0l-2.5 2.5A3 3 0 0 0 9 15.25l.75-.75"
            }
            Self::Lock => {
                "M5.75 9h8.5a1.25 1.25 0 0 1 1.25 1.25v5a1.25 1.25 0 0 1-1.25 1.25h-8.5a1.25 1.25 0 0 1-1.25-1.25v-5A1.25 1.25 0 0 1 5.75 9zM7 9V6.5a3 3 0 0 1 6 0V9"
            }
            Self::Menu => "M3.5 6h13M3.5 10h13M3.5 14h13",
            Self::Done => "M10 3.25a6.75 6.75 0 1 1 0 13.5a6.75 6.75 0 0 1 0-13.5zM7 10.25l2.1 2.1L13.2 8",
            Self::Organisation => {
                "M4.5 16.5V5l5.5-1.75V16.5M10 7.5l5.5 1.5v7.5M3 16.5h14M7.25 7v.01M7.25 10v.01M7.25 13v.01M12.75 11.5v.01M12.75 14v.01"
            }
            Self::People => {
                "M7.5 4a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5zM2.5 16c.2-2.4 2.3-3.9 5-3.9s4.8 1.5 5 3.9M13 4.3a2.75 2.75 0 0 1 0 4.9M14.7 12.4c1.7.5 2.7 1.8 2.8 3.6"
            }
            Self::Pencil => "M12.75 4.25l3 3L7 16H4v-3zM10.75 6.25l3 3",
            Self::Person => "M10 3.5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM4 16.5c.4-2.6 2.9-4.25 6-4.25s5.6 1.65 6 4.25",
            Self::Plus => "M10 4.25v11.5M4.25 10h11.5",
            Self::Search => "M9 3.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11zM13 13l3.5 3.5",
            Self::Shield => "M10 3.25l6 2v4.5c0 3.25-2.4 5.75-6 7-3.6-1.25-6-3.75-6-7v-4.5z",
            Self::SignOut => {
                "M8 3.5H5.25A1.25 1.25 0 0 0 4 4.75v10.5a1.25 1.25 0 0 0 1.25 1.25H8M12.5 6.5L16 10l-3.5 3.5M16 10H8"
            }
            Self::Trash => "M3.75 5.5h12.5M8 5.5v-2h4v2M5.5 5.5l.75 11h7.5l.75-11M8.5 8.75v4.5M11.5 8.75v4.5",
            Self::Video => {
                "M4.25 5.5h7a1.25 1.25 0 0 1 1.25 1.25v6.5a1.25 1.25 0 0 1-1.25 1.25h-7A1.25 1.25 0 0 1 3 13.25v-6.5A1.25 1.25 0 0 1 4.25 5.5zM12.5 9L17 6.5v7L12.5 11"
            }
            Self::Warning => "M10 3.75l7 12.25H3zM10 8.5v3.5M10 13.9v.01",
        }
    }
}

/// An icon beside a word that says the same: readers pass over it.
#[component]
pub fn Icon(
    /// What it shows.
    of: Symbol,
    /// 16 px in place of 20.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = if small { "icon small" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 20 20" aria-hidden="true">
            <path d=of.path() />
        </svg>
    }
}

/// An icon on a disc: for what stands alone, where a word would be too little.
#[component]
pub fn IconDisc(
    /// What it shows.
    of: Symbol,
) -> impl IntoView {
    view! {
        <span class="disc">
            <Icon of=of />
        </span>
    }
}
