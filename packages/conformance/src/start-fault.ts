import { spawn } from "node:child_process";
import { once } from "node:events";
import { faultOfProgram, linkEnvironment, signalGroup } from "@flor/host";

/**
 * Why a link's program cannot be started here, in words that say what to do; `undefined`: it can. It is started with an
 * empty standard input and killed at once.
 */
export async function faultOfStart([program, ...args]: readonly [string, ...string[]]): Promise<string | undefined> {
  const env = linkEnvironment(process.env, {});
  const child = spawn(program, args, { stdio: "ignore", env, detached: true });
  try {
    await once(child, "spawn");
    signalGroup(child.pid ?? 0, "SIGKILL");
    return undefined;
  } catch (error) {
    return (await faultOfProgram(program, env["PATH"] ?? "")) ?? `${program} cannot be started: ${String(error)}`;
  }
}
