//! Tokens made elsewhere: verified, decrypted and checked by what is configured, never by what they say of themselves.
//!
//! Nothing here fetches or stores: keys, expectations and the present moment come in; claims or a [`Defect`] go out.
//!
//! | what | where |
//! |---|---|
//! | a peer's public keys | [`JwkSet`] |
//! | signatures | [`verify`], [`verify_claims`], [`verify_nested_claims`] |
//! | encryption for us | [`Decryption`], [`PrivateKey`] |
//! | OpenID Connect | [`verify_id_token`], [`verify_user_info`], [`verify_logout_token`] |
//! | what a token is worth | [`verify_introspection`] |
//! | who we are | [`ClientAssertion`] |

mod claims;
mod client_assertion;
mod content;
mod curve;
mod defect;
mod id_token;
mod introspection;
mod jwe;
mod jwk;
mod jwk_set;
mod jws;
mod key_management;
mod key_metadata;
mod logout_token;
mod nested;
mod private_key;
mod published;
mod user_info;
mod weak_rsa;

pub use claims::RelyingParty;
pub use client_assertion::{CLIENT_ASSERTION_TYPE, ClientAssertion};
pub use defect::Defect;
pub use id_token::{IdTokenClaims, IdTokenRules, verify_id_token};
pub use introspection::{ActiveToken, Introspection, IntrospectionRules, verify_introspection};
pub use jwe::Decryption;
pub use jwk::Jwk;
pub use jwk_set::{JwkSet, JwkSetError};
pub use jws::{SharedSecret, Signer, TokenType, verify, verify_claims};
pub use logout_token::{LogoutToken, LogoutTokenRules, verify_logout_token};
pub use nested::verify_nested_claims;
pub use private_key::{PrivateKey, PrivateKeyError};
pub use published::PublishedJwk;
pub use user_info::{UserInfoRules, verify_user_info};

#[cfg(test)]
mod arbitrary_tests;
#[cfg(test)]
mod id_token_tests;
#[cfg(test)]
mod introspection_tests;
#[cfg(test)]
mod jwe_tests;
#[cfg(test)]
mod jwk_set_tests;
#[cfg(test)]
mod jws_tests;
#[cfg(test)]
mod logout_token_tests;
#[cfg(test)]
mod private_key_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod user_info_tests;
