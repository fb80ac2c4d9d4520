/**
 * The table of how TCP connections end: what one side does, behind how much, to which reader, and what the other side
 * sees of it. Every cell is looked at through the kernel's own calls.
 */
import { KernelSocket, until } from "@flor/testkit/kernel-socket";
import { placedOctets } from "../e2e/placed-octets.ts";

/** How one side ends. A process that dies does the first, or the last where it had not read all. */
type Ending = "close" | "half-close" | "RST" | "RST with unread data" | "close with unread data";
type Reader = "fast" | "slow" | "stopped";
type Side = "client" | "target";

/** One row of the table. */
export interface Cell {
  readonly title: string;
  readonly side: Side;
  readonly ending: Ending;
  /** Sent before the end. */
  readonly octets: number;
  /** The end waits until the next kernel has all that was sent. */
  readonly afterDelivery: boolean;
  readonly reader: Reader;
}

/** What the other side sees. */
export interface Seen {
  readonly octets: number | "some";
  readonly end: string;
  /** What becomes of what it sends then. */
  readonly afterwards: string;
}

/** Connects to this port of loopback, some way. */
export type Dial = (port: number) => Promise<KernelSocket>;

const [SMALL, WINDOW, LARGE] = [100, 60_000, 3_000_000];
const UNREAD_OCTETS = 5000;
const PATIENCE_MS = 250_000;
const SLOW_READ_OCTETS = 65_536;
const SLOW_READ_MS = 10;
/** A sender that found no room for so long is stopped by its reader. */
const NO_ROOM_MS = 300;
const all = placedOctets(LARGE);

const sides: readonly Side[] = ["client", "target"];
const orderly: readonly Ending[] = ["close", "half-close"];
const abrupt: readonly Ending[] = ["RST", "RST with unread data", "close with unread data"];

/** What a reader must take for the kernel to have room is not delivered while he stops; of that some is lost anywhere. */
const deliveries: readonly (readonly [octets: number, reader: Reader, afterDelivery: boolean])[] = [
  [0, "fast", true],
  [SMALL, "fast", true],
  [SMALL, "fast", false],
  [SMALL, "stopped", true],
  [WINDOW, "fast", true],
  [WINDOW, "fast", false],
  [WINDOW, "slow", true],
  [WINDOW, "stopped", true],
  [LARGE, "fast", true],
  [LARGE, "fast", false],
  [LARGE, "slow", false],
  [LARGE, "stopped", false],
];

export const CELLS: readonly Cell[] = sides.flatMap((side) =>
  [...orderly, ...abrupt].flatMap((ending) =>
    deliveries
      // An orderly end waits by itself.
      .filter(
        ([octets, , afterDelivery]) => abrupt.includes(ending) || octets === 0 || !afterDelivery || octets < LARGE,
      )
      .map(([octets, reader, afterDelivery]) => ({
        title: `${ending} of a ${side} ${afterDelivery ? "after" : "right behind"} ${octets} octets, to a ${reader} reader`,
        side,
        ending,
        octets,
        afterDelivery,
        reader,
      })),
  ),
);

/** Whether the kernel of the side that ends throws away what it has not sent yet: how much, time decides. */
const isRacy = ({ ending, octets, afterDelivery }: Cell): boolean =>
  abrupt.includes(ending) && !afterDelivery && octets > WINDOW;

/** Opens a connection in this way and has it end so. */
export async function see(cell: Cell, dial: Dial, namespace: string): Promise<Seen> {
  using listener = KernelSocket.listen(namespace);
  using client = await dial(listener.port);
  using target = await until(() => listener.accept(), "the target's connection", PATIENCE_MS);
  const [ender, witness] = cell.side === "client" ? [client, target] : [target, client];
  if (cell.ending.endsWith("unread data")) {
    await send(witness, UNREAD_OCTETS);
    await until(() => (ender.unread >= UNREAD_OCTETS ? true : undefined), "the unread data", PATIENCE_MS);
  }
  const state = { isOver: false };
  const reading = readAll(witness, cell.reader, state);
  const ending = act(cell, ender).finally(() => (state.isOver = true));
  const [got] = await Promise.all([reading, ending]);
  const octets = isRacy(cell) ? "some" : got.octets;
  return { octets, end: got.end, afterwards: await afterwards(cell, ender, witness) };
}

async function act({ ending, octets, afterDelivery, reader }: Cell, ender: KernelSocket): Promise<void> {
  const mayGiveUp = reader === "stopped" && abrupt.includes(ending);
  await send(ender, octets, mayGiveUp);
  if (afterDelivery) await until(() => (ender.unacknowledged === 0 ? true : undefined), "delivery", PATIENCE_MS);
  if (ending === "half-close") ender.shutdown();
  else if (ending.startsWith("RST")) ender.reset();
  else ender[Symbol.dispose]();
}

