//! Figures and files, set as the pages set them.

use leptos::prelude::*;

use super::gallery_tests::rendered;
use super::*;
use crate::base::Language;

/// A week of calls and refusals, and why these were.
fn figures() -> AnyView {
    let days = [(0, 0), (12, 0), (1_204, 3), (88, 0), (0, 0), (2, 1), (340, 41)];
    let bar = |(at, (calls, refused))| ChartBar { label: format!("{} Nov", 17 + at), values: vec![calls, refused] };
    let bars = days.into_iter().enumerate().map(bar).collect();
    let share = |label: &str, code: &str, value| Share { label: label.into(), code: Some(code.into()), value };
    let shares =
        vec![share("The token is too old", "invalid_token", 40), share("Not of its domains", "domain_not_allowed", 5)];
    let series = vec![Series::new("calls", Tone::Accent), Series::new("refused", Tone::Danger)];
    let none = vec![ChartBar { label: "17 Nov".into(), values: vec![0] }];
    view! {
        <DayChart title="Calls per day" series=series bars=bars unit="Day" />
        <DayChart title="Tokens per day" series=vec![Series::new("tokens", Tone::Accent)] bars=none unit="Day" />
        <ShareChart title="Refusals by reason" unit="Reason" measure="Refusals" shares=shares tone=Tone::Danger />
    }
    .into_any()
}

#[test]
fn charts() {
    insta::assert_snapshot!(rendered(Language::En, figures));
}

#[test]
fn charts_in_french() {
    insta::assert_snapshot!(rendered(Language::Fr, figures));
}

#[test]
fn a_form_with_a_file() {
    let html = rendered(Language::En, || {
        provide_context(FormState::new("logo").with_error("file", "ui-error-title"));
        view! {
            <Form id="logo" action="/actions/logo" file=true>
                <FileField name="file" label="Logo" help="PNG, at most 512 kB." accept="image/png" />
                <FormActions><SubmitButton>"Upload"</SubmitButton></FormActions>
            </Form>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn what_is_written_stays_text() {
    let evil = "\"><script>alert(1)</script>";
    let html = rendered(Language::En, move || {
        let series = vec![Series::new(evil, Tone::Ok), Series::new(evil, Tone::Danger)];
        let share = Share { label: evil.into(), code: Some(evil.into()), value: 1 };
        view! {
            <DayChart title=evil series=series bars=vec![ChartBar { label: evil.into(), values: vec![1, 2] }] unit=evil />
            <ShareChart title=evil unit=evil measure=evil shares=vec![share] />
            <FileField name="file" label=evil help=evil accept=evil />
        }
    });
    assert!(!html.contains("<script"), "{html}");
}
