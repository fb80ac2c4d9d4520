/** A complete link: frames cross this machine over UDP, one datagram each. A port is a neighbour's address. */
import { createSocket } from "node:dgram";
import { datagramLink, LinkConfigError, runLink } from "@flor/link-kit";

/** Octets of the largest frame: loopback would carry more, the path to another machine would not. */
const MTU = 1400;

await runLink(
  datagramLink({
    name: "loopback",
    version: "1.0.0",
    configSchema: { type: "object", required: ["port"], properties: { port: { type: "integer" } } },

    parseConfig(value: unknown): { port: number } {
      const { port, ...others } = Object(value) as { port?: unknown };
      const [unknown] = Object.keys(others);
      if (unknown !== undefined) throw new LinkConfigError(`${unknown}: not a key of this link; port is one`);
      if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535) return { port };
      throw new LinkConfigError("port: expected the UDP port to listen on, 1 to 65535");
    },

    async open(config, node) {
      const socket = createSocket("udp4");
      /** Where each port leads, as "127.0.0.1:4601"; a neighbour keeps its number while this process lives. */
      const addresses = new Map<number, string>();

      socket.on("message", (frame, from) => {
        const source = `${from.address}:${from.port}`;
        const [port] = [...addresses].find(([, address]) => address === source) ?? [];
        if (port === undefined) node.count("drop.unknown-address");
        else node.receive(port, frame);
      });
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject).bind(config.port, "127.0.0.1", resolve);
      });
      socket.on("error", (error) => node.stop(75, error.message));

      return {
        send(port, frame) {
          const [host, number] = addresses.get(port)?.split(":") ?? [];
          socket.send(frame, Number(number), host);
        },
        setNeighbours(neighbours) {
          const wanted = new Set(neighbours.map(({ address }) => address));
          for (const [port, address] of addresses) {
            if (!wanted.has(address) && addresses.delete(port)) node.withdraw(port);
          }
          const known = new Set(addresses.values());
          for (const { key, address } of neighbours.filter((one) => one.address !== "" && !known.has(one.address))) {
            const port = Math.max(0, ...addresses.keys()) + 1;
            addresses.set(port, address);
            node.announce({ port, key, address, mtu: MTU });
          }
        },
        close: () => new Promise((resolve) => socket.close(() => resolve())),
      };
    },
  }),
);
