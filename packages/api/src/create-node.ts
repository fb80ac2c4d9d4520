import { resolve } from "node:path";
import {
  type ConfigIssue,
  issueText,
  type LoadedConfig,
  loadConfig,
  parseConfig,
  parsePublication,
} from "@flor/config";
import type { FoundService } from "@flor/node";
import { openNodeControl, type RunningNode, runNode } from "@flor/runtime";
import { stringify } from "yaml";
import { Flor, type FlorLogLine, type HeldNode } from "./flor.ts";
import { VERSION } from "./version.ts";

/** What a node is made of: one of `config` and `configFile`. */
export interface CreateNodeOptions {
  /** The configuration as docs/configuration.md has it, as an object or as YAML. Paths are relative to `folder`. */
  readonly config?: Readonly<Record<string, unknown>> | string;
  /** A file with it. */
  readonly configFile?: string;
  /** Where relative paths of `config` begin. @default the working directory */
  readonly folder?: string;
  /** Log lines below are left out; lines are events "log". @default "warn" */
  readonly logLevel?: "debug" | "info" | "warn" | "error";
  /** Whether commands such as `flor status` can talk to this node, by its name. @default false */
  readonly control?: boolean;
}

/** An invalid configuration: its message and `issues` list everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "ERR_FLOR_CONFIG";
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(issues.map(issueText).join("\n"));
    this.issues = issues;
  }
}

/**
 * Starts a node in this process; its links are processes of their own.
 *
 * @throws ConfigError when the configuration is invalid; Error with a `code` when something cannot be opened
 */
export async function createNode(options: CreateNodeOptions): Promise<Flor> {
  // A program without types may give nothing: what it lacks is said then, too.
  const loaded = load({ ...options });
  if ("issues" in loaded) throw new ConfigError(loaded.issues);
  const { config } = loaded;
  const lines = { write: (line: string): void => handleLine(line) };
  let flor: Flor | undefined;
  const handleLine = (line: string): void => {
    if (flor !== undefined && flor.listenerCount("log") > 0) flor.emit("log", JSON.parse(line) as FlorLogLine);
  };
  let running: RunningNode | undefined;
  const control = options.control === true ? await openNodeControl(config.name, process.env, () => running) : undefined;
  try {
    running = await runNode(config, {
      version: VERSION,
      logLevel: options.logLevel ?? "warn",
      logTo: { stream: lines },
    });
  } catch (error) {
    await control?.close();
    throw error;
  }
  const started = running;
  flor = new Flor({
    ...started,
    ...servicesOf(started),
    close: () => started.close().finally(() => control?.close()),
  });
  return flor;
}

/** A target of this program has no address. */
const NO_ADDRESS = Uint8Array.of(0, 0, 0, 0);

function servicesOf(running: RunningNode): Pick<HeldNode, "serve" | "lookup"> {
  return {
    serve(service, { allow = ["*"], port = 80, deny, weight, affinity }, handle) {
      const more = { ...(deny && { deny }), ...(weight !== undefined && { weight }), ...(affinity && { affinity }) };
      const wanted = { target: `127.0.0.1:${port}`, allow, port, health: "none", ...more };
      const parsed = parsePublication(service, wanted, "/");
      if ("problem" in parsed) throw Object.assign(new RangeError(parsed.problem), { code: "ERR_INVALID_ARG_VALUE" });
      const publication = { ...parsed.config, targetText: "this program" };
      return running.serve(publication, (client, outcome) =>
        handle(client, (socket) => outcome.connected(socket, NO_ADDRESS, 0)),
      );
    },
    lookup: (name) => running.services.lookup({ name }) as FoundService,
  };
}

function load({ config, configFile, folder = "." }: CreateNodeOptions): LoadedConfig {
  if ((config === undefined) === (configFile === undefined))
    throw Object.assign(new TypeError("createNode takes one of config and configFile"), {
      code: "ERR_INVALID_ARG_VALUE",
    });
  if (configFile !== undefined) return loadConfig(configFile);
  const text = typeof config === "string" ? config : stringify(config);
  return parseConfig(text, resolve(folder, "config"), false);
}
