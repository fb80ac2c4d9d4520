import manifest from "../package.json" with { type: "json" };

/** The version of this flor. */
export const VERSION: string = manifest.version;
