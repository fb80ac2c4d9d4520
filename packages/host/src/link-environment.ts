/**
 * Variables of the node that a link gets too: what finds programs, says how people read, and where Node keeps compiled
 * code. No secret is among them.
 */
const INHERITED = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "SystemRoot",
  "TEMP",
  "NODE_COMPILE_CACHE",
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The whole environment of a link process.
 *
 * @param own the node's
 * @param configured wins over what is inherited, but not over `FLOR_IO`
 */
export function linkEnvironment(
  own: Environment,
  configured: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...configured, FLOR_IO: "1" };
}
