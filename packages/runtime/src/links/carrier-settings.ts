import type { CarrierLinkConfig } from "@flor/config";
import { createTlsCredentials } from "@flor/link-webtransport/credentials";
import type { Identity } from "@flor/quic";
import { runtimeFolder } from "../control/runtime-folder.ts";
import { stdioSocketPath } from "./stdio-socket.ts";

/** Whose link it is. */
export interface CarrierOwner {
  readonly name: string;
  readonly identity: Identity;
}

/** Configuration of a link process, made for each process: what the file says, and what only the node knows. */
export function carrierSettingsOf(
  { kind, name, settings }: CarrierLinkConfig,
  owner: CarrierOwner,
): Readonly<Record<string, unknown>> {
  if (kind === "exec") {
    const { serve, ...others } = settings;
    return serve === true ? { ...others, socket: stdioSocketPath(runtimeFolder(), owner.name, name) } : others;
  }
  // The link never sees the node's key: it gets one of its own, for which the node vouches.
  const needsCredentials = kind === "webtransport" && "listen" in settings && !("certificate" in settings);
  return needsCredentials ? { ...settings, credentials: createTlsCredentials(owner.identity) } : settings;
}
