/**
 * A UDP association, RFC 1928 section 7: datagrams of one client for any destinations, as long as its TCP connection
 * lives. No other clock ends it.
 *
 *  | RSV (00 00) | FRAG | ATYP | DST.ADDR (4, 16, or 1 + n) | DST.PORT (2) | DATA |
 *
 * From ATYP on this is a datagram of proto/datagram.md.
 */
import {
  type DatagramDrop,
  DatagramClient,
  type DatagramReceiver,
  type DatagramRouter,
  type LocalSocket,
  type LocalSocketListener,
} from "@flor/flows";
import { encodeRemote, payloadAt, RemoteKind, remoteOf } from "@flor/wire";
import type { ClientDatagrams, ClientDatagramsOwner, OpenClientDatagrams } from "../client-datagrams.ts";
import { targetOfDomain } from "../target.ts";
import { encodeReply } from "./reply.ts";

const FRAGMENT_OFFSET = 2;
/** RSV and FRAG. */
const HEADER_OCTETS = 3;

/** What an {@link Association} is made of. */
export interface AssociationOptions {
  /** The client's TCP connection. */
  readonly socket: LocalSocket;
  readonly user: string | undefined;
  /** The port that the client announced; 0: that of its first datagram. */
  readonly port: number;
  readonly openSocket: OpenClientDatagrams;
}

/** One client's association. */
export class Association implements LocalSocketListener, ClientDatagramsOwner, DatagramReceiver {
  readonly #options: AssociationOptions;
  readonly #router: DatagramRouter;
  readonly #client: DatagramClient;
  #socket: ClientDatagrams | undefined;
  #isOver = false;

  private constructor(options: AssociationOptions, router: DatagramRouter) {
    this.#options = options;
    this.#router = router;
    this.#client = new DatagramClient({ router, receiver: this, user: options.user });
  }

  /** Begins: the client is told where to send to, or that this cannot be. */
  static begin(options: AssociationOptions, router: DatagramRouter): void {
    const association = new Association(options, router);
    options.socket.listen(association);
    options.openSocket(options.socket, options.port, association);
  }

  handleOpen(socket: ClientDatagrams | undefined): void {
    if (this.#isOver) return socket?.close();
    this.#socket = socket;
    this.#options.socket.write(encodeReply(socket === undefined ? "general-failure" : "succeeded", socket?.bound));
    if (socket === undefined) this.#end();
  }

  handleClientDatagram(octets: Uint8Array, start: number, end: number): void {
    const remoteAt = start + HEADER_OCTETS;
    const payload = payloadAt(octets, remoteAt, end);
    const kind = octets[remoteAt];
    const isReserved = octets[start] !== 0 || octets[start + 1] !== 0;
    if (payload < 0 || isReserved || kind === RemoteKind.own) return this.handleDropped("malformed");
    if (octets[start + FRAGMENT_OFFSET] !== 0) return this.handleDropped("fragment");
    if (kind === RemoteKind.domain) this.#sendToName(octets, remoteAt, payload, end);
    else this.#client.send(octets, remoteAt, payload, end);
  }

  /** A name that is an address by its spelling goes as that address, as with CONNECT. */
  #sendToName(octets: Uint8Array, start: number, payload: number, end: number): void {
    const target = targetOfDomain(octets.subarray(start + 2, payload - 2));
    if (target === undefined) return this.handleDropped("malformed");
    if (target.kind === "domain") return this.#client.send(octets, start, payload, end);
    const remote = encodeRemote({ target, port: remoteOf(octets, start, payload)?.port ?? 0 });
    const whole = new Uint8Array(remote.length + end - payload);
    whole.set(remote);
    whole.set(octets.subarray(payload, end), remote.length);
    this.#client.send(whole, 0, remote.length, whole.length);
  }

  handleDatagram(octets: Uint8Array, start: number, _payload: number, end: number): void {
    const headerAt = start - HEADER_OCTETS;
    octets.fill(0, headerAt, start);
    this.#socket?.send(octets, headerAt, end);
  }

  /** SOCKS5 has no words for it: it is counted where it happened. */
  handleReport(): void {}

  handleDropped(reason: DatagramDrop): void {
    this.#router.dropDatagram(reason);
  }

  // The TCP connection says nothing any more, and its end is the association's:

  handleOctets(): void {}

  handleDrain(): void {}

  handleEnd(): void {
    this.#end();
  }

  handleReset(): void {
    this.#over();
  }

  #end(): void {
    this.#over();
    this.#options.socket.end();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.close();
    this.#socket?.close();
  }
}
