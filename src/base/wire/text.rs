//! Values as the compatible profile's messages write them: `True`, `None`, `1.5`, `[1, 'a']`.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// The value as messages show it: a text as it is, anything else as Python writes it.
pub fn python_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => {
            let mut out = String::new();
            write_literal(&mut out, other);
            out
        }
    }
}

/// The same value with every scalar in it turned into its text; keys and the order stay.
#[must_use]
pub fn stringify_scalars(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(stringify_scalars).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, stringify_scalars(value))).collect(),
        Value::String(text) => Value::String(text),
        scalar => Value::String(python_text(&scalar)),
    }
}

fn write_literal(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => write_quoted(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_literal(out, item);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_quoted(out, key);
                out.push_str(": ");
                write_literal(out, value);
            }
            out.push('}');
        }
    }
}

fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float_text(float),
        _ => number.to_string(),
    }
}

/// The shortest digits that give the same number again, with an exponent below 1e-4 and from 1e16 on.
fn float_text(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((mantissa, Ok(exponent))) = scientific.split_once('e').map(|(m, e)| (m, e.parse::<i32>())) else {
        return scientific;
    };
    if (-4..16).contains(&exponent) {
        let plain = float.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a string does not fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// Neither control, format, unassigned, private nor white space other than the blank. The standard library knows this, but
/// tells it only by escaping a text, where a combining mark stays as it is unless it comes first.
fn is_printable(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() || (!c.is_ascii() && !format!("a{c}").escape_debug().any(|c| c == '\\'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars() {
        for (value, text) in [
            (json!(null), "None"),
            (json!(true), "True"),
            (json!(false), "False"),
            (json!(5), "5"),
            (json!(-5), "-5"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!("it's"), "it's"),
            (json!(""), ""),
        ] {
            assert_eq!(python_text(&value), text);
        }
    }

    #[test]
    fn floats() {
        for (float, text) in [
            (1.5, "1.5"),
            (5.0, "5.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.000_012, "1.2e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e100, "1.25e+100"),
            (-5e-324, "-5e-324"),
        ] {
            assert_eq!(python_text(&json!(float)), text);
        }
    }

    #[test]
    fn nested_values_are_literals() {
        for (value, text) in [
            (json!([]), "[]"),
            (json!({}), "{}"),
            (json!([1, "a", null, [true]]), "[1, 'a', None, [True]]"),
            (json!({ "b": 1, "a": { "c": 1.5 } }), "{'b': 1, 'a': {'c': 1.5}}"),
            (json!(["it's", "\"", "'\"", "\\"]), r#"["it's", '"', '\'"', '\\']"#),
            (json!(["\n\r\t\0\u{7f}\u{a0}\u{ad}"]), r"['\n\r\t\x00\x7f\xa0\xad']"),
            (json!(["é e\u{301} 日 \u{200b}\u{e0001}"]), "['é e\u{301} 日 \\u200b\\U000e0001']"),
        ] {
            assert_eq!(python_text(&value), text);
        }
    }

    #[test]
    fn stringifies_every_scalar_and_keeps_the_shape() {
        let value = json!([{ "type": "x", "loc": ["a", 0], "input": true, "ctx": { "none": null, "limit": 1.0 } }]);
        let expected = r#"[{"type":"x","loc":["a","0"],"input":"True","ctx":{"none":"None","limit":"1.0"}}]"#;
        assert_eq!(stringify_scalars(value).to_string(), expected);
    }
}
