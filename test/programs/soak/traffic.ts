/** Mixed traffic through two nodes: what clients do in life, with octets that are known at both ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { seededHash, seededOctets, type TcpClient, TestServer } from "@flor/testkit";
import { openThrough } from "../../e2e/connect-through.ts";

const SEED = 41;
const SMALL_OCTETS = 20_000;
const LARGE_OCTETS = 8_000_000;
const UPLOAD_OCTETS = 2_000_000;
const MESSAGES = 20;
/** So much is read of a download before it is broken off. */
const BROKEN_OFF_OCTETS = 100_000;
const STALL_MS = 2000;
/** A flow that hangs fails; one on a busy machine does not. */
const PATIENCE_MS = 120_000;

/** Octets came whole and in order, and were not those that were sent. */
export class WrongOctets extends Error {}

/** A flow that did not do what it should. */
export interface FailedDeed {
  readonly deed: string;
  readonly problem: string;
  readonly isWrong: boolean;
  /** Instants of `performance.now`. */
  readonly from: number;
  readonly to: number;
}

interface Targets {
  readonly small: TestServer;
  readonly large: TestServer;
  readonly sink: TestServer;
  readonly echo: TestServer;
}

type Deed = (open: (server: TestServer) => Promise<TcpClient>, targets: Targets) => Promise<void>;

const deeds: Readonly<Record<string, Deed>> = {
  "a small download": async (open, { small }) => expectWhole(await open(small), SMALL_OCTETS),
  "a large download": async (open, { large }) => expectWhole(await open(large), LARGE_OCTETS),
  "an upload": async (open, { sink }) => {
    using client = await open(sink);
    await client.write(seededOctets(SEED, UPLOAD_OCTETS));
    client.end();
    const said = Buffer.from(await client.readToEnd(PATIENCE_MS)).toString();
    if ((await client.ended) !== "fin") throw new Error(`an upload ended by ${await client.ended}`);
    if (said !== `${UPLOAD_OCTETS} ${seededHash(SEED, UPLOAD_OCTETS)}\n`) throw new WrongOctets(`the sink got ${said}`);
  },
  "a conversation": async (open, { echo }) => {
    using client = await open(echo);
    for (let number = 0; number < MESSAGES; number += 1) {
      const message = `message ${number} of a conversation`;
      await client.write(message);
      const answer = Buffer.from(await client.read(message.length, PATIENCE_MS)).toString();
      if (answer !== message) throw new WrongOctets(`${message} came back as ${answer}`);
    }
  },
  "a download that its client breaks off": async (open, { large }) => {
    using client = await open(large);
    await client.read(BROKEN_OFF_OCTETS, PATIENCE_MS);
    client.reset();
  },
  "a download that its client does not read for a while": async (open, { large }) => {
    const client = await open(large);
    client.socket.pause();
    await sleep(STALL_MS);
    client.socket.resume();
    await expectWhole(client, LARGE_OCTETS);
  },
};

/** Clients that are busy until they are told to end. Dispose it (`await using`), and the targets are gone. */
export class Traffic implements AsyncDisposable {
  readonly failed: FailedDeed[] = [];
  /** Flows that did what they should, by deed. */
  readonly done: Record<string, number> = Object.fromEntries(Object.keys(deeds).map((deed) => [deed, 0]));
  readonly #owned: AsyncDisposableStack;
  readonly #targets: Targets;

  private constructor(owned: AsyncDisposableStack, targets: Targets) {
    this.#owned = owned;
    this.#targets = targets;
  }

  static async open(): Promise<Traffic> {
    await using owned = new AsyncDisposableStack();
    const targets = {
      small: owned.use(await TestServer.open({ kind: "source", seed: SEED, octets: SMALL_OCTETS })),
      large: owned.use(await TestServer.open({ kind: "source", seed: SEED, octets: LARGE_OCTETS })),
      sink: owned.use(await TestServer.open({ kind: "sink" })),
      echo: owned.use(await TestServer.open({ kind: "echo" })),
    };
    return new Traffic(owned.move(), targets);
  }

  /** One client for each deed, over and over, until `isOver`; resolves when the last flows are done. */
  async run(socksPort: number, isOver: () => boolean): Promise<void> {
    const open = (server: TestServer): Promise<TcpClient> => openThrough(socksPort, server, PATIENCE_MS);
    await Promise.all(
      Object.entries(deeds).map(async ([name, deed]) => {
        do await this.#try(name, () => deed(open, this.#targets));
        while (!isOver());
      }),
    );
  }

  async #try(deed: string, act: () => Promise<void>): Promise<void> {
    const from = performance.now();
    try {
      await act();
      this.done[deed] = (this.done[deed] ?? 0) + 1;
    } catch (error) {
      const isWrong = error instanceof WrongOctets;
      this.failed.push({ deed, problem: String(error), isWrong, from, to: performance.now() });
      // Not in a hurry while nothing works.
      await sleep(100);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function expectWhole(client: TcpClient, octets: number): Promise<void> {
  using _client = client;
  const got = await client.hashToEnd(PATIENCE_MS);
  const end = await client.ended;
  // Nothing may be missing without a word.
  if (end !== "fin") throw new Error(`it ended by ${end} after ${got.octets} octets`);
  if (got.octets !== octets || got.sha256 !== seededHash(SEED, octets))
    throw new WrongOctets(`${got.octets} octets came, not the ${octets} that were sent`);
}
