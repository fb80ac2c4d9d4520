import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity } from "@flor/quic";
import type { Config } from "./config.ts";
import { issueText } from "./config-issue.ts";
import { createKeyFile } from "./key-file.ts";
import { loadConfig, type LoadedConfig } from "./load-config.ts";

/** Ids of two nodes, the same in each run. */
export const homeId: string = createIdentity(new Uint8Array(32).fill(1)).id;
export const vmId: string = createIdentity(new Uint8Array(32).fill(2)).id;

/** What every file needs; its key is in each {@link ConfigFolder}. */
export const head = "name: laptop\nkey: ./laptop.key\n";

/** A folder with a key, in which configurations are tried. */
export class ConfigFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "flor-config-"));
  /** Id of the key `laptop.key`. */
  readonly ownId: string = createKeyFile(join(this.path, "laptop.key")).id;

  load(text: string, mode = 0o600): LoadedConfig {
    const file = join(this.path, "flor.yaml");
    writeFileSync(file, text);
    chmodSync(file, mode);
    return loadConfig(file);
  }

  /** @throws Error with the issues, when there are any */
  configOf(text: string): Config {
    const loaded = this.load(text);
    if ("issues" in loaded) throw new Error(loaded.issues.map(issueText).join("\n"));
    return loaded.config;
  }

  /** The issues' texts, the folder's random name cut out. */
  issuesOf(text: string, mode?: number): readonly string[] {
    const loaded = this.load(text, mode);
    return "issues" in loaded ? loaded.issues.map((issue) => issueText(issue).replaceAll(`${this.path}/`, "")) : [];
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
