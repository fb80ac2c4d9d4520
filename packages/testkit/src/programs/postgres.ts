/** A PostgreSQL server on 127.0.0.1 with a folder of its own, open to its user `postgres`. */
import { chownSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { makeFolder, removeFolder } from "../folders.ts";
import { findTool, requireTools } from "../required-tools.ts";
import { StartedProcess } from "../started-process.ts";

/** It refuses to run as root. */
const NOBODY = 65_534;

/** A running server. Dispose it (`await using`) to end it. */
export class Postgres implements AsyncDisposable {
  readonly port: number;
  readonly #process: StartedProcess;
  readonly #folder: string;

  private constructor(port: number, process: StartedProcess, folder: string) {
    this.port = port;
    this.#process = process;
    this.#folder = folder;
  }

  /** Makes an empty database, `postgres`, and serves it. @param port a free one */
  static async start(port: number): Promise<Postgres> {
    requireTools(["initdb", "postgres"]);
    const folder = makeFolder("flor-postgres-");
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    const made = ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"];
    await execa(findTool("initdb")!, made, { ...user, cwd: folder });
    const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"];
    const args = ["-D", join(folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
    const started = StartedProcess.start(findTool("postgres")!, args, {
      cwd: folder,
      ...(isRoot ? { uid: NOBODY } : {}),
    });
    await started.waitForOutput(/ready to accept connections/);
    return new Postgres(port, started, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    removeFolder(this.#folder);
  }
}
