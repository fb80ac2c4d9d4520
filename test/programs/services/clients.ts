/** Programs that people use, as clients of services, each for so many seconds. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { findTool } from "@flor/testkit";
import { type Fleet, FORWARD_PORTS } from "./fleet.ts";

const WEBSOCKET = fileURLToPath(new URL("websocket-client.ts", import.meta.url));

/** What a program came to. */
export interface ClientResult {
  readonly name: string;
  readonly done: number;
  readonly failed: number;
  /** What it said of a failure. */
  readonly text: string;
}

/** A program at an ingress, and how its words are read. */
interface Client {
  readonly name: string;
  readonly ingress: string;
  readonly command: readonly string[];
  readonly read: (said: string, exitCode: number) => Omit<ClientResult, "name">;
}

/** Starts all of them; resolves when the last has ended. */
export async function startClients(fleet: Fleet, seconds: number): Promise<readonly ClientResult[]> {
  return Promise.all(
    clientsOf(fleet, seconds).map(async ({ name, ingress, command, read }) => {
      const inside = ["netns", "exec", fleet.namespace(ingress).name, ...command];
      const { all, exitCode = -1 } = await execa("ip", inside, { reject: false, all: true, stdin: "ignore" });
      return { name, ...read(all, exitCode) };
    }),
  );
}

/** A new connection for each request, as the choice of a publisher is for each connection. */
function clientsOf(fleet: Fleet, seconds: number): readonly Client[] {
  const here = "127.0.0.1";
  const { web, web2, cache, db, shell } = FORWARD_PORTS;
  const repeated = (command: string): readonly string[] => [
    "sh",
    "-c",
    `end=$(($(date +%s) + ${seconds})); n=0; f=0; while [ $(date +%s) -lt $end ]; do if ${command} >/dev/null; then n=$((n+1)); else f=$((f+1)); fi; done; echo "$n done, $f failed"`,
  ];
  const login = fleet.sshd!.clientArguments("-o", "ConnectTimeout=30");
  const ssh = [findTool("ssh")!, ...login.map((one) => (one === "22" ? `${shell}` : one)), "true"].join(" ");
  return INGRESS_ROUND.flatMap((ingress) => [
    {
      name: `wrk at ${ingress}, HTTP/1.1`,
      ingress,
      read: readWrk,
      command: [
        "wrk",
        "-t1",
        "-c8",
        `-d${seconds}s`,
        "--timeout",
        "30s",
        "-H",
        "Connection: close",
        `http://${here}:${web}/`,
      ],
    },
    {
      name: `redis-benchmark at ${ingress}`,
      ingress,
      read: readCounts,
      command: repeated(`redis-benchmark -h ${here} -p ${cache} -k 0 -c 4 -n 200 -t set,get -q`),
    },
    {
      name: `pgbench -C at ${ingress}`,
      ingress,
      read: readPgbench,
      command: [
        "pgbench",
        "-C",
        "-n",
        "-c",
        "2",
        "-T",
        `${seconds}`,
        "-h",
        here,
        "-p",
        `${db}`,
        "-U",
        "flor",
        "postgres",
      ],
    },
    { name: `ssh at ${ingress}`, ingress, read: readCounts, command: repeated(ssh) },
    {
      name: `curl at ${ingress}, HTTP/2`,
      ingress,
      read: readCounts,
      command: repeated(`curl -sf --max-time 30 --http2-prior-knowledge http://${here}:${web2}/`),
    },
    {
      name: `WebSocket at ${ingress}`,
      ingress,
      read: readJson,
      command: [process.execPath, WEBSOCKET, `ws://${here}:${web}/echo`, `${seconds}`],
    },
  ]);
}

const INGRESS_ROUND = ["near", "far"] as const;

function readWrk(said: string): Omit<ClientResult, "name"> {
  const done = Number(/(\d+) requests in/.exec(said)?.[1] ?? 0);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(said)?.slice(1) ?? [];
  const failed = [...errors, /Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? "0"].reduce(
    (sum, one) => sum + Number(one),
    0,
  );
  return { done, failed, text: /Socket errors.*/.exec(said)?.[0] ?? "" };
}

function readPgbench(said: string, exitCode: number): Omit<ClientResult, "name"> {
  const done = Number(/transactions actually processed: (\d+)/.exec(said)?.[1] ?? 0);
  const failed = Number(/number of failed transactions: (\d+)/.exec(said)?.[1] ?? 0) + (exitCode === 0 ? 0 : 1);
  return { done, failed, text: failed === 0 ? "" : said.slice(-300) };
}

function readCounts(said: string): Omit<ClientResult, "name"> {
  const [, done = "0", failed = "1"] = /(\d+) done, (\d+) failed\s*$/.exec(said) ?? [];
  return { done: Number(done), failed: Number(failed), text: failed === "0" ? "" : said.slice(0, 300) };
}

function readJson(said: string): Omit<ClientResult, "name"> {
  const found = /\{"done":(\d+),"failed":(\d+)\}/.exec(said);
  return {
    done: Number(found?.[1] ?? 0),
    failed: Number(found?.[2] ?? 1),
    text: found?.[2] === "0" ? "" : said.slice(0, 300),
  };
}
