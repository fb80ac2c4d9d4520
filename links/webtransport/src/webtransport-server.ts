import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { PEM_MAX_OCTETS, readBoundedFile } from "@flor/host/bounded-file";
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
}

/** A listening server. */
export interface WebtransportServer {
  close(): void;
}

/** A session without a stream is closed after this time. */
const STREAM_TIMEOUT_MS = 10_000;

/** A session as the library hands it over. */
interface IncomingSession extends Session {
  readonly ready: Promise<unknown>;
  readonly incomingBidirectionalStreams: ReadableStream<{ readonly readable: unknown; readonly writable: unknown }>;
  readonly peerAddress?: string;
}

/** Listens; rejects with an Error that says what to do. */
export async function listenWebtransport(
  { library, hasHttp3 }: LoadedLibrary,
  { listen, path, credentials, accept }: WebtransportServerOptions,
): Promise<WebtransportServer> {
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
  void acceptSessions(sessions, accept);
  return { close: () => server.stopServer() };
}

async function acceptSessions(
  sessions: ReadableStream<IncomingSession>,
  accept: (stream: CarriedStream) => void,
): Promise<void> {
  for await (const session of sessions) void acceptStream(session, accept).catch(() => closeSession(session));
}

/** A session carries one stream, the first that is opened in it. */
async function acceptStream(session: IncomingSession, accept: (stream: CarriedStream) => void): Promise<void> {
  const timer = setTimeout(() => closeSession(session), STREAM_TIMEOUT_MS);
  session.closed.catch(() => {});
  try {
    await session.ready;
    const { value } = await session.incomingBidirectionalStreams.getReader().read();
    if (value === undefined) return;
    accept(carriedBidirectionalStream(value, session, session.peerAddress ?? ""));
  } finally {
    clearTimeout(timer);
  }
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
