//! The one place that writes `<textarea>`.

use leptos::prelude::*;

use super::field::Surroundings;
use super::form::CurrentForm;

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What stands in it when the form is new.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong with it, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// For ids and addresses: letters of one width.
    #[prop(optional)]
    mono: bool,
    /// The most characters it takes.
    #[prop(optional)]
    max_length: Option<u32>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, optional);
    let value = CurrentForm::here().value(&name).or(value).unwrap_or_default();
    around.around(view! {
        <textarea
            class=if mono { "control mono" } else { "control" }
            id=around.id.clone()
            name=name
            rows="4"
            autocomplete="off"
            spellcheck=mono.then_some("false")
            required=!optional
            maxlength=max_length.map(|length| length.to_string())
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
            inner_html=escaped(&value)
        ></textarea>
    })
}

/// The value as the content of the element. Leptos 0.8 would write it as it is; the parser drops a first line break.
fn escaped(value: &str) -> String {
    format!("\n{}", value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_stays_inside() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let typed = "\n</textarea><script>alert(1)</script>&lt;";
            view! { <TextArea name="note" label="Note" value=typed /> }.to_html()
        });
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        let inside = "\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;</textarea>";
        assert!(html.contains(inside), "{html}");
    }
}
