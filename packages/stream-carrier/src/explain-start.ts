/** Why a program of a link did not start, and what to do. */
export function explainStart(program: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return `${program} does not exist; install it, or correct the link's command`;
  if (code === "EACCES") return `${program} cannot be executed; set its mode, or correct the link's command`;
  return `${program} cannot be started: ${code ?? message}`;
}
