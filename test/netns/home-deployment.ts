/**
 * The deployment *Home*: a laptop, a machine in a cloud, and a home network behind a router that forwards no port.
 *
 *     laptop ── 198.51.100.0/24 ── vm ── 203.0.113.0/24 ── router (NAT) ── 10.60.0.0/24 ── home ── 192.168.60.0/24 ── nas
 */
import { connectVeth, masquerade, Namespace, NodeProcess } from "@flor/testkit";

const LINK_PORT = 4600;
const SOCKS_PORT = 1080;

/** Where the devices of the cloud machine lead. */
interface VmDevices {
  readonly laptop: string;
  readonly router: string;
}

export class HomeDeployment implements AsyncDisposable {
  /** SOCKS5 on the laptop's loopback. */
  readonly socks: string = `127.0.0.1:${SOCKS_PORT}`;
  /** The machine at home on which services run; no flor on it. */
  readonly nasAddress = "192.168.60.2";
  readonly laptop: NodeProcess;
  readonly vm: NodeProcess;
  readonly home: NodeProcess;
  readonly namespaces: Readonly<Record<"laptop" | "vm" | "router" | "home" | "nas", Namespace>>;
  readonly vmDevices: VmDevices;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    owned: AsyncDisposableStack,
    namespaces: HomeDeployment["namespaces"],
    nodes: Readonly<Record<"laptop" | "vm" | "home", NodeProcess>>,
    vmDevices: VmDevices,
  ) {
    this.#owned = owned;
    this.namespaces = namespaces;
    this.laptop = nodes.laptop;
    this.vm = nodes.vm;
    this.home = nodes.home;
    this.vmDevices = vmDevices;
  }

  /** Lays the cables and starts the three nodes; resolves when the laptop has a way home. */
  static async open(): Promise<HomeDeployment> {
    await using owned = new AsyncDisposableStack();
    const make = async (label: string): Promise<Namespace> => owned.use(await Namespace.create(label));
    const namespaces = {
      laptop: await make("laptop"),
      vm: await make("vm"),
      router: await make("router"),
      home: await make("home"),
      nas: await make("nas"),
    };
    const vmDevices = await connect(namespaces);
    const prepare = async (name: "laptop" | "vm" | "home"): Promise<NodeProcess> =>
      owned.use(await NodeProcess.prepare(name, { namespace: namespaces[name] }));
    const nodes = { laptop: await prepare("laptop"), vm: await prepare("vm"), home: await prepare("home") };
    await startNodes(nodes);
    return new HomeDeployment(owned.move(), namespaces, nodes, vmDevices);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function connect({ laptop, vm, router, home, nas }: HomeDeployment["namespaces"]): Promise<VmDevices> {
  const [, toLaptop] = await connectVeth(
    { namespace: laptop, addresses: ["198.51.100.2/24"] },
    { namespace: vm, addresses: ["198.51.100.1/24"] },
  );
  const [toRouter, outward] = await connectVeth(
    { namespace: vm, addresses: ["203.0.113.1/24"] },
    { namespace: router, addresses: ["203.0.113.2/24"] },
  );
  await connectVeth(
    { namespace: router, addresses: ["10.60.0.1/24"] },
    { namespace: home, addresses: ["10.60.0.2/24"] },
  );
  await connectVeth(
    { namespace: home, addresses: ["192.168.60.1/24"] },
    { namespace: nas, addresses: ["192.168.60.2/24"] },
  );
  await masquerade(router, outward);
  await home.route("default", "10.60.0.1");
  return { laptop: toLaptop, router: toRouter };
}

async function startNodes(nodes: Readonly<Record<"laptop" | "vm" | "home", NodeProcess>>): Promise<void> {
  const { laptop, vm, home } = nodes;
  await vm.up({
    links: [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}` }],
    peers: [
      { name: "laptop", id: laptop.id, link: "wan" },
      { name: "home", id: home.id, link: "wan" },
    ],
  });
  await home.up({
    outbounds: [{ tcp: { allow: ["192.168.60.0/24:22,80"] } }],
    links: [{ name: "wan", kind: "udp" }],
    peers: [
      { name: "vm", id: vm.id, link: "wan", address: `203.0.113.1:${LINK_PORT}` },
      { name: "laptop", id: laptop.id, via: ["vm"] },
    ],
  });
  await laptop.up({
    inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }],
    links: [{ name: "wan", kind: "udp" }],
    peers: [
      { name: "vm", id: vm.id, link: "wan", address: `198.51.100.1:${LINK_PORT}` },
      { name: "home", id: home.id, via: ["vm"] },
    ],
    routes: [{ to: "192.168.60.0/24", through: "home" }],
  });
  await laptop.waitForPeer("home");
}
