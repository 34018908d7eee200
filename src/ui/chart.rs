//! Figures as drawings, made on the server: each says in words what it shows, and has the figures themselves in a table.
//!
//! A drawing is stretched to the width that there is, so that words stand beside it and not in it. It has no style of its own:
//! the content security policy allows none, and colours follow the theme.

use leptos::prelude::*;

use super::i18n::{t, tf};
use super::notice::Tone;
use super::table::{Column, Table};

/// Units of the drawing from the ground to the top line.
const HEIGHT: u64 = 1000;
/// Units from one column to the next, and how wide each is.
const STEP: usize = 10;
const WIDE: usize = 7;
/// What is there at all is drawn this high at least.
const LEAST: u64 = 12;

/// What is counted: one layer of each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it is called.
    pub label: String,
    /// What it means.
    pub tone: Tone,
}

impl Series {
    /// A layer by its name and meaning.
    pub fn new(label: impl Into<String>, tone: Tone) -> Self {
        Self { label: label.into(), tone }
    }
}

/// One column: a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartBar {
    /// The day.
    pub label: String,
    /// How much of each series, from the ground up.
    pub values: Vec<u64>,
}

impl ChartBar {
    fn sum(&self) -> u64 {
        self.values.iter().sum()
    }
}

/// Stacked columns over days.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the props of a component are owned")]
pub fn DayChart(
    /// What is counted: "Calls per day".
    #[prop(into)]
    title: String,
    /// The layers of each column, from the ground up.
    series: Vec<Series>,
    /// The columns, oldest first.
    bars: Vec<ChartBar>,
    /// What a column stands for: "Day".
    #[prop(into)]
    unit: String,
) -> impl IntoView {
    let top = top_line(bars.iter().map(ChartBar::sum).max().unwrap_or_default());
    let width = bars.len() * STEP;
    let columns: Vec<_> = bars.iter().enumerate().map(|(at, bar)| column(at, bar, &series, top)).collect();
    let ends = [bars.first(), bars.get(bars.len() / 2), bars.last()];
    let ends = ends.map(|bar| bar.map(|bar| view! { <span>{bar.label.clone()}</span> }));
    let name = format!("{title}. {}", summary(&series, &bars));
    let lines = [0, HEIGHT / 2, HEIGHT].map(|y| view! { <path class="chart-line" d=format!("M0 {y}H{width}") /> });
    let ticks = [top, top / 2, 0].map(|value| view! { <span>{figure(value)}</span> });
    let table = figures(&title, unit, &series, bars);
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <span class="chart-title">{title}</span>
                {legend(&series)}
            </figcaption>
            <div class="chart-frame">
                <div class="chart-ticks" aria-hidden="true">
                    {Vec::from(ticks)}
                </div>
                <svg
                    class="chart-drawing"
                    viewBox=format!("0 0 {width} {HEIGHT}")
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=name
                >
                    {Vec::from(lines)}
                    {columns}
                </svg>
                <div class="chart-ends" aria-hidden="true">
                    {Vec::from(ends)}
                </div>
            </div>
            {table}
        </figure>
    }
}

/// One column with its layers, and a note for the pointer.
fn column(at: usize, bar: &ChartBar, series: &[Series], top: u64) -> impl IntoView + use<> {
    let x = at * STEP + (STEP - WIDE) / 2;
    let mut ground = HEIGHT;
    let layers: Vec<_> = bar
        .values
        .iter()
        .zip(series)
        .filter(|(value, _)| **value > 0)
        .map(|(value, series)| {
            let height = (value * HEIGHT / top).max(LEAST).min(ground);
            ground -= height;
            let place = format!("M{x} {ground}h{WIDE}v{height}h-{WIDE}z");
            view! { <path class="chart-bar" data-tone=series.tone.as_str() d=place /> }
        })
        .collect();
    let shares = bar.values.iter().zip(series).map(|(value, series)| format!("{} {}", figure(*value), series.label));
    let note = format!("{}: {}", bar.label, shares.collect::<Vec<_>>().join(", "));
    // The whole height answers to the pointer, also where the column is low.
    let whole = format!("M{} 0h{STEP}v{HEIGHT}h-{STEP}z", at * STEP);
    view! {
        <g class="chart-column">
            <title>{note}</title>
            <path class="chart-whole" d=whole />
            {layers}
        </g>
    }
}

fn legend(series: &[Series]) -> Option<impl IntoView + use<>> {
    let entry = |series: &Series| {
        view! {
            <span class="chart-key">
                <span class="chart-swatch" data-tone=series.tone.as_str()></span>
                {series.label.clone()}
            </span>
        }
    };
    (series.len() > 1).then(|| {
        let entries: Vec<_> = series.iter().map(entry).collect();
        view! { <span class="chart-legend">{entries}</span> }
    })
}

