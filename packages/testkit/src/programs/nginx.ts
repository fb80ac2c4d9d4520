/** nginx as a target in C: fast enough not to be what is measured. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Namespace } from "../namespace.ts";
import { makeFolder, removeFolder } from "../folders.ts";
import { findTool, requireTools } from "../required-tools.ts";
import type { StartedProcess } from "../started-process.ts";

export interface NginxOptions {
  readonly host: string;
  /** @default 80 */
  readonly port?: number;
  /** The folder whose files it serves; `/empty` is answered with 204. */
  readonly root: string;
}

/** A running nginx with one worker. Dispose it (`await using`) to end it. */
export class Nginx implements AsyncDisposable {
  readonly process: StartedProcess;
  readonly #folder: string;

  private constructor(process: StartedProcess, folder: string) {
    this.process = process;
    this.#folder = folder;
  }

  static async start(namespace: Namespace, options: NginxOptions): Promise<Nginx> {
    requireTools(["nginx"]);
    const folder = makeFolder("flor-nginx-");
    writeFileSync(join(folder, "nginx.conf"), configuration(folder, options));
    // `info` to make it say when it is ready; it logs nothing for each request.
    const started = namespace.start(findTool("nginx")!, ["-c", join(folder, "nginx.conf"), "-e", "stderr"]);
    await started.waitForOutput(/start worker process \d+/);
    return new Nginx(started, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop();
    removeFolder(this.#folder);
  }
}

function configuration(folder: string, { host, port = 80, root }: NginxOptions): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    user root;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log stderr notice;
    events { worker_connections 8192; }
    http {
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n")}
      access_log off;
      sendfile on;
      keepalive_requests 1000000;
      server {
        listen ${host.includes(":") ? `[${host}]` : host}:${port} backlog=4096 reuseport;
        root ${root};
        location = /empty { return 204; }
      }
    }`;
}
