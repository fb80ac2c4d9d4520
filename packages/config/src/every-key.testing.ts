/** Every key that a file can have, with two values each: for tests that must forget none. */
import { encodeNetworkId } from "@flor/membership";
import { createIdentity } from "@flor/quic";

const identityOf = (n: number): ReturnType<typeof createIdentity> => createIdentity(new Uint8Array(32).fill(n));
const [A, B] = [identityOf(1).id, identityOf(2).id];
const [HOME, WORK, OFFICE] = [
  encodeNetworkId(identityOf(3).publicKey),
  encodeNetworkId(identityOf(4).publicKey),
  encodeNetworkId(identityOf(5).publicKey),
] as const;

/** What a file says with one value of a key, and with another; beside `name` and `key`. */
export type Pair = readonly [before: string, after: string];

const pair = (text: (value: string) => string, before: string, after: string): Pair => [text(before), text(after)];
const inbound = (keys: string) => `inbounds: [{ ${keys} }]`;
const outbound = (keys: string) => `outbounds: [{ ${keys} }]`;
const link = (keys: string) => `links: [{ name: wan, ${keys} }]`;
const wan = "links: [{ name: wan, kind: udp }, { name: lan, kind: udp }]";
const peer = (keys: string) => `${wan}\npeers: [{ name: home, id: ${A}, ${keys} }, { name: vm, id: ${B}, link: wan }]`;
const route = (keys: string) => `${peer("link: wan")}\nroutes: [{ ${keys} }]`;
const network = (keys: string) => `networks: [{ ${keys} }]`;
const foreign = (keys: string) => `${network(`name: home, id: ${HOME}`)}\nforeign: [{ ${keys} }]`;
const crossing = (keys: string) =>
  `${network(`name: home, id: ${HOME}`)}\nforeign: [{ name: work, id: ${WORK} }, { name: lab, id: ${OFFICE} }]\ngateway: [{ ${keys} }]`;
const northbound = (keys: string) => `northbound: [{ ${keys} }]`;
const services = (keys: string) => `services: { network: team, ${keys} }`;
const publish = (keys: string) => services(`publish: { db: { allow: ["*"], ${keys} } }`);
const target = (keys: string) => publish(`target: "127.0.0.1:5432", ${keys}`);
const health = (keys: string) => target(`health: { ${keys} }`);
const etcd = (keys: string) => services(`registry: { etcd: ["127.0.0.1:2379"], ${keys} }`);

