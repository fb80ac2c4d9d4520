import { formatEndpoint, interfaceAddresses, type IpEndpoint, isIpv4Endpoint } from "@flor/host/datagram";

/** Addresses told at most. */
const ADDRESSES_MAX = 16;

/**
 * Where a socket is reached on this machine's networks: "192.168.1.5:4600/24" for each address of an interface; `undefined`
 * while the system does not tell.
 */
export function ownAddresses({ host, port, ...listen }: IpEndpoint): readonly string[] | undefined {
  const all = interfaceAddresses();
  if ("code" in all) return undefined;
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const isIpv4 = isIpv4Endpoint({ host, port, ...listen });
  const found = all.filter(({ internal, family, address }) => {
    if (internal || (isIpv4 && family !== "IPv4")) return false;
    return isEverywhere || address === host;
  });
  return found
    .filter(({ address }) => !/^(?:fe[89ab]|169\.254\.)/i.test(address))
    .map(
      ({ address, cidr }) =>
        `${formatEndpoint({ ...listen, host: address, port })}${/\/\d+$/.exec(cidr ?? "")?.[0] ?? ""}`,
    )
    .slice(0, ADDRESSES_MAX);
}