/** Sends the first of `all`; one that may give up does so when it has found no room for a while. */
async function send(from: KernelSocket, octets: number, mayGiveUp: boolean = false): Promise<void> {
  let sent = 0;
  let roomAt = performance.now();
  const step = (): true | undefined => {
    const taken = from.send(all.subarray(sent, octets));
    if (typeof taken === "string") throw new Error(`sending after ${sent} octets: ${taken}`);
    sent += taken;
    if (taken > 0) roomAt = performance.now();
    return sent === octets || (mayGiveUp && performance.now() - roomAt > NO_ROOM_MS) ? true : undefined;
  };
  await until(step, `${octets} octets to be taken`, PATIENCE_MS);
}

/** Reads to the end; a reader that stopped goes on when the sender is through, or waits for it. */
async function readAll(
  from: KernelSocket,
  reader: Reader,
  sender: { readonly isOver: boolean },
): Promise<{ readonly octets: number; readonly end: string }> {
  const stoppedAt = performance.now();
  if (reader === "stopped")
    await until(
      () => (sender.isOver || performance.now() - stoppedAt > 3 * NO_ROOM_MS ? true : undefined),
      "the sender",
      PATIENCE_MS,
    );
  let octets = 0;
  const step = (): string | undefined => {
    for (let turns = 0; turns < 16; turns += 1) {
      const reading = from.read(SLOW_READ_OCTETS);
      if (reading === "nothing") return undefined;
      if (typeof reading === "string") return reading;
      if (!all.subarray(octets, octets + reading.length).equals(reading)) return `wrong octets behind ${octets}`;
      octets += reading.length;
      if (reader === "slow") return undefined;
    }
    return undefined;
  };
  if (reader !== "slow") return { end: await until(step, `the end behind ${octets} octets`, PATIENCE_MS), octets };
  for (;;) {
    const end = step();
    if (end !== undefined) return { end, octets };
    await new Promise((resolve) => setTimeout(resolve, SLOW_READ_MS));
  }
}

async function afterwards(cell: Cell, ender: KernelSocket, witness: KernelSocket): Promise<string> {
  if (cell.ending === "half-close") {
    const answer = Math.max(cell.octets, SMALL);
    const reading = readAll(ender, cell.reader, { isOver: true });
    await send(witness, answer);
    witness.shutdown();
    const got = await reading;
    return got.octets === answer && got.end === "FIN" ? "answered" : `${got.octets} octets, then ${got.end}`;
  }
  if (cell.ending !== "close") return "";
  const isRefused = (): true | undefined => (typeof witness.send(Uint8Array.of(1)) === "string" ? true : undefined);
  return until(isRefused, "a refusal", PATIENCE_MS).then(() => "refused");
}

/** How the other side sees one that nothing comes from any more, while octets for it are under way. */
export async function seeSilence(
  side: Side,
  dial: Dial,
  namespace: string,
  silence: (port: number) => Promise<void>,
): Promise<string> {
  using listener = KernelSocket.listen(namespace);
  using client = await dial(listener.port);
  using target = await until(() => listener.accept(), "the target's connection", PATIENCE_MS);
  const witness = side === "client" ? target : client;
  await silence(side === "client" ? client.port : listener.port);
  await send(witness, SMALL);
  return (await readAll(witness, "fast", { isOver: true })).end;
}

/** Without anything between. */
export const direct =
  (namespace: string): Dial =>
  (port) =>
    KernelSocket.connect(port, PATIENCE_MS, namespace);

/** Through the SOCKS5 server on this port: the method, and success with an IPv4 address, RFC 1928 sections 3 and 6. */
export function through(socksPort: number, namespace: string, host: string = "127.0.0.1"): Dial {
  return async (port) => {
    const client = await KernelSocket.connect(socksPort, PATIENCE_MS, namespace);
    client.send(Uint8Array.of(5, 1, 0));
    await readExactly(client, 2);
    client.send(Uint8Array.of(5, 1, 0, 1, ...host.split(".").map(Number), port >> 8, port & 0xff));
    const reply = await readExactly(client, 10);
    if (reply[1] !== 0) throw new Error(`SOCKS5 reply ${reply[1]}`);
    return client;
  };
}

async function readExactly(from: KernelSocket, octets: number): Promise<Uint8Array> {
  const got: number[] = [];
  const step = (): Uint8Array | undefined => {
    const reading = from.read(octets - got.length);
    if (reading === "nothing") return undefined;
    if (typeof reading === "string") throw new Error(`${reading} instead of a SOCKS5 reply`);
    got.push(...reading);
    return got.length === octets ? Uint8Array.from(got) : undefined;
  };
  return until(step, "a SOCKS5 reply", PATIENCE_MS);
}
