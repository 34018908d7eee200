//! The one `<textarea>` of the product.

use leptos::prelude::*;

use super::field::{Surroundings, label_view};
use super::form::CurrentForm;

/// Several lines of text. What was typed before a refusal goes before `value`.
#[component]
pub fn TextArea(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// A line under it that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What stands in it when the form is shown for the first time.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong with it, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Identifiers, one a line: monospace, never corrected.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let form = CurrentForm::around();
    let text = escaped(&form.typed(&name).or(value).unwrap_or_default());
    let around = Surroundings::of(&form, &name, help, error);
    view! {
        <div class="field">
            {label_view(&around.id, label, optional)}
            <textarea
                class=if code { "control mono" } else { "control" }
                id=around.id.clone()
                name=name
                rows="4"
                autocomplete="off"
                autocapitalize=code.then_some("none")
                spellcheck=code.then_some("false")
                required=!optional
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
            >
                {text}
            </textarea>
            {around.help_view()}
            {around.error_view()}
        </div>
    }
}

/// The text as it must stand between the tags: Leptos 0.8 escapes the children of every element but this one, and the
/// parser drops a line break right after the start tag (HTML §13.2.6.4.7), so that one is put there for it to drop.
fn escaped(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(value: &str) -> String {
        let value = value.to_owned();
        Owner::new().with(|| view! { <TextArea name="note" label="Note" value=value /> }.to_html())
    }

    #[test]
    fn text_cannot_leave_the_element() {
        let html = rendered("</textarea><script>alert(1)</script>&amp;");
        assert!(html.contains(">\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn first_line_break_is_kept() {
        assert!(rendered("\nsecond line").contains(">\n\nsecond line"));
    }
}
