/** Sends frames within credit, a few at a time, so that no buffer on the way overflows. */
import { FRAME_HEADER_OCTETS, SESSION_TOKEN_OCTETS } from "@flor/wire";
import type { Bench } from "./bench.ts";
import { frameTo, type Site } from "./crossing.ts";
import { demand, Finding } from "./finding.ts";
import { frameContent, indexOf } from "./frame-content.ts";
import type { ReceivedFrame } from "./tested-link.ts";

/** Frames under way at once. */
const LOT_FRAMES = 16;
/** A lot that is not complete after this silence has lost something. */
const SILENCE_MS = 400;
/** Frames lost on an unreliable path are sent again this often. */
const TRIES = 3;
const TRIES_IMPAIRED = 12;

/** How frames are carried. */
export interface CarryOptions {
  /** @default 16 */
  readonly lotFrames?: number;
  /** Frames are meant to be lost: no patience is spent on them. @default false */
  readonly isLossy?: boolean;
}

/** Sends frames with these contents from one site to the other, and returns what arrives there. */
export async function carry(
  from: Site,
  to: Site,
  contents: readonly Uint8Array[],
  { lotFrames = LOT_FRAMES, isLossy = false }: CarryOptions = {},
): Promise<readonly ReceivedFrame[]> {
  to.link.frames.length = 0;
  const silenceMs = SILENCE_MS * (isLossy ? 1 : to.link.patience);
  const received: ReceivedFrame[] = [];
  for (let sent = 0; sent < contents.length; sent += lotFrames) {
    const lot = contents.slice(sent, sent + lotFrames);
    for (const content of lot) await sendWithinCredit(from, content);
    from.link.flush();
    await untilArrived(to, lot.length, silenceMs);
    received.push(...to.link.frames.splice(0));
  }
  return received;
}

/** Sends one frame as soon as there is credit for it; it may stay in the open bundle until `flush`. */
export async function sendWithinCredit(from: Site, content: Uint8Array): Promise<void> {
  const frame = frameTo(from, content);
  const { end } = from.link;
  while (!from.link.send(frame)) {
    demand(end.state === "ready", "a session that lasts", `it is ${end.state}; ${from.link.said}`);
    await from.link.until(
      () => end.credit.allows(SESSION_TOKEN_OCTETS + frame.length),
      `Credit for a frame of ${content.length + FRAME_HEADER_OCTETS} octets`,
      5000,
      () => `the limit stayed at ${JSON.stringify(end.credit.limit)}, sent are ${JSON.stringify(end.credit.sent)}`,
    );
  }
}

/** Contents of these lengths, numbered from `first`. */
export function numbered(lengths: readonly number[], first: number): readonly Uint8Array[] {
  return lengths.map((length, index) => frameContent(length, first + index));
}

/**
 * Carries contents that must arrive; those that do not are sent again a few times. Contents are told apart by their
 * number, short ones by their length. Returns everything that arrived; a {@link Finding} for what never did.
 */
export async function deliver(
  bench: Bench,
  from: Site,
  to: Site,
  contents: readonly Uint8Array[],
  options: CarryOptions = {},
): Promise<readonly ReceivedFrame[]> {
  const received: ReceivedFrame[] = [];
  let missing = contents;
  const tries = bench.options.impairments === undefined ? TRIES : TRIES_IMPAIRED;
  for (let attempt = 0; attempt < tries && missing.length > 0; attempt += 1) {
    received.push(...(await carry(from, to, missing, options)));
    const arrived = new Set(received.map(({ content }) => nameOf(content)));
    missing = contents.filter((content) => !arrived.has(nameOf(content)));
  }
  if (missing.length === 0) return received;
  const lengths = missing.map((content) => content.length + FRAME_HEADER_OCTETS).slice(0, 8);
  throw new Finding(
    `${contents.length} frames to arrive, in ${tries} tries`,
    `${missing.length} never did, of ${lengths.join(", ")} octets; port ${JSON.stringify(from.port)}`,
  );
}

function nameOf(content: Uint8Array): string {
  const index = indexOf(content);
  return index === undefined ? `length ${content.length}` : `number ${index}`;
}

/** Waits until this many frames have arrived, or nothing has arrived for a while. */
async function untilArrived(to: Site, count: number, silenceMs: number): Promise<void> {
  const { link } = to;
  const start = performance.now();
  await link.until(
    () => {
      const lastAt = link.frames.at(-1)?.at ?? start;
      return link.frames.length >= count || performance.now() - lastAt > silenceMs;
    },
    "frames or silence",
    60_000,
  );
}
