/** Looks whether a server answers: by a connection, a page, or a program's exit code. */
import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { errorCode } from "./error-code.ts";
import { linkEnvironment } from "./link-environment.ts";
import { guardGroup, signalGroup } from "./process-group.ts";

/** Where the server is: a host and a port, or the path of a Unix socket. */
export type ProbePlace = { readonly host: string; readonly port: number } | { readonly path: string };

/** What is tried. */
export type Probe =
  | { readonly kind: "tcp" }
  /** `statuses` of the answer; `undefined`: 200 to 399 */
  | { readonly kind: "http"; readonly path: string; readonly statuses: readonly number[] | undefined }
  /** Its exit code 0 means success. */
  | { readonly kind: "command"; readonly command: readonly [string, ...string[]] };

/** How a probe is done. */
export interface ProbeOptions {
  readonly timeoutMs: number;
  /** Variables that a program gets beside the few that links get. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Tries once, for no longer than the timeout. Never rejects: `undefined` is success, else why not, for people. */
export function probe(place: ProbePlace, what: Probe, options: ProbeOptions): Promise<string | undefined> {
  if (what.kind === "tcp") return probeTcp(place, options.timeoutMs);
  return what.kind === "http" ? probeHttp(place, what, options.timeoutMs) : probeCommand(what.command, options);
}

function probeTcp(place: ProbePlace, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = connect(place);
    const settle = (outcome: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle(tooLate(timeoutMs)), timeoutMs);
    socket.once("connect", () => settle(undefined));
    socket.on("error", (error) => settle(errorCode(error)));
  });
}

async function probeHttp(
  place: ProbePlace,
  { path, statuses }: Extract<Probe, { kind: "http" }>,
  timeoutMs: number,
): Promise<string | undefined> {
  // Only now: what is imported of it brings all of undici, memory and time that most nodes have no use for.
  const { get } = await import("node:http");
  return new Promise((resolve) => {
    const where = "path" in place ? { socketPath: place.path } : place;
    const headers = { "user-agent": "flor", connection: "close" };
    const request = get({ ...where, path, headers, agent: false }, (response) => {
      const { statusCode = 0 } = response;
      const isGood = statuses === undefined ? statusCode >= 200 && statusCode < 400 : statuses.includes(statusCode);
      settle(isGood ? undefined : `status ${statusCode}`);
    });
    const settle = (outcome: string | undefined): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle(tooLate(timeoutMs)), timeoutMs);
    request.on("error", (error) => settle(errorCode(error)));
  });
}

/** The program and all that it started are gone when this resolves, or soon after. */
function probeCommand(
  [program, ...args]: readonly [string, ...string[]],
  { timeoutMs, environment }: ProbeOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: "ignore",
      env: linkEnvironment(process.env, environment),
    });
    const { pid } = child;
    const release = pid === undefined ? () => {} : guardGroup(pid);
    const settle = (outcome: string | undefined): void => {
      clearTimeout(timer);
      if (pid !== undefined) signalGroup(pid, "SIGKILL");
      release();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle(`${program}: ${tooLate(timeoutMs)}`), timeoutMs);
    child.once("error", (error) => settle(`${program}: ${errorCode(error)}`));
    child.once("exit", (code, signal) => {
      if (code === 0) settle(undefined);
      else settle(code === null ? `${program}: ended by ${signal ?? "a signal"}` : `${program}: exit code ${code}`);
    });
  });
}

function tooLate(timeoutMs: number): string {
  return `no answer within ${timeoutMs} ms`;
}
