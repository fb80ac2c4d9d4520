import {
  type IpEndpoint,
  openRouteWatch,
  PacedRun,
  type RouteWatch,
  RUN_CLOCK,
  type RunClock,
  type Way,
  type WireSocket,
} from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import { viewOf } from "@flor/wire";
import { explainCode } from "./address-check.ts";
import type { PortTable } from "./port-table.ts";
import { PROBE, PROBE_OCTETS, writeProbe } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";

/** Ways looked at in one turn of the loop: about 5 ms of questions to the kernel. */
export const WAYS_PER_TURN = 128;
/** Ways that lead nowhere are looked at again this often, whatever the kernel tells. */
const LOOK_AGAIN_MS = 1000;
/** What is heard sooner after a cut lay in the kernel already. */
const STALE_MS = 200;

const CUT: Readonly<Record<Way, string>> = {
  open: "",
  unknown: "",
  "no-route": explainCode("ENETUNREACH"),
  "no-carrier": "the interface that leads there is down, or its cable is out",
};

/**
 * Knows by which ports nothing can leave, and tells the node at once: the kernel says when interfaces, addresses or
 * routes change, and a send that fails says so too. A way that falls over to another interface stays open.
 */
export class Ways {
  readonly #socket: WireSocket;
  readonly #ports: PortTable;
  readonly #clock: RunClock;
  readonly #octets = new Uint8Array(PROBE_OCTETS);
  #watch: RouteWatch | undefined;
  readonly #looks: PacedRun;
  #handleChange: () => void = () => {};
  #isClosed = false;
  #lookedAt: Instant = -Infinity;

  constructor(socket: WireSocket, ports: PortTable, clock: RunClock = RUN_CLOCK) {
    this.#socket = socket;
    this.#ports = ports;
    this.#clock = clock;
    this.#looks = new PacedRun(() => this.#lookAtAll(), clock);
    // Nobody answers a stranger's probe.
    writeProbe(viewOf(this.#octets), PROBE, 0, PROBE_OCTETS);
  }

  /**
   * Has the kernel tell of changes.
   *
   * @param handleChange something changed: addresses of this machine, say
   * @returns false: it does not, and only sends that fail tell
   */
  async watch(handleChange: () => void, open: typeof openRouteWatch = openRouteWatch): Promise<boolean> {
    this.#handleChange = handleChange;
    const watch = await open(() => this.#looks.ask());
    if (this.#isClosed) watch?.close();
    else this.#watch = watch;
    return watch !== undefined;
  }

  /** A send found no route. Forged errors of earlier datagrams, if they come fast enough, look the same: another send tells. */
  handleNoRoute(port: UdpPort): void {
    if (this.#canSend(port)) return;
    this.#ports.setCut(port, CUT["no-route"], this.#clock.now());
  }

  /** A neighbour was heard that is cut off: what the kernel says may be wrong, as with rules that it is not asked by. */
  handleHeard(port: UdpPort, now: Instant): void {
    if (port.cut === "" || now - port.cutAt < STALE_MS || port.endpoint === undefined) return;
    // Who is heard need not be reached: then the kernel still refuses, and is asked again in a while.
    port.cutAt = now;
    if (port.cut === CUT["no-route"] && !this.#canSend(port)) return;
    port.isWayDisproven = true;
    this.#ports.setCut(port, "", now);
  }

  /** Looks at ways that are new, and again at those that lead nowhere. */
  handleTimeout(now: Instant): void {
    const again = now - this.#lookedAt >= LOOK_AGAIN_MS;
    if (again) this.#lookedAt = now;
    for (const port of this.#ports.all)
      if (port.endpoint !== port.askedWayTo || (again && port.cut !== "")) this.#look(port, now);
  }

  /** Ends the notices. */
  close(): void {
    this.#isClosed = true;
    this.#looks.close();
    this.#watch?.close();
  }

  #lookAtAll(): void {
    this.#lookedAt = this.#clock.now();
    this.#lookAtSome([...this.#ports.all], 0);
    this.#handleChange();
  }

  #lookAtSome(ports: readonly UdpPort[], from: number): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    const end = from + WAYS_PER_TURN;
    for (const port of ports.slice(from, end)) if (this.#ports.byNumber[port.number] === port) this.#look(port, now);
    if (end < ports.length) this.#clock.later(() => this.#lookAtSome(ports, end), 0);
  }

  #look(port: UdpPort, now: Instant): void {
    port.askedWayTo = port.endpoint;
    if (port.endpoint === undefined) return;
    const cut = CUT[this.#wayOf(port, port.endpoint)];
    if (cut === "") port.isWayDisproven = false;
    else if (port.isWayDisproven) return;
    this.#ports.setCut(port, cut, now);
  }

  /** What the kernel answers, where that is certain: rules that it is not asked by may lead datagrams elsewhere. */
  #wayOf(port: UdpPort, endpoint: IpEndpoint): Way {
    const way = this.#watch?.wayTo(endpoint, port.local) ?? (port.cut === "" ? "unknown" : "no-route");
    if (way === "no-route" && this.#canSend(port)) return "unknown";
    // One that was never heard loses nothing by being tried.
    if (way === "no-carrier" && port.heardAt === -Infinity) return "unknown";
    return way;
  }

  /** Whether the kernel takes a datagram for it. */
  #canSend({ endpoint, local }: UdpPort): boolean {
    if (endpoint === undefined) return false;
    this.#socket.gather(this.#octets, 0, PROBE_OCTETS);
    return this.#socket.send(endpoint, PROBE_OCTETS, local) !== "no-route";
  }
}
