/** What tells a pluggable transport what to be (specification section 3.2). */
export type ProxyRole =
  | { readonly is: "client" }
  | {
      readonly is: "server";
      /** `ADDRESS:PORT` where it listens for others. */
      readonly listen: string;
      /** Our `ADDRESS:PORT`, to which it brings them. */
      readonly deliverTo: string;
      readonly options: Readonly<Record<string, string>>;
    };

/** Variables for a transport's process. */
export function proxyEnvironment(
  role: ProxyRole,
  transport: string,
  stateFolder: string,
): Readonly<Record<string, string>> {
  const shared = {
    TOR_PT_MANAGED_TRANSPORT_VER: "1",
    TOR_PT_STATE_LOCATION: stateFolder,
    TOR_PT_EXIT_ON_STDIN_CLOSE: "1",
  };
  if (role.is === "client") return { ...shared, TOR_PT_CLIENT_TRANSPORTS: transport };
  const options = Object.entries(role.options).map(([key, value]) => `${transport}:${escape(key)}=${escape(value)}`);
  return {
    ...shared,
    TOR_PT_SERVER_TRANSPORTS: transport,
    TOR_PT_SERVER_BINDADDR: `${transport}-${role.listen}`,
    TOR_PT_ORPORT: role.deliverTo,
    ...(options.length === 0 ? {} : { TOR_PT_SERVER_TRANSPORT_OPTIONS: options.join(";") }),
  };
}

function escape(text: string): string {
  return text.replaceAll(/[\\;:=]/g, String.raw`\$&`);
}
