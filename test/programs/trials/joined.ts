/** A machine that has just got flor joins by an invite; a second one is told that it was used, and a third that it is too late. */
import { setTimeout as sleep } from "node:timers/promises";
import { Namespace, connectVeth, NetworkMachine, startServer } from "@flor/testkit";
import { tellMs, tellSo } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const JOINED_MS = 10_000;
const EXPIRED_MS = 3000;
const PLACE = "10.97.0.1:4600";

export const joinTrial: Trial = { name: "join", play };

async function play(tell: Tell): Promise<void> {
  await using owned = new AsyncDisposableStack();
  const [home, away] = [owned.use(await Namespace.create("home")), owned.use(await Namespace.create("away"))];
  await connectVeth({ namespace: home, addresses: ["10.97.0.1/24"] }, { namespace: away, addresses: ["10.97.0.2/24"] });
  await home.ip("address", "add", "10.97.1.1/32", "dev", "lo");
  await using server = await startServer(home, { kind: "http", host: "10.97.1.1", pages: { "/": "here" } });
  const vm = owned.use(new NetworkMachine("vm", home));
  const where = ["--listen", PLACE, "--address", PLACE, "--socks5", "127.0.0.1:1080", "--allow", "10.97.1.1/32"];
  const created = await vm.flor("network", "create", "home", "--as", "vm", ...where);
  tellSo(tell, "flor network create", created.code === 0, created.code === 0 ? "so" : created.output);
  await vm.up();

  const fresh = owned.use(new NetworkMachine("fresh", away));
  const began = performance.now();
  const line = lineIn((await vm.flor("invite", "fresh")).output);
  const said = await fresh.flor("join", line);
  const joinedMs = performance.now() - began;
  await fresh.up();
  const curl = "curl -sS --retry 20 --retry-all-errors --retry-delay 0 --max-time 60 --proxy socks5h://127.0.0.1:1080";
  const page = await away.run("sh", "-c", `${curl} http://10.97.1.1:${server.port}/`);
  const ms = performance.now() - began;
  tellSo(tell, "flor join", said.code === 0 && page === "here", said.code === 0 ? page : said.output);
  tellMs(
    tell,
    `from flor invite to a page through the network (join ended after ${Math.round(joinedMs)} ms)`,
    ms,
    JOINED_MS,
  );

  const second = owned.use(new NetworkMachine("second", away));
  const again = await second.flor("join", line);
  tellSo(
    tell,
    "the second use is refused as used",
    again.code === 1 && /used already/u.test(again.output),
    again.output.trim(),
  );
  const late = lineIn((await vm.flor("invite", "late", "--expires", "1s")).output);
  await sleep(EXPIRED_MS);
  const third = owned.use(new NetworkMachine("third", away));
  const expired = await third.flor("join", late);
  tellSo(
    tell,
    "one that has expired is refused as that",
    expired.code === 1 && /expired/u.test(expired.output),
    expired.output.trim(),
  );
}

function lineIn(output: string): string {
  return /^florjoin1\w+$/mu.exec(output)?.[0] ?? output;
}
