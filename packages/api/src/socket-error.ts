/** Errors as `node:net` has them, so that a program tells them apart by the codes it knows. */

/** An error with a code of Node's. */
export interface SocketError extends Error {
  readonly code: string;
  /** `connect`, `write`, `read` or `listen`. */
  readonly syscall: string;
}

/** An error as `net.Socket` would report it: `connect ECONNREFUSED db.team:5432`. */
export function socketError(syscall: string, code: string, about = ""): SocketError {
  const message = about === "" ? `${syscall} ${code}` : `${syscall} ${code} ${about}`;
  return Object.assign(new Error(message), { code, syscall });
}

/** The error of a write after the other side, or we, ended. */
export function pipeError(): SocketError {
  return Object.assign(new Error("This socket has been ended by the other party"), { code: "EPIPE", syscall: "write" });
}
