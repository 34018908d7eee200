//! What is wrong with a file of people. None of it repeats what stands in the file: that may be a hash, or somebody's address.

use serde::Serialize;

use crate::accounts::HashDefect;
use crate::base::StoreError;

/// What is wrong in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A column that every file has is not there.
    #[error("the column is missing; the first line names the columns, and email and password_hash are among them")]
    ColumnMissing,
    /// A column means nothing here.
    #[error("there is no such column; there are email, name, password_hash, administrator and language")]
    ColumnUnknown,
    /// A column stands there twice.
    #[error("the column stands here twice")]
    ColumnTwice,
    /// The line has more or fewer values than there are columns.
    #[error("the line has not as many values as there are columns")]
    Uneven,
    /// The line is no text.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// The address is none.
    #[error("this is no e-mail address")]
    EmailInvalid,
    /// The address stands in a line before.
    #[error("the address stands in a line before this one")]
    EmailTwice,
    /// The address is an account's.
    #[error("another account has this e-mail address; --skip-existing leaves such lines out")]
    EmailTaken,
    /// The name cannot be.
    #[error("a name has at most 200 characters, in one line")]
    Name,
    /// Neither yes nor no.
    #[error("write true or false")]
    Administrator,
    /// A language that is not spoken here.
    #[error("write en or fr, or nothing")]
    Language,
    /// The hash is not taken.
    #[error(transparent)]
    Hash(HashDefect),
}

impl Fault {
    /// A stable word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ColumnMissing => "column_missing",
            Self::ColumnUnknown => "column_unknown",
            Self::ColumnTwice => "column_twice",
            Self::Uneven => "line_uneven",
            Self::NotUtf8 => "line_not_utf8",
            Self::EmailInvalid => "email_invalid",
            Self::EmailTwice => "email_twice",
            Self::EmailTaken => "email_taken",
            Self::Name => "name_invalid",
            Self::Administrator => "administrator_invalid",
            Self::Language => "language_invalid",
            Self::Hash(defect) => defect.code(),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportDefect {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column, where it is one's.
    pub column: Option<&'static str>,
    /// What.
    pub code: Fault,
}

/// Why nobody was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// These lines cannot be.
    #[error("{} of the file cannot be imported, so nothing was", lines(.0.len()))]
    Defects(Vec<ImportDefect>),
    /// The file is no table.
    #[error("the file cannot be read as CSV")]
    Unreadable,
    /// More than one transaction should hold.
    #[error("a file has at most 10,000 people: divide it")]
    TooMany,
    /// Somebody made an account for one of the addresses at this moment.
    #[error("somebody else made accounts at this moment, so nothing was imported: try again")]
    Raced,
    /// Not a failure: it was to be tried only.
    #[error("it was tried only")]
    Rehearsed(super::Imported),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Unique(_)) { Self::Raced } else { Self::Store(error) }
    }
}

fn lines(count: usize) -> String {
    if count == 1 { "one line".to_owned() } else { format!("{count} lines") }
}
