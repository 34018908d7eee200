//! Reading a file of people: CSV (RFC 4180) in UTF-8, whose first line names the columns.

use std::collections::BTreeSet;

use csv::{ByteRecord, ReaderBuilder};

use super::{Fault, ImportDefect, ImportError};
use crate::accounts::PasswordHash;
use crate::accounts::profile::Profile;
use crate::base::{EmailAddress, EmailKey, Language};

/// People in one file at most: all of them are one transaction.
const MOST: usize = 10_000;

const EMAIL: &str = "email";
const NAME: &str = "name";
const HASH: &str = "password_hash";
const ADMINISTRATOR: &str = "administrator";
const LANGUAGE: &str = "language";

/// All columns that there are.
const COLUMNS: [&str; 5] = [EMAIL, NAME, HASH, ADMINISTRATOR, LANGUAGE];

/// What some programs begin a text with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file that was read: people, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Import {
    pub(super) people: Vec<Person>,
    pub(super) defects: Vec<ImportDefect>,
}

/// A line that can be.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) line: u64,
    pub(super) email: EmailAddress,
    pub(super) name: Option<String>,
    pub(super) hash: Option<PasswordHash>,
    pub(super) administrator: bool,
    pub(super) language: Option<Language>,
}

impl Import {
    /// Reads a file. What is wrong in its lines is kept, to be told together with what accounts say to it.
    pub fn read(file: &[u8]) -> Result<Self, ImportError> {
        let file = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
        // Uneven lines are ours to tell of, with their number.
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.byte_headers().map_err(|_| ImportError::Unreadable)?.clone();
        let columns = columns(&header).map_err(ImportError::Defects)?;
        let (mut import, mut seen, mut lines) = (Self::default(), BTreeSet::new(), Lines { file, at: 0, line: 1 });
        for record in reader.byte_records() {
            let record = record.map_err(|_| ImportError::Unreadable)?;
            if import.people.len() + import.defects.len() >= MOST {
                return Err(ImportError::TooMany);
            }
            let line = lines.of(&record);
            import.take(&columns, line, &record, &mut seen);
        }
        Ok(import)
    }

    fn take(&mut self, columns: &[&'static str], line: u64, record: &ByteRecord, seen: &mut BTreeSet<EmailKey>) {
        let mut refuse = |column, code| self.defects.push(ImportDefect { line, column, code });
        if record.len() != columns.len() {
            return refuse(None, Fault::Uneven);
        }
        let texts: Option<Vec<_>> = record.iter().map(|value| std::str::from_utf8(value).ok()).collect();
        let Some(texts) = texts else { return refuse(None, Fault::NotUtf8) };
        let value = |name: &str| {
            let place = columns.iter().position(|column| *column == name);
            place.and_then(|place| texts.get(place)).map_or("", |text| text.trim())
        };
        let mut told = |column, outcome: Result<(), Fault>| {
            if let Err(code) = outcome {
                refuse(Some(column), code);
            }
        };
        let email: Option<EmailAddress> = value(EMAIL).parse().ok();
        let first = email.as_ref().map(|email| seen.insert(email.key()));
        told(EMAIL, if first.is_some() { Ok(()) } else { Err(Fault::EmailInvalid) });
        told(EMAIL, if first == Some(false) { Err(Fault::EmailTwice) } else { Ok(()) });
        let profile = Profile::parse(value(NAME), "", "").map_err(|_| Fault::Name);
        told(NAME, profile.as_ref().map(|_| ()).map_err(|fault| *fault));
        let hash = PasswordHash::import(value(HASH)).map_err(Fault::Hash);
        told(HASH, hash.as_ref().map(|_| ()).map_err(|fault| *fault));
        let administrator = truth(value(ADMINISTRATOR));
        told(ADMINISTRATOR, administrator.map(|_| ()));
        let language = spoken(value(LANGUAGE));
        told(LANGUAGE, language.map(|_| ()));
        if let (Some(email), Some(true), Ok(profile), Ok(hash), Ok(administrator), Ok(language)) =
            (email, first, profile, hash, administrator, language)
        {
            self.people.push(Person { line, email, name: profile.name, hash, administrator, language });
        }
    }
}

/// Counts lines as editors do. The reader's own count stands before the line feed of a CR LF, and before lines that are empty.
struct Lines<'a> {
    file: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins, of records in their order.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let start = record.position().map_or(0, csv::Position::byte);
        while let Some(byte) = self.file.get(self.at) {
            let before = u64::try_from(self.at).is_ok_and(|at| at < start);
            if !before && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// The names of the columns, in their order.
fn columns(header: &ByteRecord) -> Result<Vec<&'static str>, Vec<ImportDefect>> {
    let refuse = |column, code| ImportDefect { line: 1, column, code };
    let known = |name: &[u8]| {
        let name = name.trim_ascii();
        COLUMNS.into_iter().find(|column| name.eq_ignore_ascii_case(column.as_bytes()))
    };
    let (mut columns, mut defects) = (Vec::new(), Vec::new());
    for name in header {
        match known(name) {
            Some(column) if columns.contains(&column) => defects.push(refuse(Some(column), Fault::ColumnTwice)),
            Some(column) => columns.push(column),
            None => defects.push(refuse(None, Fault::ColumnUnknown)),
        }
    }
    for needed in [EMAIL, HASH] {
        if !columns.contains(&needed) {
            defects.push(refuse(Some(needed), Fault::ColumnMissing));
        }
    }
    if defects.is_empty() { Ok(columns) } else { Err(defects) }
}

fn truth(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "" | "false" | "no" | "0" => Ok(false),
        _ => Err(Fault::Administrator),
    }
}

