/** The webtransport link: frames on a stream of WebTransport, over TLS on TCP, or over QUIC where that is installed. */
import { ExitCode, type LinkDefinition, type NodeDoor } from "@flor/link-kit";
import { CarrierLink, readEndName } from "@flor/stream-carrier";
import { createDial } from "./dial-webtransport.ts";
import { HTTP3_TRANSPORT, loadLibrary } from "./load-library.ts";
import { CREDENTIALS_RENEWAL_MS } from "./tls-credentials.ts";
import { WEBTRANSPORT_CONFIG_SCHEMA } from "./config-schema.ts";
import { parseWebtransportConfig, type WebtransportConfig } from "./webtransport-config.ts";
import {
  listenWebtransport,
  loadCredentials,
  type WebtransportServer,
  type WebtransportServerOptions,
} from "./webtransport-server.ts";

/** The webtransport link. */
export const webtransportLink: LinkDefinition<WebtransportConfig> = {
  name: "webtransport",
  version: "0.1.0",
  configSchema: WEBTRANSPORT_CONFIG_SCHEMA,
  parseConfig: parseWebtransportConfig,
  open: openWebtransportLink,
};

async function openWebtransportLink(config: WebtransportConfig, node: NodeDoor): Promise<CarrierLink> {
  const { listen, path, mtu } = config;
  const name = await readEndName(node.stateDirectory);
  const loaded = await loadLibrary();
  let server: WebtransportServer | undefined;
  const close = async (): Promise<void> => server?.close();
  const dial = createDial(loaded);
  const link = new CarrierLink({ node, kind: "webtransport", name, mtu, isEncrypted: true, dial, close });
  await link.watchWays();
  if (listen === undefined) return link;
  try {
    const credentials = loadCredentials(config, node);
    const accept = link.accept.bind(link);
    server = await listenWebtransport(loaded, { listen, path, credentials, accept, ...faultsTo(node) });
  } catch (error) {
    await link.close();
    throw error;
  }
  const spoken = loaded.hasHttp3 ? "HTTP/3 and HTTP/2" : `HTTP/2 only: HTTP/3 needs ${HTTP3_TRANSPORT} installed`;
  node.log("info", `listening on ${listen.host}:${listen.port}${path}, ${spoken}`);
  if (config.files === undefined) renewInTime(node);
  return link;
}

/** What comes to nothing is counted and told; a server that takes nobody any more is started again. */
function faultsTo(node: NodeDoor): Pick<WebtransportServerOptions, "handleEnded" | "handleFailed"> {
  return {
    handleFailed: (address, reason) => {
      node.count("closed.session-failed");
      node.log("info", `${address}: ${reason}`);
    },
    handleEnded: (reason) => node.stop(ExitCode.temporary, `it takes no sessions any more: ${reason}`),
  };
}

/** A restarted link is given new credentials; that costs packets, but no connection above. */
function renewInTime(node: NodeDoor): void {
  const stop = (): void => node.stop(ExitCode.temporary, "the certificate of this link must be renewed");
  setTimeout(stop, CREDENTIALS_RENEWAL_MS).unref();
}
