/** What /proc tells of processes and their sockets. Elsewhere than on Linux everything here is empty. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A UDP socket of a process. */
export interface UdpSocket {
  /** Such as "127.0.0.1"; IPv6 addresses as the kernel writes them, in hex. */
  readonly address: string;
  readonly port: number;
}

/** The processes in whose environment `mark` stands: a process that was started by one of them inherits it. */
export function markedProcesses(mark: string): readonly number[] {
  return pids().filter((pid) => isRunning(pid) && read(`/proc/${pid}/environ`).includes(mark));
}

/** Arguments and environment of a process, as it was started. */
export function startTextOf(pid: number): { readonly argv: string; readonly environment: string } {
  return { argv: read(`/proc/${pid}/cmdline`), environment: read(`/proc/${pid}/environ`) };
}

/** Whether the process is there and more than a zombie. */
export function isRunning(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== "" && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

/** Resident memory of a process in octets; 0 when it is gone. */
export function residentOctets(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Processor seconds that a process has used, user and system. */
export function processorSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // The kernel counts hundredths of a second on every platform that Node runs on.
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

/** The UDP sockets that a process holds. */
export function udpSocketsOf(pid: number): readonly UdpSocket[] {
  const inodes = new Set(
    list(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  return ["udp", "udp6"].flatMap((table) =>
    read(`/proc/${pid}/net/${table}`)
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9]))
      .map((fields) => socketOf(fields[1] ?? "")),
  );
}

/** Whether this system has what the functions of this file read. */
export function hasProc(): boolean {
  return read("/proc/self/stat") !== "";
}

/** `0100007F:1F90`: the address in the machine's order, the port in hex. */
function socketOf(text: string): UdpSocket {
  const [address = "", port = "0"] = text.split(":");
  const octets = address.match(/../g)?.toReversed() ?? [];
  const dotted = address.length === 8 ? octets.map((octet) => Number.parseInt(octet, 16)).join(".") : address;
  return { address: dotted, port: Number.parseInt(port, 16) };
}

function pids(): readonly number[] {
  return list("/proc").map(Number).filter(Number.isInteger);
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function target(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