/// The language; none of nothing.
fn spoken(text: &str) -> Result<Option<Language>, Fault> {
    if text.is_empty() { Ok(None) } else { Language::parse(text).map(Some).ok_or(Fault::Language) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Import {
        Import::read(text.as_bytes()).unwrap()
    }

    fn told(text: &str) -> Vec<(u64, Option<&'static str>, &'static str)> {
        let defects = match Import::read(text.as_bytes()) {
            Ok(import) => import.defects,
            Err(ImportError::Defects(defects)) => defects,
            Err(error) => panic!("{error}"),
        };
        defects.into_iter().map(|defect| (defect.line, defect.column, defect.code.code())).collect()
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let text = "\u{feff}Email,password_hash,name,language\r\nada@example.org,,\"Lovelace, Ada\",fr\r\n\r\n\
                    \"grace@example.org\",!unusable,,\r\n";
        let import = read(text);
        assert_eq!(import.defects, []);
        let people: Vec<_> = import.people.iter().map(|person| (person.line, person.email.as_str())).collect();
        assert_eq!(people, [(2, "ada@example.org"), (4, "grace@example.org")]);
        let ada = &import.people[0];
        assert_eq!((ada.name.as_deref(), ada.language, &ada.hash), (Some("Lovelace, Ada"), Some(Language::Fr), &None));
        assert!(!ada.administrator);
    }

    #[test]
    fn each_bad_line_is_told_by_its_number() {
        let text = "email,password_hash,administrator,language,name\n\
                    ada@example.org,,,,\n\
                    ADA@example.org,,,,\n\
                    nobody,plain-text,perhaps,de,\n\
                    x@example.org,,\n\
                    y@example.org,,,,\"two\nlines\"\n\
                    z@example.org,$6$x$y,,,\n";
        let expected = [
            (3, Some(EMAIL), "email_twice"),
            (4, Some(EMAIL), "email_invalid"),
            (4, Some(HASH), "hash_unknown"),
            (4, Some(ADMINISTRATOR), "administrator_invalid"),
            (4, Some(LANGUAGE), "language_invalid"),
            (5, None, "line_uneven"),
            (6, Some(NAME), "name_invalid"),
            (8, Some(HASH), "hash_unknown"),
        ];
        assert_eq!(told(text), expected);
    }

    #[test]
    fn the_first_line_names_the_columns() {
        assert_eq!(told(""), [(1, Some(EMAIL), "column_missing"), (1, Some(HASH), "column_missing")]);
        assert_eq!(told("email\nada@example.org\n"), [(1, Some(HASH), "column_missing")]);
        let text = "email,password_hash,password,email\n";
        assert_eq!(told(text), [(1, None, "column_unknown"), (1, Some(EMAIL), "column_twice")]);
        assert_eq!(Import::read(b"email,password_hash\n\xff,\n").unwrap().defects[0].code, Fault::NotUtf8);
    }
}
