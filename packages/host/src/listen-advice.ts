const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program has this port: stop it or choose another port",
  EADDRNOTAVAIL: "no interface of this machine has this address",
  EACCES:
    "ports below 1024 need a privilege: choose a higher one. Where it is higher, a sandbox or a security module refuses it",
};

/** What to do when a node cannot listen for this reason; `undefined`: the error speaks for itself. */
export function adviceForListening(code: string): string | undefined {
  return ADVICE[code];
}
