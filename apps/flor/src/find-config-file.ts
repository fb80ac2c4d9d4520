import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { TYPED_FLOR } from "./typed-flor.ts";
import { CommandError, EXIT_USAGE } from "./command-error.ts";

const FILE_NAME = "flor.yaml";

/** Where a configuration is looked for, in order: here, the user's, the machine's. */
export function configFileCandidates(environment: NodeJS.ProcessEnv): readonly string[] {
  const userFolder = environment["XDG_CONFIG_HOME"] ?? homeConfigFolder();
  const ofUser = userFolder === undefined ? [] : [join(userFolder, "flor", FILE_NAME)];
  return [FILE_NAME, ...ofUser, join("/etc/flor", FILE_NAME)];
}

/** `undefined`: in a container a user may have neither HOME nor an entry in passwd. */
function homeConfigFolder(): string | undefined {
  try {
    return join(homedir(), ".config");
  } catch {
    return undefined;
  }
}

/**
 * The file that the user named, or the first candidate that exists.
 *
 * @throws CommandError when there is none
 */
export function findConfigFile(named: string | undefined, environment: NodeJS.ProcessEnv): string {
  if (named !== undefined) return named;
  const candidates = configFileCandidates(environment);
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CommandError(`no configuration: looked for ${candidates.join(", ")}`, {
    exitCode: EXIT_USAGE,
    advice: `name one with -c FILE, or try flor without a configuration: ${TYPED_FLOR} demo`,
  });
}
