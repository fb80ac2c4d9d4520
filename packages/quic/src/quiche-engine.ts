import quiche, { type Config, type Connection } from "./quiche-binding.js";
import { decodeAscii, encodeAscii } from "./ascii.ts";
import type { Credentials } from "./certificate.ts";
import { QUIC_VERSION_1 } from "./long-header.ts";
import {
  STREAM_BLOCKED,
  STREAM_ENDED_BY_PEER,
  STREAM_GONE,
  type CloseReason,
  type PathFigures,
  type QuicEngine,
  type QuicEngineFactory,
  type QuicEngineLimits,
  type RetryPacket,
} from "./quic-engine.ts";

/** ALPN (RFC 7301): one length-prefixed name. */
const APPLICATION_PROTOCOL = Uint8Array.of(4, 0x66, 0x6c, 0x6f, 0x72);
const REASON_MAX_OCTETS = 200;

// quiche wants socket addresses and parses them for each packet; it never sees ours. IPv4 is parsed first, and the
// unspecified address is the shortest.
const ADDRESS = { host: "0.0.0.0", port: 1 };
const RECEIVE_INFO = { from: ADDRESS, to: ADDRESS };

/**
 * The last octet of each direction of a stream, which its reader drops. quiche forgets a FIN that comes with no octet:
 * once all octets before it are acknowledged it takes the stream for complete (cloudflare/quiche#2525).
 */
const END_OCTET = Uint8Array.of(0);

/** Engines over Cloudflare quiche, as bound by `@matrixai/quic`. */
export function createQuicheFactory(credentials: Credentials, limits: QuicEngineLimits): QuicEngineFactory {
  const configs = new Map<number, Config>();
  // An endpoint knows few windows.
  const configOf = (windowOctets: number): Config => {
    const config = configs.get(windowOctets) ?? createConfig(credentials, limits, windowOctets);
    configs.set(windowOctets, config);
    return config;
  };
  const own = configOf(limits.maxConnectionWindowOctets);
  return {
    connect: (sourceId) => new QuicheEngine(quiche.Connection.connect(null, sourceId, ADDRESS, ADDRESS, own)),
    accept: (sourceId, original, windowOctets) =>
      new QuicheEngine(quiche.Connection.accept(sourceId, original, ADDRESS, ADDRESS, configOf(windowOctets))),
    retry: ({ destination, original, source, token }: RetryPacket, into) =>
      quiche.retry(destination, original, source, token, QUIC_VERSION_1, into),
  };
}

function createConfig(credentials: Credentials, limits: QuicEngineLimits, windowOctets: number): Config {
  const { certificatePem, keyPem } = credentials;
  // Verify, but let a chain without a root pass: the pin is checked by the connection.
  const config = quiche.Config.withBoringSslCtx(true, true, null, [keyPem], [certificatePem], "ed25519");
  config.setApplicationProtosWireFormat(APPLICATION_PROTOCOL);
  config.grease(false);
  config.setCcAlgorithm(quiche.CongestionControlAlgorithm.BBR);
  config.enablePacing(false);
  config.setDisableActiveMigration(true);
  config.setMaxIdleTimeout(limits.idleTimeoutMs);
  config.setMaxRecvUdpPayloadSize(65_527);
  config.setMaxSendUdpPayloadSize(limits.maxDatagramOctets);
  config.setInitialMaxData(windowOctets);
  config.setMaxConnectionWindow(windowOctets);
  config.setInitialMaxStreamDataBidiLocal(limits.initialStreamWindowOctets);
  config.setInitialMaxStreamDataBidiRemote(limits.initialStreamWindowOctets);
  config.setMaxStreamWindow(limits.maxStreamWindowOctets);
  config.setInitialMaxStreamsBidi(limits.maxPeerStreams);
  config.setInitialMaxStreamsUni(0);
  return config;
}

