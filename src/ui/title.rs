//! The one `<title>` of the product.

use leptos::prelude::*;
use leptos_meta::Title;

/// The title of the document: what the page is about, then the name of the product.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the props of a component are owned")]
pub fn DocumentTitle(
    /// What the page is about; any text.
    #[prop(into)]
    about: String,
) -> impl IntoView {
    view! { <Title text=title_html(&about) /> }
}

/// The title as it must stand between the tags: `leptos_meta` writes it there as it is, and a room may be called
/// `</title><script>`.
pub(super) fn title_html(about: &str) -> String {
    format!("{} · Parloir", about.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_text() {
        assert_eq!(title_html("</title><script>"), "&lt;/title>&lt;script> · Parloir");
        assert_eq!(title_html("Q&A &lt;b>"), "Q&amp;A &amp;lt;b> · Parloir");
    }
}
