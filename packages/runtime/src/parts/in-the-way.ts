import { collide, type Config, type InboundConfig } from "@flor/config";
import { UDP_INBOUND } from "@flor/inbounds";

type Listen = InboundConfig["listen"];

/** Whether a listener is in the way of one of `wanted`, all of TCP or all of UDP: 127.0.0.1 port 1080 and 0.0.0.0 port 1080. */
export function isInTheWay(listen: Listen, wanted: readonly Listen[]): boolean {
  return wanted.some((other) => {
    if ("path" in listen || "path" in other) return "path" in listen && "path" in other && listen.path === other.path;
    return collide(listen, other);
  });
}

/** Where a configuration listens itself, links aside: for TCP and on Unix sockets, or for UDP. */
export function listensOf(
  { inbounds, metrics }: Pick<Config, "inbounds" | "metrics">,
  protocol: "tcp" | "udp",
): readonly Listen[] {
  const places = inbounds.filter(({ kind }) => protocolOf(kind) === protocol).map(({ listen }) => listen);
  return metrics === undefined || protocol === "udp" ? places : [...places, metrics.listen];
}

/** What an inbound of that kind listens for. */
export function protocolOf(kind: string): "tcp" | "udp" {
  return kind === UDP_INBOUND ? "udp" : "tcp";
}
