/** What one case works with: it starts links and nodes, joins them, and leaves nothing behind. */
import { createSocket, type Socket } from "node:dgram";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom, UdpRelay } from "@flor/impairment";
import { openCrossing, type Crossing, type CrossingGround, type CrossingOptions } from "./crossing.ts";
import { freePort } from "./free-port.ts";
import { NotApplicable } from "./finding.ts";
import type { KitOptions } from "./kit-options.ts";
import type { InstanceName, LinkStart, StartOptions } from "./link-start.ts";
import { captureHeader, packetBlock } from "./pcapng.ts";
import { fillTemplate, type Places } from "./template.ts";
import { TestedLink } from "./tested-link.ts";

/** The bench of one case. Dispose it when the case is over. */
export class Bench implements AsyncDisposable, CrossingGround {
  readonly caseId: string;
  readonly options: KitOptions;
  /** The same choices in every run with the same seed. */
  readonly random: SeededRandom;
  readonly #links: { readonly name: InstanceName; readonly link: TestedLink }[] = [];
  readonly #starts: Promise<TestedLink>[] = [];
  readonly #relays: UdpRelay[] = [];
  readonly #sockets: Socket[] = [];
  readonly #folders = new Map<string, Promise<string>>();
  readonly #ports = new Map<string, Promise<number>>();
  #capture: Promise<WriteStream> | undefined;
  #isOver = false;

  constructor(caseId: string, options: KitOptions) {
    this.caseId = caseId;
    this.options = options;
    this.random = new SeededRandom(options.seed ^ hashOf(caseId));
  }

  /** Starts an instance; it may not have said Hello yet. */
  async start(options: StartOptions = {}, name: InstanceName = "near"): Promise<TestedLink> {
    this.#refuseWhenOver();
    const start = this.#start(options, name);
    this.#starts.push(start);
    return start;
  }

  async #start(options: StartOptions, name: InstanceName): Promise<TestedLink> {
    const { command } = this.options.link;
    const config = "config" in options ? options.config : await this.config(name);
    const capture = await this.#captureOf(name);
    const stateDir = await this.folder(`state of ${name}`);
    const start = {
      command,
      caseId: this.caseId,
      patience: this.options.patience ?? 1,
      stateDir,
      ...options,
      config,
      ...(capture === undefined ? {} : { capture }),
    };
    const link = await TestedLink.start(start);
    this.#links.push({ name, link });
    return link;
  }

  /** Starts an instance and waits for its session. */
  async startReady(options: StartOptions = {}, name: InstanceName = "near"): Promise<TestedLink> {
    const link = await this.start(options, name);
    await link.untilReady();
    return link;
  }

  /** Starts what is needed for frames to cross, and waits until they can. */
  async cross(options: CrossingOptions = {}): Promise<Crossing> {
    return openCrossing(this, options);
  }

  /** The configuration of an instance, with its places filled. */
  async config(name: InstanceName): Promise<unknown> {
    const { config, peerConfig = config } = this.options.link;
    return fillTemplate(name === "near" ? config : peerConfig, await this.#places(name, 0, ""));
  }

  /** The address by which an instance reaches the other, at `peerPort`; `said` is what that one printed of itself. */
  async address(name: InstanceName, peerPort: number, said: string): Promise<string> {
    const { address, peerAddress = address } = this.options.link;
    return fillTemplate(name === "near" ? address : peerAddress, await this.#places(name, peerPort, said));
  }

  /** The port of an instance's own. */
  async portOf(name: InstanceName): Promise<number> {
    const port = this.#ports.get(name) ?? freePort();
    this.#ports.set(name, port);
    return port;
  }

  /** A folder that is removed when the case is over, the same one for the same use. */
  async folder(use: string): Promise<string> {
    const folder = this.#folders.get(use) ?? mkdtemp(join(tmpdir(), "flor-link-test-"));
    this.#folders.set(use, folder);
    return folder;
  }

  /** A path between the two instances; left is near. */
  async openRelay(): Promise<UdpRelay> {
    this.#refuseWhenOver();
    const [near, far] = [await this.portOf("near"), await this.portOf("far")];
    const relay = await UdpRelay.start({
      left: { address: "127.0.0.1", port: near },
      right: { address: "127.0.0.1", port: far },
      impairments: this.options.impairments ?? {},
      seed: this.options.seed,
    });
    this.#relays.push(relay);
    return relay;
  }

  /** A UDP socket on 127.0.0.1 that is none of the node's. */
  async openSocket(): Promise<Socket> {
    const socket = createSocket("udp4");
    this.#sockets.push(socket);
    socket.on("error", () => {});
    await new Promise<void>((resolve) => socket.bind({ port: 0, address: "127.0.0.1", exclusive: true }, resolve));
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One instance may have failed the case while the other still starts.
    this.#isOver = true;
    await Promise.allSettled(this.#starts);
    await Promise.all(this.#links.map(({ link }) => link.close()));
    await Promise.all(this.#relays.map((relay) => relay[Symbol.asyncDispose]()));
    for (const socket of this.#sockets) socket.close();
    await this.#writeLogs();
    const capture = await this.#capture;
    if (capture !== undefined) await new Promise<void>((resolve) => capture.end(resolve));
    for (const folder of this.#folders.values()) await rm(await folder, { recursive: true, force: true });
  }

  /** A case that took too long goes on after its end: what it starts then, nobody would end. */
  #refuseWhenOver(): void {
    if (this.#isOver) throw new NotApplicable("the case is over");
  }

  async #places(name: InstanceName, peerPort: number, said: string): Promise<Places> {
    const peer = name === "near" ? "far" : "near";
    return { port: await this.portOf(name), peerPort, name, peer, said, dir: await this.folder("both") };
  }

  async #captureOf(name: InstanceName): Promise<LinkStart["capture"]> {
    const { out } = this.options;
    if (out === undefined) return undefined;
    this.#capture ??= openCapture(join(out, this.caseId));
    const capture = await this.#capture;
    const id = name === "near" ? 0 : 1;
    return (direction, datagram) => void capture.write(packetBlock(id, direction, Date.now(), datagram));
  }

  async #writeLogs(): Promise<void> {
    const { out } = this.options;
    if (out === undefined) return;
    for (const [index, { name, link }] of this.#links.entries())
      await writeFile(join(out, this.caseId, `${index + 1}-${name}.log`), link.child.output);
  }
}

async function openCapture(folder: string): Promise<WriteStream> {
  await mkdir(folder, { recursive: true });
  const capture = createWriteStream(join(folder, "frames.pcapng"));
  capture.write(captureHeader(["near", "far"]));
  return capture;
}

/** FNV-1a: cases choose differently under one seed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
