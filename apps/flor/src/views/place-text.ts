/** Where an inbound listens, as people write it. */
export function placeText({ address, port }: { readonly address: string; readonly port: number }): string {
  if (address.startsWith("/")) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
