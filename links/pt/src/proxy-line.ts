/**
 * What a pluggable transport says on its standard output (Pluggable Transport Specification, version 1, section 3.3):
 * one message a line, its keyword first.
 */

/** A message of a managed proxy. */
export type ProxyLine =
  | { readonly type: "version"; readonly version: string }
  /** It listens for us: a SOCKS proxy. */
  | { readonly type: "client-method"; readonly transport: string; readonly socks: 4 | 5; readonly address: string }
  /** It listens for others, who need these arguments. */
  | {
      readonly type: "server-method";
      readonly transport: string;
      readonly address: string;
      readonly args: ReadonlyMap<string, string>;
    }
  /** Nothing more is launched. */
  | { readonly type: "done" }
  /** It cannot do what it was asked for. */
  | { readonly type: "error"; readonly reason: string }
  /** Something for people. */
  | { readonly type: "log"; readonly text: string };

const ERRORS: Readonly<Record<string, string>> = {
  "ENV-ERROR": "something is missing in its environment",
  "VERSION-ERROR": "it does not speak version 1 of the managed proxy protocol",
  "PROXY-ERROR": "it cannot use its proxy",
  "CMETHOD-ERROR": "it cannot be a client",
  "SMETHOD-ERROR": "it cannot be a server",
};

/** Reads one line; `undefined`: no message that we know, to be skipped. Never throws. */
export function decodeProxyLine(line: string): ProxyLine | undefined {
  const [keyword = "", ...words] = line.trim().split(/ +/);
  const error = ERRORS[keyword];
  if (error !== undefined) return { type: "error", reason: [`${error}:`, ...words].join(" ") };
  switch (keyword) {
    case "VERSION":
      return { type: "version", version: words[0] ?? "" };
    case "CMETHOD":
      return decodeClientMethod(words);
    case "SMETHOD":
      return decodeServerMethod(words);
    case "CMETHODS":
    case "SMETHODS":
      return words[0] === "DONE" ? { type: "done" } : undefined;
    case "LOG":
    case "STATUS":
      return { type: "log", text: words.join(" ") };
    default:
      return undefined;
  }
}

function decodeClientMethod([transport, protocol, address]: readonly string[]): ProxyLine {
  if (transport === undefined || address === undefined || (protocol !== "socks4" && protocol !== "socks5"))
    return { type: "error", reason: `it listens by ${protocol ?? "nothing"}, not by socks4 or socks5` };
  return { type: "client-method", transport, socks: protocol === "socks5" ? 5 : 4, address };
}

function decodeServerMethod([transport, address, ...options]: readonly string[]): ProxyLine {
  if (transport === undefined || address === undefined)
    return { type: "error", reason: "it does not say where it listens" };
  const args = options.find((option) => option.startsWith("ARGS:"))?.slice("ARGS:".length) ?? "";
  return { type: "server-method", transport, address, args: decodeServerArguments(args) };
}

/** `k=v,k=v`, in which a backslash takes the meaning from the character after it. */
function decodeServerArguments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [pair] of text.matchAll(/(?:\\.|[^\\,])+/g)) {
    const [, key, value] = /^((?:\\.|[^\\=])+)=(.*)$/.exec(pair) ?? [];
    if (key !== undefined && value !== undefined) found.set(unescape(key), unescape(value));
  }
  return found;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, "$1");
}
