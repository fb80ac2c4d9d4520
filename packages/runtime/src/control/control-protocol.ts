/**
 * What the command line and a running node say to each other on the control socket: one JSON object a line, each
 * request answered by one line, in order.
 */

/** The version both ends speak. */
export const CONTROL_VERSION = 1;
/** Octets of one request at most, its line feed excluded. */
export const CONTROL_REQUEST_MAX_OCTETS = 65_536;

/** What a client asks. */
export interface ControlRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Why a request was not answered. */
export interface ControlFailure {
  readonly code: "malformed" | "version" | "unknown-method" | "unknown-name" | "failed";
  readonly message: string;
}

/** The answer to a request. */
export type ControlResponse = { readonly result: unknown } | { readonly error: ControlFailure };

/** One line, its line feed included. */
export function encodeControlRequest(request: ControlRequest): string {
  return `${JSON.stringify({ flor_control: CONTROL_VERSION, ...request })}\n`;
}

/** One line, its line feed included. */
export function encodeControlResponse(response: ControlResponse): string {
  return `${JSON.stringify({ flor_control: CONTROL_VERSION, ...response })}\n`;
}

/** Reads a request, or says what to answer instead. */
export function decodeControlRequest(line: string): ControlRequest | { readonly error: ControlFailure } {
  const value = objectIn(line);
  if (value === undefined) return failure("malformed", "a request is one JSON object on one line");
  if (value["flor_control"] !== CONTROL_VERSION) {
    return failure("version", `this node speaks flor_control ${CONTROL_VERSION}: use the flor that started it`);
  }
  const { method, params = {} } = value;
  if (typeof method !== "string") return failure("malformed", "method is missing");
  if (!isObject(params)) return failure("malformed", "params is not an object");
  return { method, params };
}

/** Reads a response; `undefined` when it is none. */
export function decodeControlResponse(line: string): ControlResponse | undefined {
  const value = objectIn(line);
  if (value === undefined) return undefined;
  if ("result" in value) return { result: value["result"] };
  const error = value["error"];
  if (!isObject(error) || typeof error["message"] !== "string") return undefined;
  return failure(error["code"] === "unknown-name" ? "unknown-name" : "failed", error["message"]);
}

function failure(code: ControlFailure["code"], message: string): { readonly error: ControlFailure } {
  return { error: { code, message } };
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
