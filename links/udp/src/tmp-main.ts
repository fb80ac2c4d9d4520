import dgram from "node:dgram";
import { runLink, type NodeDoor } from "@flor/link-kit";
await runLink<{ listen: string }>({
  name: "tmp",
  version: "0",
  capabilities: ["roaming"],
  parseConfig: (v) => v as { listen: string },
  async open(config, node: NodeDoor) {
    const s = dgram.createSocket("udp4");
    const [h, p] = config.listen.split(":");
    await new Promise<void>((r) => s.bind(Number(p), h, () => r()));
    const byKey = new Map<string, number>();
    const to = new Map<number, { a: string; p: number }>();
    let next = 1;
    const portOf = (key: string, a: string, p: number, prov: boolean) => {
      for (const [n, t] of to) if (t.a === a && t.p === p) return n;
      const n = next++;
      to.set(n, { a, p });
      byKey.set(key, n);
      node.announce({ port: n, key, mtu: 1472, address: `${a}:${p}`, provisional: prov });
      return n;
    };
    s.on("message", (m, r) => {
      node.receive(portOf(`${r.address}:${r.port}`, r.address, r.port, true), m);
    });
    return {
      handleFrames(o, view, off, end) {
        for (let at = off; at < end;) {
          const n = at + 16 + view.getUint16(at + 2);
          const t = to.get(view.getUint16(at + 4));
          if (t) s.send(Buffer.from(o.slice(at, n)), t.p, t.a);
          at = n;
        }
      },
      setNeighbours(list) {
        for (const x of list) {
          if (x.port && to.has(x.port)) {
            const t = to.get(x.port)!;
            byKey.set(x.key, x.port);
            node.announce({ port: x.port, key: x.key, mtu: 1472, address: `${t.a}:${t.p}` });
          } else if (x.address && !byKey.has(x.key)) {
            const [a, p] = x.address.split(":");
            byKey.set(x.key, portOf(x.key, a!, Number(p), false));
          }
        }
      },
      async close() {
        s.close();
      },
    };
  },
});
