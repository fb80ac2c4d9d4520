export { EtcdRegistry, type EtcdRegistryOptions } from "./etcd/etcd-registry.ts";
export { FileRegistry } from "./file-registry.ts";
export type { Registry, RegistryEvent, RegistryObserver, RegistryStatus } from "./registry.ts";
