//! Lists of things: a table where there is room, cards where there is not.

use leptos::prelude::*;

use super::i18n::t;
use super::icon::{Icon, IconDisc, Symbol};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Words that say themselves what they are: on a phone, where labels stand beside the values, they have none.
    Plain,
    /// Figures, aligned at their end.
    Figure,
    /// Buttons for the row; its head is for readers only.
    Actions,
}

impl ColumnKind {
    const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Plain => Some("plain"),
            Self::Figure => Some("figure"),
            Self::Actions => Some("actions"),
        }
    }
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: String,
    kind: ColumnKind,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ColumnKind::Text }
    }

    /// A column of words that need no label on a phone.
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ColumnKind::Plain }
    }

    /// A column of figures.
    pub fn figure(label: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ColumnKind::Figure }
    }

    /// The last column, with the buttons of each row. Its label is for readers only.
    pub fn actions(label: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ColumnKind::Actions }
    }
}

/// A table. The first cell of a row names the row and holds its link; give `()` for a cell with nothing in it.
/// Show an [`EmptyState`] in its place when there are no rows.
#[component]
pub fn Table(
    /// What is listed, for readers.
    #[prop(into)]
    caption: String,
    /// The columns.
    columns: Vec<Column>,
    /// The rows, each with a view for every column.
    rows: Vec<Vec<AnyView>>,
) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = columns.iter().zip(cells).enumerate().map(|(index, pair)| cell(index, pair)).collect();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect();
    let heads: Vec<_> = columns.into_iter().map(head).collect();
    // The roles are those that the elements have; said again because showing rows as cards would take them away.
    view! {
        <div class="table-frame">
            <table class="table" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn head(column: Column) -> impl IntoView {
    let class = (column.kind == ColumnKind::Actions).then_some("visually-hidden");
    view! {
        <th role="columnheader" scope="col" data-kind=column.kind.as_str()>
            <span class=class>{column.label}</span>
        </th>
    }
}

fn cell(index: usize, (column, content): (&Column, AnyView)) -> AnyView {
    let kind = column.kind.as_str();
    if index == 0 {
        view! {
            <th role="rowheader" scope="row" data-kind=kind>
                {content}
            </th>
        }
        .into_any()
    } else {
        // On a phone the label stands before the value; readers have it from the head of the column.
        view! {
            <td role="cell" data-kind=kind data-label=column.label.clone()>
                <div class="cell">{content}</div>
            </td>
        }
        .into_any()
    }
}

/// Something that a cell says in smaller letters, under the rest.
#[component]
pub fn CellNote(
    /// The remark.
    children: Children,
) -> impl IntoView {
    view! { <span class="cell-note">{children()}</span> }
}

/// In place of a list with nothing in it: what it would be, and how to begin.
#[component]
pub fn EmptyState(
    /// What the things are.
    icon: Symbol,
    /// That there is none.
    #[prop(into)]
    title: String,
    /// One line on what this is.
    #[prop(optional, into)]
    text: Option<String>,
    /// One button to start.
    #[prop(optional)]
    action: Option<AnyView>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <IconDisc of=icon />
            <h2>{title}</h2>
            {text.map(|text| view! { <p>{text}</p> })}
            {action.map(|action| view! { <div class="row">{action}</div> })}
        </div>
    }
}

/// The way to the newer and the older part of a list; nothing when this is all of it.
#[component]
pub fn Pager(
    /// The address of the part before, if there is one.
    newer: Option<String>,
    /// The address of the part after, if there is one.
    older: Option<String>,
) -> impl IntoView {
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=t("ui-pages")>
                {newer
                    .map(|href| {
                        view! {
                            <a class="button" rel="prev" href=href>
                                <Icon of=Symbol::ArrowLeft />
                                <span>{t("ui-newer")}</span>
                            </a>
                        }
                    })}
                {older
                    .map(|href| {
                        view! {
                            <a class="button" rel="next" href=href>
                                <span>{t("ui-older")}</span>
                                <Icon of=Symbol::ArrowRight />
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
