/** Packets that are sent, acknowledged and lost, by the recovery and in a plain list beside it. */
import { newReno } from "../congestion/new-reno.ts";
import { PacketSpace } from "../recovery/packet-space.ts";
import { Recovery } from "../recovery/recovery.ts";
import { sentFrame } from "../recovery/sent-frames.ts";
import { ACK_ELICITING, IN_FLIGHT, packetState } from "../recovery/sent-packets.ts";
import type { BlockPool } from "../stream/block-pool.ts";

const OCTETS = 1000;
const PACKETS_MAX = 2000;
/** Ranges of one forged ACK frame. */
const RANGES_MAX = 6;

type Fate = "outstanding" | "lost" | "acked";

export class NaiveSentPackets {
  readonly seen = { acked: 0, lost: 0, spurious: 0 };
  readonly #space: PacketSpace;
  readonly #recovery: Recovery;
  /** What became of each packet, as its frame's owner is told. */
  readonly #fates: Fate[] = [];
  /** What acknowledgements said of each. */
  readonly #isNamed: boolean[] = [];
  #now = 1000;

  constructor(pool: BlockPool) {
    const spaces = (["initial", "handshake", "application"] as const).map((level) => new PacketSpace(level, pool));
    this.#space = spaces[2]!;
    this.#recovery = new Recovery(spaces, newReno({ datagramOctets: OCTETS, random: () => 0.5 }), {
      handleFrameAcked: (space, slot) => this.#tell(space.sent.frames.id[slot]!, "acked"),
      handleFrameLost: (space, slot) => this.#tell(space.sent.frames.id[slot]!, "lost"),
      handleMtuProbe: () => {},
      handlePacketFate: () => {},
    });
    this.#recovery.isConfirmed = true;
  }

  send(): void {
    const { sent } = this.#space;
    if (this.#fates.length >= PACKETS_MAX) return;
    const slot = sent.reserve();
    sent.frames.add(sentFrame.stream, sent.next, 0, 1);
    this.#fates.push("outstanding");
    this.#isNamed.push(false);
    this.#recovery.handleSent(this.#space, slot, OCTETS, ACK_ELICITING | IN_FLIGHT, this.#now);
  }

  /** Time passes; what is due happens. */
  pass(ms: number): void {
    this.#now += ms;
    if (this.#recovery.nextTimeout() <= this.#now) this.#recovery.handleTimeout(this.#now);
  }

  /** An ACK frame with random ranges of what was sent, and sometimes of what was not. */
  acknowledge(below: (bound: number) => number, random: () => number): void {
    const sentCount = this.#fates.length;
    if (random() < 0.01) {
      if (this.#recovery.beginAck(this.#space, sentCount + below(5)))
        throw new Error("what was never sent is acknowledged");
      return;
    }
    if (sentCount === 0) return;
    const largest = sentCount - 1 - Math.min(sentCount - 1, below(random() < 0.1 ? sentCount : 12));
    if (!this.#recovery.beginAck(this.#space, largest)) throw new Error(`${largest} was sent`);
    let last = largest;
    for (let ranges = 1 + below(RANGES_MAX); ranges > 0 && last >= 0; ranges -= 1) {
      const first = Math.max(0, last - below(4));
      if (!this.#recovery.ackRange(this.#space, first, last, this.#now))
        throw new Error(`${first} to ${last} were sent`);
      this.#isNamed.fill(true, first, last + 1);
      last = first - 2 - below(3);
    }
    this.#recovery.endAck(this.#space, largest, below(30), this.#now);
  }

  /** Both say the same. */
  check(): void {
    const { base, next } = this.#space.sent;
    let outstanding = 0;
    for (let packet = base; packet < next; packet += 1) {
      const fate = this.#fates[packet];
      if (this.#isNamed[packet] !== (fate === "acked")) throw new Error(`packet ${packet} is ${fate}`);
      if (fate === "outstanding") outstanding += 1;
    }
    // One that is forgotten while it is outstanding would be in flight for good.
    if (this.#recovery.inFlight !== outstanding * OCTETS)
      throw new Error(`${this.#recovery.inFlight} octets in flight`);
    if (this.#space.eliciting !== outstanding) throw new Error(`${this.#space.eliciting} packets in flight`);
  }

  #tell(packet: number, fate: "lost" | "acked"): void {
    const before = this.#fates[packet];
    if (before === "acked") throw new Error(`packet ${packet} is ${fate} behind its acknowledgement`);
    const { sent } = this.#space;
    // A probe offers again what is outstanding: it is in flight all the same.
    if (fate === "lost" && sent.state[sent.slotOf(packet)] === packetState.outstanding) return;
    if (before === "lost" && fate === "lost") throw new Error(`packet ${packet} is lost twice`);
    if (before === "lost") this.seen.spurious += 1;
    this.seen[fate] += 1;
    this.#fates[packet] = fate;
  }
}
