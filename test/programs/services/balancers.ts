/** haproxy and nginx as others use them, to be put in front of flor, or of the publishers themselves. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool, type Namespace, type StartedProcess } from "@flor/testkit";

/** A balancer's place: where it runs, where it listens, to whom it passes on. */
export interface BalancerOptions {
  readonly namespace: Namespace;
  readonly folder: string;
  readonly port: number;
  /** `HOST:PORT`, each. */
  readonly servers: readonly string[];
}

/** Starts haproxy: TCP, the source address's consistent hash, as one who cares for few moves would set it. */
export async function startHaproxy({ namespace, folder, port, servers }: BalancerOptions): Promise<StartedProcess> {
  const file = join(folder, `haproxy-${port}.cfg`);
  const lines = [
    "defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s",
    `frontend in\n bind 127.0.0.1:${port}\n default_backend out`,
    "backend out\n balance source\n hash-type consistent",
    ...servers.map((server, index) => ` server s${index} ${server} check inter 500`),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const started = namespace.start(findTool("haproxy")!, ["-f", file, "-db"]);
  await waitForPort(namespace, port);
  return started;
}

/** Starts nginx's stream module, likewise. */
export async function startNginxStream({ namespace, folder, port, servers }: BalancerOptions): Promise<StartedProcess> {
  const file = join(folder, `stream-${port}.conf`);
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
     daemon off; user root; worker_processes 1; pid ${folder}/stream-${port}.pid; error_log stderr notice;
     events { worker_connections 4096; }
     stream {
       upstream out { hash $remote_addr consistent; ${servers.map((server) => `server ${server};`).join(" ")} }
       server { listen 127.0.0.1:${port} backlog=4096; proxy_pass out; }
     }`,
  );
  const started = namespace.start(findTool("nginx")!, ["-c", file, "-e", "stderr"]);
  await waitForPort(namespace, port);
  return started;
}

async function waitForPort(namespace: Namespace, port: number): Promise<void> {
  const script = `for i in $(seq 300); do curl -so /dev/null http://127.0.0.1:${port}/ && exit; sleep 0.1; done; exit 1`;
  await namespace.run("sh", "-c", script);
}
