export type { ByteStream, ByteStreamListener } from "./byte-stream.ts";
