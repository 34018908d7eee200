//! Lists in pages with numbers: what the query asks for, where that lies in the list, and the links around it.

use serde::Serialize;
use utoipa::ToSchema;

use super::WireError;

/// Items on a page unless the caller says otherwise.
const DEFAULT_SIZE: u64 = 20;
/// Most items on a page.
const MAX_SIZE: u64 = 100;

/// The page that a query asks for, before the length of the list is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    wanted: Wanted,
    size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Number(u64),
    Last,
    Nonsense,
}

/// A page that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSpan {
    /// Items before the page.
    pub offset: u64,
    /// Most items on the page.
    pub limit: u64,
    /// The page's number, from 1.
    pub number: u64,
    /// The number of the last page.
    pub last: u64,
}

/// The absolute addresses of the pages before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLinks {
    /// The page after, unless this is the last.
    pub next: Option<String>,
    /// The page before, unless this is the first.
    pub previous: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// Items in the whole list.
    pub count: u64,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// The items of this page.
    pub results: Vec<T>,
}

impl<T> Page<T> {
    /// The page with these items of a list of `count`.
    pub fn new(count: u64, links: PageLinks, results: Vec<T>) -> Self {
        Self { count, next: links.next, previous: links.previous, results }
    }
}

impl PageRequest {
    /// Reads `page` (a number from 1, or `last`; 1 when absent or empty) and `page_size` (20 unless a positive number, and at
    /// most 100) from a query string; of a repeated one the last counts.
    pub fn from_query(query: Option<&str>) -> Self {
        let mut request = Self { wanted: Wanted::Number(1), size: DEFAULT_SIZE };
        for (key, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
            match &*key {
                "page" => request.wanted = Wanted::read(&value),
                "page_size" => request.size = read_size(&value),
                _ => {}
            }
        }
        request
    }

    /// Where the page lies in a list of `count` items. The first page exists even of an empty list; any other that does not is
    /// [`WireError::InvalidPage`].
    pub fn locate(self, count: u64) -> Result<PageSpan, WireError> {
        let last = count.div_ceil(self.size).max(1);
        let number = match self.wanted {
            Wanted::Number(number) if (1..=last).contains(&number) => number,
            Wanted::Last => last,
            Wanted::Number(_) | Wanted::Nonsense => return Err(WireError::InvalidPage),
        };
        // Cannot overflow: pages before the last are full, so the product is below `count`.
        Ok(PageSpan { offset: (number - 1) * self.size, limit: self.size, number, last })
    }
}

impl Wanted {
    fn read(text: &str) -> Self {
        match text.trim() {
            "" => Self::Number(1),
            "last" => Self::Last,
            // No list is so long that a number beyond 64 bits names a page of it.
            text => text.parse().map_or(Self::Nonsense, Self::Number),
        }
    }
}

fn read_size(text: &str) -> u64 {
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return DEFAULT_SIZE;
    }
    match digits.parse() {
        Ok(0) => DEFAULT_SIZE,
        Ok(size) => MAX_SIZE.min(size),
        Err(_) => MAX_SIZE,
    }
}

