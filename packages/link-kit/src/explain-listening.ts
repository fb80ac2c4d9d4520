/** Why a link cannot listen, and what to do. */
export function explainListening({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "another process has this port; stop it or choose another port";
  if (code === "EADDRNOTAVAIL") return "no interface of this machine has this address (yet)";
  if (code === "EACCES")
    return "ports below 1024 need a privilege: choose a higher one. Where it is higher, a sandbox or a security module refuses it";
  return code ?? message;
}
