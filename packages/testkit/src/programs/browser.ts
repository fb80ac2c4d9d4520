/** Headless Chromium, with a profile of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Namespace, run } from "../namespace.ts";
import { requireTools } from "../required-tools.ts";

export interface BrowserOptions {
  /** Such as `socks5://127.0.0.1:1080`: names are resolved at its far end. */
  readonly proxy?: string;
  /** Where it runs; absent: in this one. */
  readonly namespace?: Namespace;
  /** How long scripts may run before the page is read; virtual time, so waiting costs none. @default 5000 */
  readonly scriptTimeMs?: number;
}

/** Without these it speaks to its maker, or needs a display and an ordinary user. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--no-first-run",
  "--no-default-browser-check",
  // Chromium bypasses a proxy for loopback unless told otherwise.
  "--proxy-bypass-list=<-loopback>",
];

/** Opens a page, lets its scripts run, and resolves to its document as HTML. */
export async function openPage(url: string, options: BrowserOptions = {}): Promise<string> {
  requireTools(["chromium"]);
  const profile = mkdtempSync(join(tmpdir(), "flor-chromium-"));
  const proxy = options.proxy === undefined ? [] : [`--proxy-server=${options.proxy}`];
  const time = `--virtual-time-budget=${options.scriptTimeMs ?? 5_000}`;
  const args = [...FLAGS, ...proxy, time, `--user-data-dir=${profile}`, "--dump-dom", url];
  try {
    if (options.namespace !== undefined) return await options.namespace.run("chromium", ...args);
    return await run("chromium", args);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
