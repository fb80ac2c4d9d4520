/** What all handshakes with one certificate share: an SSL_CTX for each role. */
import type { Credentials } from "@flor/quic";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { acceptChain, chooseProtocol } from "./tls-callbacks.ts";
import {
  addressOfBuffer,
  clientMethod,
  controlTlsContext,
  controlTlsContextText,
  freeCertificate,
  freePrivateKey,
  freeTlsContext,
  newTlsContext,
  parseCertificate,
  parsePrivateKey,
  type Pointer,
  serverMethod,
  setCiphersuites,
  setProtocolChoice,
  setTicketCount,
  setTlsOptions,
  setVerify,
  setVerifyCallback,
  useCertificate,
  usePrivateKey,
} from "./library.ts";
import { pointerAddress, writePointer } from "./slab.ts";
import { SUITES } from "./suite.ts";
import { takeReasons } from "./tls-error.ts";

/** How a provider speaks TLS. */
export interface TlsContextOptions {
  /** A certificate, or one and its issuers', PEM, and its key; only a client of strangers may have none. */
  readonly credentials?: Credentials | undefined;
  /**
   * "pinned": both ends show a certificate with an Ed25519 key, whose pin the connection checks. "strangers": a server
   * asks for none, and a client takes any; for tests against other implementations.
   */
  readonly peers: "pinned" | "strangers";
  /** Groups of the key exchange as OpenSSL names them; a client sends a share of the first. */
  readonly groups: string;
}

// openssl/ssl.h
const SET_MIN_PROTO_VERSION = 123;
const SET_MAX_PROTO_VERSION = 124;
const SET_GROUPS_LIST = 92;
const SET_SIGALGS_LIST = 98;
const SET_SESS_CACHE_MODE = 44;
const SESS_CACHE_OFF = 0;
const SET_MAX_CERT_LIST = 51;
const EXTRA_CHAIN_CERT = 14;
const VERIFY_NONE = 0;
const VERIFY_PEER = 1;
const VERIFY_FAIL_IF_NO_PEER_CERT = 2;
const TLS_1_3 = 0x0304;
const NO_TX_CERTIFICATE_COMPRESSION = 2 ** 32;
const NO_RX_CERTIFICATE_COMPRESSION = 2 ** 33;

/** A node's certificate has 300 octets; a peer's must not fill memory before its pin is checked. */
const PINNED_CERTIFICATE_MAX_OCTETS = 4096;

/**
 * Makes an SSL_CTX, which its owner frees.
 *
 * @throws Error when OpenSSL refuses the certificate, the key or the groups; the message says which
 */
export function createTlsContext(role: "client" | "server", options: TlsContextOptions): Pointer {
  const context = newTlsContext(role === "client" ? clientMethod() : serverMethod());
  if (context === 0) throw new Error(`OpenSSL has no memory for a TLS context: ${takeReasons()}`);
  try {
    configure(context, role, options);
    return context;
  } catch (error) {
    freeTlsContext(context);
    throw error;
  }
}

function configure(context: Pointer, role: "client" | "server", options: TlsContextOptions): void {
  const isPinned = options.peers === "pinned";
  demand(controlTlsContext(context, SET_MIN_PROTO_VERSION, TLS_1_3, 0), "TLS 1.3");
  demand(controlTlsContext(context, SET_MAX_PROTO_VERSION, TLS_1_3, 0), "TLS 1.3");
  demand(setCiphersuites(context, SUITES.map((suite) => suite.name).join(":")), "the cipher suites");
  demand(controlTlsContextText(context, SET_GROUPS_LIST, 0, options.groups), `the groups "${options.groups}"`);
  if (isPinned) demand(controlTlsContextText(context, SET_SIGALGS_LIST, 0, "ed25519"), "Ed25519 signatures");
  if (isPinned) controlTlsContext(context, SET_MAX_CERT_LIST, PINNED_CERTIFICATE_MAX_OCTETS, 0);
  // No resumption: it would keep state for strangers, and a session without a look at the pin.
  controlTlsContext(context, SET_SESS_CACHE_MODE, SESS_CACHE_OFF, 0);
  setTicketCount(context, 0);
  // RFC 8879: a certificate of 300 octets fits without it.
  setTlsOptions(context, NO_TX_CERTIFICATE_COMPRESSION + NO_RX_CERTIFICATE_COMPRESSION);
  setVerify(context, verifyMode(role, isPinned), 0);
  setVerifyCallback(context, acceptChain, 0);
  if (role === "server") setProtocolChoice(context, chooseProtocol, 0);
  if (options.credentials !== undefined) useCredentials(context, options.credentials);
}

function verifyMode(role: "client" | "server", isPinned: boolean): number {
  if (role === "client") return VERIFY_PEER;
  return isPinned ? VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT : VERIFY_NONE;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function useCredentials(context: Pointer, { certificatePem, keyPem }: Credentials): void {
  const [leaf, ...issuers] = Buffer.from(certificatePem).toString("latin1").match(CERTIFICATE) ?? [];
  if (leaf === undefined) throw new Error("the credentials hold no PEM certificate");
  const der = ownBuffer(new X509Certificate(leaf).raw);
  demand(useCertificate(context, der.byteLength, addressOfBuffer(der)), "the certificate");
  for (const issuer of issuers) addIssuer(context, new X509Certificate(issuer).raw);
  useKey(context, keyPem);
}

function addIssuer(context: Pointer, raw: Uint8Array): void {
  const der = ownBuffer(raw);
  writePointer(addressOfBuffer(der));
  const certificate = parseCertificate(0, pointerAddress, der.byteLength);
  // The context owns it from here on.
  if (certificate !== 0 && controlTlsContext(context, EXTRA_CHAIN_CERT, 0, certificate) === 1) return;
  if (certificate !== 0) freeCertificate(certificate);
  throw new Error(`OpenSSL refuses an issuer's certificate: ${takeReasons()}`);
}

function useKey(context: Pointer, keyPem: Uint8Array): void {
  const der = ownBuffer(createPrivateKey(Buffer.from(keyPem)).export({ type: "pkcs8", format: "der" }));
  writePointer(addressOfBuffer(der));
  const key = parsePrivateKey(0, pointerAddress, der.byteLength);
  new Uint8Array(der).fill(0);
  if (key === 0) throw new Error(`OpenSSL refuses the certificate's key: ${takeReasons()}`);
  const result = usePrivateKey(context, key);
  freePrivateKey(key);
  demand(result, "the certificate's key, which must belong to the certificate");
}

/** A copy that begins its own ArrayBuffer. */
function ownBuffer(octets: Uint8Array): ArrayBuffer {
  return new Uint8Array(octets).buffer;
}

function demand(result: number, what: string): void {
  if (result !== 1) throw new Error(`OpenSSL refuses ${what}: ${takeReasons()}`);
}
