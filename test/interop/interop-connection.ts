/** One connection of our engine in the interoperability tests: requests as a client, answers as a server. */
import { Connection, type QuicEngine } from "@flor/quic/engine";
import { createHash, type Hash } from "node:crypto";
import { contentAt, contentHash } from "./content.ts";

const REQUEST_MAX_OCTETS = 32;
const READ_OCTETS = 65_536;
const DATAGRAM_MAX_OCTETS = 1200;

/** What one stream still has to send: text, then content. */
interface Sending {
  text: Uint8Array;
  contentSent: number;
  readonly contentOctets: number;
}

/** What one stream received. */
interface Receiving {
  /** Of a request: its line, until it is whole. Of an answer: all of it, when it is short. */
  text: string;
  octets: number;
  readonly hash: Hash;
  readonly finish?: (answer: Receiving) => void;
  readonly fail?: (error: Error) => void;
}

/** What has come, and what waits to go. */
export class InteropConnection {
  readonly engine: Connection;
  readonly role: "client" | "server";
  /** Where its datagrams go. */
  readonly peerPort: number;
  readonly #sending = new Map<number, Sending>();
  readonly #receiving = new Map<number, Receiving>();
  readonly #into = new Uint8Array(READ_OCTETS);
  readonly #queued: (() => void)[] = [];
  readonly #echoes: ((octets: Uint8Array) => void)[] = [];
  /** Called after requests were made from outside of `handleProgress`. */
  onWork: () => void = () => {};
  /** Resolves with why it ended. */
  readonly ended: Promise<string>;
  #end: (why: string) => void = () => {};

  constructor(engine: QuicEngine, role: "client" | "server", peerPort: number) {
    if (!(engine instanceof Connection)) throw new TypeError("the interoperability tests are of our own engine");
    this.engine = engine;
    this.role = role;
    this.peerPort = peerPort;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Gets content; rejects when it is not what it must be. Returns its octets. */
  async get(octets: number): Promise<number> {
    const answer = await this.#request(`get ${octets}\n`, 0);
    if (answer.octets !== octets || answer.hash.digest("hex") !== contentHash(octets))
      throw new Error(`got ${answer.octets} octets that are not the first ${octets} of the content`);
    return answer.octets;
  }

  /** Sends content; rejects when the server hashed other octets. Returns its octets. */
  async put(octets: number): Promise<number> {
    const answer = await this.#request(`put ${octets}\n`, octets);
    if (answer.text !== contentHash(octets)) throw new Error(`the server answered "${answer.text}"`);
    return octets;
  }

  /** Sends a DATAGRAM and waits for its return, unchanged. */
  async echo(text: string): Promise<boolean> {
    const sent = new Uint8Array(1000).fill(0x2e);
    sent.set(Buffer.from(text));
    const answer = await new Promise<Uint8Array>((resolve) => {
      this.#echoes.push(resolve);
      if (!this.engine.sendDatagram(sent)) throw new Error("the peer takes no datagrams");
      this.onWork();
    });
    return Buffer.compare(answer, sent) === 0;
  }

  /** Something may have come, and room to send may be there. */
  handleProgress(now: number): void {
    this.#takeDatagrams();
    this.engine.forEachReadable((stream) => {
      this.#read(stream, now);
      return true;
    });
    for (const open of this.#queued.splice(0)) open();
    for (const [stream, sending] of this.#sending) this.#send(stream, sending);
    if (this.engine.isDraining() || this.engine.isClosed()) this.#handleEnd();
  }

  #handleEnd(): void {
    const { by, application, code, text } = this.engine.closeReason();
    const why = `${by} ${application ? "application" : "transport"} 0x${code.toString(16)} ${text}`.trim();
    for (const { fail } of this.#receiving.values()) fail?.(new Error(`the connection ended: ${why}`));
    this.#receiving.clear();
    this.#end(why);
  }

  #request(line: string, contentOctets: number): Promise<Receiving> {
    return new Promise((finish, fail) => {
      const open = (): void => {
        const stream = this.engine.isEstablished() ? this.engine.openStream() : undefined;
        if (stream === undefined) return void this.#queued.push(open);
        this.#receiving.set(stream, { text: "", octets: 0, hash: createHash("sha256"), finish, fail });
        this.#sending.set(stream, { text: Buffer.from(line), contentSent: 0, contentOctets });
      };
      this.#queued.push(open);
      void this.ended.then((why) => fail(new Error(`the connection ended: ${why}`)));
      this.onWork();
    });
  }

  #read(stream: number, now: number): void {
    let receiving = this.#receiving.get(stream);
    if (receiving === undefined) {
      receiving = { text: "", octets: 0, hash: createHash("sha256") };
      this.#receiving.set(stream, receiving);
    }
    for (;;) {
      const length = this.engine.receive(stream, this.#into, now);
      if (length < 0) return;
      this.#take(receiving, this.#into.subarray(0, length));
      if (!this.engine.lastFin) continue;
      this.#receiving.delete(stream);
      if (receiving.finish === undefined) this.#answer(stream, receiving);
      else receiving.finish(receiving);
      return;
    }
  }

  #take(receiving: Receiving, octets: Uint8Array): void {
    let at = 0;
    if (receiving.finish === undefined && !receiving.text.endsWith("\n")) {
      const end = octets.indexOf(0x0a) + 1;
      at = end > 0 ? end : octets.length;
      receiving.text = (receiving.text + Buffer.from(octets.subarray(0, at)).toString()).slice(0, REQUEST_MAX_OCTETS);
    } else if (receiving.octets < 100) receiving.text += Buffer.from(octets.subarray(0, 100)).toString("latin1");
    receiving.octets += octets.length - at;
    receiving.hash.update(octets.subarray(at));
  }

  #answer(stream: number, request: Receiving): void {
    const [verb, octets] = request.text.trim().split(" ");
    const text = verb === "put" ? Buffer.from(request.hash.digest("hex")) : new Uint8Array(0);
    this.#sending.set(stream, { text, contentSent: 0, contentOctets: verb === "get" ? Number(octets) : 0 });
  }

  #send(stream: number, sending: Sending): void {
    for (;;) {
      const { text, contentSent, contentOctets } = sending;
      const chunk = text.length > 0 ? text : contentAt(contentSent, contentOctets - contentSent);
      const isLast = text.length > 0 ? contentOctets === 0 : contentSent + chunk.length === contentOctets;
      const accepted = this.engine.send(stream, chunk, isLast);
      if (accepted < 0 || (isLast && accepted === chunk.length)) return void this.#sending.delete(stream);
      if (text.length > 0) sending.text = text.subarray(accepted);
      else sending.contentSent += accepted;
      if (accepted < chunk.length) return;
    }
  }

  #takeDatagrams(): void {
    const into = this.#into.subarray(0, DATAGRAM_MAX_OCTETS);
    for (let length = this.engine.receiveDatagram(into); length >= 0; length = this.engine.receiveDatagram(into)) {
      if (this.role === "server") this.engine.sendDatagram(into.subarray(0, length));
      else this.#echoes.shift()?.(into.slice(0, length));
    }
  }
}
