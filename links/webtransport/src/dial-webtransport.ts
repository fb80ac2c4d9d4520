import { endpointOf } from "@flor/host/datagram";
import type { CarriedStream, DialStream } from "@flor/stream-carrier";
import { carriedBidirectionalStream, closeSession } from "./bidirectional-stream.ts";
import { certificateToPin } from "./certificate-check.ts";
import { FLOW_WINDOWS } from "./flow-windows.ts";
import type { LoadedLibrary } from "./load-library.ts";
import { parseWebtransportAddress } from "./webtransport-address.ts";

const DIAL_TIMEOUT_MS = 15_000;

/** The library has no words for more. */
const NO_SESSION = "it accepts no WebTransport session here; compare the address with its link's path";

/** How neighbours are dialled. */
export function createDial({ library, hasHttp3 }: LoadedLibrary): DialStream {
  return async (text, signal, peer): Promise<CarriedStream> => {
    const address = parseWebtransportAddress(text);
    if (address === undefined)
      throw new Error("this is not https://HOST:PORT/PATH, so a webtransport link cannot dial it");
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]);
    const hash = await certificateToPin(address, peer, limit);
    const pin = hash === undefined ? {} : { serverCertificateHashes: [{ algorithm: "sha-256", value: hash }] };
    const options = { ...pin, ...FLOW_WINDOWS, forceReliable: !hasHttp3 };
    const session = new library.WebTransport(address.url, options);
    session.closed.catch(() => {});
    try {
      await within(session.ready, limit);
      const stream = await within(session.createBidirectionalStream(), limit);
      // The system resolved a name, and does not say to what.
      return carriedBidirectionalStream(stream, session, text, endpointOf(address.host, address.port));
    } catch (error) {
      closeSession(session);
      throw limit.aborted ? error : new Error(`its certificate is good, but ${NO_SESSION}`, { cause: error });
    }
  };
}

/** What `promise` resolves to, unless the signal comes first. */
async function within<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new Error("it took too long"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
