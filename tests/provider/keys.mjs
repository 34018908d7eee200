// The keys that the provider signs with.

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** By key type (RFC 7518 §6.1, RFC 8037 §2), with the algorithm that it is for; RSA signs PS256 as well. */
const TYPES = {
  RSA: { algorithm: "RS256", make: () => generate("rsa", { modulusLength: 2048 }) },
  EC: { algorithm: "ES256", make: () => generate("ec", { namedCurve: "P-256" }) },
  OKP: { algorithm: "EdDSA", make: () => generate("ed25519") },
};

/** What is signed with unless a client says otherwise: the algorithm of the first of these types. */
export function usualAlgorithm([first] = ["RSA"]) {
  return TYPES[first].algorithm;
}

/** A new private key of each of these types, as JWKs (RFC 7517). The library names them by their thumbprints. */
export async function newKeys(types = Object.keys(TYPES)) {
  const pairs = await Promise.all(types.map((type) => TYPES[type].make()));
  return pairs.map(({ privateKey }) => ({ ...privateKey.export({ format: "jwk" }), use: "sig" }));
}
