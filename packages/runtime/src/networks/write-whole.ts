import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { writeDurably } from "@flor/config";

/** The same as {@link writeDurably}; makes the folder, of mode 0700, where it is missing. @throws the system's error */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeDurably(path, text);
}
