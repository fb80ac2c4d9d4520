/** OpenSSH's server and client, with keys of their own: nothing of this machine's configuration is used. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Namespace, run } from "../namespace.ts";
import { makeFolder, removeFolder } from "../folders.ts";
import { findTool, requireTools } from "../required-tools.ts";
import type { StartedProcess } from "../started-process.ts";

/** A running sshd into which root logs in by key. Dispose it (`await using`) to end it. */
export class Sshd implements AsyncDisposable {
  readonly process: StartedProcess;
  readonly host: string;
  readonly port: number;
  readonly #folder: string;

  private constructor(process: StartedProcess, folder: string, host: string, port: number) {
    this.process = process;
    this.#folder = folder;
    this.host = host;
    this.port = port;
  }

  /** Starts sshd in a namespace, on an address of it; `StartedProcess` starts it here. */
  static async start(namespace: Pick<Namespace, "start">, host: string, port: number = 22): Promise<Sshd> {
    requireTools(["sshd", "ssh", "ssh-keygen"]);
    // The folder for privilege separation, made by Debian's service only.
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const folder = makeFolder("flor-sshd-");
    for (const key of ["host_key", "client_key"]) {
      await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
    }
    copyFileSync(join(folder, "client_key.pub"), join(folder, "authorized_keys"));
    writeFileSync(join(folder, "sshd_config"), serverConfig(folder, host, port));
    const started = namespace.start(findTool("sshd")!, ["-D", "-e", "-f", join(folder, "sshd_config")]);
    await started.waitForOutput(/Server listening on/);
    return new Sshd(started, folder, host, port);
  }

  /** For a second sshd with the same keys, in another namespace. */
  get configFile(): string {
    return join(this.#folder, "sshd_config");
  }

  /** Arguments of `ssh` to log in here as root; add `-o ProxyCommand=…`, or a command to run. */
  clientArguments(...options: readonly string[]): readonly string[] {
    const common = ["-F", "none", "-i", join(this.#folder, "client_key"), "-p", String(this.port)];
    const quiet = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
    return [...common, ...quiet.flatMap((option) => ["-o", option]), ...options, `root@${this.host}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop();
    removeFolder(this.#folder);
  }
}

function serverConfig(folder: string, host: string, port: number): string {
  return [
    `ListenAddress ${host}`,
    `Port ${port}`,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "UsePAM no",
    "StrictModes no",
    "PidFile none",
    "PrintMotd no",
    "UseDNS no",
    "",
  ].join("\n");
}
