//! A strict reader of metrics in both text forms: it panics at whatever Prometheus would refuse or misunderstand.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::Answer;

/// Metrics as they were at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    /// Values by name and labels, as `name{a="1",b="2"}` with the labels in their order.
    samples: BTreeMap<String, f64>,
    /// The kind of each family.
    kinds: BTreeMap<String, String>,
}

/// The family that is being read.
#[derive(Default)]
struct Family {
    name: String,
    kind: String,
}

impl Metrics {
    /// Reads an answer in the form that its content type says.
    #[track_caller]
    pub(crate) fn read(answer: &Answer) -> Self {
        match answer.header("content-type") {
            "text/plain; version=0.0.4; charset=utf-8" => Self::parse(answer.text(), false),
            "application/openmetrics-text; version=1.0.0; charset=utf-8" => {
                let text = answer.text().strip_suffix("# EOF\n").unwrap_or_else(|| panic!("no end: {answer}"));
                Self::parse(text, true)
            }
            other => panic!("{other:?} is no form of metrics: {answer}"),
        }
    }

    fn parse(text: &str, open: bool) -> Self {
        let mut metrics = Self { samples: BTreeMap::new(), kinds: BTreeMap::new() };
        let (mut family, mut helped) = (Family::default(), BTreeSet::new());
        assert!(text.ends_with('\n'));
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').unwrap();
                assert!(helped.insert(name.to_owned()), "{name} is explained twice");
                assert!(help.ends_with('.') && !help.ends_with(".."), "{line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(helped.contains(name), "{name} is not explained");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                let taken = metrics.kinds.insert(name.to_owned(), kind.to_owned());
                assert!(taken.is_none(), "{name} stands twice");
                assert_eq!(name.ends_with("_total"), kind == "counter" && !open, "{line}");
                family = Family { name: name.to_owned(), kind: kind.to_owned() };
            } else if let Some(unit) = line.strip_prefix("# UNIT ") {
                let (name, unit) = unit.split_once(' ').unwrap();
                assert!(open && name == family.name && name.ends_with(&format!("_{unit}")), "{line}");
            } else {
                metrics.sample(line, &family, open);
            }
        }
        metrics.check_histograms();
        metrics
    }

    fn sample(&mut self, line: &str, family: &Family, open: bool) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let suffix = name.strip_prefix(&family.name).unwrap_or_else(|| panic!("{line} outside of its family"));
        let suffixes: &[&str] = match family.kind.as_str() {
            "counter" if open => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        assert!(suffixes.contains(&suffix), "{line}");
        let labels = labels.strip_suffix('}').unwrap();
        let mut names = BTreeSet::new();
        for (name, _) in split_labels(labels) {
            assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{line}");
            assert!(names.insert(name), "{line}");
        }
        let value: f64 = value.parse().unwrap();
        assert!(family.kind == "gauge" || value >= 0.0, "{line}");
        assert!(self.samples.insert(series.replace("{}", ""), value).is_none(), "{series} stands twice");
    }

    /// Buckets grow, and the last is the count.
    fn check_histograms(&self) {
        let histograms = self.kinds.iter().filter(|(_, kind)| *kind == "histogram").map(|(name, _)| name);
        for name in histograms {
            let mut series: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
            for (sample, value) in &self.samples {
                let Some(labels) = sample.strip_prefix(&format!("{name}_bucket{{")) else { continue };
                let labels = split_labels(labels.strip_suffix('}').unwrap());
                let (bounds, rest): (Vec<_>, Vec<_>) = labels.into_iter().partition(|(name, _)| *name == "le");
                let rest = rest.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect::<Vec<_>>().join(",");
                let bound = bounds[0].1.replace("+Inf", "inf").parse().unwrap();
                series.entry(rest).or_default().push((bound, *value));
            }
            for (labels, mut buckets) in series {
                buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
                assert!(buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{name}{{{labels}}}: {buckets:?}");
                let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
                let last = buckets.last().unwrap();
                assert_eq!(*last, (f64::INFINITY, self.get(&format!("{name}_count{labels}"))), "{name}{labels}");
            }
        }
    }

    /// The value of a series, 0 for one that is not there.
    pub(crate) fn get(&self, series: &str) -> f64 {
        self.samples.get(series).copied().unwrap_or_default()
    }

    /// The series and how much each grew since `before`, without those that did not.
    pub(crate) fn since(&self, before: &Self, prefix: &str) -> Vec<(String, f64)> {
        let grown = self.samples.iter().filter(|(series, _)| series.starts_with(prefix));
        let grown = grown.map(|(series, value)| (series.clone(), value - before.get(series)));
        grown.filter(|(_, grown)| *grown != 0.0).collect()
    }

    /// Every series.
    pub(crate) fn series(&self) -> impl Iterator<Item = &str> {
        self.samples.keys().map(String::as_str)
    }
}

/// Names and values of labels. None of ours holds a quote, a backslash or a comma.
fn split_labels(labels: &str) -> Vec<(&str, &str)> {
    let pairs = labels.split(',').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once("=\"").unwrap_or_else(|| panic!("{labels}"));
            let value = value.strip_suffix('"').unwrap_or_else(|| panic!("{labels}"));
            assert!(!value.contains(['"', '\\']), "{labels}");
            (name, value)
        })
        .collect()
}
