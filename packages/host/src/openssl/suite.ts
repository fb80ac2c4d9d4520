/** The AEADs of RFC 9001 section 5.3, as OpenSSL names them. */
import { fetchCipher, OpensslUnusable, type Pointer } from "./library.ts";

/** One suite of TLS 1.3 for QUIC. */
export interface Suite {
  /** RFC 8446 appendix B.4. */
  readonly number: number;
  readonly name: string;
  readonly hash: "sha256" | "sha384";
  readonly keyOctets: 16 | 32;
  /** Whether header protection is ChaCha20's, RFC 9001 section 5.4.4, instead of AES'. */
  readonly isChaCha: boolean;
  readonly packetCipher: Pointer;
  readonly headerCipher: Pointer;
  /** Packets, RFC 9001 section 6.6. */
  readonly confidentialityLimit: number;
  /** Packets, RFC 9001 section 6.6. */
  readonly integrityLimit: number;
}

const AES_LIMITS = { confidentialityLimit: 2 ** 23, integrityLimit: 2 ** 52 } as const;
// No limit that a packet number would not reach first.
const CHACHA_LIMITS = { confidentialityLimit: Number.MAX_SAFE_INTEGER, integrityLimit: 2 ** 36 } as const;

export const AES_128: Suite = {
  number: 0x1301,
  name: "TLS_AES_128_GCM_SHA256",
  hash: "sha256",
  keyOctets: 16,
  isChaCha: false,
  packetCipher: cipher("AES-128-GCM"),
  headerCipher: cipher("AES-128-ECB"),
  ...AES_LIMITS,
};

const AES_256: Suite = {
  number: 0x1302,
  name: "TLS_AES_256_GCM_SHA384",
  hash: "sha384",
  keyOctets: 32,
  isChaCha: false,
  packetCipher: cipher("AES-256-GCM"),
  headerCipher: cipher("AES-256-ECB"),
  ...AES_LIMITS,
};

const CHACHA: Suite = {
  number: 0x1303,
  name: "TLS_CHACHA20_POLY1305_SHA256",
  hash: "sha256",
  keyOctets: 32,
  isChaCha: true,
  packetCipher: cipher("ChaCha20-Poly1305"),
  headerCipher: cipher("ChaCha20"),
  ...CHACHA_LIMITS,
};

/** In the order in which they are offered. */
export const SUITES: readonly Suite[] = [AES_128, CHACHA, AES_256];

/** The suite with a number of TLS, or `undefined`. */
export function suiteNumbered(number: number): Suite | undefined {
  return SUITES.find((suite) => suite.number === number);
}

function cipher(name: string): Pointer {
  const found = fetchCipher(0, name, null);
  if (found === 0) throw new OpensslUnusable(name, process.versions.openssl);
  return found;
}
