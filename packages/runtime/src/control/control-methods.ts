import { logsAfter } from "./logs-answer.ts";
import type { LinkControl } from "../links/link-control.ts";
import { addParams, inviteParams, revokeParams } from "../networks/network-params.ts";
import { echoParams, textOf } from "../seeing/echo-params.ts";
import { CONFIRM_SECONDS, type ReloadOptions } from "../reload/reloader.ts";
import type { RunningNode } from "../running-node.ts";
import { SERVICE_METHODS, type ServiceMethod } from "../services/service-control.ts";
import type { ControlMethods } from "./control-socket.ts";

/** What a node answers on its control socket. @param node `undefined` while it starts */
export function controlMethodsOf(node: () => RunningNode | undefined): ControlMethods {
  const running = (): RunningNode => {
    const found = node();
    if (found === undefined) throw new Error("the node is starting");
    return found;
  };
  const onLink =
    (method: keyof LinkControl) =>
    ({ name }: Readonly<Record<string, unknown>>): unknown => {
      if (typeof name !== "string") throw new Error("name is missing: which link?");
      return running().links[method](name);
    };
  const onService =
    (method: ServiceMethod) =>
    (params: Readonly<Record<string, unknown>>): unknown =>
      running().services[method](params);
  return {
    status: () => running().status(),
    metrics: () => running().metrics(),
    logs: (params) => logsAfter(running().recentLog, params),
    reload: (params) => running().reload(reloadOptions(params)),
    confirm: async (_params, { connectedAt }) => {
      await running().confirm(connectedAt);
      return { confirmed: true };
    },
    echo: (params) => running().seeing.echo(echoParams(params)),
    trace: ({ to }) => running().seeing.trace(textOf(to, "to")),
    paths: ({ peer }) => running().seeing.paths(peer === undefined ? undefined : textOf(peer, "peer")),
    topology: () => running().seeing.topology(),
    "flow.try": ({ peer }) => running().seeing.tryFlow(textOf(peer, "peer")),
    members: () => running().networks.members(),
    "network.invite": (params) => running().networks.invite(inviteParams(params)),
    "network.revoke": (params) => running().networks.revoke(revokeParams(params)),
    "network.add": (params) => running().networks.add(addParams(params)) ?? {},
    ...Object.fromEntries(SERVICE_METHODS.map((method) => [`service.${method}`, onService(method)])),
    "forward.open": (params) => running().forwards.open(params),
    "forward.keep": ({ id }) => {
      running().forwards.keep(id);
      return { kept: true };
    },
    "forward.end": async ({ id }) => {
      await running().forwards.end(id);
      return { ended: true };
    },
    "link.show": onLink("show"),
    "link.restart": onLink("restart"),
    "link.drain": onLink("drain"),
    "link.resume": onLink("resume"),
  };
}

function reloadOptions({ dryRun, confirm }: Readonly<Record<string, unknown>>): ReloadOptions {
  if (confirm === undefined) return { isDryRun: dryRun === true };
  const { min, max } = CONFIRM_SECONDS;
  if (typeof confirm !== "number" || !Number.isInteger(confirm) || confirm < min || confirm > max)
    throw new Error(`confirm must be a whole number of seconds, ${min} to ${max}`);
  return { isDryRun: dryRun === true, confirmSeconds: confirm };
}
