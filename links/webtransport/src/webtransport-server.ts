import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { PEM_MAX_OCTETS, readBoundedFile } from "@flor/host/bounded-file";
import { endpointOf, type IpEndpoint } from "@flor/host/datagram";
import { explainListening, LinkConfigError, type NodeDoor } from "@flor/link-kit";
import type { CarriedStream } from "@flor/stream-carrier";
import { carriedBidirectionalStream, closeSession, type Session } from "./bidirectional-stream.ts";
import { FLOW_WINDOWS } from "./flow-windows.ts";
import type { LoadedLibrary } from "./load-library.ts";
import { createAnonymousCredentials, type TlsCredentials } from "./tls-credentials.ts";
import type { WebtransportConfig } from "./webtransport-config.ts";

/** What a server is made with. */
export interface WebtransportServerOptions {
  readonly listen: NonNullable<WebtransportConfig["listen"]>;
  readonly path: string;
  readonly credentials: TlsCredentials;
  readonly accept: (stream: CarriedStream) => void;
  /** A session came to nothing, and why, for people. */
  readonly handleFailed: (address: string, reason: string) => void;
  /** No session will come any more, and why. */
  readonly handleEnded: (reason: string) => void;
}

/** A listening server. */
export interface WebtransportServer {
  close(): void;
}

/** A session without a stream is closed after this time. */
const STREAM_TIMEOUT_MS = 10_000;

/** A session as the library hands it over. */
export interface IncomingSession extends Session {
  readonly ready: Promise<unknown>;
  readonly incomingBidirectionalStreams: ReadableStream<{ readonly readable: unknown; readonly writable: unknown }>;
  readonly peerAddress?: string;
}

/** Listens; rejects with an Error that says what to do. */
export async function listenWebtransport(
  { library, hasHttp3 }: LoadedLibrary,
  options: WebtransportServerOptions,
): Promise<WebtransportServer> {
  const { listen, path, credentials } = options;
  const server = new library.HttpServer({
    ...listen,
    ...FLOW_WINDOWS,
    secret: randomBytes(32).toString("hex"),
    cert: credentials.certificatePem,
    privKey: credentials.keyPem,
    reliability: hasHttp3 ? "both" : "reliableOnly",
  });
  server.startServer();
  const sessions = server.sessionStream(path) as unknown as ReadableStream<IncomingSession>;
  await server.ready.catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot listen on ${listen.host}:${listen.port}: ${explainListening(error)}`, { cause: error });
  });
  let isClosed = false;
  acceptSessions(sessions, options).then(
    () => isClosed || options.handleEnded("the library hands over no session any more"),
    (error: unknown) => isClosed || options.handleEnded(textOf(error)),
  );
  const close = (): void => {
    isClosed = true;
    server.stopServer();
  };
  return { close };
}

/** Takes sessions until there are no more; rejects with the fault of what hands them over. */
export async function acceptSessions(
  sessions: ReadableStream<IncomingSession>,
  { accept, handleFailed }: Pick<WebtransportServerOptions, "accept" | "handleFailed">,
  streamTimeoutMs: number = STREAM_TIMEOUT_MS,
): Promise<void> {
  for await (const session of sessions)
    void acceptStream(session, accept, streamTimeoutMs).catch((error: unknown) => {
      closeSession(session);
      handleFailed(session.peerAddress ?? "", textOf(error));
    });
}

/** A session carries one stream, the first that is opened in it. Rejects when there is none. */
async function acceptStream(
  session: IncomingSession,
  accept: (stream: CarriedStream) => void,
  timeoutMs: number,
): Promise<void> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    closeSession(session);
  }, timeoutMs);
  session.closed.catch(() => {});
  const late = `it opened no stream within ${timeoutMs / 1000} s`;
  try {
    await session.ready;
    const { value } = await session.incomingBidirectionalStreams.getReader().read();
    if (value === undefined) throw new Error(isLate ? late : "its session ended before it opened a stream");
    const { peerAddress = "" } = session;
    accept(carriedBidirectionalStream(value, session, peerAddress, endpointOfPeer(peerAddress)));
  } catch (error) {
    throw isLate ? new Error(late, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The library joins address and port by a colon, also those of IPv6. */
export function endpointOfPeer(text: string): IpEndpoint | undefined {
  const colon = text.lastIndexOf(":");
  return endpointOf(text.slice(0, Math.max(0, colon)), Number(text.slice(colon + 1)));
}

function textOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}

/** The credentials of files, of the node, or of nobody, whose hash is logged for others. */
export function loadCredentials({ files, credentials }: WebtransportConfig, node: NodeDoor): TlsCredentials {
  if (files !== undefined) {
    return {
      certificatePem: readPem("certificate", files.certificate),
      keyPem: readPem("certificateKey", files.key),
    };
  }
  if (credentials !== undefined) return credentials;
  const anonymous = createAnonymousCredentials();
  const hash = createHash("sha256").update(new X509Certificate(anonymous.certificatePem).raw).digest("hex");
  node.log("info", `nobody vouches for the certificate: others add #sha256=${hash} to this node's address`);
  return anonymous;
}

function readPem(key: string, file: string): string {
  try {
    return readBoundedFile(file, PEM_MAX_OCTETS).toString();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LinkConfigError(`${key}: ${file} cannot be read: ${code ?? message}`, { cause: error });
  }
}
