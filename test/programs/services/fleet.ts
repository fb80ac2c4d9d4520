/**
 * Three publishers and two ingresses, each a machine of its own behind one switch. A publisher has nginx, Redis, PostgreSQL
 * and sshd of its own; an ingress has a port for each service.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  connectVeth,
  findTool,
  Namespace,
  NodeProcess,
  run,
  Sshd,
  type StartedProcess,
  uniqueName,
} from "@flor/testkit";

/** Who publishes. */
export const PUBLISHERS = ["alpha", "beta", "gamma"] as const;
/** Where clients come in. */
export const INGRESSES = ["near", "far"] as const;
/** Ports of the servers, and of the forwards at each ingress. */
export const PORTS = { web: 8080, web2: 8082, cache: 6379, db: 5432, shell: 22 } as const;
/** Where the ingresses serve them. */
export const FORWARD_PORTS = { web: 9080, web2: 9082, who: 9081, cache: 9379, db: 9432, shell: 9022 } as const;

const HEALTH = { interval: 0.5, timeout: 5, rise: 1, fall: 2 };
const POSTGRES_USER = 65_534;
const ECHO_PORT = 8081;
const ECHO = fileURLToPath(new URL("websocket-echo.ts", import.meta.url));
const LINK_PORT = 4600;

type Publisher = (typeof PUBLISHERS)[number];

/** See the head of this file. Dispose it (`await using`): all of it is gone. */
export class Fleet implements AsyncDisposable {
  readonly namespaces: Map<string, Namespace> = new Map<string, Namespace>();
  readonly nodes: Map<string, NodeProcess> = new Map<string, NodeProcess>();
  readonly addresses: Map<string, string> = new Map<string, string>();
  /** Of `redis-server` at each publisher. */
  readonly redis: Map<string, StartedProcess> = new Map<string, StartedProcess>();
  sshd: Sshd | undefined;
  readonly #owned = new AsyncDisposableStack();
  readonly #folder = mkdtempSync(join(tmpdir(), "flor-fleet-"));

  /** Starts all of it; resolves when each ingress knows three publishers of each service as up. */
  static async start(): Promise<Fleet> {
    const fleet = new Fleet();
    await fleet.#cable();
    for (const name of [...PUBLISHERS, ...INGRESSES]) await fleet.#prepare(name);
    for (const name of PUBLISHERS) await fleet.#startServers(name);
    for (const name of PUBLISHERS) await fleet.startPublisher(name);
    for (const name of INGRESSES) await fleet.#startIngress(name);
    await fleet.waitForUp("web", PUBLISHERS.length);
    return fleet;
  }

  namespace(name: string): Namespace {
    return this.namespaces.get(name)!;
  }

  node(name: string): NodeProcess {
    return this.nodes.get(name)!;
  }

  /** Waits until each ingress knows so many publishers of each service as up. */
  async waitForUp(service: string, count: number): Promise<void> {
    const ups = (found: { readonly state: string }[]): number => found.filter(({ state }) => state === "up").length;
    for (const name of INGRESSES)
      await this.node(name).waitFor(({ services }) => {
        const one = services?.found.find((found) => found.name === `${service}.team`);
        return ups([...(one?.publishers ?? [])]) === count;
      }, `${count} publishers of ${service}`);
  }

  /** Waits until no flow of an ingress is at a publisher, nor on its way there. */
  async waitForEmpty(service: string, publisher: string): Promise<void> {
    for (const name of INGRESSES)
      await this.node(name).waitFor(({ services }) => {
        const use = services?.found.find((found) => found.name === `${service}.team`)?.use;
        return (use?.backends.find(({ node }) => node === publisher)?.openFlows ?? 0) === 0;
      }, `no flow of ${service} at ${publisher}`);
  }

  /** The table of a service at an ingress. */
  async table(ingress: string, service: string): Promise<{ readonly hash: string; readonly builds: number }> {
    const found = (await this.node(ingress).ask("service.lookup", { name: service })) as {
      readonly use?: { readonly table: { readonly hash: string; readonly builds: number } };
    };
    return found.use!.table;
  }

  async startPublisher(name: Publisher): Promise<void> {
    const peers = INGRESSES.map((ingress) => ({ name: ingress, id: this.node(ingress).id, link: "wan" }));
    const common = { allow: ["*"], health: HEALTH };
    const target = (port: number): string => `127.0.0.1:${port}`;
    await this.node(name).up({
      links: [{ name: "wan", kind: "udp", listen: `${this.addresses.get(name)}:${LINK_PORT}` }],
      peers,
      services: {
        network: "team",
        publish: {
          web: { ...common, target: target(PORTS.web) },
          web2: { ...common, target: target(PORTS.web2) },
          cache: { ...common, target: target(PORTS.cache) },
          db: { ...common, target: target(PORTS.db) },
          shell: { ...common, target: target(PORTS.shell) },
          who: { ...common, target: target(PORTS.web), affinity: "client" },
        },
      },
    });
  }

