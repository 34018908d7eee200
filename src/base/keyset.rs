//! Lists that are read in portions, each from where the one before ended: nothing is shown twice or passed over when rows
//! come and go in between.

use std::str::FromStr;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Answer, Failure};

/// Items in a portion unless the caller says otherwise.
pub const DEFAULT_LIMIT: u64 = 50;

/// Most items in a portion.
pub const MAX_LIMIT: u64 = 100;

/// Which portion of a list a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyset<K> {
    /// Most items: 1 to [`MAX_LIMIT`].
    pub limit: u64,
    /// The last item of the portion before; none for the first portion.
    pub after: Option<K>,
}

/// One portion of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The items.
    pub results: Vec<T>,
    /// The `cursor` of the next portion; null when this is the last.
    pub next: Option<String>,
}

impl<K: FromStr> Keyset<K> {
    /// Reads `limit` (1 to 100, 50 when absent) and `cursor` from a query string; of a repeated one the last counts. What cannot
    /// be read is refused with 400, by field.
    pub fn from_query(query: Option<&str>) -> Result<Self, Failure> {
        let mut keyset = Self { limit: DEFAULT_LIMIT, after: None };
        let mut wrong = serde_json::Map::new();
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*key {
                "limit" => match value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)) {
                    Some(limit) => keyset.limit = limit,
                    None => {
                        wrong.insert("limit".to_owned(), json!(["A number from 1 to 100."]));
                    }
                },
                "cursor" => match value.parse() {
                    Ok(after) => keyset.after = Some(after),
                    Err(_) => {
                        wrong.insert("cursor".to_owned(), json!(["Not a cursor of this list."]));
                    }
                },
                _ => {}
            }
        }
        if wrong.is_empty() { Ok(keyset) } else { Err(Failure(Answer::fields(wrong.into()))) }
    }
}

impl<T> Listed<T> {
    /// The portion out of up to `limit` + 1 rows: the one beyond the limit tells that there is more. `key` gives a row's cursor.
    pub fn of<R>(mut rows: Vec<R>, limit: u64, key: impl Fn(&R) -> String, item: impl FnMut(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Self { results: rows.into_iter().map(item).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_and_cursor_are_read() {
        let read = |query: &str| Keyset::<u32>::from_query(Some(query)).map_err(|Failure(answer)| answer);
        assert_eq!(Keyset::<u32>::from_query(None).unwrap(), Keyset { limit: 50, after: None });
        assert_eq!(read("limit=100&cursor=7&x=y"), Ok(Keyset { limit: 100, after: Some(7) }));
        assert_eq!(read("limit=0&limit=1"), Err(Answer::fields(json!({ "limit": ["A number from 1 to 100."] }))));
        assert_eq!(
            read("limit=101&cursor=x"),
            Err(Answer::fields(json!({
                "limit": ["A number from 1 to 100."],
                "cursor": ["Not a cursor of this list."],
            })))
        );
    }

    #[test]
    fn the_row_beyond_the_limit_is_not_shown() {
        let listed = |rows: Vec<u32>| Listed::of(rows, 2, ToString::to_string, |row| row * 10);
        assert_eq!(listed(vec![1, 2, 3]), Listed { results: vec![10, 20], next: Some("2".to_owned()) });
        assert_eq!(listed(vec![1, 2]), Listed { results: vec![10, 20], next: None });
        assert_eq!(listed(vec![]), Listed { results: vec![], next: None });
    }
}
