import { readConfigFile } from "./config-file.ts";
import { readYaml } from "./yaml-source.ts";

/**
 * What a YAML file holds that is no configuration; read within the bounds of one: octets, words, nesting.
 *
 * @throws Error that says what is wrong, and where, without the file's name
 */
export function readYamlFile(file: string): unknown {
  const read = readConfigFile(file);
  if ("problem" in read) throw new Error(read.problem);
  const { value, issues } = readYaml(read.text, {});
  const [first] = issues;
  if (first !== undefined) throw new Error(`line ${first.line}: ${first.message}`);
  return value;
}