/// The addresses around a page: `public_url` (without a final slash), `path`, and the query as it was sent, its parameters
/// sorted by key, with `page` replaced, or left out where it would be 1.
pub fn links(public_url: &str, path: &str, query: Option<&str>, span: &PageSpan) -> PageLinks {
    let mut kept: Vec<_> =
        form_urlencoded::parse(query.unwrap_or("").as_bytes()).filter(|(key, _)| key != "page").collect();
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    let at = |number: u64| {
        let before_page = kept.partition_point(|(key, _)| &**key < "page");
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        parameters.extend_pairs(&kept[..before_page]);
        if number > 1 {
            parameters.append_pair("page", &number.to_string());
        }
        parameters.extend_pairs(&kept[before_page..]);
        match parameters.finish() {
            query if query.is_empty() => format!("{public_url}{path}"),
            query => format!("{public_url}{path}?{query}"),
        }
    };
    PageLinks {
        next: (span.number < span.last).then(|| at(span.number + 1)),
        previous: (span.number > 1).then(|| at(span.number - 1)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn locate(query: &str, count: u64) -> Option<(u64, u64, u64)> {
        let span = PageRequest::from_query(Some(query)).locate(count);
        span.ok().map(|span| (span.offset, span.limit, span.number))
    }

    #[test]
    fn finds_pages() {
        assert_eq!(PageRequest::from_query(None), PageRequest::from_query(Some("")));
        for (query, count, expected) in [
            ("", 0, (0, 20, 1)),
            ("page=", 41, (0, 20, 1)),
            ("page=1", 0, (0, 20, 1)),
            ("page=last", 0, (0, 20, 1)),
            ("page=3", 41, (40, 20, 3)),
            ("page=last", 41, (40, 20, 3)),
            ("page=%202", 40, (20, 20, 2)),
            ("page=1&page=2", 40, (20, 20, 2)),
            ("page_size=1&page=2", 2, (1, 1, 2)),
            ("page_size=100", 2, (0, 100, 1)),
            ("page_size=101", 2, (0, 100, 1)),
            ("page_size=99999999999999999999999999", 2, (0, 100, 1)),
            ("page_size=0", 2, (0, 20, 1)),
            ("page_size=-5", 2, (0, 20, 1)),
            ("page_size=-99999999999999999999999999", 2, (0, 20, 1)),
            ("page_size=ten", 2, (0, 20, 1)),
            ("page_size=1.5", 2, (0, 20, 1)),
            ("page_size=", 2, (0, 20, 1)),
            ("page_size=5&page_size=10", 2, (0, 10, 1)),
            ("page=last&page_size=1", u64::MAX, (u64::MAX - 1, 1, u64::MAX)),
        ] {
            assert_eq!(locate(query, count), Some(expected), "{query} of {count}");
        }
    }

    #[test]
    fn refuses_pages_that_are_none() {
        for query in [
            "page=0",
            "page=-1",
            "page=4",
            "page=1.0",
            "page=two",
            "page=Last",
            "page=1&page=x",
            "page=%00",
            "page=%FF",
            "page=18446744073709551615",
            "page=18446744073709551616",
        ] {
            assert_eq!(PageRequest::from_query(Some(query)).locate(41), Err(WireError::InvalidPage), "{query}");
        }
    }

    fn around(query: &str, count: u64) -> (Option<String>, Option<String>) {
        let span = PageRequest::from_query(Some(query)).locate(count).unwrap();
        let links = links("https://meet.example.org", "/list/", Some(query), &span);
        (links.next, links.previous)
    }

    #[test]
    fn links_are_absolute_sorted_and_keep_the_rest() {
        let url = |text: &str| Some(format!("https://meet.example.org/list/{text}"));
        assert_eq!(around("", 20), (None, None));
        assert_eq!(around("", 21), (url("?page=2"), None));
        assert_eq!(around("page=2", 21), (None, url("")));
        assert_eq!(around("page=last&page_size=10", 30), (None, url("?page=2&page_size=10")));
        assert_eq!(
            around("z=1&page=2&b=%C3%A9+x&page_size=7&a&b=0", 30),
            (url("?a=&b=%C3%A9+x&b=0&page=3&page_size=7&z=1"), url("?a=&b=%C3%A9+x&b=0&page_size=7&z=1"))
        );
    }

    #[test]
    fn a_page_as_json() {
        let page = Page::new(1, PageLinks { next: None, previous: None }, vec!["room"]);
        let text = serde_json::to_string(&page).unwrap();
        assert_eq!(text, r#"{"count":1,"next":null,"previous":null,"results":["room"]}"#);
    }

    proptest! {
        #[test]
        fn any_query_gives_a_page_of_the_list_or_none(query in "\\PC{0,40}|(page|page_size)=[0-9+-]{0,25}", count: u64) {
            if let Ok(span) = PageRequest::from_query(Some(&query)).locate(count) {
                prop_assert!(span.offset < count.max(1));
                prop_assert!((1..=MAX_SIZE).contains(&span.limit));
                prop_assert!((1..=span.last).contains(&span.number));
                links("https://meet.example.org", "/", Some(&query), &span);
            }
        }

        #[test]
        fn following_the_links_visits_every_item_once(count in 0_u64..500, size in 1_u64..120) {
            let mut query = format!("page_size={size}");
            let mut seen = 0;
            loop {
                let span = PageRequest::from_query(Some(&query)).locate(count).unwrap();
                prop_assert_eq!(span.offset, seen);
                seen += span.limit.min(count - seen);
                match links("https://meet.example.org", "/", Some(&query), &span).next {
                    Some(next) => query = next.split_once('?').unwrap().1.to_owned(),
                    None => break,
                }
            }
            prop_assert_eq!(seen, count);
        }
    }
}