/// What the drawing shows, in a sentence for whoever does not see it.
fn summary(series: &[Series], bars: &[ChartBar]) -> String {
    let Some(most) = bars.iter().max_by_key(|bar| bar.sum()).filter(|bar| bar.sum() > 0) else {
        return t("chart-nothing");
    };
    let sums = series.iter().enumerate().map(|(at, series)| {
        let sum: u64 = bars.iter().filter_map(|bar| bar.values.get(at)).sum();
        format!("{}: {}", series.label, figure(sum))
    });
    let sums = sums.collect::<Vec<_>>().join(", ");
    tf(
        "chart-summary",
        &[("sums", sums.into()), ("most", figure(most.sum()).into()), ("when", most.label.clone().into())],
    )
}

/// The figures, the latest first, closed until somebody wants them. Days without any are left out.
fn figures(title: &str, unit: String, series: &[Series], bars: Vec<ChartBar>) -> impl IntoView + use<> {
    let mut columns = vec![Column::text(unit)];
    columns.extend(series.iter().map(|series| Column::figure(series.label.clone())));
    let rows: Vec<Vec<AnyView>> = bars
        .into_iter()
        .rev()
        .filter(|bar| bar.sum() > 0)
        .map(|bar| {
            let label: AnyView = bar.label.into_any();
            let values = bar.values.into_iter().map(|value| figure(value).into_any());
            std::iter::once(label).chain(values).collect()
        })
        .collect();
    let table = if rows.is_empty() {
        view! { <p class="help">{t("chart-nothing")}</p> }.into_any()
    } else {
        view! { <Table caption=title columns=columns rows=rows /> }.into_any()
    };
    view! {
        <details class="chart-figures">
            <summary>{t("chart-figures")}</summary>
            {table}
        </details>
    }
}

/// One line of a [`ShareChart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What is counted, in words.
    pub label: String,
    /// What machines call it.
    pub code: Option<String>,
    /// How much.
    pub value: u64,
}

/// How much of each of a few things, as lines that are as long as there is of it. The figures stand beside the lines, in a table.
#[component]
pub fn ShareChart(
    /// What is counted: "Refusals by reason".
    #[prop(into)]
    title: String,
    /// The head of the things: "Reason".
    #[prop(into)]
    unit: String,
    /// The head of the figures: "Refusals".
    #[prop(into)]
    measure: String,
    /// The things, the most frequent first.
    shares: Vec<Share>,
    /// What they mean.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    let most = shares.iter().map(|share| share.value).max().unwrap_or_default().max(1);
    let row = |share: Share| {
        let length = (share.value * HEIGHT / most).max(u64::from(share.value > 0) * LEAST);
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">
                    {share.label}
                    {share.code.map(|code| view! { <code class="cell-note">{code}</code> })}
                </th>
                <td role="cell" class="share-line" aria-hidden="true">
                    <svg class="share-drawing" viewBox=format!("0 0 {HEIGHT} 10") preserveAspectRatio="none">
                        <path class="chart-bar" data-tone=tone.as_str() d=format!("M0 0h{length}v10H0z") />
                    </svg>
                </td>
                <td role="cell" data-kind="figure" class="share-figure">
                    {figure(share.value)}
                </td>
            </tr>
        }
    };
    let rows: Vec<_> = shares.into_iter().map(row).collect();
    view! {
        <figure class="chart">
            <figcaption class="chart-head" aria-hidden="true">
                <span class="chart-title">{title.clone()}</span>
            </figcaption>
            <table class="shares" role="table">
                <caption class="visually-hidden">{title}</caption>
                <thead role="rowgroup" class="visually-hidden">
                    <tr role="row">
                        <th role="columnheader" scope="col">
                            {unit}
                        </th>
                        <td aria-hidden="true"></td>
                        <th role="columnheader" scope="col">
                            {measure}
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </figure>
    }
}

/// The value of the top line: the next even number of one digit and noughts, so that the line in the middle has a whole one.
fn top_line(most: u64) -> u64 {
    let mut scale = 1;
    loop {
        for digit in [2, 4, 6, 8, 10] {
            if digit * scale >= most {
                return digit * scale;
            }
        }
        scale = 10 * scale.max(1);
    }
}

/// A number with its thousands grouped.
fn figure(value: u64) -> String {
    tf("chart-figure", &[("value", i64::try_from(value).unwrap_or(i64::MAX).into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_line_is_round_and_above_all() {
        for (most, top) in
            [(0, 2), (1, 2), (3, 4), (5, 6), (9, 10), (10, 10), (11, 20), (61, 80), (99, 100), (1234, 2000)]
        {
            assert_eq!(top_line(most), top, "{most}");
        }
    }
}
