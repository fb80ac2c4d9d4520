import type { BuiltinLinkConfig } from "@flor/config";
import { createTlsCredentials } from "@flor/link-webtransport/credentials";
import type { Identity } from "@flor/quic";
import { runtimeFolder } from "../control/runtime-folder.ts";
import { stdioSocketPath } from "./stdio-socket.ts";

/** Whose link it is. */
export interface LinkOwner {
  readonly name: string;
  readonly identity: Identity;
}

/** Configuration of a link process, made for each process: what the file says, and what only the node knows. */
export function linkSettingsOf(
  { kind, name, settings }: BuiltinLinkConfig,
  owner: LinkOwner,
): Readonly<Record<string, unknown>> {
  if (kind === "exec") {
    const isServed = settings["serve"] === true;
    return isServed ? { ...settings, socket: stdioSocketPath(runtimeFolder(), owner.name, name) } : settings;
  }
  return needsCredentials({ kind, settings })
    ? { ...settings, credentials: createTlsCredentials(owner.identity) }
    : settings;
}

/** Whether the node vouches for the link: the link never sees the node's key, and gets one of its own. */
export function needsCredentials({ kind, settings }: Pick<BuiltinLinkConfig, "kind" | "settings">): boolean {
  return kind === "webtransport" && "listen" in settings && !("certificate" in settings);
}
