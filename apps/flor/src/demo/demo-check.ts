/** `flor demo --check`: real traffic through the demo, and what came of it. */
import { createHash, randomBytes } from "node:crypto";
import { octetsText } from "../views/quantity-text.ts";
import { DEMO_OCTETS, type DemoServer } from "./demo-server.ts";
import { fetchThrough, type Destination } from "./fetch-through.ts";

const LOOPBACK = "127.0.0.1";
/** Where the private services of clouds answer: never let out. */
const METADATA: Destination = { host: "169.254.169.254", port: 80 };
const FLOWS = 8;

/** What one step of the check found. */
export interface CheckResult {
  readonly good: boolean;
  readonly text: string;
}

/** What is checked. */
export interface CheckTarget {
  readonly socksPort: number;
  readonly server: DemoServer;
  /** The far node may dial it, and nothing listens there. */
  readonly closedPort: number;
}

type CheckStep = (target: CheckTarget) => Promise<CheckResult>;

const STEPS: readonly CheckStep[] = [
  checkPage,
  checkDownload,
  checkUpload,
  checkFlowsAtOnce,
  checkClosedPort,
  checkForbiddenAddress,
];

/** Runs the steps one after the other, and hands over each result as it comes; whether all were good. */
export async function checkDemo(target: CheckTarget, show: (result: CheckResult) => void): Promise<boolean> {
  let good = true;
  for (const step of STEPS) {
    const result = await step(target).catch((error: Error) => ({
      good: false,
      text: `${step.name}: ${error.message}`,
    }));
    show(result);
    good &&= result.good;
  }
  return good;
}

async function checkPage({ socksPort, server }: CheckTarget): Promise<CheckResult> {
  const started = performance.now();
  const body = await fetchThrough(socksPort, serverOf(server), "/");
  const good = body.toString().startsWith("It works");
  return { good, text: `page: ${body.length} octets in ${Math.round(performance.now() - started)} ms` };
}

async function checkDownload({ socksPort, server }: CheckTarget): Promise<CheckResult> {
  const started = performance.now();
  const body = await fetchThrough(socksPort, serverOf(server), "/octets");
  return hashResult("download", sha256(body) === server.octetsHash, body.length, started);
}

async function checkUpload({ socksPort, server }: CheckTarget): Promise<CheckResult> {
  const octets = randomBytes(DEMO_OCTETS);
  const started = performance.now();
  const answer = await fetchThrough(socksPort, serverOf(server), "/", octets);
  return hashResult("upload", answer.toString() === sha256(octets), octets.length, started);
}

async function checkFlowsAtOnce({ socksPort, server }: CheckTarget): Promise<CheckResult> {
  const started = performance.now();
  const fetches = Array.from({ length: FLOWS }, () => fetchThrough(socksPort, serverOf(server), "/octets"));
  const bodies = await Promise.all(fetches);
  const good = bodies.every((body) => sha256(body) === server.octetsHash);
  return hashResult(`${FLOWS} flows at once`, good, FLOWS * DEMO_OCTETS, started);
}

async function checkClosedPort({ socksPort, closedPort }: CheckTarget): Promise<CheckResult> {
  const answer = await refusalOf(socksPort, { host: LOOPBACK, port: closedPort });
  return { good: answer.endsWith("ConnectionRefused"), text: `a port where nothing listens: ${answer}` };
}

async function checkForbiddenAddress({ socksPort }: CheckTarget): Promise<CheckResult> {
  const answer = await refusalOf(socksPort, METADATA);
  return { good: answer.endsWith("NotAllowed"), text: `an address that is never allowed: ${answer}` };
}

async function refusalOf(socksPort: number, to: Destination): Promise<string> {
  try {
    await fetchThrough(socksPort, to, "/");
    return "it answered";
  } catch (error) {
    return (error as Error).message;
  }
}

function serverOf({ port }: DemoServer): Destination {
  return { host: LOOPBACK, port };
}

function sha256(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("hex");
}

function hashResult(what: string, good: boolean, octets: number, started: number): CheckResult {
  const seconds = (performance.now() - started) / 1000;
  const rate = `${octetsText(octets)} in ${seconds.toFixed(2)} s, ${octetsText(octets / seconds)}/s`;
  return { good, text: `${what}: ${rate}, ${good ? "hash equal" : "HASH DIFFERS"}` };
}
