/** What a SOCKS5 client says and hears, octet by octet, independent of packages/socks5: a witness, not a mirror. */
import { deepEqual, equal } from "node:assert/strict";
import { RawConnection } from "./raw-connection.ts";
import type { Stage } from "./stage.ts";

/** A SOCKS5 server to be driven, and what is around it. What is not given, no case may need (Socks5Feature). */
export interface Socks5CaseTarget {
  readonly host: string;
  readonly port: number;
  /** A user of the listener. @default the listener takes clients without authentication */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
  /** The suite's own servers, which the SOCKS5 server can reach. */
  readonly stage: Stage;
  /** A name that resolves to the stage's address where the SOCKS5 server resolves names. */
  readonly stageName?: string | undefined;
  /** A name that does not exist, e.g. "nowhere.invalid". */
  readonly unknownName?: string | undefined;
  /** An address that the server's rules refuse. */
  readonly forbidden?: { readonly address: readonly number[]; readonly port: number } | undefined;
  /** When the server gives up a silent client. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Octets that may be on their way to a reader that reads nothing, kernel buffers included. @default 64 MiB */
  readonly flowBufferMaxOctets?: number | undefined;
  /** How long any one wait may last, in milliseconds. */
  readonly patienceMs: number;
  /** Where clients come from: wrong passwords of one case must not slow the next. @default any */
  readonly localAddress?: string;
}

/** A reply as the client reads it. */
export interface ReplySeen {
  readonly code: number;
  readonly address: Buffer;
  readonly port: number;
}

/** Both ends of a flow through the SOCKS5 server. */
export interface Flow {
  readonly client: RawConnection;
  readonly accepted: RawConnection;
}

export const CONNECT = 1;
const NO_AUTHENTICATION = Uint8Array.of(5, 1, 0);
const USERNAME_PASSWORD = Uint8Array.of(5, 1, 2);

/** Connects to the SOCKS5 server; the end of the case ends the connection. */
export async function dialProxy(target: Socks5CaseTarget): Promise<RawConnection> {
  return target.stage.track(
    await RawConnection.connect(target.host, target.port, target.patienceMs, target.localAddress),
  );
}

/** The greeting that the listener accepts. */
export function greetingFor(target: Socks5CaseTarget): Uint8Array {
  return target.user === undefined ? NO_AUTHENTICATION : USERNAME_PASSWORD;
}

/** Credentials, RFC 1929; nothing for a listener without users. */
export function credentialsFor(target: Socks5CaseTarget): Uint8Array {
  return target.user === undefined ? new Uint8Array(0) : credentials(target.user.name, target.user.password);
}

/** Credentials as they go on the wire. */
export function credentials(name: string, password: string): Uint8Array {
  const [nameOctets, passwordOctets] = [Buffer.from(name), Buffer.from(password)];
  return Buffer.concat([
    Uint8Array.of(1, nameOctets.length),
    nameOctets,
    Uint8Array.of(passwordOctets.length),
    passwordOctets,
  ]);
}

/** A request with a binary address of 4 or 16 octets. */
export function addressRequest(address: readonly number[], port: number, command: number = CONNECT): Uint8Array {
  return Uint8Array.of(5, command, 0, address.length === 4 ? 1 : 4, ...address, port >> 8, port & 0xff);
}

/** A request with a name. */
export function domainRequest(name: string | Uint8Array, port: number): Uint8Array {
  const octets = Buffer.from(name);
  return Uint8Array.of(5, CONNECT, 0, 3, octets.length, ...octets, port >> 8, port & 0xff);
}

/** A request for the stage. */
export function stageRequest(target: Socks5CaseTarget): Uint8Array {
  return addressRequest(ipv4Octets(target.stage.address), target.stage.port);
}

/** The octets of a dotted quad. */
export function ipv4Octets(text: string): number[] {
  return text.split(".").map(Number);
}

/** Negotiates up to where a request is due. */
export async function negotiate(target: Socks5CaseTarget, client: RawConnection): Promise<void> {
  await client.send(greetingFor(target));
  await expectSelection(target, client);
  if (target.user === undefined) return;
  await client.send(credentialsFor(target));
  await expectAuthenticated(target, client);
}

/** Reads the method selection that answers {@link greetingFor}. */
export async function expectSelection(target: Socks5CaseTarget, client: RawConnection): Promise<void> {
  deepEqual([...(await client.read(2))], [5, target.user === undefined ? 0 : 2], "method selection");
}

/** Reads the status that answers {@link credentialsFor}, where there are users. */
export async function expectAuthenticated(target: Socks5CaseTarget, client: RawConnection): Promise<void> {
  if (target.user !== undefined) deepEqual([...(await client.read(2))], [1, 0], "authentication status");
}

/** Reads a reply whole. */
export async function readReply(client: RawConnection): Promise<ReplySeen> {
  const [version, code = -1, reserved, addressType] = await client.read(4);
  equal(version, 5, "version of the reply");
  equal(reserved, 0, "reserved octet of the reply");
  if (addressType !== 1 && addressType !== 4)
    throw new Error(`address type ${addressType} in a reply: 1 or 4 expected`);
  const address = await client.read(addressType === 1 ? 4 : 16);
  return { code, address, port: (await client.read(2)).readUInt16BE() };
}

/** Reads a reply and expects success. */
export async function expectSucceeded(client: RawConnection): Promise<void> {
  equal((await readReply(client)).code, 0, "reply code");
}

/** Asks for `request` and returns the reply. */
export async function ask(
  target: Socks5CaseTarget,
  request: Uint8Array,
): Promise<ReplySeen & { client: RawConnection }> {
  const client = await dialProxy(target);
  await negotiate(target, client);
  await client.send(request);
  return { ...(await readReply(client)), client };
}

/** Opens a flow to the stage. */
export async function openFlow(target: Socks5CaseTarget): Promise<Flow> {
  const client = await dialProxy(target);
  await negotiate(target, client);
  await client.send(stageRequest(target));
  await expectSucceeded(client);
  return { client, accepted: await target.stage.accept() };
}

/** Checks that a flow carries octets both ways. */
export async function expectAlive({ client, accepted }: Flow): Promise<void> {
  await client.send(Buffer.from("ping"));
  equal((await accepted.read(4)).toString(), "ping");
  await accepted.send(Buffer.from("pong"));
  equal((await client.read(4)).toString(), "pong");
}

/** Expects that the server closes, by FIN or RST, and sends nothing before. */
export async function expectClosed(client: RawConnection): Promise<void> {
  const { octets } = await client.readToEnd();
  equal(octets.toString("hex"), "", "octets before the close");
}
