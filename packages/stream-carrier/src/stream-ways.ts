import { openRouteWatch, PacedRun, type RouteWatch, RUN_CLOCK, type RunClock, type Way } from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import type { PortTable } from "./port-table.ts";
import type { StreamConnection } from "./stream-connection.ts";
import type { StreamPort } from "./stream-port.ts";

/** A stream without a way for longer than this waits for its next retransmission when the way is back: another is sooner. */
const OUTAGE_MAX_MS = 1000;
/** What is heard sooner after a cut lay in the kernel already. */
const STALE_MS = 200;
/** Ways that lead nowhere are looked at again this often, whatever the kernel tells. */
const LOOK_AGAIN_MS = 1000;

const CUT: Readonly<Record<Way, string>> = {
  open: "",
  unknown: "",
  "no-route": "this machine has no route there: check its routing table",
  "no-carrier": "the interface that leads there is down, or its cable is out",
};

/**
 * Knows which streams lead nowhere now, as the kernel tells, and tells the node at once: TCP itself waits for minutes. The
 * stream stays open, since the way may be back soon; frames that are sent meanwhile grow old, and are dropped.
 */
export class StreamWays {
  readonly #ports: PortTable;
  readonly #looks: PacedRun;
  readonly #clock: RunClock;
  #watch: RouteWatch | undefined;
  #isClosed = false;
  #lookedAt: Instant = -Infinity;

  constructor(ports: PortTable, clock: RunClock = RUN_CLOCK) {
    this.#ports = ports;
    this.#clock = clock;
    this.#looks = new PacedRun(() => this.#lookAtAll(), clock);
  }

  /** Has the kernel tell of changes, where it does. */
  async watch(open: typeof openRouteWatch = openRouteWatch): Promise<void> {
    const watch = await open(() => this.#looks.ask());
    if (this.#isClosed) watch?.close();
    else this.#watch = watch;
  }

  /** Looks again at ways that lead nowhere. */
  handleTimeout(now: Instant): void {
    if (now - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#lookedAt = now;
    for (const port of this.#ports.all) if (port.cut !== "") this.#look(port, now);
  }

  /** Ends the notices. */
  close(): void {
    this.#isClosed = true;
    this.#looks.close();
    this.#watch?.close();
  }

  #lookAtAll(): void {
    const now = this.#clock.now();
    this.#lookedAt = now;
    for (const port of this.#ports.all) this.#look(port, now);
  }

  #look(port: StreamPort, now: Instant): void {
    const { connection, cutAt } = port;
    if (connection === undefined) return;
    const wasCut = port.cut !== "";
    // Who is heard has a way: the kernel was not asked by the rules that its datagrams go by.
    const isHeard = wasCut && connection.heardAt > cutAt + STALE_MS;
    const told = CUT[this.#wayOf(connection)];
    port.isWayDisproven = told !== "" && (port.isWayDisproven || isHeard);
    const cut = port.isWayDisproven ? "" : told;
    this.#ports.setCut(port, cut, now);
    if (wasCut && cut === "" && !isHeard && now - cutAt > OUTAGE_MAX_MS)
      connection.fail("there was no way to it for a while; it is back");
  }

  #wayOf({ remote }: StreamConnection): Way {
    return remote === undefined ? "unknown" : (this.#watch?.wayTo(remote, undefined) ?? "unknown");
  }
}
