import { resolve } from "node:path";
import { excessiveSocketPath, SOCKET_PATH_MAX_OCTETS } from "@flor/host/socket-path";
import { placesOf } from "./inbound-place.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { Draft } from "./draft.ts";

/** Sockets at paths that are longer than the system takes. @param folder where relative paths begin */
export function checkSocketPaths(draft: Draft, folder: string, report: ReportIssue): void {
  for (const { path, text } of socketPaths(draft)) {
    const octets = excessiveSocketPath(resolve(folder, text));
    if (octets !== undefined)
      report(
        path,
        `is ${octets} octets long with its folder; the path of a socket has ${SOCKET_PATH_MAX_OCTETS} at most`,
      );
  }
}

function* socketPaths({
  inbounds,
  links,
  metrics,
  northboundSockets,
}: Draft): Iterable<{ readonly path: ConfigPath; readonly text: string }> {
  for (const { path, value } of inbounds)
    for (const { key, listen } of placesOf(value))
      if ("path" in listen) yield { path: [...path, key], text: listen.path };
  for (const { path, value } of northboundSockets) yield { path, text: value };
  for (const { path, value } of links)
    if (value.kind === "native" && "socket" in value.attach)
      yield { path: [...path, "attach"], text: value.attach.socket };
  if (metrics?.unix !== undefined) yield { path: ["metrics", "unix"], text: metrics.unix };
}
