//! The NIST curves (RFC 7518 §6.2.1.1).

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use serde_json::{Map, Value};

use crate::jose::encoding::decode;

/// A curve by its JOSE name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The value of `crv`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The octets of a coordinate, and of a private key.
    pub(super) const fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Elliptic-curve Diffie-Hellman on it.
    pub(super) const fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.name() == name)
    }
}

/// A public point as SEC 1 §2.3.3 writes it: 04, then both coordinates at full length. Whether it lies on the curve is checked
/// where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) curve: Curve,
    pub(super) uncompressed: Vec<u8>,
}

impl Point {
    /// Reads `kty`, `crv`, `x` and `y` of a JWK; the coordinates have their full length (RFC 7518 §6.2.1.2).
    pub(super) fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name)?.as_str();
        if text("kty")? != "EC" {
            return None;
        }
        let curve = Curve::named(text("crv")?)?;
        let (x, y) = (decode(text("x")?)?, decode(text("y")?)?);
        if x.len() != curve.octets() || y.len() != curve.octets() {
            return None;
        }
        Some(Self { curve, uncompressed: [&[4], x.as_slice(), y.as_slice()].concat() })
    }

    /// Both coordinates.
    pub(super) fn coordinates(&self) -> (&[u8], &[u8]) {
        let coordinates = self.uncompressed.get(1..).unwrap_or_default();
        coordinates.split_at_checked(self.curve.octets()).unwrap_or_default()
    }
}
