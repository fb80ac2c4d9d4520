/**
 * The node as a link sees it: `NodeDoor` over one Flor IO end. What a link does is counted here, what it announces goes
 * out as one list a turn.
 */
import {
  BufferViews,
  CANDIDATES_MAX,
  type Counter,
  type FlorIoEnd,
  type Port,
  PORT_NUMBER_MAX,
  PORTS_MAX,
} from "@flor/io";
import { RateBudget } from "@flor/machine";
import {
  BUNDLE_MAX_OCTETS,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameEnd,
  frameField,
  SESSION_TOKEN_OCTETS,
} from "@flor/wire";
import { type LogLevel, type NodeDoor, type PortAnnouncement, portOf } from "./node-door.ts";

/** The node shows 64; some are the kit's own. */
const NAMED_COUNTERS_MAX = 60;
/** TooBig is said this often a second and port at most. */
export const TOO_BIG_PER_SECOND = 10;

/** What the door needs of the process it is in. */
export interface KitDoorOptions {
  readonly stateDirectory: string | undefined;
  /** Wants `flush` at the end of this turn. */
  readonly wake: () => void;
  readonly stop: (exitCode: number, reason: string) => void;
  readonly writeLine: (line: string) => void;
}

/** A {@link NodeDoor} that becomes open when the handshake is done. */
export class KitDoor implements NodeDoor {
  readonly stateDirectory: string | undefined;
  readonly #options: KitDoorOptions;
  readonly #ports = new Map<number, Port>();
  readonly #counts = new Map<string, number>();
  readonly #tooBig = new Map<number, RateBudget>();
  readonly #views = new BufferViews();
  #end: FlorIoEnd | undefined;
  #isChanged = false;
  /** Of these ports, one is new. */
  #hasNewPort = false;
  #addresses: readonly string[] = [];

  constructor(options: KitDoorOptions) {
    this.#options = options;
    this.stateDirectory = options.stateDirectory;
  }

  /** The handshake is done. */
  open(end: FlorIoEnd): void {
    this.#end = end;
    this.#isChanged = this.#ports.size > 0;
    this.#tellAddresses();
  }

  get canReceive(): boolean {
    const end = this.#end;
    if (end?.state !== "ready") return false;
    if (end.credit.allows(end.bundleLimit)) return true;
    // A frame that finds no room makes the end ask for credit, and tell when there is some.
    return end.reserve(end.bundleLimit - SESSION_TOKEN_OCTETS) >= 0;
  }

  get runLimit(): number {
    return (this.#end?.bundleLimit ?? BUNDLE_MAX_OCTETS) - SESSION_TOKEN_OCTETS;
  }

  announce(announcement: PortAnnouncement): void {
    const { port } = announcement;
    if (!Number.isInteger(port) || port < 1 || port > PORT_NUMBER_MAX)
      throw new RangeError(`port ${port} is not 1 to ${PORT_NUMBER_MAX}`);
    if (!this.#ports.has(port) && this.#ports.size >= PORTS_MAX) throw new RangeError(`more than ${PORTS_MAX} ports`);
    if (!this.#ports.has(port)) this.#hasNewPort = true;
    this.#ports.set(port, portOf(announcement));
    this.#changed();
  }

  withdraw(port: number): void {
    if (this.#ports.delete(port)) this.#changed();
    this.#tooBig.delete(port);
  }

  setAddresses(addresses: readonly string[]): void {
    if (addresses.join(" ") === this.#addresses.join(" ")) return;
    this.#addresses = addresses.slice(0, CANDIDATES_MAX);
    this.#tellAddresses();
  }

  receive(port: number, frame: Uint8Array): boolean {
    const view = this.#views.of(frame);
    if (
      frame.length < FRAME_HEADER_OCTETS ||
      frame[0] !== FRAME_DATA ||
      frameEnd(view, 0, frame.length) !== frame.length
    ) {
      this.count("drop.malformed");
      return false;
    }
    if (this.#hasNewPort) this.#tellPorts();
    const end = this.#end;
    const at = end?.reserve(frame.length) ?? -1;
    if (end === undefined || at < 0) {
      this.count("drop.no-credit");
      return false;
    }
    end.bundle.octets.set(frame, at);
    end.bundle.view.setUint32(at + frameField.port, port << 16);
    end.commit(frame.length);
    this.#options.wake();
    return true;
  }

  receiveInPlace(octets: Uint8Array, offset: number, end: number): boolean {
    if (this.#hasNewPort) this.#tellPorts();
    return this.#end?.sendInPlace(octets, this.#views.of(octets), offset, end) === true;
  }

  flush(): void {
    this.#tellPorts();
    this.#end?.flush();
  }

  tooBig(port: number, mtu: number, octets: number): void {
    const budget = this.#tooBig.get(port) ?? new RateBudget(TOO_BIG_PER_SECOND);
    this.#tooBig.set(port, budget);
    if (budget.take(1, performance.now())) this.#end?.sendTooBig(port, mtu, octets);
  }

  count(name: string, by = 1): void {
    const count = this.#counts.get(name);
    if (count === undefined && this.#counts.size >= NAMED_COUNTERS_MAX) return;
    this.#counts.set(name, (count ?? 0) + by);
  }

  /** The figures for the node. */
  counters(): Counter[] {
    return Array.from(this.#counts, ([name, value]) => ({ name, value }));
  }

  log(level: LogLevel, message: string): void {
    this.#options.writeLine(JSON.stringify({ level, msg: message }));
  }

  stop(exitCode: number, reason: string): void {
    this.#options.stop(exitCode, reason);
  }

  /** The node drops frames of a port that it does not know: it is told before the first of a new one. */
  #tellPorts(): void {
    if (!this.#isChanged || this.#end?.state !== "ready") return;
    this.#isChanged = false;
    this.#hasNewPort = false;
    this.#end.setPorts([...this.#ports.values()], performance.now());
  }

  #tellAddresses(): void {
    if (this.#addresses.length > 0) this.#end?.setAddresses([...this.#addresses], performance.now());
  }

  #changed(): void {
    this.#isChanged = true;
    this.#options.wake();
  }
}
