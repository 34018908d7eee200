//! SIRET numbers: which establishment of which organisation, as the French register counts them.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits of a SIRET: nine of the SIREN, then five of the establishment, the last of which is a check digit.
const LENGTH: usize = 14;
const SIREN: usize = 9;

/// La Poste numbered its establishments by a rule of its own.
const LA_POSTE: &str = "356000000";

/// Passes every check and belongs to nobody.
const RESERVED: &str = "00000000000000";

/// A SIRET: 14 ASCII digits, never the reserved `00000000000000`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Siret(String);

/// Why a text is no SIRET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSiret {
    /// It has not 14 digits, or something else than digits.
    #[error("a SIRET has 14 digits")]
    Format,
    /// It is the one that stands for no organisation.
    #[error("00000000000000 is reserved")]
    Reserved,
    /// It is mistyped: its check digits do not fit.
    #[error("the check digits of this SIRET do not fit")]
    Checksum,
}

impl Siret {
    /// Reads 14 ASCII digits, with blanks (U+0020, U+00A0, U+202F) and dots between them as people write them. Its check digits may
    /// be wrong: for what a provider says, and for numbers that others have accepted.
    pub fn parse(text: &str) -> Result<Self, InvalidSiret> {
        let digits: String = text.chars().filter(|char| !matches!(char, ' ' | '\u{a0}' | '\u{202f}' | '.')).collect();
        if digits.len() != LENGTH || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidSiret::Format);
        }
        if digits == RESERVED {
            return Err(InvalidSiret::Reserved);
        }
        Ok(Self(digits))
    }

    /// The same, and its check digits fit: for what people type.
    pub fn parse_checked(text: &str) -> Result<Self, InvalidSiret> {
        let siret = Self::parse(text)?;
        if siret.is_checked() { Ok(siret) } else { Err(InvalidSiret::Checksum) }
    }

    /// Whether its check digits fit: Luhn's formula over the SIREN and over all of it; for La Poste, instead of the latter, a sum
    /// that five divides.
    pub fn is_checked(&self) -> bool {
        let la_poste = self.siren() == LA_POSTE && digits(&self.0).sum::<u32>() % 5 == 0;
        luhn(self.siren()) && (luhn(&self.0) || la_poste)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first nine digits: the organisation as a whole.
    pub fn siren(&self) -> &str {
        &self.0[..SIREN]
    }

    /// As people read it, in groups of three, three, three and five, which do not break.
    pub fn shown(&self) -> String {
        let digits = &self.0;
        format!("{}\u{a0}{}\u{a0}{}\u{a0}{}", &digits[..3], &digits[3..6], &digits[6..SIREN], &digits[SIREN..])
    }
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.bytes().map(|byte| u32::from(byte - b'0'))
}

/// Luhn's formula (ISO/IEC 7812-1, annex B).
fn luhn(text: &str) -> bool {
    let weigh = |(place, digit): (usize, u32)| match (place % 2, digit * 2) {
        (0, _) => digit,
        (_, double) if double > 9 => double - 9,
        (_, double) => double,
    };
    digits(text).rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// As [`Siret::parse`] reads it.
impl FromStr for Siret {
    type Err = InvalidSiret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Siret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Siret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

// The ORM asks this of every primary key; a SIRET never comes from a counter.
impl sea_orm::TryFromU64 for Siret {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("Siret"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, Luhn over all of it, Luhn over the SIREN, whether it is accepted.
    const VECTORS: [(&str, bool, bool, bool); 12] = [
        ("73282932000074", true, true, true),
        ("44229377500031", true, true, true),
        ("13002526500013", true, true, true),
        ("11002001300097", true, true, true),
        ("21630215800011", true, true, true),
        ("21770138200012", true, true, true),
        ("35600000000048", true, true, true),
        ("35600000009075", false, true, true),
        ("73282932000079", false, true, false),
        ("11122233344441", false, false, false),
        ("60487647500499", false, false, false),
        ("65701934700404", false, false, false),
    ];

    #[test]
    fn check_digits() {
        for (text, whole, siren, accepted) in VECTORS {
            let siret = Siret::parse(text).unwrap();
            assert_eq!((luhn(text), luhn(siret.siren())), (whole, siren), "{text}");
            assert_eq!(Siret::parse_checked(text).is_ok(), accepted, "{text}");
        }
        assert_eq!(Siret::parse_checked("73282932000079"), Err(InvalidSiret::Checksum));
    }

    #[test]
    fn the_rule_of_la_poste_is_for_la_poste() {
        let fives = |text| digits(text).sum::<u32>() % 5;
        assert_eq!((fives("35600000000048"), fives("35600000009075")), (1, 0));
        // The sum of another organisation's digits says nothing.
        assert_eq!(fives("73282932000077"), 0);
        assert_eq!(Siret::parse_checked("73282932000077"), Err(InvalidSiret::Checksum));
    }

    #[test]
    fn the_reserved_one_is_nobodys() {
        assert!(luhn(RESERVED));
        for text in [RESERVED, "000 000 000 00000"] {
            assert_eq!(Siret::parse(text), Err(InvalidSiret::Reserved), "{text}");
            assert_eq!(Siret::parse_checked(text), Err(InvalidSiret::Reserved), "{text}");
        }
        assert!(serde_json::from_str::<Siret>(&format!("\"{RESERVED}\"")).is_err());
    }

    #[test]
    fn written_as_people_write_it() {
        let siret = Siret::parse("73282932000074").unwrap();
        for text in ["732 829 320 00074", "732\u{a0}829\u{202f}320 00074", " 732.829.320.00074 ", &siret.shown()] {
            assert_eq!(Siret::parse_checked(text), Ok(siret.clone()), "{text:?}");
        }
        assert_eq!(siret.shown(), "732\u{a0}829\u{a0}320\u{a0}00074");
        assert_eq!((siret.to_string().as_str(), siret.siren()), ("73282932000074", "732829320"));
    }

    #[test]
    fn everything_else_is_none() {
        let texts = [
            "",
            "7328293200007",
            "732829320000740",
            "7328293200007a",
            "-7328293200007",
            "73282932\n000074",
            // Digits of other scripts are none: superscript, Arabic-Indic, fullwidth.
            "7328293200007²",
            "٧٣٢٨٢٩٣٢٠٠٠٠٧٤",
            "７３２８２９３２００００７４",
        ];
        for text in texts {
            assert_eq!(Siret::parse(text), Err(InvalidSiret::Format), "{text:?}");
        }
    }
}
