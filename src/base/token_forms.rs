//! How tokens made elsewhere are signed and encrypted: the names that settings and verification share.

macro_rules! named {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $about:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $about])+ $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in settings, headers and keys.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The one of that name; case counts (RFC 7515 §4.1.1).
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }
    };
}

named! {
    /// What a peer signs its tokens with: `alg` of a JWS (RFC 7518 §3.1, RFC 8037 §3.1).
    SignatureAlgorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256 and MGF1 with SHA-256.
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// Ed25519.
        EdDsa = "EdDSA",
        /// HMAC with SHA-256 under the client secret.
        Hs256 = "HS256",
    }
}

named! {
    /// How the content key of an encrypted token reaches us: `alg` of a JWE (RFC 7518 §4.1).
    KeyManagementAlgorithm {
        /// RSAES-OAEP with SHA-1 and MGF1 with SHA-1.
        RsaOaep = "RSA-OAEP",
        /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
        RsaOaep256 = "RSA-OAEP-256",
        /// ECDH-ES; the agreed key is the content key.
        EcdhEs = "ECDH-ES",
        /// ECDH-ES; the agreed key unwraps the content key with AES-256 Key Wrap.
        EcdhEsA256Kw = "ECDH-ES+A256KW",
    }
}

named! {
    /// What the content of an encrypted token is encrypted with: `enc` of a JWE (RFC 7518 §5.1). Each takes a content key of
    /// 256 bits.
    ContentEncryption {
        /// AES-GCM with a 256-bit key.
        A256Gcm = "A256GCM",
        /// AES-128-CBC and HMAC-SHA-256, truncated to 128 bits.
        A128CbcHs256 = "A128CBC-HS256",
    }
}

named! {
    /// In which form UserInfo must come (OpenID Connect Core 1.0 §5.3.2).
    UserInfoForm {
        /// Plain JSON.
        Json = "json",
        /// A JWS.
        Signed = "signed",
        /// A JWE, around a JWS when a signature algorithm is configured, else around JSON.
        Encrypted = "encrypted",
        /// Whichever of them comes, as far as it is configured how to verify and to decrypt it.
        Any = "any",
    }
}

named! {
    /// In which form a provider must answer what a token is worth.
    IntrospectionForm {
        /// Plain JSON (RFC 7662).
        Json = "json",
        /// A JWS (RFC 9701).
        Signed = "signed",
        /// A JWE around a JWS (RFC 9701).
        Encrypted = "encrypted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for algorithm in SignatureAlgorithm::ALL {
            assert_eq!(SignatureAlgorithm::parse(algorithm.as_str()), Some(*algorithm));
        }
        assert_eq!(SignatureAlgorithm::parse("none"), None);
        assert_eq!(SignatureAlgorithm::parse("rs256"), None);
        assert_eq!(KeyManagementAlgorithm::parse("RSA1_5"), None);
        assert_eq!(ContentEncryption::parse("A256GCM"), Some(ContentEncryption::A256Gcm));
        assert_eq!(UserInfoForm::parse("any"), Some(UserInfoForm::Any));
    }
}
