/** Codes of {@link FlorError}; they stay the same over versions. */
export type FlorErrorCode =
  /** A live node has this name, or this northbound's socket. */
  | "ERR_FLOR_NODE_RUNS"
  /** The path of a socket is too long for the system. */
  | "ERR_FLOR_PATH_TOO_LONG"
  /** A socket or its folder cannot be made as configured. */
  | "ERR_FLOR_SOCKET_REFUSED"
  /** What a node must remember cannot be written, or not be used any more. */
  | "ERR_FLOR_STATE_REFUSED";

/** A failure that is no bug: its message names the thing and says what to do. */
export class FlorError extends Error {
  override readonly name = "FlorError";
  readonly code: FlorErrorCode;

  constructor(code: FlorErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
