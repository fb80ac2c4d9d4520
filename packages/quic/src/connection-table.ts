import type { AllowedPeer } from "./allowed-peers.ts";
import { CONNECTION_ID_OCTETS, keyOf, sameOctets } from "./connection-id.ts";

/** What the table needs to know about a connection. */
export interface TableEntry {
  readonly peer: Uint8Array;
  readonly role: "client" | "server";
}

/** The connections of an endpoint: by the id we chose for each packet, by their peer for the first flight and the bounds. */
export class ConnectionTable<Connection extends TableEntry> {
  readonly #bySource = new Map<number, Connection>();
  /** The served connections of a peer, with the destination id of the client's first flight. */
  readonly #served = new Map<number, Map<Connection, Uint8Array>>();

  /** Every connection. */
  get all(): Iterable<Connection> {
    return this.#bySource.values();
  }

  /** Whether the id is still free. */
  isFree(source: Uint8Array): boolean {
    return !this.#bySource.has(keyOf(source, 0));
  }

  /** @param initialDestination of a served connection */
  add(connection: Connection, source: Uint8Array, initialDestination: Uint8Array | undefined): void {
    this.#bySource.set(keyOf(source, 0), connection);
    if (initialDestination === undefined) return;
    const key = keyOf(connection.peer, 0);
    const served = this.#served.get(key) ?? new Map<Connection, Uint8Array>();
    this.#served.set(key, served.set(connection, initialDestination));
  }

  delete(connection: Connection, source: Uint8Array): void {
    this.#bySource.delete(keyOf(source, 0));
    const key = keyOf(connection.peer, 0);
    const served = this.#served.get(key);
    if (served?.delete(connection) === true && served.size === 0) this.#served.delete(key);
  }

  /** The connection for the id that stands at `offset`. Six of its octets are compared: decryption decides. */
  bySource(octets: Uint8Array, offset: number): Connection | undefined {
    return this.#bySource.get(keyOf(octets, offset));
  }

  /** The peer's connection that a long header is for: by our id, or by the id that the client made up. */
  ofPeer(peer: AllowedPeer, destination: Uint8Array): Connection | undefined {
    if (destination.length === CONNECTION_ID_OCTETS) {
      const connection = this.bySource(destination, 0);
      if (connection !== undefined && sameOctets(connection.peer, peer.publicKey)) return connection;
    }
    for (const [connection, initial] of this.#served.get(keyOf(peer.publicKey, 0)) ?? []) {
      if (sameOctets(initial, destination) && sameOctets(connection.peer, peer.publicKey)) return connection;
    }
    return undefined;
  }

  /** How many connections the peer is served. */
  servedOf(peer: AllowedPeer): number {
    return this.#served.get(keyOf(peer.publicKey, 0))?.size ?? 0;
  }
}