/** By key. `name` and `key` are left out. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  idleTimeout: pair((seconds) => `idleTimeout: ${seconds}`, "7200", "3600"),
  transit: pair((word) => `transit: ${word}`, "true", "false"),
  inbounds: ["", inbound("proxy: 127.0.0.1:0")],
  "inbounds.proxy": pair((port) => inbound(`proxy: 127.0.0.1:${port}`), "1080", "1081"),
  "inbounds.socks5": pair((port) => inbound(`socks5: 127.0.0.1:${port}`), "1080", "1081"),
  "inbounds.tcp": pair((port) => inbound(`tcp: 127.0.0.1:${port}, to: db.example:1`), "1080", "1081"),
  "inbounds.udp": pair((port) => inbound(`udp: 127.0.0.1:${port}, to: db.example:1`), "1080", "1081"),
  "inbounds.unix": pair((path) => inbound(`unix: ./${path}`), "a.sock", "b.sock"),
  "inbounds.to": pair((to) => inbound(`tcp: 127.0.0.1:1080, to: ${to}`), "a.example:1", "b.example:1"),
  "inbounds.users": [
    inbound("proxy: 127.0.0.1:1080"),
    inbound("proxy: 127.0.0.1:1080, users: [{ name: a, password: b }]"),
  ],
  "inbounds.users.name": pair(
    (name) => inbound(`proxy: 127.0.0.1:1, users: [{ name: ${name}, password: b }]`),
    "a",
    "c",
  ),
  "inbounds.users.password": pair(
    (word) => inbound(`proxy: 127.0.0.1:1, users: [{ name: a, password: ${word} }]`),
    "b",
    "c",
  ),
  "inbounds.users.passwordFile": pair(
    (file) => inbound(`proxy: 127.0.0.1:1, users: [{ name: a, passwordFile: ./${file} }]`),
    "secret",
    "other-secret",
  ),
  "inbounds.allow": pair((range) => inbound(`proxy: 10.0.0.1:1080, allow: [${range}]`), "10.0.0.0/8", "10.0.0.0/16"),
  outbounds: ["", outbound("tcp: {}")],
  links: ["", link("kind: udp")],
  "links.kind": [link("kind: udp"), link('kind: tcp, listen: "127.0.0.1:0"')],
  "links.name": pair((name) => `links: [{ kind: udp, name: ${name} }]`, "wan", "lan"),
  "links.hello": pair((ms) => link(`kind: udp, hello: ${ms}`), "300", "500"),
  "links.listen": pair((port) => link(`kind: udp, listen: "127.0.0.1:${port}"`), "4600", "4601"),
  "links.mtu": pair((octets) => link(`kind: udp, mtu: ${octets}`), "1500", "1400"),
  "links.segments": pair((word) => link(`kind: udp, segments: ${word}`), "true", "false"),
  "links.gso": pair((word) => link(`kind: udp, gso: ${word}`), "auto", "off"),
  "links.socks5": pair((port) => link(`kind: tcp, socks5: 127.0.0.1:${port}`), "9050", "9051"),
  "links.user": pair(
    (user) => link(`kind: tcp, socks5: 127.0.0.1:9050, user: ${user}, passwordFile: ./secret`),
    "alice",
    "bob",
  ),
  "links.passwordFile": pair(
    (file) => link(`kind: tcp, socks5: 127.0.0.1:9050, user: alice, passwordFile: ./${file}`),
    "secret",
    "other-secret",
  ),
  "links.command": pair((program) => link(`kind: process, command: [${program}]`), "./a", "./b"),
  "links.env": pair((value) => link(`kind: process, command: [./a], env: { A: "${value}" }`), "1", "2"),
  "links.config": pair((value) => link(`kind: process, command: [./a], config: { deep: [${value}] }`), "1", "2"),
  "links.serve": [link("kind: exec, serve: true"), link("kind: exec, command: [./a]")],
  "links.transport": pair((word) => link(`kind: pt, transport: ${word}, command: [./a]`), "obfs4", "snowflake"),
  "links.options": pair(
    (word) => link(`kind: pt, transport: obfs4, command: [./a], options: { a: "${word}" }`),
    "1",
    "2",
  ),
  "links.path": pair((path) => link(`kind: webtransport, path: ${path}`), "/a", "/b"),
  "links.certificate": pair(
    (file) => link(`kind: webtransport, listen: "127.0.0.1:1", certificate: ./${file}, certificateKey: ./key`),
    "a.pem",
    "b.pem",
  ),
  "links.certificateKey": pair(
    (file) => link(`kind: webtransport, listen: "127.0.0.1:1", certificate: ./a.pem, certificateKey: ./${file}`),
    "secret",
    "other-secret",
  ),
  "links.attach": pair((place) => link(`kind: native, attach: ${place}`), "l1/team", "l1/other"),
  peers: [wan, peer("link: wan")],
  "peers.name": pair((name) => `${wan}\npeers: [{ name: ${name}, id: ${A}, link: wan }]`, "home", "house"),
  "peers.id": pair((id) => `${wan}\npeers: [{ name: home, id: ${id}, link: wan }]`, A, B),
  "peers.link": pair((name) => peer(`link: ${name}`), "wan", "lan"),
  "peers.address": pair((port) => peer(`link: wan, address: "vm.example:${port}"`), "4600", "4601"),
  "peers.links": pair((list) => peer(`links: [${list}]`), "{ link: wan }", "{ link: wan }, { link: lan }"),
  "peers.links.link": pair((name) => peer(`links: [{ link: ${name} }]`), "wan", "lan"),
  "peers.links.address": pair((port) => peer(`links: [{ link: wan, address: "a:${port}" }]`), "1", "2"),
  "peers.via": pair((hops) => peer(`via: [${hops}]`), "vm", 'vm, "..."'),
  "peers.avoid": [peer("link: wan"), peer("link: wan, avoid: [vm]")],
  "peers.disjoint": [peer("link: wan"), peer("link: wan, disjoint: true")],
  networks: ["", network(`name: home, id: ${HOME}`)],
  foreign: [network(`name: home, id: ${HOME}`), foreign(`name: work, id: ${WORK}`)],
  "foreign.name": pair((name) => foreign(`name: ${name}, id: ${WORK}`), "work", "office"),
  "foreign.id": pair((id) => foreign(`name: work, id: ${id}`), WORK, OFFICE),
  "foreign.gateways": pair((by) => foreign(`name: work, id: ${WORK}, gateways: [${by}]`), "vm", "gate"),
  gateway: [crossing("").replace(/\ngateway.*/, ""), crossing("from: home, to: work")],
  "gateway.from": pair((from) => crossing(`from: ${from}, to: lab`), "home", "work"),
  "gateway.to": pair((to) => crossing(`from: home, to: ${to}`), "work", "lab"),
  "gateway.allow": pair((who) => crossing(`from: home, to: work, allow: ["${who}"]`), "role:dev", "anna"),
  "gateway.hosts": pair((host) => crossing(`from: home, to: work, hosts: [${host}]`), "bob", "db"),
  "networks.name": pair((name) => network(`name: ${name}, id: ${HOME}`), "home", "house"),
  "networks.id": pair((id) => network(`name: home, id: ${id}`), HOME, WORK),
  "networks.state": pair((path) => network(`name: home, id: ${HOME}, state: ${path}`), "./a", "./b"),
  "networks.addresses": pair((at) => network(`name: home, id: ${HOME}, addresses: ["${at}"]`), "a:1", "b:1"),
  routes: [peer("link: wan"), route('to: "*", through: home')],
  "routes.to": pair((to) => route(`to: "${to}", through: home`), "*", "*:443"),
  "routes.through": pair((name) => route(`to: "*", through: ${name}`), "home", "vm"),
  "routes.balance": pair((word) => route(`to: "*", through: [home, vm], balance: ${word}`), "order", "latency"),
  northbound: ["", northbound("name: team")],
  "northbound.name": pair((name) => northbound(`name: ${name}`), "team", "staff"),
  "northbound.socket": pair((path) => northbound(`name: team, socket: ./${path}`), "a.sock", "b.sock"),
  "northbound.group": pair((group) => northbound(`name: team, socket: ./a.sock, group: ${group}`), "users", "staff"),
  metrics: ["", "metrics: 127.0.0.1:0"],
  "metrics.listen": pair((port) => `metrics: { listen: 127.0.0.1:${port} }`, "9464", "9465"),
  "metrics.unix": pair((path) => `metrics: { unix: ./${path} }`, "a.sock", "b.sock"),
  "metrics.allow": pair((range) => `metrics: { listen: 10.0.0.1:1, allow: [${range}] }`, "10.0.0.0/8", "10.0.0.0/16"),
  services: ["", "services: { network: team }"],
  "services.network": pair((name) => `services: { network: ${name} }`, "team", "staff"),
  "services.zone": pair((zone) => services(`zone: ${zone}`), "north", "south"),
  "services.trust": pair((who) => services(`trust: { db: [${who}] }`), "alpha", "beta"),
  "services.others": [services(""), services("others: { backup: {} }")],
  "services.others.trust": pair((who) => services(`others: { backup: { trust: { db: [${who}] } } }`), "alpha", "beta"),
  "services.registry": [services("registry: flood"), services("registry: { file: ./records }")],
  "services.registry.file": pair((file) => services(`registry: { file: ./${file} }`), "a", "b"),
  "services.registry.etcd": pair((at) => services(`registry: { etcd: ["${at}"] }`), "a:2379", "b:2379"),
  "services.registry.authority": pair((file) => etcd(`authority: ./${file}`), "a", "b"),
  "services.registry.certificate": pair((file) => etcd(`certificate: ./${file}, key: ./c`), "a", "b"),
  "services.registry.key": pair((file) => etcd(`certificate: ./c, key: ./${file}`), "a", "b"),
  "services.registry.snapshot": pair((file) => etcd(`snapshot: ./${file}`), "a", "b"),
  "services.publish": [services(""), target("")],
  "services.publish.target": pair((port) => publish(`target: "127.0.0.1:${port}"`), "1", "2"),
  "services.publish.unix": pair((path) => publish(`unix: ./${path}`), "a", "b"),
  "services.publish.service": pair(
    (name) => services(`others: { backup: {} }, publish: { db: { allow: ["*"], service: ${name}.backup } }`),
    "db",
    "other",
  ),
  "services.publish.port": pair((port) => target(`port: ${port}`), "1", "2"),
  "services.publish.allow": pair((who) => services(`publish: { db: { target: "a:1", allow: [${who}] } }`), "x", "y"),
  "services.publish.deny": pair((who) => target(`deny: [${who}]`), "x", "y"),
  "services.publish.weight": pair((share) => target(`weight: ${share}`), "1", "2"),
  "services.publish.priority": pair((rank) => target(`priority: ${rank}`), "1", "2"),
  "services.publish.tags": pair((tag) => target(`tags: [${tag}]`), "a", "b"),
  "services.publish.tableSize": pair((slots) => target(`tableSize: ${slots}`), "251", "509"),
  "services.publish.affinity": pair((word) => target(`affinity: ${word}`), "flow", "client"),
  "services.publish.boundedLoad": pair((times) => target(`boundedLoad: ${times}`), "1.5", "2"),
  "services.publish.health": pair((word) => target(`health: ${word}`), "tcp", "none"),
  "services.publish.health.http": pair((path) => health(`http: ${path}`), "/a", "/b"),
  "services.publish.health.status": pair((code) => health(`http: /a, status: ${code}`), "200", "204"),
  "services.publish.health.command": pair((program) => health(`command: [${program}]`), "./a", "./b"),
  "services.publish.health.interval": pair((seconds) => health(`interval: ${seconds}`), "2", "3"),
  "services.publish.health.timeout": pair((seconds) => health(`timeout: ${seconds}`), "1", "0.5"),
  "services.publish.health.rise": pair((checks) => health(`rise: ${checks}`), "2", "4"),
  "services.publish.health.fall": pair((checks) => health(`fall: ${checks}`), "3", "4"),
  "services.publish.proxyProtocol": [target(""), target("proxyProtocol: 2")],
  ...outboundPairs("tcp"),
  ...outboundPairs("udp"),
  "outbounds.udp.idle": pair((seconds) => outbound(`udp: { idle: ${seconds} }`), "60", "70"),
  "outbounds.udp.twoWayIdle": pair((seconds) => outbound(`udp: { twoWayIdle: ${seconds} }`), "60", "70"),
};

function outboundPairs(kind: string): Readonly<Record<string, Pair>> {
  const rules = ["allow", "deny"].flatMap((list): (readonly [string, Pair])[] => {
    const at = `outbounds.${kind}.${list}`;
    const rule = (from: string, to: string) => outbound(`${kind}: { ${list}: [{ from: [${from}], to: ["${to}"] }] }`);
    return [
      [at, pair((pattern) => outbound(`${kind}: { ${list}: ["${pattern}"] }`), "*:80", "*:443")],
      [`${at}.from`, pair((who) => rule(who, "*"), "alice", "bob")],
      [`${at}.to`, pair((to) => rule("alice", to), "*:80", "*:443")],
    ];
  });
  return { [`outbounds.${kind}`]: ["", outbound(`${kind}: { allow: ["*"] }`)], ...Object.fromEntries(rules) };
}
