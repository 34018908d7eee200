//! Asking again before what cannot be taken back.

use leptos::prelude::*;

use super::button::{Look, SubmitButton};
use super::field::TextField;
use super::form::{Form, is_refused};
use super::i18n::{t, tf};
use super::icon::{Icon, Symbol};

/// The field that carries the name typed to confirm.
pub const CONFIRM_FIELD: &str = "confirm";

/// A button that opens a question, and the form that answers it. Without scripts the dialog opens as a popover; `boot.js`
/// opens it as a modal.
#[component]
pub fn ConfirmDialog(
    /// Names the dialog and its form; [`FormState`](super::FormState) is kept for it.
    #[prop(into)]
    id: String,
    /// What the opening button says: "Delete room".
    #[prop(into)]
    open: String,
    /// An icon on the opening button.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// The question: "Delete Weekly meeting?"
    #[prop(into)]
    title: String,
    /// What happens then.
    #[prop(into)]
    text: String,
    /// Where the answer is posted.
    #[prop(into)]
    action: String,
    /// The deed on the button: "Delete".
    #[prop(into)]
    deed: String,
    /// The name that must be typed into the field `confirm`; the handler compares it.
    #[prop(optional, into)]
    type_name: Option<String>,
    /// Fields that travel along.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let dialog = format!("{id}-dialog");
    let title_id = format!("{id}-title");
    let closes = dialog.clone();
    // It stands open when it comes back with something wrong.
    let open_now = is_refused(&id);
    let opener = view! {
        <button
            type="button"
            class="button danger"
            popovertarget=dialog.clone()
        >
            {icon.map(|icon| view! { <Icon of=icon /> })}
            <span>{open}</span>
        </button>
    };
    let labelled_by = title_id.clone();
    view! {
        {opener}
        <dialog class="dialog" id=dialog popover="auto" open=open_now aria-labelledby=labelled_by>
            <div class="dialog-body">
                <h2 id=title_id>{title}</h2>
                <p>{text}</p>
                <Form id=id action=action>
                    {children.map(|children| children())}
                    {type_name.as_deref().map(name_field)}
                    <div class="dialog-actions">
                        <button
                            type="button"
                            class="button"
                            popovertarget=closes
                            popovertargetaction="hide"
                        >
                            {t("ui-cancel")}
                        </button>
                        <SubmitButton look=Look::DangerNow>{deed}</SubmitButton>
                    </div>
                </Form>
            </div>
        </dialog>
    }
}

/// The field in which the name is typed.
fn name_field(name: &str) -> impl IntoView + use<> {
    let label = tf("ui-type-to-confirm", &[("name", name.into())]);
    view! { <TextField name=CONFIRM_FIELD label=label /> }
}

/// What takes away, at the end of a page and apart from the rest.
#[component]
pub fn DangerZone(
    /// [`DangerItem`]s.
    children: Children,
) -> impl IntoView {
    view! { <section class="danger-zone">{children()}</section> }
}

/// One deed of a [`DangerZone`]: what it does, and its button.
#[component]
pub fn DangerItem(
    /// The deed.
    #[prop(into)]
    title: String,
    /// What it does.
    #[prop(into)]
    text: String,
    /// The button, often a [`ConfirmDialog`].
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <div class="danger-text">
                <h2>{title}</h2>
                <p>{text}</p>
            </div>
            {children()}
        </div>
    }
}
