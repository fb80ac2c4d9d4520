/** A SOCKS5 client in one call, for tests whose subject is what comes behind the handshake. */
import { isIPv4, isIPv6 } from "node:net";
import { TcpClient } from "@flor/testkit";

/** What a client asks for. */
export interface ThroughTarget {
  /** An address, or a name that is resolved at the far end. */
  readonly host: string;
  readonly port: number;
}

/** The reply of RFC 1928 section 6, and the connection behind it. Dispose it (`using`), and it is destroyed. */
export interface ThroughConnection extends Disposable {
  /** 0: succeeded. */
  readonly reply: number;
  readonly client: TcpClient;
}

const METHOD_OCTETS = 2;
const REPLY_HEAD_OCTETS = 4;
const PORT_OCTETS = 2;

/**
 * Asks the SOCKS5 server on a loopback port for a target.
 *
 * @throws Error when the server closes without a reply, or says nothing for `timeoutMs`
 */
export async function connectThrough(
  socksPort: number,
  target: ThroughTarget,
  timeoutMs: number = 60_000,
): Promise<ThroughConnection> {
  const client = await TcpClient.connect(socksPort);
  try {
    await client.write(Uint8Array.of(5, 1, 0, ...requestOf(target)));
    await client.read(METHOD_OCTETS, timeoutMs);
    const [, reply = -1, , kind] = await client.read(REPLY_HEAD_OCTETS, timeoutMs);
    await client.read((kind === 1 ? 4 : 16) + PORT_OCTETS, timeoutMs);
    return { reply, client, [Symbol.dispose]: () => client[Symbol.dispose]() };
  } catch (error) {
    client[Symbol.dispose]();
    throw error;
  }
}

/** Like {@link connectThrough}; throws when the reply is not success. */
export async function openThrough(socksPort: number, target: ThroughTarget, timeoutMs?: number): Promise<TcpClient> {
  const { reply, client } = await connectThrough(socksPort, target, timeoutMs);
  if (reply === 0) return client;
  client[Symbol.dispose]();
  throw new Error(`SOCKS5 reply ${reply} for ${target.host} port ${target.port}`);
}

function requestOf({ host, port }: ThroughTarget): Uint8Array {
  return Uint8Array.of(5, 1, 0, ...addressOf(host), port >> 8, port & 0xff);
}

function addressOf(host: string): readonly number[] {
  if (isIPv4(host)) return [1, ...host.split(".").map(Number)];
  if (isIPv6(host)) return [4, ...ipv6Octets(host)];
  const name = Buffer.from(host);
  return [3, name.length, ...name];
}

function ipv6Octets(text: string): readonly number[] {
  // The URL parser writes every form as groups of hexadecimal digits, with at most one "::".
  const [front = "", back] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string): readonly number[] =>
    part === "" ? [] : part.split(":").flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]);
  const [head, tail] = [groups(front), groups(back ?? "")];
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}
