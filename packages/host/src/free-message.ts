/**
 * Frees the memory of a message of `node:dgram` that was copied. libuv makes 64 KiB for every message; left to the
 * garbage collector they cost half of a link's time.
 */
export function freeMessage(message: Uint8Array): void {
  const { buffer } = message;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === message.byteLength) buffer.transfer(0);
}
