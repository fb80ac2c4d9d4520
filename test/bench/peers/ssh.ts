import { findTool, installHint, Sshd } from "@flor/testkit";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Stage } from "../stage.ts";
import type { Peer, RunningPeer } from "./peer.ts";

const SSHD_PORT = { cubic: 2201, bbr: 2202 };
const SOCKS_PORT = { cubic: 11_081, bbr: 11_082 };

/** `ssh -D` with AES-GCM, its one TCP connection under CUBIC, as most hosts have it. */
export const sshOnCubic: Peer = sshPeer("cubic");

/** The same under BBR. */
export const sshOnBbr: Peer = sshPeer("bbr");

function sshPeer(congestionControl: "cubic" | "bbr"): Peer {
  const name = `ssh -D ${congestionControl}`;
  return {
    name,
    missing: () => (findTool("sshd") === undefined ? installHint("sshd") : undefined),
    start: async (stage) => start(stage, name, congestionControl),
  };
}

async function start(stage: Stage, name: string, congestionControl: "cubic" | "bbr"): Promise<RunningPeer> {
  const socksPort = SOCKS_PORT[congestionControl];
  await stage.chooseCongestionControl(congestionControl);
  const sshd = await Sshd.start(stage.server, stage.serverAddress, SSHD_PORT[congestionControl]);
  const began = performance.now();
  const options = ["-N", "-D", `127.0.0.1:${socksPort}`, "-c", "aes128-gcm@openssh.com", "-o", "Compression=no"];
  const ssh = stage.client.start("ssh", sshd.clientArguments(...options));
  await waitForFlow(stage, { socksPort, target: stage.serverAddress });
  const startMs = performance.now() - began;
  await stage.chooseCongestionControl("cubic");
  return {
    name,
    socksPort,
    target: stage.serverAddress,
    processes: { client: ssh.pid, server: sshd.process.pid },
    startMs,
    [Symbol.asyncDispose]: async () => {
      await ssh.stop();
      await sshd[Symbol.asyncDispose]();
    },
  };
}
