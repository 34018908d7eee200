//! Networks from which an application may be used.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use sea_orm::DeriveValueType;
use serde::{Serialize, Serializer};

/// Networks, each once and in order; none is everywhere. As text they are separated by blanks, commas or semicolons.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Networks(Vec<IpNet>);

/// A word that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// Neither an address nor a network.
    #[error("{0:?} is no network; write 192.0.2.0/24, 2001:db8::/32 or a single address")]
    Syntax(String),
    /// An address inside a network, which may be a slip: the network itself is asked for.
    #[error("{given} lies inside a network; write {network} or a single address")]
    Inside {
        /// As it was given.
        given: String,
        /// The network around it.
        network: IpNet,
    },
}

impl Networks {
    /// Whether a request may come from `address`.
    pub fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether every address is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The networks, in order.
    pub fn iter(&self) -> impl Iterator<Item = IpNet> + '_ {
        self.0.iter().copied()
    }

    /// One network out of its text: a prefix (RFC 4632 §3.1) or a single address.
    pub fn parse_one(word: &str) -> Result<IpNet, InvalidNetwork> {
        let syntax = || InvalidNetwork::Syntax(word.to_owned());
        let network = match word.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address.to_canonical()),
            Err(_) => canonical(word.parse().map_err(|_| syntax())?),
        };
        if network.addr() == network.network() {
            Ok(network)
        } else {
            Err(InvalidNetwork::Inside { given: word.to_owned(), network: network.trunc() })
        }
    }
}

/// An IPv4 network that is written as part of IPv6 (RFC 4291 §2.5.5.2) is the IPv4 network: so are addresses compared.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(six) = network else { return network };
    let four = six.addr().to_ipv4_mapped().zip(six.prefix_len().checked_sub(96));
    let four = four.and_then(|(address, length)| IpNet::new(address.into(), length).ok());
    four.unwrap_or(network)
}

impl FromIterator<IpNet> for Networks {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        let mut list: Vec<_> = networks.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        Self(list)
    }
}

impl FromStr for Networks {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        words.filter(|word| !word.is_empty()).map(Self::parse_one).collect()
    }
}

/// Separated by blanks; a network of one address is written as the address.
impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{}", shown(*network))?;
        }
        Ok(())
    }
}

impl Serialize for Networks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|network| shown(*network)))
    }
}

fn shown(network: IpNet) -> String {
    if network.prefix_len() == network.max_prefix_len() { network.addr().to_string() } else { network.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(text: &str) -> Networks {
        text.parse().unwrap()
    }

    #[test]
    fn they_are_read_in_every_form_and_written_in_one() {
        let text = "203.0.113.7; 10.0.0.0/8,\n2001:db8::/32 10.0.0.0/8 ::ffff:192.0.2.0/120 198.51.100.4/32";
        assert_eq!(networks(text).to_string(), "10.0.0.0/8 192.0.2.0/24 198.51.100.4 203.0.113.7 2001:db8::/32");
        assert_eq!(networks(&networks(text).to_string()), networks(text));
        assert_eq!(serde_json::to_string(&networks("::1 10.0.0.0/8")).unwrap(), r#"["10.0.0.0/8","::1"]"#);
        assert!(networks(" \n").is_empty());
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["example.org", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "1", "10.0.0.0/", "*"] {
            let error = wrong.parse::<Networks>().unwrap_err();
            assert_eq!(error, InvalidNetwork::Syntax(wrong.to_owned()));
        }
        let error = "10.0.0.1/8".parse::<Networks>().unwrap_err();
        assert_eq!(error.to_string(), "10.0.0.1/8 lies inside a network; write 10.0.0.0/8 or a single address");
    }

    #[test]
    fn addresses_are_compared_as_what_they_are() {
        let some = networks("10.0.0.0/8 2001:db8::/32");
        for (address, allowed) in [
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("11.0.0.1", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("::10.0.0.1", false),
        ] {
            assert_eq!(some.allow(address.parse().unwrap()), allowed, "{address}");
        }
        assert!(Networks::default().allow("192.0.2.1".parse().unwrap()));
        // Every IPv4 address is not every address.
        assert!(!networks("0.0.0.0/0").allow("::1".parse().unwrap()));
    }
}
