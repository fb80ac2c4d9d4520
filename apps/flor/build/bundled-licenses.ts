import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputChunk } from "rolldown";

/** The folder of the package that a module belongs to: after the last `node_modules`, with its scope. */
const PACKAGE_FOLDER = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
const LICENSE_FILE = /^(licen[cs]e|copying)/i;

/**
 * The licences of all packages whose code is in the bundle, which most of them ask to be kept with it.
 *
 * @throws Error when a package has none: what may not be handed on is not bundled
 */
export function bundledLicenses(chunks: readonly OutputChunk[]): string {
  const folders = new Set(
    chunks.flatMap((chunk) => chunk.moduleIds.flatMap((id) => PACKAGE_FOLDER.exec(id)?.[1] ?? [])),
  );
  return [...folders].map(licenseOf).sort().join("\n");
}

function licenseOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const title = `${manifest["name"]} ${manifest["version"]}, ${manifest["license"]}`;
  const file = readdirSync(folder).find((name) => LICENSE_FILE.test(name));
  if (file === undefined && manifest["license"] === undefined) throw new Error(`${title}: no licence in ${folder}`);
  const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  return `${title}\n${"-".repeat(title.length)}${text}\n`;
}
