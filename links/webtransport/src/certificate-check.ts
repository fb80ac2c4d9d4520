/**
 * Whether the certificate at the other end is good, before anything is said to it.
 *
 * The neighbour's id is an Ed25519 key. Its node signs the key of its link, so that the id is the pin: no authority, no
 * hash to be copied. Certificates of authorities are good as well, for servers behind which a web server or a load
 * balancer ends TLS. In neither case is anything entrusted to TLS but what an observer may learn: identity and secrecy
 * of what is carried stay with QUIC above.
 */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { parseNodeId } from "@flor/quic/identity";
import { explainDial } from "@flor/stream-carrier";
import type { WebtransportAddress } from "./webtransport-address.ts";

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the key. */
const SPKI_HEADER = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/**
 * The SHA-256 to pin, or `undefined` when an authority vouches for the certificate.
 *
 * @param peer the neighbour's id
 * @throws Error that says what is wrong with the certificate
 */
export async function certificateToPin(
  address: WebtransportAddress,
  peer: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { certificate, isAuthorized } = await fetchCertificate(address, signal);
  const hash = createHash("sha256").update(certificate.raw).digest();
  if (address.certificateHash !== undefined) {
    if (hash.equals(address.certificateHash)) return hash;
    throw new Error(`its certificate is not the one that the address demands: its SHA-256 is ${hash.toString("hex")}`);
  }
  const key = keyOf(peer);
  if (key !== undefined && isSignedBy(certificate, key)) return hash;
  if (isAuthorized) return undefined;
  throw new Error("its certificate is signed neither by the neighbour's node nor by an authority");
}

/** What is said of a listener that does not answer like a web server. */
const NO_TLS = "it does not speak TLS, so it is not a webtransport link";

interface FetchedCertificate {
  readonly certificate: X509Certificate;
  readonly isAuthorized: boolean;
}

async function fetchCertificate({ host, port }: WebtransportAddress, signal: AbortSignal): Promise<FetchedCertificate> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket: TLSSocket = connect({ host, port, ALPNProtocols: ["h2"], rejectUnauthorized: false, ...servername });
  try {
    await once(socket, "connect", { signal });
    await once(socket, "secureConnect", { signal }).catch((error: Error) => {
      throw signal.aborted ? error : new Error(NO_TLS, { cause: error });
    });
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new Error("it showed no certificate");
    return { certificate, isAuthorized: socket.authorized };
  } catch (error) {
    throw new Error(explainDial(error), { cause: error });
  } finally {
    // What fails now has been told.
    socket.on("error", () => {}).destroy();
  }
}

function isSignedBy(certificate: X509Certificate, key: KeyObject): boolean {
  const now = Date.now();
  const isValid = certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime();
  return isValid && certificate.verify(key);
}

function keyOf(peer: string): KeyObject | undefined {
  const publicKey = parseNodeId(peer);
  if (publicKey === undefined) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_HEADER, publicKey]), format: "der", type: "spki" });
}
