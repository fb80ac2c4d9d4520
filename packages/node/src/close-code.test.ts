import type { CloseReason } from "@flor/quic";
import { expect, it } from "vitest";
import { closeText } from "./close-code.ts";

const LOCAL: CloseReason = { by: "local", application: false, code: 3, text: "more octets than were allowed" };

it.each<[Partial<CloseReason>, string]>([
  [{}, "more octets than were allowed (FLOW_CONTROL_ERROR)"],
  [{ by: "peer" }, "more octets than were allowed (FLOW_CONTROL_ERROR)"],
  [{ by: "peer", code: 0x0a, text: "" }, "the other end closed it (PROTOCOL_VIOLATION)"],
  [{ by: "peer", application: true, code: 0x15, text: "the node stops" }, "the node stops"],
  [{ by: "peer", application: true, code: 0x77, text: "" }, "the other end closed it, code 119"],
  [{ by: "lost", text: "" }, "the other end no longer knows it: it restarted"],
])("why a connection closed is told in words, an error of QUIC by its name too: %j", (change, text) => {
  expect(closeText({ ...LOCAL, ...change })).toBe(text);
});
