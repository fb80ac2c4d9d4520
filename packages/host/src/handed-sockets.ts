/**
 * Listening sockets that a service manager made and hands over, sd_listen_fds(3): it holds them while the node is away, so
 * that clients wait rather than be refused, and may bind ports that the node's user may not.
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { Server } from "node:net";
import { SocketAddress } from "node:net";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a socket listens. */
export type ListenPlace = { readonly address: string; readonly port: number } | { readonly path: string };

/** A socket that was handed over. */
export interface HandedSocket {
  /** Its name in the unit (`FileDescriptorName=`), by default the unit's. */
  readonly name: string;
  /** `undefined`: it is no listening TCP or Unix stream socket. */
  readonly place: ListenPlace | undefined;
  readonly descriptor: number;
}

/** SD_LISTEN_FDS_START of sd_listen_fds(3). */
const FIRST_DESCRIPTOR = 3;
/** A service manager hands over a few. */
export const HANDED_MAX = 256;
const LISTENING = "0A";
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** What this process was handed, until somebody takes it. */
export class HandedSockets {
  readonly #left: HandedSocket[];

  constructor(sockets: readonly HandedSocket[] = []) {
    this.#left = [...sockets];
  }

  /** Finds them by `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`; none where they are not for this process. */
  static find(environment: Environment): HandedSockets {
    const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names = "" } = environment;
    if (Number(pid) !== process.pid || !/^\d+$/.test(count ?? "")) return new HandedSockets();
    const named = names.split(":");
    const numbers = Array.from({ length: Math.min(HANDED_MAX, Number(count)) }, (_, index) => index);
    return new HandedSockets(
      numbers.map((index) => {
        const descriptor = FIRST_DESCRIPTOR + index;
        return { name: named[index] ?? "unknown", descriptor, place: placeOfDescriptor(descriptor) };
      }),
    );
  }

  /** Those that nobody took. */
  get left(): readonly HandedSocket[] {
    return this.#left;
  }

  /** The descriptor that listens at `wanted`, once; `undefined`: none was handed over. */
  take(wanted: ListenPlace): number | undefined {
    const at = this.#left.findIndex(({ place }) => place !== undefined && placeName(place) === placeName(wanted));
    return at < 0 ? undefined : this.#left.splice(at, 1)[0]?.descriptor;
  }
}

/** Accepts on a socket that was handed over. */
export function listenOnDescriptor(server: Server, descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd: descriptor }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** As text, for people and for comparing. */
export function placeName(place: ListenPlace): string {
  return "path" in place ? place.path : `${place.address} port ${place.port}`;
}

/** By the tables in /proc: to ask the socket itself takes a call that Node.js has not. */
function placeOfDescriptor(descriptor: number): ListenPlace | undefined {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
    if (inode === undefined) return undefined;
    return tcpPlace("tcp", inode) ?? tcpPlace("tcp6", inode) ?? unixPlace(inode);
  } catch {
    return undefined;
  }
}

/** Lines of proc_pid_net(5): `sl local_address rem_address st … inode`. */
function tcpPlace(table: "tcp" | "tcp6", inode: string): ListenPlace | undefined {
  for (const row of rowsOf(table)) {
    const [, local = "", , state] = row;
    if (row[9] !== inode || state !== LISTENING) continue;
    const [address = "", port = ""] = local.split(":");
    return { address: addressOfHex(address), port: Number.parseInt(port, 16) };
  }
  return undefined;
}

/** `Num RefCount Protocol Flags Type St Inode Path`; flag 0x10000 of a socket that listens. */
function unixPlace(inode: string): ListenPlace | undefined {
  const row = rowsOf("unix").find((one) => one[6] === inode);
  const [path, flags] = [row?.[7], Number.parseInt(row?.[3] ?? "0", 16)];
  return path === undefined || (flags & 0x10000) === 0 ? undefined : { path };
}

function rowsOf(table: string): readonly string[][] {
  return readFileSync(`/proc/self/net/${table}`, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

/** Words of 32 bits in the order of this machine, which is little-endian wherever Node.js runs. */
function addressOfHex(hex: string): string {
  const octets = Buffer.from(hex, "hex").swap32();
  if (octets.length === 4) return octets.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(index * 2).toString(16));
  const { address } = new SocketAddress({ address: groups.join(":"), family: "ipv6" });
  return MAPPED.exec(address)?.[1] ?? address;
}
