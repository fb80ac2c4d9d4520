const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it broke off the connection",
  EPIPE: "it broke off the connection",
  EHOSTUNREACH: "there is no route to this address",
  ENETUNREACH: "there is no route to this address",
  ENOTFOUND: "this name has no address",
  EAI_AGAIN: "no name server answers",
  ETIMEDOUT: "no answer",
};

/** What became of a connection, in words: why it could not be had, or was lost, for people. */
export function explainDial(error: unknown): string {
  const { code, cause, message } = error as NodeJS.ErrnoException & { readonly cause?: unknown };
  const isTimeout = (error as Error).name === "TimeoutError" || (cause as Error | undefined)?.name === "TimeoutError";
  if (isTimeout) return "no answer in time";
  // Libraries keep the system's code in their texts.
  const known = code ?? /\bE[A-Z_]{4,}\b/.exec(message)?.[0] ?? "";
  return EXPLANATIONS[known] ?? message;
}
