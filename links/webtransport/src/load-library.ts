/**
 * The WebTransport library, pure JavaScript over HTTP/2. With its native sibling beside it, it speaks HTTP/3 too; that
 * one is not flor's to install.
 */
export const HTTP3_TRANSPORT = "@fails-components/webtransport-transport-http3-quiche";

type Library = typeof import("@fails-components/webtransport");

/** The library, and whether it speaks HTTP/3. */
export interface LoadedLibrary {
  readonly library: Library;
  readonly hasHttp3: boolean;
}

/** Loads the library. */
export async function loadLibrary(): Promise<LoadedLibrary> {
  const hasHttp3 = await import(HTTP3_TRANSPORT).then(
    () => true,
    () => false,
  );
  const restore = hasHttp3 ? () => {} : muteConsole();
  try {
    const library = await import("@fails-components/webtransport");
    await library.quicheLoaded;
    // What it has to say of the absence of HTTP/3 it says in the turns after this one.
    await new Promise((resolve) => setImmediate(resolve));
    return { library, hasHttp3 };
  } finally {
    restore();
  }
}

/** The library tells the console of HTTP/3's absence, as of a failure, and the node would log it. */
function muteConsole(): () => void {
  const spoken = { ...globalThis.console };
  Object.assign(globalThis.console, { log: () => {}, error: () => {} });
  return () => void Object.assign(globalThis.console, spoken);
}
