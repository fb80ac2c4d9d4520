import { resolve } from "node:path";
import { placesOf } from "./inbound-place.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { Draft } from "./draft.ts";

/** `sun_path` of Linux and macOS, less its terminating zero: the shorter of 108 and 104. */
const SOCKET_PATH_MAX_OCTETS = 103;

/** Sockets at paths that are longer than the system takes. @param folder where relative paths begin */
export function checkSocketPaths(draft: Draft, folder: string, report: ReportIssue): void {
  for (const { path, text } of socketPaths(draft)) {
    const octets = Buffer.byteLength(resolve(folder, text));
    if (octets > SOCKET_PATH_MAX_OCTETS)
      report(
        path,
        `is ${octets} octets long with its folder; the path of a socket has ${SOCKET_PATH_MAX_OCTETS} at most`,
      );
  }
}

function* socketPaths({ inbounds, metrics }: Draft): Iterable<{ readonly path: ConfigPath; readonly text: string }> {
  for (const { path, value } of inbounds)
    for (const { key, listen } of placesOf(value))
      if ("path" in listen) yield { path: [...path, key], text: listen.path };
  if (metrics?.unix !== undefined) yield { path: ["metrics", "unix"], text: metrics.unix };
}
