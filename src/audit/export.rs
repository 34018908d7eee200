//! The trail in a file: comma-separated values (RFC 4180) for spreadsheets, JSON lines for programs.

use std::fmt::Write as _;

use super::Record;

/// The form of a file with events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One line for each event under a line of names.
    Csv,
    /// One JSON value on each line.
    JsonLines,
}

/// The columns of a file for spreadsheets.
const COLUMNS: [&str; 13] = [
    "id",
    "at",
    "action",
    "actor_kind",
    "actor_id",
    "on_behalf_of",
    "application",
    "jti",
    "room",
    "address",
    "request_id",
    "count",
    "details",
];

impl Format {
    /// The form of that name: `csv` or `jsonl`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// Its name, also at the end of file names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl",
        }
    }

    /// What stands before the first event.
    pub fn head(self) -> String {
        match self {
            Self::Csv => COLUMNS.join(",") + "\r\n",
            Self::JsonLines => String::new(),
        }
    }

    /// The lines of some events.
    pub fn lines(self, records: &[Record]) -> String {
        let mut text = String::new();
        for record in records {
            match self {
                Self::Csv => csv_line(&mut text, record),
                Self::JsonLines => {
                    // A record is plain data: it always has a JSON form.
                    text.push_str(&serde_json::to_string(record).unwrap_or_default());
                    text.push('\n');
                }
            }
        }
        text
    }
}

fn csv_line(text: &mut String, record: &Record) {
    let id = |id: Option<String>| id.unwrap_or_default();
    let fields = [
        record.id.to_string(),
        record.at.to_string(),
        record.action.clone(),
        record.actor.kind.clone(),
        id(record.actor.id.map(|id| id.to_string())),
        id(record.on_behalf_of.map(|id| id.to_string())),
        id(record.application.clone()),
        id(record.jti.map(|id| id.to_string())),
        id(record.room.map(|id| id.to_string())),
        id(record.address.clone()),
        id(record.request_id.clone()),
        id(record.count.map(|count| count.to_string())),
        id(record.details.as_ref().map(ToString::to_string)),
    ];
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_field(text, field);
    }
    text.push_str("\r\n");
}

/// A field as a spreadsheet shows it and never calculates it: what begins like a formula gets an apostrophe before it. In
/// quotation marks where something in it would end it.
fn push_field(text: &mut String, field: &str) {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let safe = if formula { format!("'{field}") } else { field.to_owned() };
    if safe.contains(['"', ',', ';', '\r', '\n', '\'']) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\"{}\"", safe.replace('"', "\"\""));
    } else {
        text.push_str(&safe);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> String {
        let mut line = String::new();
        push_field(&mut line, text);
        line
    }

    #[test]
    fn what_begins_like_a_formula_is_none() {
        for (typed, written) in [
            ("room.created", "room.created"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
        ] {
            assert_eq!(field(typed), written, "{typed:?}");
        }
    }

    #[test]
    fn forms_have_names() {
        for format in [Format::Csv, Format::JsonLines] {
            assert_eq!(Format::parse(format.as_str()), Some(format));
        }
        assert_eq!(Format::parse("xlsx"), None);
        assert_eq!(Format::Csv.head().matches(',').count(), COLUMNS.len() - 1);
        assert_eq!(Format::JsonLines.head(), "");
    }
}
