/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["session"] || ($protobuf.roots["session"] = {});

export const flor = $root.flor = (() => {

    /**
     * Namespace flor.
     * @exports flor
     * @namespace
     */
    const flor = {};

    flor.session = (function() {

        /**
         * Namespace session.
         * @memberof flor
         * @namespace
         */
        const session = {};

        session.Open = (function() {

            /**
             * Properties of an Open.
             * @typedef {Object} flor.session.Open.$Properties
             * @property {number|null} [version] Open version
             * @property {number|null} [command] Open command
             * @property {string|null} [domain] Open domain
             * @property {Uint8Array|null} [address] Open address
             * @property {string|null} [service] Open service
             * @property {number|null} [port] Open port
             * @property {string|null} [network] Open network
             * @property {number|null} [label] Open label
             * @property {string|null} [user] Open user
             * @property {number|null} [hops] Open hops
             * @property {Uint8Array|null} [clientAddress] Open clientAddress
             * @property {number|null} [clientPort] Open clientPort
             * @property {"domain"|"address"|"service"} [host] Open host
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Open.
             * @memberof flor.session
             * @interface IOpen
             * @augments flor.session.Open.$Properties
             * @deprecated Use flor.session.Open.$Properties instead.
             */

            /**
             * Narrowed shape of an Open.
             * @typedef {{
             *   version?: number|null;
             *   command?: number|null;
             *   domain?: string|null;
             *   address?: Uint8Array|null;
             *   service?: string|null;
             *   port?: number|null;
             *   network?: string|null;
             *   label?: number|null;
             *   user?: string|null;
             *   hops?: number|null;
             *   clientAddress?: Uint8Array|null;
             *   clientPort?: number|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ host?: undefined; domain?: null; address?: null; service?: null }|{ host?: "domain"; domain: string; address?: null; service?: null }|{ host?: "address"; domain?: null; address: Uint8Array; service?: null }|{ host?: "service"; domain?: null; address?: null; service: string })
             * )} flor.session.Open.$Shape
             */

            /**
             * Constructs a new Open.
             * @memberof flor.session
             * @classdesc Represents an Open.
             * @constructor
             * @param {flor.session.Open.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Open = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Open version.
             * @member {number} version
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.version = 0;

            /**
             * Open command.
             * @member {number} command
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.command = 0;

            /**
             * Open domain.
             * @member {string|null|undefined} domain
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.domain = null;

            /**
             * Open address.
             * @member {Uint8Array|null|undefined} address
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.address = null;

            /**
             * Open service.
             * @member {string|null|undefined} service
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.service = null;

            /**
             * Open port.
             * @member {number} port
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.port = 0;

            /**
             * Open network.
             * @member {string} network
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.network = "";

            /**
             * Open label.
             * @member {number} label
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.label = 0;

            /**
             * Open user.
             * @member {string} user
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.user = "";

            /**
             * Open hops.
             * @member {number} hops
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.hops = 0;

            /**
             * Open clientAddress.
             * @member {Uint8Array} clientAddress
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.clientAddress = $util.newBuffer([]);

            /**
             * Open clientPort.
             * @member {number} clientPort
             * @memberof flor.session.Open
             * @instance
             */
            Open.prototype.clientPort = 0;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Open host.
             * @member {"domain"|"address"|"service"|undefined} host
             * @memberof flor.session.Open
             * @instance
             */
            $Object.defineProperty(Open.prototype, "host", {
                get: $util.oneOfGetter($oneOfFields = ["domain", "address", "service"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Open message. Does not implicitly {@link flor.session.Open.verify|verify} messages.
             * @function encode
             * @memberof flor.session.Open
             * @static
             * @param {flor.session.Open.$Properties} message Open message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Open.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.command);
                if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.domain);
                if (message.address != null && $Object.hasOwnProperty.call(message, "address"))
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.address);
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.port);
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.network);
                if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.label);
                if (message.service != null && $Object.hasOwnProperty.call(message, "service"))
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.service);
                if (message.user != null && $Object.hasOwnProperty.call(message, "user") && message.user !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.user);
                if (message.hops != null && $Object.hasOwnProperty.call(message, "hops") && message.hops !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.hops);
                if (message.clientAddress != null && $Object.hasOwnProperty.call(message, "clientAddress") && message.clientAddress.length)
                    writer.uint32(/* id 11, wireType 2 =*/90).bytes(message.clientAddress);
                if (message.clientPort != null && $Object.hasOwnProperty.call(message, "clientPort") && message.clientPort !== 0)
                    writer.uint32(/* id 12, wireType 0 =*/96).uint32(message.clientPort);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Open message from the specified reader or buffer.
             * @function decode
             * @memberof flor.session.Open
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.session.Open & flor.session.Open.$Shape} Open
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Open.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.session.Open();
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
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.command = value;
                            else
                                delete message.command;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.domain = reader.stringVerify();
                            message.host = "domain";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.address = reader.bytes();
                            message.host = "address";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.service = reader.stringVerify();
                            message.host = "service";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.label = value;
                            else
                                delete message.label;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.user = value;
                            else
                                delete message.user;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.hops = value;
                            else
                                delete message.hops;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.clientAddress = value;
                            else
                                delete message.clientAddress;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.clientPort = value;
                            else
                                delete message.clientPort;
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

            return Open;
        })();

        session.Opened = (function() {

            /**
             * Properties of an Opened.
             * @typedef {Object} flor.session.Opened.$Properties
             * @property {flor.session.Cause|null} [cause] Opened cause
             * @property {Uint8Array|null} [boundAddress] Opened boundAddress
             * @property {number|null} [boundPort] Opened boundPort
             * @property {string|null} [text] Opened text
             * @property {number|null} [label] Opened label
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Opened.
             * @memberof flor.session
             * @interface IOpened
             * @augments flor.session.Opened.$Properties
             * @deprecated Use flor.session.Opened.$Properties instead.
             */

            /**
             * Shape of an Opened.
             * @typedef {flor.session.Opened.$Properties} flor.session.Opened.$Shape
             */

            /**
             * Constructs a new Opened.
             * @memberof flor.session
             * @classdesc Represents an Opened.
             * @constructor
             * @param {flor.session.Opened.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Opened = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Opened cause.
             * @member {flor.session.Cause} cause
             * @memberof flor.session.Opened
             * @instance
             */
            Opened.prototype.cause = 0;

            /**
             * Opened boundAddress.
             * @member {Uint8Array} boundAddress
             * @memberof flor.session.Opened
             * @instance
             */
            Opened.prototype.boundAddress = $util.newBuffer([]);

            /**
             * Opened boundPort.
             * @member {number} boundPort
             * @memberof flor.session.Opened
             * @instance
             */
            Opened.prototype.boundPort = 0;

            /**
             * Opened text.
             * @member {string} text
             * @memberof flor.session.Opened
             * @instance
             */
            Opened.prototype.text = "";

            /**
             * Opened label.
             * @member {number} label
             * @memberof flor.session.Opened
             * @instance
             */
            Opened.prototype.label = 0;

            /**
             * Encodes the specified Opened message. Does not implicitly {@link flor.session.Opened.verify|verify} messages.
             * @function encode
             * @memberof flor.session.Opened
             * @static
             * @param {flor.session.Opened.$Properties} message Opened message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Opened.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause") && message.cause !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.cause);
                if (message.boundAddress != null && $Object.hasOwnProperty.call(message, "boundAddress") && message.boundAddress.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.boundAddress);
                if (message.boundPort != null && $Object.hasOwnProperty.call(message, "boundPort") && message.boundPort !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.boundPort);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.text);
                if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.label);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Opened message from the specified reader or buffer.
             * @function decode
             * @memberof flor.session.Opened
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.session.Opened & flor.session.Opened.$Shape} Opened
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Opened.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.session.Opened();
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
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.cause = value;
                            else
                                delete message.cause;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.boundAddress = value;
                            else
                                delete message.boundAddress;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.boundPort = value;
                            else
                                delete message.boundPort;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.text = value;
                            else
                                delete message.text;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.label = value;
                            else
                                delete message.label;
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

            return Opened;
        })();

        /**
         * Cause enum.
         * @name flor.session.Cause
         * @enum {number}
         * @property {number} OK=0 OK value
         * @property {number} GENERAL_FAILURE=1 GENERAL_FAILURE value
         * @property {number} NOT_ALLOWED=2 NOT_ALLOWED value
         * @property {number} NETWORK_UNREACHABLE=3 NETWORK_UNREACHABLE value
         * @property {number} HOST_UNREACHABLE=4 HOST_UNREACHABLE value
         * @property {number} CONNECTION_REFUSED=5 CONNECTION_REFUSED value
         * @property {number} TIMED_OUT=6 TIMED_OUT value
         * @property {number} NAME_NOT_FOUND=7 NAME_NOT_FOUND value
         * @property {number} COMMAND_NOT_SUPPORTED=8 COMMAND_NOT_SUPPORTED value
         * @property {number} ADDRESS_TYPE_NOT_SUPPORTED=9 ADDRESS_TYPE_NOT_SUPPORTED value
         * @property {number} OVERLOADED=10 OVERLOADED value
         */
        session.Cause = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "OK"] = 0;
            values[valuesById[1] = "GENERAL_FAILURE"] = 1;
            values[valuesById[2] = "NOT_ALLOWED"] = 2;
            values[valuesById[3] = "NETWORK_UNREACHABLE"] = 3;
            values[valuesById[4] = "HOST_UNREACHABLE"] = 4;
            values[valuesById[5] = "CONNECTION_REFUSED"] = 5;
            values[valuesById[6] = "TIMED_OUT"] = 6;
            values[valuesById[7] = "NAME_NOT_FOUND"] = 7;
            values[valuesById[8] = "COMMAND_NOT_SUPPORTED"] = 8;
            values[valuesById[9] = "ADDRESS_TYPE_NOT_SUPPORTED"] = 9;
            values[valuesById[10] = "OVERLOADED"] = 10;
            return values;
        })();

        return session;
    })();

    return flor;
})();

export {
  $root as default
};
