/**
 * The crowd: many neighbours of one node in a process, each with a key, a node and a udp link of its own. Argument: a
 * CrowdOrder. Says CrowdCount.
 */
import { CrowdMember } from "./crowd-member.ts";
import type { CrowdCount, CrowdOrder } from "./crowd-order.ts";

const COUNT_INTERVAL_MS = 10;

const order = JSON.parse(process.argv[2] ?? "") as CrowdOrder;
const members = Array.from({ length: order.count }, (_, number) => new CrowdMember(order.first + number, order));
await Promise.all(members.map((member) => member.open()));

let said = -1;
setInterval(() => {
  const count: CrowdCount = { alive: members.filter((member) => member.isAlive).length };
  if (count.alive !== said) process.stdout.write(`${JSON.stringify(count)}\n`);
  said = count.alive;
}, COUNT_INTERVAL_MS);
process.once("SIGTERM", () => process.exit(0));
