import { encodeAscii } from "./ascii.ts";
import {
  bitString,
  commonName,
  ED25519,
  element,
  encodePem,
  generalizedTime,
  SEQUENCE,
  SERIAL_NUMBER,
  VERSION_3,
} from "./der.ts";
import { type Identity, sign, type Signer } from "./identity.ts";
import { encodeKeyFile } from "./key-file.ts";

/** What TLS needs of a node: a self-signed certificate and its key, PEM. */
export interface Credentials {
  readonly certificatePem: Uint8Array;
  /** Secret. */
  readonly keyPem: Uint8Array;
}

/**
 * The certificate of an identity, self-signed (RFC 5280, RFC 8410), subject CN = its id, and its key.
 *
 * @param signer signs with the identity's key. @default the portable one, which takes 60 ms the first time
 */
export function createCredentials(identity: Identity, signer?: Signer): Credentials {
  return {
    certificatePem: encodePem("CERTIFICATE", encodeCertificate(identity, signer)),
    keyPem: encodeAscii(encodeKeyFile(identity)),
  };
}

// Nobody checks the dates: the pin is the identity, and a node without a clock must still come up.
const VALIDITY = element(SEQUENCE, generalizedTime("20200101000000Z"), generalizedTime("99991231235959Z"));

/** The certificate of an identity, DER. */
// Every field of a node's certificate is fixed or its key, so thirty lines stand in for an ASN.1 library.
export function encodeCertificate(
  identity: Identity,
  signer: Signer = (message) => sign(identity, message),
): Uint8Array {
  const name = commonName(identity.id);
  const publicKey = element(SEQUENCE, ED25519, bitString(identity.publicKey));
  const body = element(SEQUENCE, VERSION_3, SERIAL_NUMBER, ED25519, name, VALIDITY, name, publicKey);
  return element(SEQUENCE, body, ED25519, bitString(signer(body)));
}
