import protobuf from "protobufjs/minimal.js";

// Our 64-bit fields count frames and octets: a number holds them exactly up to 2^53, without a Long each.
protobuf.util.Long = undefined as never;
// Octets are plain Uint8Arrays everywhere, also under Node: `slice` of a Buffer makes no copy.
protobuf.util.Buffer = null as never;
protobuf.configure();
