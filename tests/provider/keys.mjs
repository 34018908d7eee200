// The keys that the provider signs with.

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** By key type (RFC 7518 §6.1, RFC 8037 §2): RSA signs RS256 and PS256, EC ES256, OKP EdDSA. */
const KINDS = {
  RSA: () => generate("rsa", { modulusLength: 2048 }),
  EC: () => generate("ec", { namedCurve: "P-256" }),
  OKP: () => generate("ed25519"),
};

/** A new private key of each of these types, as JWKs (RFC 7517). The library names them by their thumbprints. */
export async function newKeys(types = Object.keys(KINDS)) {
  const pairs = await Promise.all(types.map((type) => KINDS[type]()));
  return pairs.map(({ privateKey }) => ({ ...privateKey.export({ format: "jwk" }), use: "sig" }));
}