class QuicheEngine implements QuicEngine {
  readonly #connection: Connection;
  /** Streams whose end was not taken yet. */
  readonly #owedEnds = new Set<number>();
  lastFin = false;
  lastErrorCode = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  fill(octets: Uint8Array, offset: number, max: number): number {
    if (this.#owedEnds.size > 0) this.#sendOwedEnds();
    try {
      const sent = this.#connection.send(new Uint8Array(octets.buffer, octets.byteOffset + offset, max));
      return sent === null ? 0 : sent[0];
    } catch {
      // quiche closes the connection with the error before it returns it; the close shows in isDraining and isClosed.
      return 0;
    }
  }

  take(octets: Uint8Array, offset: number, end: number): boolean {
    try {
      this.#connection.recv(new Uint8Array(octets.buffer, octets.byteOffset + offset, end - offset), RECEIVE_INFO);
      return true;
    } catch {
      return false;
    }
  }

  timeoutMs(): number | undefined {
    return this.#connection.timeout() ?? undefined;
  }

  handleTimeout(): void {
    this.#connection.onTimeout();
  }

  isEstablished(): boolean {
    return this.#connection.isEstablished();
  }

  isDraining(): boolean {
    return this.#connection.isDraining();
  }

  isClosed(): boolean {
    return this.#connection.isClosed();
  }

  closeReason(): CloseReason {
    const fromPeer = this.#connection.peerError();
    const error = fromPeer ?? this.#connection.localError();
    if (error !== null) {
      const text = decodeAscii(error.reason, REASON_MAX_OCTETS);
      return { by: fromPeer ? "peer" : "local", application: error.isApp, code: error.errorCode, text };
    }
    const by = this.#connection.isTimedOut() ? "timeout" : "lost";
    return { by, application: false, code: 0, text: "" };
  }

  peerCertificate(): Uint8Array | undefined {
    return this.#connection.peerCertChain()?.[0];
  }

  streamsLeft(): number {
    return this.#connection.peerStreamsLeftBidi();
  }

  send(stream: number, octets: Uint8Array, fin: boolean): number {
    const accepted = fin && octets.length === 0 ? 0 : this.#send(stream, octets, false);
    if (!fin || accepted < octets.length) return accepted;
    const ended = this.#send(stream, END_OCTET, true);
    if (ended === 0) this.#owedEnds.add(stream);
    return ended < 0 ? ended : accepted;
  }

  receive(stream: number, into: Uint8Array): number {
    try {
      const received = this.#connection.streamRecv(stream, into);
      if (received === null) return STREAM_BLOCKED;
      this.lastFin = received[1];
      return received[1] ? Math.max(0, received[0] - END_OCTET.length) : received[0];
    } catch (error) {
      return this.#streamOutcome(error, STREAM_BLOCKED);
    }
  }

  resetStream(stream: number, code: number): void {
    this.#owedEnds.delete(stream);
    this.#shutdown(stream, quiche.Shutdown.Write, code);
  }

  stopSending(stream: number, code: number): void {
    this.#shutdown(stream, quiche.Shutdown.Read, code);
  }

  isReadable(): boolean {
    return this.#connection.isReadable();
  }

  readableStreams(): Iterable<number> {
    return this.#connection.readable();
  }

  ping(): void {
    this.#connection.sendAckEliciting();
  }

  close(application: boolean, code: number, text: string): void {
    try {
      this.#connection.close(application, code, encodeAscii(text, REASON_MAX_OCTETS));
    } catch {
      // Closed already: the first reason stands.
    }
  }

  readFigures(figures: PathFigures): void {
    const path = this.#connection.pathStats()[0];
    if (path === undefined) return;
    figures.rttMs = path.rtt;
    figures.congestionWindowOctets = path.cwnd;
    figures.deliveryRateOctetsPerSecond = path.deliveryRate;
    figures.sentPackets = path.sent;
    figures.receivedPackets = path.recv;
    figures.lostPackets = path.lost;
    figures.sentOctets = path.sentBytes;
    figures.receivedOctets = path.recvBytes;
  }

  #send(stream: number, octets: Uint8Array, fin: boolean): number {
    try {
      return this.#connection.streamSend(stream, octets, fin) ?? 0;
    } catch (error) {
      return this.#streamOutcome(error, 0);
    }
  }

  /** Up to the first that is not taken, which goes behind the others. */
  #sendOwedEnds(): void {
    for (const stream of this.#owedEnds) {
      this.#owedEnds.delete(stream);
      if (this.#send(stream, END_OCTET, true) !== 0) continue;
      this.#owedEnds.add(stream);
      return;
    }
  }

  #shutdown(stream: number, direction: number, code: number): void {
    try {
      this.#connection.streamShutdown(stream, direction, code);
    } catch {
      // Finished or reset before: nothing is left to shut down.
    }
  }

  /** What the binding's thrown error name means for a stream; `retry` for those that pass by themselves. */
  #streamOutcome(error: unknown, retry: number): number {
    const [name, code] = errorName(error);
    if (name === "StreamStopped" || name === "StreamReset") {
      this.lastErrorCode = code;
      return STREAM_ENDED_BY_PEER;
    }
    return name === "StreamLimit" || name === "FlowControl" || name === "Done" ? retry : STREAM_GONE;
  }
}

const ERROR = /^(\w+)(?:\((\d+)\))?/;

// The binding throws quiche's errors by name: "InvalidStreamState(8)", "StreamReset(77)".
function errorName(error: unknown): [name: string, code: number] {
  const match = ERROR.exec(error instanceof Error ? error.message : "");
  return [match?.[1] ?? "", Number(match?.[2] ?? 0)];
}
