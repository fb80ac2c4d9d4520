import { decodeEnvelope, encodeEnvelope, type Envelope } from "@flor/wire";
import { expect, it } from "vitest";
import { encodeWithUnknownFields } from "./unknown-fields.ts";

it.each<Envelope>([
  { ping: { id: 300, sentDatagrams: 5 } },
  { seq: 70_000, neighbours: { generation: 3, neighbours: [{ key: "a", address: "b".repeat(200) }] } },
  { seq: 1, ack: 2 },
])("a message with unknown fields decodes to the same message, %#", (message) => {
  const decoded = decodeEnvelope(encodeWithUnknownFields(message));
  expect(encodeWithUnknownFields(message).length).toBeGreaterThan(encodeEnvelope(message).length);
  expect(JSON.stringify(decoded)).toBe(JSON.stringify(decodeEnvelope(encodeEnvelope(message))));
});
