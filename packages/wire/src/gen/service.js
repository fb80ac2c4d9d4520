/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["service"] || ($protobuf.roots["service"] = {});

export const flor = $root.flor = (() => {

    /**
     * Namespace flor.
     * @exports flor
     * @namespace
     */
    const flor = {};

    flor.service = (function() {

        /**
         * Namespace service.
         * @memberof flor
         * @namespace
         */
        const service = {};

        service.ServiceRecord = (function() {

            /**
             * Properties of a ServiceRecord.
             * @typedef {Object} flor.service.ServiceRecord.$Properties
             * @property {string|null} [service] ServiceRecord service
             * @property {string|null} [network] ServiceRecord network
             * @property {flor.service.Protocol|null} [protocol] ServiceRecord protocol
             * @property {number|null} [port] ServiceRecord port
             * @property {Uint8Array|null} [publisher] ServiceRecord publisher
             * @property {number|null} [serial] ServiceRecord serial
             * @property {number|null} [weight] ServiceRecord weight
             * @property {flor.service.State|null} [state] ServiceRecord state
             * @property {string|null} [zone] ServiceRecord zone
             * @property {number|null} [priority] ServiceRecord priority
             * @property {Array.<string>|null} [tags] ServiceRecord tags
             * @property {number|null} [tableSize] ServiceRecord tableSize
             * @property {flor.service.Affinity|null} [affinity] ServiceRecord affinity
             * @property {number|null} [boundedLoad] ServiceRecord boundedLoad
             * @property {boolean|null} [wantsUser] ServiceRecord wantsUser
             * @property {boolean|null} [wantsClient] ServiceRecord wantsClient
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ServiceRecord.
             * @memberof flor.service
             * @interface IServiceRecord
             * @augments flor.service.ServiceRecord.$Properties
             * @deprecated Use flor.service.ServiceRecord.$Properties instead.
             */

            /**
             * Shape of a ServiceRecord.
             * @typedef {flor.service.ServiceRecord.$Properties} flor.service.ServiceRecord.$Shape
             */

            /**
             * Constructs a new ServiceRecord.
             * @memberof flor.service
             * @classdesc Represents a ServiceRecord.
             * @constructor
             * @param {flor.service.ServiceRecord.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ServiceRecord = function (properties) {
                this.tags = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ServiceRecord service.
             * @member {string} service
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.service = "";

            /**
             * ServiceRecord network.
             * @member {string} network
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.network = "";

            /**
             * ServiceRecord protocol.
             * @member {flor.service.Protocol} protocol
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.protocol = 0;

            /**
             * ServiceRecord port.
             * @member {number} port
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.port = 0;

            /**
             * ServiceRecord publisher.
             * @member {Uint8Array} publisher
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.publisher = $util.newBuffer([]);

            /**
             * ServiceRecord serial.
             * @member {number} serial
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.serial = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ServiceRecord weight.
             * @member {number} weight
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.weight = 0;

            /**
             * ServiceRecord state.
             * @member {flor.service.State} state
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.state = 0;

            /**
             * ServiceRecord zone.
             * @member {string} zone
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.zone = "";

            /**
             * ServiceRecord priority.
             * @member {number} priority
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.priority = 0;

            /**
             * ServiceRecord tags.
             * @member {Array.<string>} tags
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.tags = $util.emptyArray;

            /**
             * ServiceRecord tableSize.
             * @member {number} tableSize
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.tableSize = 0;

            /**
             * ServiceRecord affinity.
             * @member {flor.service.Affinity} affinity
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.affinity = 0;

            /**
             * ServiceRecord boundedLoad.
             * @member {number} boundedLoad
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.boundedLoad = 0;

            /**
             * ServiceRecord wantsUser.
             * @member {boolean} wantsUser
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.wantsUser = false;

            /**
             * ServiceRecord wantsClient.
             * @member {boolean} wantsClient
             * @memberof flor.service.ServiceRecord
             * @instance
             */
            ServiceRecord.prototype.wantsClient = false;

            /**
             * Encodes the specified ServiceRecord message. Does not implicitly {@link flor.service.ServiceRecord.verify|verify} messages.
             * @function encode
             * @memberof flor.service.ServiceRecord
             * @static
             * @param {flor.service.ServiceRecord.$Properties} message ServiceRecord message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ServiceRecord.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.service != null && $Object.hasOwnProperty.call(message, "service") && message.service !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.service);
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.network);
                if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.protocol);
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.port);
                if (message.publisher != null && $Object.hasOwnProperty.call(message, "publisher") && message.publisher.length)
                    writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.publisher);
                if (message.serial != null && $Object.hasOwnProperty.call(message, "serial") && (typeof message.serial === "object" ? message.serial.low || message.serial.high : message.serial !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.serial);
                if (message.weight != null && $Object.hasOwnProperty.call(message, "weight") && message.weight !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.weight);
                if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).int32(message.state);
                if (message.zone != null && $Object.hasOwnProperty.call(message, "zone") && message.zone !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.zone);
                if (message.priority != null && $Object.hasOwnProperty.call(message, "priority") && message.priority !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.priority);
                if (message.tags != null && message.tags.length)
                    for (let i = 0; i < message.tags.length; ++i)
                        writer.uint32(/* id 11, wireType 2 =*/90).string(message.tags[i]);
                if (message.tableSize != null && $Object.hasOwnProperty.call(message, "tableSize") && message.tableSize !== 0)
                    writer.uint32(/* id 12, wireType 0 =*/96).uint32(message.tableSize);
                if (message.affinity != null && $Object.hasOwnProperty.call(message, "affinity") && message.affinity !== 0)
                    writer.uint32(/* id 13, wireType 0 =*/104).int32(message.affinity);
                if (message.boundedLoad != null && $Object.hasOwnProperty.call(message, "boundedLoad") && message.boundedLoad !== 0)
                    writer.uint32(/* id 14, wireType 0 =*/112).uint32(message.boundedLoad);
                if (message.wantsUser != null && $Object.hasOwnProperty.call(message, "wantsUser") && message.wantsUser !== false)
                    writer.uint32(/* id 15, wireType 0 =*/120).bool(message.wantsUser);
                if (message.wantsClient != null && $Object.hasOwnProperty.call(message, "wantsClient") && message.wantsClient !== false)
                    writer.uint32(/* id 16, wireType 0 =*/128).bool(message.wantsClient);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ServiceRecord message from the specified reader or buffer.
             * @function decode
             * @memberof flor.service.ServiceRecord
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.service.ServiceRecord & flor.service.ServiceRecord.$Shape} ServiceRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ServiceRecord.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.flor.service.ServiceRecord();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.service = value;
                            else
                                delete message.service;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.protocol = value;
                            else
                                delete message.protocol;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.publisher = value;
                            else
                                delete message.publisher;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.serial = value;
                            else
                                delete message.serial;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.weight = value;
                            else
                                delete message.weight;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.state = value;
                            else
                                delete message.state;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.zone = value;
                            else
                                delete message.zone;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.priority = value;
                            else
                                delete message.priority;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.tags && message.tags.length))
                                message.tags = [];
                            message.tags.push(reader.stringVerify());
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.tableSize = value;
                            else
                                delete message.tableSize;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.affinity = value;
                            else
                                delete message.affinity;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.boundedLoad = value;
                            else
                                delete message.boundedLoad;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.wantsUser = value;
                            else
                                delete message.wantsUser;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.wantsClient = value;
                            else
                                delete message.wantsClient;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ServiceRecord;
        })();

        /**
         * Affinity enum.
         * @name flor.service.Affinity
         * @enum {number}
         * @property {number} FLOW=0 FLOW value
         * @property {number} CLIENT=1 CLIENT value
         * @property {number} NODE=2 NODE value
         * @property {number} NONE=3 NONE value
         */
        service.Affinity = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "FLOW"] = 0;
            values[valuesById[1] = "CLIENT"] = 1;
            values[valuesById[2] = "NODE"] = 2;
            values[valuesById[3] = "NONE"] = 3;
            return values;
        })();

        /**
         * Protocol enum.
         * @name flor.service.Protocol
         * @enum {number}
         * @property {number} TCP=0 TCP value
         * @property {number} UDP=1 UDP value
         */
        service.Protocol = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TCP"] = 0;
            values[valuesById[1] = "UDP"] = 1;
            return values;
        })();

        /**
         * State enum.
         * @name flor.service.State
         * @enum {number}
         * @property {number} DOWN=0 DOWN value
         * @property {number} UP=1 UP value
         * @property {number} DRAINING=2 DRAINING value
         */
        service.State = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "DOWN"] = 0;
            values[valuesById[1] = "UP"] = 1;
            values[valuesById[2] = "DRAINING"] = 2;
            return values;
        })();

        service.SignedServiceRecord = (function() {

            /**
             * Properties of a SignedServiceRecord.
             * @typedef {Object} flor.service.SignedServiceRecord.$Properties
             * @property {Uint8Array|null} [record] SignedServiceRecord record
             * @property {Uint8Array|null} [signature] SignedServiceRecord signature
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SignedServiceRecord.
             * @memberof flor.service
             * @interface ISignedServiceRecord
             * @augments flor.service.SignedServiceRecord.$Properties
             * @deprecated Use flor.service.SignedServiceRecord.$Properties instead.
             */

            /**
             * Shape of a SignedServiceRecord.
             * @typedef {flor.service.SignedServiceRecord.$Properties} flor.service.SignedServiceRecord.$Shape
             */

            /**
             * Constructs a new SignedServiceRecord.
             * @memberof flor.service
             * @classdesc Represents a SignedServiceRecord.
             * @constructor
             * @param {flor.service.SignedServiceRecord.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SignedServiceRecord = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SignedServiceRecord record.
             * @member {Uint8Array} record
             * @memberof flor.service.SignedServiceRecord
             * @instance
             */
            SignedServiceRecord.prototype.record = $util.newBuffer([]);

            /**
             * SignedServiceRecord signature.
             * @member {Uint8Array} signature
             * @memberof flor.service.SignedServiceRecord
             * @instance
             */
            SignedServiceRecord.prototype.signature = $util.newBuffer([]);

            /**
             * Encodes the specified SignedServiceRecord message. Does not implicitly {@link flor.service.SignedServiceRecord.verify|verify} messages.
             * @function encode
             * @memberof flor.service.SignedServiceRecord
             * @static
             * @param {flor.service.SignedServiceRecord.$Properties} message SignedServiceRecord message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SignedServiceRecord.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.record != null && $Object.hasOwnProperty.call(message, "record") && message.record.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.record);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.signature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SignedServiceRecord message from the specified reader or buffer.
             * @function decode
             * @memberof flor.service.SignedServiceRecord
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.service.SignedServiceRecord & flor.service.SignedServiceRecord.$Shape} SignedServiceRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SignedServiceRecord.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.flor.service.SignedServiceRecord();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.record = value;
                            else
                                delete message.record;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.signature = value;
                            else
                                delete message.signature;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SignedServiceRecord;
        })();

        return service;
    })();

    return flor;
})();

export {
  $root as default
};
