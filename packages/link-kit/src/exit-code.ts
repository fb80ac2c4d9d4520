/** Exit codes of a link process (proto/flor-io.md). */
export const ExitCode = {
  /** Asked to stop. */
  ok: 0,
  /** Run by hand, or wrong arguments. */
  usage: 64,
  /** Something may be better later: start again. */
  temporary: 75,
  /** The configuration is wrong: do not start again. */
  configuration: 78,
} as const;
