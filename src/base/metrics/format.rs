//! The two text forms in which metrics are shown.

use std::fmt::{self, Write as _};

use axum::http::{HeaderMap, header};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

/// A text form of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposition {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// Prometheus' own form, 0.0.4, which everything reads.
    Prometheus,
}

impl Exposition {
    /// The form that `Accept` asks for: OpenMetrics when it is named there with a weight, else Prometheus' own.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let wanted = values.flat_map(|value| value.split(',')).any(names_open_metrics);
        if wanted { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    pub(super) fn encode(self, registry: &Registry) -> Result<String, fmt::Error> {
        let mut open = String::with_capacity(32 * 1024);
        text::encode(&mut open, registry)?;
        match self {
            Self::OpenMetrics => Ok(open),
            Self::Prometheus => prometheus(&open),
        }
    }
}

/// Whether a range of `Accept` names a version of OpenMetrics that we write.
fn names_open_metrics(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/openmetrics-text")) {
        return false;
    }
    parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        match name.trim().to_ascii_lowercase().as_str() {
            "version" => value.trim() == "1.0.0",
            "q" => value.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0),
            _ => true,
        }
    })
}

/// OpenMetrics as Prometheus' own form: there a counter's family has the name of its samples, and units and the end are
/// not marked. The samples are the same in both.
fn prometheus(open: &str) -> Result<String, fmt::Error> {
    let mut text = String::with_capacity(open.len());
    let mut help = None;
    for line in open.lines() {
        if let Some(words) = line.strip_prefix("# HELP ") {
            // Told with the type, which says what the family is called.
            help = words.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|words| words.split_once(' ')) {
            let suffix = if kind == "counter" { "_total" } else { "" };
            if let Some((_, help)) = help.take() {
                writeln!(text, "# HELP {name}{suffix} {help}")?;
            }
            writeln!(text, "# TYPE {name}{suffix} {kind}")?;
        } else if !line.starts_with('#') {
            writeln!(text, "{line}")?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::registry::Unit;

    use super::*;

    #[test]
    fn the_form_follows_accept() {
        let form = |accept: &str| {
            let headers = [(header::ACCEPT, HeaderValue::from_str(accept).unwrap())].into_iter().collect();
            Exposition::accepted(&headers)
        };
        assert_eq!(Exposition::accepted(&HeaderMap::new()), Exposition::Prometheus);
        for accept in [
            "application/openmetrics-text",
            "application/openmetrics-text; version=1.0.0; q=0.5, text/plain;version=0.0.4;q=0.2, */*;q=0.1",
            "application/openmetrics-text;version=0.0.1;q=0.7,Application/OpenMetrics-Text;version=1.0.0;escaping=underscores",
        ] {
            assert_eq!(form(accept), Exposition::OpenMetrics, "{accept}");
        }
        for accept in [
            "*/*",
            "text/plain",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;version=2.0.0",
            "application/openmetrics-text-like",
        ] {
            assert_eq!(form(accept), Exposition::Prometheus, "{accept}");
        }
    }

    #[test]
    fn both_forms_of_the_same() {
        let mut registry = Registry::default();
        let (counter, gauge) = (Counter::<u64>::default(), Gauge::<i64>::default());
        registry.register("things", "Things seen", counter.clone());
        registry.register_with_unit("age", "How old", Unit::Seconds, gauge.clone());
        counter.inc_by(3);
        gauge.set(-2);
        assert_eq!(
            Exposition::OpenMetrics.encode(&registry).unwrap(),
            "# HELP things Things seen.\n# TYPE things counter\nthings_total 3\n\
             # HELP age_seconds How old.\n# TYPE age_seconds gauge\n# UNIT age_seconds seconds\nage_seconds -2\n# EOF\n"
        );
        assert_eq!(
            Exposition::Prometheus.encode(&registry).unwrap(),
            "# HELP things_total Things seen.\n# TYPE things_total counter\nthings_total 3\n\
             # HELP age_seconds How old.\n# TYPE age_seconds gauge\nage_seconds -2\n"
        );
    }
}
