import protobuf from "protobufjs/minimal.js";

// 64-bit fields of ours count frames and octets: a number holds them exactly up to 2^53, without a Long each.
protobuf.util.Long = undefined as never;
protobuf.configure();
