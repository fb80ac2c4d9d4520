/**
 * `npm run build`: bundles the command and its links, and packs them as `dist/flor-<version>.tgz` for `npm i -g`.
 *
 * Node strips types everywhere but under `node_modules`, so what is installed must be JavaScript. Packages with native
 * code stay dependencies, in the exact versions of the workspace; everything else is in the bundle.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { rolldown, type OutputChunk } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { withProgress } from "./build/progress.ts";
import { bundledLicenses } from "./build/bundled-licenses.ts";
import { BUILTIN_LINKS } from "@flor/runtime";

const root = fileURLToPath(new URL("../..", import.meta.url));
const distFolder = join(root, "dist");
const packageFolder = join(distFolder, "package");

/** Native packages, each with the workspace package that pins its version. */
const NATIVE = { koffi: "packages/host" } as const;
/** What `import "flor"` gives. */
const API = join(root, "packages/api/src/index.ts");
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** Used where the user has installed it. */
const OPTIONAL = ["@fails-components/webtransport-transport-http3-quiche"];

interface Manifest {
  readonly version: string;
  readonly description?: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

/** One program for each link that comes with flor. */
function linkEntries(): Record<string, string> {
  return Object.fromEntries(BUILTIN_LINKS.map((kind) => [`link-${kind}`, join(root, "links", kind, "src/main.ts")]));
}

/**
 * Whether loading a module does something beside giving what is imported of it. Ours do not, but for the programs and what
 * prepares protobufjs, so an index file does not load a whole package where one function of it is used. Packages of others
 * say so in their manifests.
 */
function hasEffect(id: string): boolean | undefined {
  return /[\\/]node_modules[\\/]/.test(id) ? undefined : /[\\/](?:bin|main|protobuf)\.ts$/.test(id);
}

/**
 * The command and the library share chunks. Each link has its own: what it shared with the command would come in many small
 * ones with more than it needs, and take a seventh of its start.
 */
async function bundle(): Promise<readonly OutputChunk[]> {
  const chunks = await bundleTogether({ flor: join(root, "apps/flor/src/bin.ts"), index: API });
  for (const [name, entry] of Object.entries(linkEntries())) chunks.push(...(await bundleTogether({ [name]: entry })));
  return chunks;
}

async function bundleTogether(input: Readonly<Record<string, string>>): Promise<OutputChunk[]> {
  const build = await rolldown({
    input: { ...input },
    platform: "node",
    external: (id) => [...Object.keys(NATIVE), ...OPTIONAL].some((name) => id === name || id.startsWith(`${name}/`)),
    checks: { eval: false },
    treeshake: { moduleSideEffects: hasEffect },
  });
  // Flat: `builtin-link-command.ts` finds the links beside itself.
  const written = await build.write({
    dir: packageFolder,
    format: "esm",
    chunkFileNames: "[name]-[hash].js",
    // Comments and indentation would lie in every process's memory; names stay, for stack traces.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await build.close();
  return written.output.filter((file) => file.type === "chunk");
}

/** The types of the library, in one file. */
async function bundleTypes(): Promise<void> {
  const build = await rolldown({
    input: { index: API },
    platform: "node",
    // Types of others are none of the library's; the generated ones are CommonJS, which cannot be bundled.
    external: (id) => !/^(?:\.|\/|@flor\/)/.test(id) || id.includes("/generated/"),
    plugins: [dts({ dtsOnly: true, generator: "oxc", tsconfig: join(root, "tsconfig.json") })],
  });
  await build.write({ dir: packageFolder, format: "esm" });
  await build.close();
}

function writeManifest(): void {
  const { version, license } = manifestOf("apps/flor");
  const dependencies = Object.fromEntries(
    Object.entries(NATIVE).map(([name, folder]) => [name, manifestOf(folder).dependencies[name]]),
  );
  const manifest = {
    name: "flor",
    version,
    description: manifestOf(".").description,
    license,
    type: "module",
    bin: { flor: "./flor.js" },
    exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
    engines: { node: ">=24.12" },
    dependencies,
  };
  writeFileSync(join(packageFolder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function pack(): Promise<string> {
  const args = ["pack", "--silent", "--pack-destination", distFolder];
  const { stdout } = await execa("npm", args, { cwd: packageFolder });
  return join("dist", stdout.trim());
}

rmSync(distFolder, { recursive: true, force: true });
mkdirSync(packageFolder, { recursive: true });
const chunks = await withProgress("bundling the command and its links", bundle);
await withProgress("bundling the types of the library", bundleTypes);
writeManifest();
for (const document of DOCUMENTS) copyFileSync(join(root, document), join(packageFolder, document));
writeFileSync(join(packageFolder, "BUNDLED-LICENSES.txt"), bundledLicenses(chunks));
process.stdout.write(`${await withProgress("packing", pack)}\n`);
