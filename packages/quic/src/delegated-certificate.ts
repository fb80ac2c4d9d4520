import {
  bitString,
  commonName,
  ED25519,
  element,
  encodePem,
  SEQUENCE,
  SERIAL_NUMBER,
  utcTime,
  VERSION_3,
} from "./der.ts";
import { type Identity, sign } from "./identity.ts";

/** What a certificate says. */
export interface DelegatedCertificateOptions {
  /** SubjectPublicKeyInfo of the key that it certifies, DER. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** `YYMMDDHHMMSSZ`. */
  readonly notBefore: string;
  /** `YYMMDDHHMMSSZ`, before 2050. */
  readonly notAfter: string;
}

/**
 * A certificate, PEM, by which an identity vouches for a key that is not its own: for a link that speaks TLS and must
 * not have the node's key. Issuer CN = the id; everyone who knows the id can check the signature.
 */
export function createDelegatedCertificate(identity: Identity, options: DelegatedCertificateOptions): Uint8Array {
  const { subjectPublicKeyInfo, notBefore, notAfter } = options;
  const validity = element(SEQUENCE, utcTime(notBefore), utcTime(notAfter));
  const issuer = commonName(identity.id);
  const subject = commonName("flor link");
  const body = element(SEQUENCE, VERSION_3, SERIAL_NUMBER, ED25519, issuer, validity, subject, subjectPublicKeyInfo);
  return encodePem("CERTIFICATE", element(SEQUENCE, body, ED25519, bitString(sign(identity, body))));
}
