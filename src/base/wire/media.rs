//! Media types: the ones a body may have, and how a header that lists them is taken apart.

/// A media type that a body may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` (RFC 7578).
    Multipart,
}

impl Media {
    /// Type and subtype in lower case.
    pub const fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }

    /// Which of `taken` the content type names; case and parameters make no difference (RFC 9110 §8.3.1).
    pub(super) fn of(content_type: &str, taken: &[Self]) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or("").trim();
        taken.iter().copied().find(|media| media.essence().eq_ignore_ascii_case(essence))
    }
}

/// The pieces of `text` between separators that do not stand in a quoted string (RFC 9110 §5.6.4), trimmed.
pub(super) fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c => return c == separator && !quoted,
        }
        false
    })
    .map(str::trim)
}
