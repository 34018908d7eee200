//! Which RSA keys are not trusted.

/// Accepted lengths of the modulus, in bits (RFC 7518 §3.3 has the lower one).
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The public exponent has at most this many octets; every usual one has fewer.
const EXPONENT_OCTETS: usize = 4;

/// The odd primes up to 167.
const SMALL_PRIMES: [u64; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether modulus and exponent (big-endian, without leading zeros) are worth using: long enough, odd, no exponent 1, and not
/// out of a card whose keys can be computed.
pub(super) fn is_acceptable(modulus: &[u8], exponent: &[u8]) -> bool {
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    MODULUS_BITS.contains(&bits)
        && odd(modulus)
        && odd(exponent)
        && exponent != [1]
        && exponent.len() <= EXPONENT_OCTETS
        && !is_roca(modulus)
}

/// The fingerprint of CVE-2017-15361: the primes of an affected key are powers of 65537 modulo all small primes, hence so is
/// their product. For a sound key that is as likely as a wrong guess of a 100-bit number.
fn is_roca(modulus: &[u8]) -> bool {
    SMALL_PRIMES.iter().all(|&prime| {
        let rest = modulus.iter().fold(0, |rest, &octet| (rest * 256 + u64::from(octet)) % prime);
        let mut power = 1;
        // The powers repeat after fewer than `prime` steps.
        (0..prime).any(|_| {
            let found = power == rest;
            power = power * 65537 % prime;
            found
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const F4: &[u8] = &[1, 0, 1];

    /// An odd number of `bits` bits that is no power of 65537 modulo 3 (a multiple of 3).
    fn modulus(bits: usize) -> Vec<u8> {
        let mut octets = vec![0; bits.div_ceil(8)];
        octets[0] = 1 << ((bits - 1) % 8);
        let last = octets.len() - 1;
        octets[last] = 1;
        while octets.iter().map(|&octet| u32::from(octet)).sum::<u32>() % 3 != 0 {
            octets[last] += 2;
        }
        octets
    }

    #[test]
    fn length_and_exponent() {
        assert!(is_acceptable(&modulus(2048), F4));
        assert!(is_acceptable(&modulus(2049), &[3]));
        assert!(is_acceptable(&modulus(8192), F4));
        assert!(!is_acceptable(&modulus(2047), F4));
        assert!(!is_acceptable(&modulus(1024), F4));
        assert!(!is_acceptable(&modulus(8193), F4));
        assert!(!is_acceptable(&modulus(2048), &[1]));
        assert!(!is_acceptable(&modulus(2048), &[4]));
        assert!(!is_acceptable(&modulus(2048), &[1, 0, 0, 0, 1]));
        assert!(!is_acceptable(&modulus(2048), &[]));
        assert!(!is_acceptable(&[], F4));
        let mut even = modulus(2048);
        even[255] &= 0xfe;
        assert!(!is_acceptable(&even, F4));
    }

    #[test]
    fn a_power_of_65537_is_found() {
        // 65537^128 is odd, has 2049 bits, and is what the fingerprint looks for.
        let mut number = vec![1u8];
        for _ in 0..128 {
            let mut shifted = number.clone();
            shifted.extend([0, 0]);
            let mut carry = 0;
            for at in 0..shifted.len() {
                let back = shifted.len() - 1 - at;
                let other = number.len().checked_sub(at + 1).map_or(0, |index| number[index]);
                let sum = u16::from(shifted[back]) + u16::from(other) + carry;
                shifted[back] = u8::try_from(sum & 0xff).unwrap();
                carry = sum >> 8;
            }
            assert_eq!(carry, 0);
            number = shifted;
        }
        assert!(is_roca(&number));
        assert!(!is_acceptable(&number, F4));
    }
}
