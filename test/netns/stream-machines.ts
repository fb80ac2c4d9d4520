/**
 * Two machines and a cable, a node on each, and one link between the nodes that is made of streams.
 *
 *     near ── 10.77.0.1 ═════════ 10.77.0.2 ── far
 *
 * Clients come in at `near` and go out at `far`.
 */
import { fileURLToPath } from "node:url";
import { connectVeth, Namespace, NodeProcess } from "@flor/testkit";
import { expect } from "vitest";
import { SeededSite } from "./seeded-site.ts";

/** Where `near` takes clients in, on its loopback. */
export const SOCKS_PORT = 1080;
const FILE_OCTETS = 8_000_000;

/** The command line of flor, as a link or a test starts it. */
export const FLOR_COMMAND: readonly [string, string] = [
  process.execPath,
  fileURLToPath(new URL("../../apps/flor/src/main.ts", import.meta.url)),
];

/** What differs from test to test: the link at either end, and where `near` finds `far`. */
export interface StreamLinks {
  readonly near: object;
  readonly far: object;
  /** Absent: `far` comes to `near`. */
  readonly address: string;
}

/** The two machines, without nodes at work. Dispose it (`await using`), and all of it is gone. */
export class StreamMachines implements AsyncDisposable {
  readonly nearAddress = "10.77.0.1";
  readonly farAddress = "10.77.0.2";
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  readonly nearMachine: Namespace;
  readonly farMachine: Namespace;
  /** Devices of the cable. */
  readonly devices: readonly [string, string];
  readonly #owned: AsyncDisposableStack;

  private constructor(
    owned: AsyncDisposableStack,
    machines: readonly [Namespace, Namespace],
    nodes: readonly [NodeProcess, NodeProcess],
    devices: readonly [string, string],
  ) {
    this.#owned = owned;
    [this.nearMachine, this.farMachine] = machines;
    [this.near, this.far] = nodes;
    this.devices = devices;
  }

  /** Lays the cable and makes the keys. */
  static async open(): Promise<StreamMachines> {
    await using owned = new AsyncDisposableStack();
    const nearMachine = owned.use(await Namespace.create("near"));
    const farMachine = owned.use(await Namespace.create("far"));
    const devices = await connectVeth(
      { namespace: nearMachine, addresses: ["10.77.0.1/24"] },
      { namespace: farMachine, addresses: ["10.77.0.2/24"] },
    );
    const near = owned.use(await NodeProcess.prepare("near", { namespace: nearMachine }));
    const far = owned.use(await NodeProcess.prepare("far", { namespace: farMachine }));
    return new StreamMachines(owned.move(), [nearMachine, farMachine], [near, far], devices);
  }

  /** Ends with the machines. */
  own<Owned extends AsyncDisposable>(owned: Owned): Owned {
    return this.#owned.use(owned);
  }

  /** Starts both nodes; resolves when they have found each other. */
  async up(links: StreamLinks): Promise<void> {
    await this.upFar(links.far);
    await this.upNear(links);
    await this.near.waitForPeer("far");
  }

  async upFar(link: object): Promise<void> {
    await this.far.up({
      outbounds: [{ tcp: { allow: ["127.0.0.1", "10.77.0.2"] } }],
      links: [{ name: "stream", ...link }],
      peers: [{ name: "near", id: this.near.id, link: "stream" }],
    });
  }

  async upNear({ near, address }: StreamLinks): Promise<void> {
    await this.near.up({
      inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }],
      links: [{ name: "stream", ...near }],
      peers: [{ name: "far", id: this.far.id, link: "stream", address }],
      routes: [{ to: "*", through: "far" }],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Servers end only after those who are connected to them.
    await this.near[Symbol.asyncDispose]();
    await this.#owned.disposeAsync();
  }
}

/** Downloads a file from the far machine, through both nodes, and compares its hash. */
export async function expectToCarry({ nearMachine, farMachine, farAddress }: StreamMachines): Promise<void> {
  await using site = await SeededSite.open(farMachine, farAddress, FILE_OCTETS);
  expect(await site.fetch(nearMachine, { socksPort: SOCKS_PORT })).toBe(site.hash);
}
