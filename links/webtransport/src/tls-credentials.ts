import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createDelegatedCertificate, createIdentity, type Identity } from "@flor/quic/identity";

/** What a TLS server needs, PEM. */
export interface TlsCredentials {
  readonly certificatePem: string;
  /** Secret. */
  readonly keyPem: string;
}

const DAY_MS = 86_400_000;
/** Browsers accept a pinned certificate for two weeks at most, and so does the library. */
const VALID_MS = 13 * DAY_MS;
/** Clocks differ. */
const BACKDATED_MS = DAY_MS;
/** A link that has run for this long asks for new credentials, by restarting. */
export const CREDENTIALS_RENEWAL_MS: number = 8 * DAY_MS;

/** A new key, and a certificate by which `identity` vouches for it for the next 12 days. */
export function createTlsCredentials(identity: Identity): TlsCredentials {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const notBefore = Date.now() - BACKDATED_MS;
  const certificate = createDelegatedCertificate(identity, {
    subjectPublicKeyInfo: publicKey.export({ type: "spki", format: "der" }),
    notBefore: utcTime(notBefore),
    notAfter: utcTime(notBefore + VALID_MS),
  });
  return {
    certificatePem: new TextDecoder().decode(certificate),
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** Credentials for which nobody vouches: others must be told the certificate's hash. */
export function createAnonymousCredentials(): TlsCredentials {
  return createTlsCredentials(createIdentity(new Uint8Array(randomBytes(32))));
}

/** `YYMMDDHHMMSSZ`. */
function utcTime(time: number): string {
  return `${new Date(time).toISOString().replaceAll(/\D/g, "").slice(2, 14)}Z`;
}
