import type { LogLevel, NodeDoor, PortAnnouncement } from "@flor/link-kit";

/** A node's side of a link that remembers what it was told. */
export class RecordedDoor implements NodeDoor {
  readonly stateDirectory = undefined;
  readonly runLimit = 61_432;
  canReceive = true;
  readonly ports: Map<number, PortAnnouncement> = new Map();
  readonly frames: { readonly port: number; readonly content: string }[] = [];
  readonly counts: Map<string, number> = new Map();
  readonly tooBigs: (readonly number[])[] = [];
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  announce(port: PortAnnouncement): void {
    this.ports.set(port.port, port);
    this.#look();
  }

  withdraw(port: number): void {
    this.ports.delete(port);
    this.#look();
  }

  setAddresses(): void {}

  receive(port: number, frame: Uint8Array): boolean {
    this.frames.push({ port, content: new TextDecoder().decode(frame.subarray(16)) });
    this.#look();
    return true;
  }

  receiveInPlace(): boolean {
    return false;
  }

  flush(): void {}

  tooBig(port: number, mtu: number, octets: number): void {
    this.tooBigs.push([port, mtu, octets]);
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
    this.#look();
  }

  log(_level: LogLevel, message: string): void {
    this.lines.push(message);
    this.#look();
  }

  stop(): void {}

  /** The port with this key. */
  portOf(key: string): PortAnnouncement | undefined {
    return [...this.ports.values()].find((port) => port.key === key);
  }

  /** Resolves as soon as `look` finds something in what was told. */
  until<Found>(look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  #look(): void {
    for (const check of this.#waiting) check();
  }
}
