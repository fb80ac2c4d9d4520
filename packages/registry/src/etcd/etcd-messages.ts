/**
 * The few messages of etcd's API version 3 that a registry needs (etcd, api/etcdserverpb/rpc.proto and
 * api/mvccpb/kv.proto): field numbers are etcd's, fields that nobody reads are left out.
 */
import protobuf, { type INamespace, type Type } from "protobufjs";

const field = (type: string, id: number, rule?: "repeated"): { type: string; id: number; rule?: string } =>
  rule === undefined ? { type, id } : { type, id, rule };

const MESSAGES: INamespace["nested"] = {
  Header: { fields: { revision: field("int64", 3) } },
  KeyValue: { fields: { key: field("bytes", 1), value: field("bytes", 5) } },
  RangeRequest: {
    fields: {
      key: field("bytes", 1),
      rangeEnd: field("bytes", 2),
      limit: field("int64", 3),
      revision: field("int64", 4),
    },
  },
  RangeResponse: {
    fields: { header: field("Header", 1), kvs: field("KeyValue", 2, "repeated"), more: field("bool", 3) },
  },
  PutRequest: { fields: { key: field("bytes", 1), value: field("bytes", 2), lease: field("int64", 3) } },
  PutResponse: { fields: { header: field("Header", 1) } },
  DeleteRangeRequest: { fields: { key: field("bytes", 1), rangeEnd: field("bytes", 2) } },
  DeleteRangeResponse: { fields: { header: field("Header", 1) } },
  LeaseGrantRequest: { fields: { TTL: field("int64", 1), ID: field("int64", 2) } },
  LeaseGrantResponse: { fields: { ID: field("int64", 2), TTL: field("int64", 3), error: field("string", 4) } },
  LeaseRevokeRequest: { fields: { ID: field("int64", 1) } },
  LeaseRevokeResponse: { fields: { header: field("Header", 1) } },
  LeaseKeepAliveRequest: { fields: { ID: field("int64", 1) } },
  LeaseKeepAliveResponse: { fields: { ID: field("int64", 2), TTL: field("int64", 3) } },
  WatchCreateRequest: {
    fields: {
      key: field("bytes", 1),
      rangeEnd: field("bytes", 2),
      startRevision: field("int64", 3),
      progressNotify: field("bool", 4),
    },
  },
  WatchProgressRequest: { fields: {} },
  WatchRequest: {
    oneofs: { request: { oneof: ["create", "progress"] } },
    fields: { create: field("WatchCreateRequest", 1), progress: field("WatchProgressRequest", 3) },
  },
  WatchEvent: { fields: { type: field("int32", 1), kv: field("KeyValue", 2) } },
  WatchResponse: {
    fields: {
      header: field("Header", 1),
      created: field("bool", 3),
      canceled: field("bool", 4),
      compactRevision: field("int64", 5),
      cancelReason: field("string", 6),
      events: field("WatchEvent", 11, "repeated"),
    },
  },
};

const root = protobuf.Root.fromJSON({ nested: MESSAGES });

/** The message type of that name. */
function typeNamed(name: string): Type {
  return root.lookupType(name);
}

/** One method of etcd: where it is, and how its messages are written and read. */
export interface EtcdMethod<Request, Response> {
  readonly path: string;
  readonly encode: (request: Request) => Buffer;
  readonly decode: (octets: Buffer) => Response;
}

function method<Request extends object, Response>(path: string, name: string): EtcdMethod<Request, Response> {
  const request = typeNamed(`${name}Request`);
  const response = typeNamed(`${name}Response`);
  return {
    path: `/etcdserverpb.${path}`,
    encode: (message) => Buffer.from(request.encode(request.fromObject(message)).finish()),
    decode: (octets) =>
      response.toObject(response.decode(octets), { longs: Number, defaults: true, arrays: true }) as Response,
  };
}

/** A key and its value. */
export interface EtcdKeyValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What a watch brings. */
export interface EtcdWatchResponse {
  readonly header: { readonly revision: number } | null;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Above 0: what was asked for is compacted up to here. */
  readonly compactRevision: number;
  readonly cancelReason: string;
  readonly events: readonly { readonly type: number; readonly kv: EtcdKeyValue }[];
}

/** `type` of an event that says a key is gone. */
export const EVENT_DELETE = 1;

interface Header {
  readonly header: { readonly revision: number } | null;
}

interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd?: Uint8Array;
}

/** A watch, or what its revision is. */
export interface EtcdWatchRequest {
  readonly create?: KeyRange & { readonly startRevision: number; readonly progressNotify: boolean };
  readonly progress?: object;
}

interface RangeRequest extends KeyRange {
  readonly limit?: number;
  readonly revision?: number;
}

interface RangeResponse extends Header {
  readonly kvs: readonly EtcdKeyValue[];
  readonly more: boolean;
}

interface Lease {
  readonly ID: number;
  /** Seconds. */
  readonly TTL: number;
}

/** The methods that a registry calls. */
export const etcdMethods: {
  readonly range: EtcdMethod<RangeRequest, RangeResponse>;
  readonly put: EtcdMethod<EtcdKeyValue & { readonly lease: number }, Header>;
  readonly deleteRange: EtcdMethod<KeyRange, Header>;
  readonly leaseGrant: EtcdMethod<Lease, Lease & { readonly error: string }>;
  readonly leaseRevoke: EtcdMethod<Pick<Lease, "ID">, Header>;
  readonly leaseKeepAlive: EtcdMethod<Pick<Lease, "ID">, Lease>;
  readonly watch: EtcdMethod<EtcdWatchRequest, EtcdWatchResponse>;
} = {
  range: method("KV/Range", "Range"),
  put: method("KV/Put", "Put"),
  deleteRange: method("KV/DeleteRange", "DeleteRange"),
  leaseGrant: method("Lease/LeaseGrant", "LeaseGrant"),
  leaseRevoke: method("Lease/LeaseRevoke", "LeaseRevoke"),
  leaseKeepAlive: method("Lease/LeaseKeepAlive", "LeaseKeepAlive"),
  watch: method("Watch/Watch", "Watch"),
};

/** The end of the range of all keys that begin with `prefix`, which must end with a character below 0xff. */
export function rangeEndOf(prefix: string): Uint8Array {
  const octets = Uint8Array.from(Buffer.from(prefix));
  octets[octets.length - 1]! += 1;
  return octets;
}
