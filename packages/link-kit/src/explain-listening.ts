import { adviceForListening } from "@flor/host/datagram";

/** Why a link cannot listen, and what to do. */
export function explainListening({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "another process has this port; stop it or choose another port";
  if (code === "EADDRNOTAVAIL") return "no interface of this machine has this address (yet)";
  return adviceForListening(code ?? "") ?? code ?? message;
}
