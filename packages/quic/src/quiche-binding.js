// Plain JavaScript with its own declarations: those of @matrixai/quic bring Node's types into the core.
export { default } from "@matrixai/quic/native/quiche.js";
