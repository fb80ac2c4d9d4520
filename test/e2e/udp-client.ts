/** A client of UDP ASSOCIATE, octet by octet, and targets for it. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket as TcpSocket } from "node:net";

/** A datagram that came back: the header of RFC 1928 section 7, and the payload. */
export interface Answer {
  readonly header: string;
  readonly payload: Buffer;
}

/** One association. */
export class AssociatedClient implements Disposable {
  readonly answers: Answer[] = [];
  readonly relay: { readonly host: string; readonly port: number };
  readonly control: TcpSocket;
  readonly #socket: Socket;

  private constructor(control: TcpSocket, socket: Socket, relay: AssociatedClient["relay"]) {
    this.control = control;
    this.relay = relay;
    this.#socket = socket;
    socket.on("message", (message) => {
      const length = message[3] === 1 ? 10 : 22;
      this.answers.push({ header: message.subarray(0, length).toString("hex"), payload: message.subarray(length) });
    });
  }

  /** Asks for an association. @param announces the port that it will send from; else 0 */
  static async open(port: number, announces = false): Promise<AssociatedClient> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const control = connect(port, "127.0.0.1");
    await once(control, "connect");
    const own = announces ? socket.address().port : 0;
    control.write(Buffer.of(5, 1, 0));
    await once(control, "data");
    control.write(Buffer.of(5, 3, 0, 1, 0, 0, 0, 0, own >> 8, own & 0xff));
    const [reply] = (await once(control, "data")) as [Buffer];
    if (reply[1] !== 0 || reply[3] !== 1) throw new Error(`refused: ${reply.toString("hex")}`);
    const relay = { host: [...reply.subarray(4, 8)].join("."), port: reply.readUInt16BE(8) };
    return new AssociatedClient(control, socket, relay);
  }

  /** The header that names 127.0.0.1, or a name. */
  static headerTo(port: number, name?: string): Buffer {
    const host = name === undefined ? Buffer.of(1, 127, 0, 0, 1) : Buffer.of(3, name.length, ...Buffer.from(name));
    return Buffer.concat([Buffer.of(0, 0, 0), host, Buffer.of(port >> 8, port & 0xff)]);
  }

  send(header: Buffer, payload: Buffer | string, from: Socket = this.#socket): void {
    from.send(Buffer.concat([header, Buffer.from(payload)]), this.relay.port, this.relay.host);
  }

  /** What came back, however often. */
  texts(): ReadonlySet<string> {
    return new Set(this.answers.map(({ payload }) => payload.toString()));
  }

  [Symbol.dispose](): void {
    this.control.destroy();
    this.#socket.close();
  }
}

/** A UDP server on 127.0.0.1 that sends back what it gets, and remembers from whom. */
export class UdpEcho implements Disposable {
  readonly port: number;
  /** What came, and from where. */
  readonly heard: { readonly text: string; readonly port: number }[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (message, from) => {
      this.heard.push({ text: message.toString(), port: from.port });
      socket.send(message, from.port, from.address);
    });
  }

  static async open(): Promise<UdpEcho> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new UdpEcho(socket);
  }

  /** The ports from which these texts came. */
  portsOf(texts: readonly string[]): ReadonlySet<number> {
    return new Set(this.heard.filter(({ text }) => texts.includes(text)).map(({ port }) => port));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
