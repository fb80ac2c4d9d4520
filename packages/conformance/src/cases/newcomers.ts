import { type Token, TOKEN_OCTETS, ZERO_TOKEN } from "@flor/wire";
import type { Bench } from "../bench.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { crossOverRelay } from "../cross-over-relay.ts";
import { saidBy } from "../crossing.ts";
import { frameOf } from "../datagram.ts";
import { untilCrosses } from "../expect-crosses.ts";
import { applies, demand, Finding } from "../finding.ts";
import { frameContent, indexOf } from "../frame-content.ts";
import type { TestedLink } from "../tested-link.ts";

const group = "resilience";
const OPEN_MS = 30_000;
/** A link that makes ports for strangers has made one by then. */
const STRANGER_MS = 5000;
const ANSWER_MS = 5000;
const RESEND_MS = 100;

/** Frames from new places: a neighbour that has moved, and one that the node did not name. */
export const newcomerCases: readonly ConformanceCase[] = [
  {
    id: "RESI-07",
    group,
    title: "with roaming, a neighbour whose frames carry its token is followed to where it is now",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const crossing = await crossOverRelay(bench);
      const { capabilities } = crossing.far.link.hello?.message.hello ?? {};
      applies(capabilities?.includes("roaming") === true, "the link does not declare roaming");
      const { link } = crossing.near;
      const other = await bench.openRelay();
      const address = await bench.address("near", other.leftPort, "");
      crossing.relay?.change({ loss: 1 });
      link.setNeighbours(link.neighbours.map((neighbour) => ({ ...neighbour, address })));
      await untilCrosses(bench, crossing);
    },
  },
  {
    id: "RESI-08",
    group,
    title: "a port that a stranger's frame made is provisional, and becomes the neighbour's when the node says so",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near, far } = await openStranger(bench);
      const { port, provisional } = await knockUntilHeard(near, far);
      demand(provisional, "a provisional port for a stranger", `port ${port}, not provisional`);
      await far.until(
        () => far.frames.some((frame) => frame.port === port && indexOf(frame.content) === 1),
        `the stranger's frame on port ${port}`,
      );
      far.setNeighbours([{ key: "near", port, token: new Uint8Array(TOKEN_OCTETS).fill(7) }]);
      await far.portWith(
        (one) => one.port === port && one.key === "near" && !one.provisional,
        `port ${port} under the key "near", not provisional`,
      );
      const back = frameOf({ port, token: ZERO_TOKEN, content: frameContent(64, 2) });
      await sendUntil(far, back, near, () => near.frames.some(({ content }) => indexOf(content) === 2));
    },
  },
];

/** Two instances of which only the near one was told of the other. */
async function openStranger(bench: Bench): Promise<{ readonly near: TestedLink; readonly far: TestedLink }> {
  const [near, far] = await Promise.all([bench.startReady({}, "near"), bench.startReady({}, "far")]);
  far.setNeighbours([]);
  const address = await bench.address("near", await bench.portOf("far"), await saidBy(bench, far, "far"));
  near.setNeighbours([{ key: "far", address }]);
  await near.portWith(
    ({ key, up }) => key === "far" && up,
    'a port with the neighbour\'s key "far" that is up',
    OPEN_MS,
  );
  return { near, far };
}

/** The port that the far instance makes of the near one's frames. */
async function knockUntilHeard(near: TestedLink, far: TestedLink): Promise<TestedLink["ports"][number]> {
  const start = performance.now();
  const number = near.ports.find(({ key }) => key === "far")?.port ?? 0;
  const token: Token = ZERO_TOKEN;
  const knock = frameOf({ port: number, token, content: frameContent(64, 1) });
  await sendUntil(near, knock, far, () => {
    applies(performance.now() - start < STRANGER_MS * near.patience, "the link makes no ports for strangers");
    return far.ports.length > 0;
  });
  const [port] = far.ports;
  if (port === undefined) throw new Finding("the stranger's port among the ports", "it is gone");
  return port;
}

/** Repeats a frame until it takes effect at the other instance. */
async function sendUntil(from: TestedLink, frame: Uint8Array, to: TestedLink, look: () => boolean): Promise<void> {
  const send = (): void => {
    from.send(frame);
    from.flush();
  };
  const timer = setInterval(send, RESEND_MS);
  try {
    send();
    await to.until(look, "the frame, sent ten times a second,", ANSWER_MS * 2);
  } finally {
    clearInterval(timer);
  }
}