  async startRedis(name: Publisher): Promise<void> {
    const folder = join(this.#folder, name);
    const args = ["--port", `${PORTS.cache}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
    const redis = this.#owned.use(this.namespace(name).start(findTool("redis-server")!, args));
    await redis.waitForOutput(/Ready to accept connections/);
    this.redis.set(name, redis);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #cable(): Promise<void> {
    const bridge = this.#owned.use(await Namespace.create("switch"));
    await bridge.ip("link", "add", "br0", "type", "bridge");
    await bridge.ip("link", "set", "br0", "up");
    for (const [index, name] of [...PUBLISHERS, ...INGRESSES].entries()) {
      const namespace = this.#owned.use(await Namespace.create(name.slice(0, 2)));
      const address = `10.77.0.${10 + index}`;
      this.namespaces.set(name, namespace);
      this.addresses.set(name, address);
      const [device] = await connectVeth(
        { namespace: bridge, addresses: [] },
        { namespace, addresses: [`${address}/24`] },
      );
      await bridge.ip("link", "set", device, "master", "br0");
    }
  }

  async #prepare(name: string): Promise<void> {
    mkdirSync(join(this.#folder, name));
    const options = { namespace: this.namespace(name) };
    this.nodes.set(name, this.#owned.use(await NodeProcess.prepare(name, options)));
  }

  async #startServers(name: Publisher): Promise<void> {
    await this.startRedis(name);
    await this.#startNginx(name);
    await this.#startPostgres(name);
    // One and the same host key and user key everywhere, as behind any balancer.
    if (this.sshd === undefined) this.sshd = this.#owned.use(await Sshd.start(this.namespace(name), "127.0.0.1"));
    else this.#owned.use(this.namespace(name).start(findTool("sshd")!, ["-D", "-e", "-f", this.sshd.configFile]));
  }

  async #startNginx(name: Publisher): Promise<void> {
    const folder = join(this.#folder, name);
    const file = join(folder, "nginx.conf");
    writeFileSync(file, nginxConfig(folder, name));
    const nginx = this.#owned.use(this.namespace(name).start(findTool("nginx")!, ["-c", file, "-e", "stderr"]));
    await nginx.waitForOutput(/start worker process \d+/);
    const echo = this.#owned.use(this.namespace(name).start(process.execPath, [ECHO, `${ECHO_PORT}`]));
    await echo.waitForOutput(/ready/);
  }

  async #startPostgres(name: Publisher): Promise<void> {
    const folder = join(this.#folder, name, uniqueName("pg"));
    mkdirSync(folder);
    chownSync(folder, POSTGRES_USER, POSTGRES_USER);
    // PostgreSQL does not run as root.
    for (const path of [this.#folder, join(this.#folder, name)]) chmodSync(path, 0o755);
    const asNobody = [`--reuid=${POSTGRES_USER}`, `--regid=${POSTGRES_USER}`, "--clear-groups"];
    await run("setpriv", [...asNobody, "initdb", "-D", folder, "-A", "trust", "-U", "flor", "-N"]);
    const settings = ["unix_socket_directories=", "fsync=off", "max_connections=200"].flatMap((one) => ["-c", one]);
    const args = [...asNobody, "postgres", "-D", folder, ...settings];
    const postgres = this.#owned.use(this.namespace(name).start("setpriv", args, { cwd: "/" }));
    await postgres.waitForOutput(/ready to accept connections/);
    await this.namespace(name).run("pgbench", "-i", "-q", "-h", "127.0.0.1", "-U", "flor", "postgres");
  }

  async #startIngress(name: string): Promise<void> {
    const peers = PUBLISHERS.map((peer) => ({
      name: peer,
      id: this.node(peer).id,
      link: "wan",
      address: `${this.addresses.get(peer)}:${LINK_PORT}`,
    }));
    const forwards = Object.entries(FORWARD_PORTS).map(([service, port]) => ({
      tcp: `127.0.0.1:${port}`,
      to: `${service}.team:80`,
    }));
    await this.node(name).up({
      inbounds: [{ socks5: "127.0.0.1:1080" }, ...forwards],
      links: [{ name: "wan", kind: "udp", listen: `${this.addresses.get(name)}:0` }],
      peers,
      services: { network: "team", trust: { "*": [...PUBLISHERS] } },
    });
  }
}

/** HTTP/1.1 with WebSocket on one port, HTTP/2 on another, and a page of half a kilobyte that says who answers. */
function nginxConfig(folder: string, name: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr notice;
    events { worker_connections 4096; }
    http {
      ${temporary.map((one) => `${one}_temp_path ${folder}/${one};`).join(" ")}
      access_log off; keepalive_requests 1000000;
      server {
        listen ${PORTS.web} reuseport backlog=4096;
        location / { default_type text/plain; return 200 "${name.padEnd(512, ".")}"; }
        location /echo {
          proxy_pass http://127.0.0.1:${ECHO_PORT};
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection upgrade;
        }
      }
      server {
        listen ${PORTS.web2} http2;
        location / { default_type text/plain; return 200 "${name}"; }
      }
    }`;
}
