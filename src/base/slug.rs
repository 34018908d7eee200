//! Forms of a name that are compared, ordered and shown in addresses. Computed here, never by the database, so that
//! SQLite and PostgreSQL answer alike.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form by which names are ordered and searched: without case and accents, white space folded.
pub fn name_key(name: &str) -> String {
    let folded: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pattern for `LIKE … ESCAPE '\'` that finds `text` anywhere in a [`name_key`].
pub fn search_key(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in name_key(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The address form of a name: `[a-z0-9-]`, at most `length` characters; empty when nothing of the name is left.
pub fn slug_of(name: &str, length: usize) -> String {
    let mut slug = String::new();
    for c in name_key(name).chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'œ' => slug.push_str("oe"),
            'æ' => slug.push_str("ae"),
            'ß' => slug.push_str("ss"),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(length);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_accents_and_extra_blanks() {
        assert_eq!(name_key("  Réunion   d’ÉTÉ "), "reunion d’ete");
        assert_eq!(search_key("50%_a"), "%50\\%\\_a%");
    }

    #[test]
    fn slugs_are_ascii() {
        assert_eq!(slug_of("L’Œuvre — Été 2026!", 50), "l-oeuvre-ete-2026");
        assert_eq!(slug_of("日本", 50), "");
        assert_eq!(slug_of("a b", 2), "a");
    }
}
