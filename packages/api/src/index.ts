export { type FlorAddress, FlorSocket, type FlorSocketOptions } from "./flor-socket.ts";
