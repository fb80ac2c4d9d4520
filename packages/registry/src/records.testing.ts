import { createIdentity, type Identity, sign } from "@flor/quic/identity";
import { hexOf, type ServiceRecord } from "@flor/service";
import type { RegistryObserver } from "./registry.ts";

/** A publisher of tests, by a number. */
export function publisherOf(number: number): Identity {
  return createIdentity(new Uint8Array(32).fill(number));
}

/** A record of `db.team`. */
export function recordOf(publisher: Identity, more: Partial<ServiceRecord> = {}): ServiceRecord {
  const own = { service: "db", network: "team", protocol: "tcp", port: 5432, serial: 1, weight: 100 } as const;
  const rest = { state: "up", zone: "", priority: 0, tags: [], tableSize: 0, affinity: "flow" } as const;
  const words = { boundedLoad: 0, wantsUser: false, wantsClient: false, isFallback: false };
  return { ...own, ...rest, ...words, publisher: hexOf(publisher.publicKey), ...more };
}

/** Signing and verifying as a node does. */
export function signerOf(publisher: Identity): (octets: Uint8Array) => Uint8Array {
  return (octets) => sign(publisher, octets);
}

/** An observer that remembers what was logged. */
export class Watching implements RegistryObserver {
  readonly logged: string[] = [];
  changes = 0;

  handleRecordsChanged(): void {
    this.changes += 1;
  }

  log(event: string, fields: Readonly<Record<string, string>>): void {
    this.logged.push(`${event} ${fields["reason"] ?? ""}`.trim());
  }
}
