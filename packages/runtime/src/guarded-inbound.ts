import type { Inbound } from "@flor/flows";
import type { LoginPlace } from "@flor/inbounds";

/** The reasons of refusals for a password. */
const FAILED_LOGINS: ReadonlySet<string> = new Set(["authentication-failed", "http-authentication"]);

/** The inbound as one client sees it, which leaves its place when it has shown its password, or has not. */
export function guardedInbound(inbound: Inbound, place: LoginPlace): Inbound {
  return {
    kind: inbound.kind,
    converse(socket) {
      const conversation = inbound.converse(socket);
      return {
        handleOctets(octets) {
          const progress = conversation.handleOctets(octets);
          if (progress.state === "requested" || progress.state === "associated")
            place.leave("other", performance.now());
          if (progress.state === "refused")
            place.leave(FAILED_LOGINS.has(progress.reason) ? "failed" : "other", performance.now());
          return progress;
        },
      };
    },
  };
}
