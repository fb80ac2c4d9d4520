import { dirname, resolve } from "node:path";
import { assembleConfig, type ConfigText } from "./assemble-config.ts";
import { checkAddresses } from "./check-addresses.ts";
import { checkListeners } from "./check-listeners.ts";
import { checkNames } from "./check-names.ts";
import { checkPeers } from "./check-peers.ts";
import { checkSocketPaths } from "./check-socket-paths.ts";
import type { Config } from "./config.ts";
import { readConfigFile } from "./config-file.ts";
import { pathText, plainText, type ConfigIssue, type ReportIssue } from "./config-issue.ts";
import { draftOf } from "./draft.ts";
import { configSchema } from "./schema.ts";
import { readSecrets, type ConfigPlace } from "./secrets.ts";
import { reportShapeIssues } from "./shape-issues.ts";
import { readYaml, type YamlSource } from "./yaml-source.ts";

/** A configuration, or everything that is wrong with the file. */
export type LoadedConfig = { readonly config: Config } | { readonly issues: readonly ConfigIssue[] };

/** Reads the configuration at `file` and the key and password files that it names; never throws. */
export function loadConfig(file: string, environment: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const read = readConfigFile(file);
  if ("problem" in read) return { issues: [wholeFile(file, read.problem)] };
  return parseConfig(read.text, file, read.worldReadable, environment);
}

/** What {@link loadConfig} makes of a text that was read from `file`. */
export function parseConfig(
  text: string,
  file: string,
  worldReadable: boolean,
  environment: NodeJS.ProcessEnv = process.env,
): LoadedConfig {
  const source = readYaml(text, environment);
  if (source.issues.length > 0) return { issues: source.issues.map((issue) => ({ file, path: "", ...issue })) };
  return checkConfig(source, { file, text, worldReadable });
}

function checkConfig(source: YamlSource, { file, text, worldReadable }: ReadText): LoadedConfig {
  // An empty file is a block without keys: better to say what is missing in it.
  const value = withoutExtensions(source.value ?? {});
  const issues: ConfigIssue[] = [];
  const report: ReportIssue = (path, message) => {
    issues.push({ file, ...source.positionOf(path), path: plainText(pathText(path)), message: plainText(message) });
  };
  const absolute = resolve(file);
  const place: ConfigPlace = { folder: dirname(absolute), worldReadable };

  const parsed = configSchema.safeParse(value);
  if (!parsed.success) reportShapeIssues(parsed.error.issues, value, report);
  const draft = draftOf(value);
  checkNames(draft, report);
  checkListeners(draft, report);
  checkSocketPaths(draft, place.folder, report);
  checkPeers(draft, report);
  checkAddresses(draft, report);
  const secrets = readSecrets(draft, place, report);

  if (issues.length > 0 || !parsed.success || secrets === undefined) return { issues: issues.sort(inFileOrder) };
  return { config: assembleConfig(parsed.data, secrets, { file: absolute, text }) };
}

/** Blocks whose names begin with `x-` are for people, and for anchors. */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
}

/** A text as it was read from a file. */
interface ReadText extends ConfigText {
  readonly worldReadable: boolean;
}

function wholeFile(file: string, message: string): ConfigIssue {
  return { file, line: undefined, column: undefined, path: "", message };
}

function inFileOrder(a: ConfigIssue, b: ConfigIssue): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
