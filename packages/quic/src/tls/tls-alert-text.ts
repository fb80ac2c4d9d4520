/** Alerts of RFC 8446 section 6.2 that connections between nodes meet, and what to do about them. */
const TEXTS: Readonly<Record<number, string>> = {
  10: "the peer sent a TLS message out of its order: one of both ends has a fault, or an older flor",
  40: "TLS found no parameters that both ends can use: compare the versions of flor and of OpenSSL at both ends",
  42: "the peer's certificate cannot be read: it may not be a node of flor",
  43: "the peer's certificate has a key that is not Ed25519: it may not be a node of flor",
  47: "the peer sent TLS parameters that contradict each other: one of both ends has a fault",
  50: "a TLS message of the peer cannot be decoded: something on the path answers in its place, or one end has a fault",
  51: "a signature of the TLS handshake is wrong: the peer does not hold the key of its certificate",
  70: "the peer speaks another version of TLS: flor needs 1.3 at both ends",
  80: "TLS failed for a reason of its own: look at the log of the end that says so",
  109: "the peer left out a TLS extension that QUIC needs: it may not speak QUIC",
  116: "the peer showed no certificate: nodes must, clients of the web do not",
  120: "the peer speaks no protocol that we offer: it may not be a node of flor, or of another version",
};

/** What a TLS alert means, and what to do, for logs and the reason of a close. */
export function tlsAlertText(alert: number): string {
  return `TLS alert ${alert}: ${TEXTS[alert] ?? "the handshake failed; RFC 8446 section 6 has the number's meaning"}`;
}
