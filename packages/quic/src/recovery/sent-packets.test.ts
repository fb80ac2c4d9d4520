import { expect, it } from "vitest";
import { ACK_ELICITING, IN_FLIGHT, packetState, SENT_PACKETS_MAX, SentPackets } from "./sent-packets.ts";

function send(sent: SentPackets): void {
  const slot = sent.reserve();
  sent.state[slot] = packetState.outstanding;
  sent.flags[slot] = ACK_ELICITING | IN_FLIGHT;
  sent.next += 1;
}

it("the packets in flight are 131,072 at most, and there is room again when the oldest is acknowledged", () => {
  const sent = new SentPackets();
  for (let count = 1; count < SENT_PACKETS_MAX; count += 1) send(sent);
  expect(sent.isFull).toBe(false);
  send(sent);
  expect(sent.isFull).toBe(true);
  // An acknowledgement of a later one makes no room.
  sent.state[sent.slotOf(1)] = packetState.acked;
  sent.forget(0);
  expect(sent.isFull).toBe(true);
  sent.state[sent.slotOf(0)] = packetState.acked;
  sent.forget(0);
  expect([sent.isFull, sent.base]).toEqual([false, 2]);
});
