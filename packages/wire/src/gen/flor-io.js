/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["flor-io"] || ($protobuf.roots["flor-io"] = {});

export const flor = $root.flor = (() => {

    /**
     * Namespace flor.
     * @exports flor
     * @namespace
     */
    const flor = {};

    flor.io = (function() {

        /**
         * Namespace io.
         * @memberof flor
         * @namespace
         */
        const io = {};

        io.Envelope = (function() {

            /**
             * Properties of an Envelope.
             * @typedef {Object} flor.io.Envelope.$Properties
             * @property {number|null} [seq] Envelope seq
             * @property {number|null} [ack] Envelope ack
             * @property {flor.io.Hello.$Properties|null} [hello] Envelope hello
             * @property {flor.io.Welcome.$Properties|null} [welcome] Envelope welcome
             * @property {flor.io.Ready.$Properties|null} [ready] Envelope ready
             * @property {flor.io.Reject.$Properties|null} [reject] Envelope reject
             * @property {flor.io.Ping.$Properties|null} [ping] Envelope ping
             * @property {flor.io.Pong.$Properties|null} [pong] Envelope pong
             * @property {flor.io.Credit.$Properties|null} [credit] Envelope credit
             * @property {flor.io.Drain.$Properties|null} [drain] Envelope drain
             * @property {flor.io.Bye.$Properties|null} [bye] Envelope bye
             * @property {flor.io.Error.$Properties|null} [error] Envelope error
             * @property {flor.io.Ports.$Properties|null} [ports] Envelope ports
             * @property {flor.io.Neighbours.$Properties|null} [neighbours] Envelope neighbours
             * @property {flor.io.TooBig.$Properties|null} [tooBig] Envelope tooBig
             * @property {"hello"|"welcome"|"ready"|"reject"|"ping"|"pong"|"credit"|"drain"|"bye"|"error"|"ports"|"neighbours"|"tooBig"} [message] Envelope message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Envelope.
             * @memberof flor.io
             * @interface IEnvelope
             * @augments flor.io.Envelope.$Properties
             * @deprecated Use flor.io.Envelope.$Properties instead.
             */

            /**
             * Narrowed shape of an Envelope.
             * @typedef {{
             *   seq?: number|null;
             *   ack?: number|null;
             *   hello?: flor.io.Hello.$Shape|null;
             *   welcome?: flor.io.Welcome.$Shape|null;
             *   ready?: flor.io.Ready.$Shape|null;
             *   reject?: flor.io.Reject.$Shape|null;
             *   ping?: flor.io.Ping.$Shape|null;
             *   pong?: flor.io.Pong.$Shape|null;
             *   credit?: flor.io.Credit.$Shape|null;
             *   drain?: flor.io.Drain.$Shape|null;
             *   bye?: flor.io.Bye.$Shape|null;
             *   error?: flor.io.Error.$Shape|null;
             *   ports?: flor.io.Ports.$Shape|null;
             *   neighbours?: flor.io.Neighbours.$Shape|null;
             *   tooBig?: flor.io.TooBig.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "hello"; hello: flor.io.Hello.$Shape; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "welcome"; hello?: null; welcome: flor.io.Welcome.$Shape; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ready"; hello?: null; welcome?: null; ready: flor.io.Ready.$Shape; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "reject"; hello?: null; welcome?: null; ready?: null; reject: flor.io.Reject.$Shape; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ping"; hello?: null; welcome?: null; ready?: null; reject?: null; ping: flor.io.Ping.$Shape; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "pong"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong: flor.io.Pong.$Shape; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "credit"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit: flor.io.Credit.$Shape; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "drain"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain: flor.io.Drain.$Shape; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "bye"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye: flor.io.Bye.$Shape; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "error"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error: flor.io.Error.$Shape; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ports"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports: flor.io.Ports.$Shape; neighbours?: null; tooBig?: null }|{ message?: "neighbours"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours: flor.io.Neighbours.$Shape; tooBig?: null }|{ message?: "tooBig"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig: flor.io.TooBig.$Shape })
             * )} flor.io.Envelope.$Shape
             */

            /**
             * Constructs a new Envelope.
             * @memberof flor.io
             * @classdesc Represents an Envelope.
             * @constructor
             * @param {flor.io.Envelope.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Envelope = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Envelope seq.
             * @member {number} seq
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.seq = 0;

            /**
             * Envelope ack.
             * @member {number} ack
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.ack = 0;

            /**
             * Envelope hello.
             * @member {flor.io.Hello.$Properties|null|undefined} hello
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.hello = null;

            /**
             * Envelope welcome.
             * @member {flor.io.Welcome.$Properties|null|undefined} welcome
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.welcome = null;

            /**
             * Envelope ready.
             * @member {flor.io.Ready.$Properties|null|undefined} ready
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.ready = null;

            /**
             * Envelope reject.
             * @member {flor.io.Reject.$Properties|null|undefined} reject
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.reject = null;

            /**
             * Envelope ping.
             * @member {flor.io.Ping.$Properties|null|undefined} ping
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.ping = null;

            /**
             * Envelope pong.
             * @member {flor.io.Pong.$Properties|null|undefined} pong
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.pong = null;

            /**
             * Envelope credit.
             * @member {flor.io.Credit.$Properties|null|undefined} credit
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.credit = null;

            /**
             * Envelope drain.
             * @member {flor.io.Drain.$Properties|null|undefined} drain
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.drain = null;

            /**
             * Envelope bye.
             * @member {flor.io.Bye.$Properties|null|undefined} bye
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.bye = null;

            /**
             * Envelope error.
             * @member {flor.io.Error.$Properties|null|undefined} error
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.error = null;

            /**
             * Envelope ports.
             * @member {flor.io.Ports.$Properties|null|undefined} ports
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.ports = null;

            /**
             * Envelope neighbours.
             * @member {flor.io.Neighbours.$Properties|null|undefined} neighbours
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.neighbours = null;

            /**
             * Envelope tooBig.
             * @member {flor.io.TooBig.$Properties|null|undefined} tooBig
             * @memberof flor.io.Envelope
             * @instance
             */
            Envelope.prototype.tooBig = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Envelope message.
             * @member {"hello"|"welcome"|"ready"|"reject"|"ping"|"pong"|"credit"|"drain"|"bye"|"error"|"ports"|"neighbours"|"tooBig"|undefined} message
             * @memberof flor.io.Envelope
             * @instance
             */
            $Object.defineProperty(Envelope.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["hello", "welcome", "ready", "reject", "ping", "pong", "credit", "drain", "bye", "error", "ports", "neighbours", "tooBig"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link flor.io.Envelope.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Envelope
             * @static
             * @param {flor.io.Envelope.$Properties} message Envelope message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Envelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && message.seq !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.seq);
                if (message.ack != null && $Object.hasOwnProperty.call(message, "ack") && message.ack !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.ack);
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.flor.io.Hello.encode(message.hello, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                    $root.flor.io.Welcome.encode(message.welcome, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.ready != null && $Object.hasOwnProperty.call(message, "ready"))
                    $root.flor.io.Ready.encode(message.ready, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.reject != null && $Object.hasOwnProperty.call(message, "reject"))
                    $root.flor.io.Reject.encode(message.reject, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                    $root.flor.io.Ping.encode(message.ping, writer.uint32(/* id 20, wireType 2 =*/162).fork(), _depth + 1).ldelim();
                if (message.pong != null && $Object.hasOwnProperty.call(message, "pong"))
                    $root.flor.io.Pong.encode(message.pong, writer.uint32(/* id 21, wireType 2 =*/170).fork(), _depth + 1).ldelim();
                if (message.credit != null && $Object.hasOwnProperty.call(message, "credit"))
                    $root.flor.io.Credit.encode(message.credit, writer.uint32(/* id 22, wireType 2 =*/178).fork(), _depth + 1).ldelim();
                if (message.drain != null && $Object.hasOwnProperty.call(message, "drain"))
                    $root.flor.io.Drain.encode(message.drain, writer.uint32(/* id 23, wireType 2 =*/186).fork(), _depth + 1).ldelim();
                if (message.bye != null && $Object.hasOwnProperty.call(message, "bye"))
                    $root.flor.io.Bye.encode(message.bye, writer.uint32(/* id 24, wireType 2 =*/194).fork(), _depth + 1).ldelim();
                if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                    $root.flor.io.Error.encode(message.error, writer.uint32(/* id 25, wireType 2 =*/202).fork(), _depth + 1).ldelim();
                if (message.ports != null && $Object.hasOwnProperty.call(message, "ports"))
                    $root.flor.io.Ports.encode(message.ports, writer.uint32(/* id 30, wireType 2 =*/242).fork(), _depth + 1).ldelim();
                if (message.neighbours != null && $Object.hasOwnProperty.call(message, "neighbours"))
                    $root.flor.io.Neighbours.encode(message.neighbours, writer.uint32(/* id 31, wireType 2 =*/250).fork(), _depth + 1).ldelim();
                if (message.tooBig != null && $Object.hasOwnProperty.call(message, "tooBig"))
                    $root.flor.io.TooBig.encode(message.tooBig, writer.uint32(/* id 40, wireType 2 =*/322).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Envelope
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Envelope & flor.io.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Envelope.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Envelope();
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
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.ack = value;
                            else
                                delete message.ack;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.flor.io.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            message.message = "hello";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.welcome = $root.flor.io.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                            message.message = "welcome";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.ready = $root.flor.io.Ready.decode(reader, reader.size(), $undefined, _depth + 1, message.ready);
                            message.message = "ready";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.reject = $root.flor.io.Reject.decode(reader, reader.size(), $undefined, _depth + 1, message.reject);
                            message.message = "reject";
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            message.ping = $root.flor.io.Ping.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                            message.message = "ping";
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            message.pong = $root.flor.io.Pong.decode(reader, reader.size(), $undefined, _depth + 1, message.pong);
                            message.message = "pong";
                            continue;
                        }
                    case 22: {
                            if (wireType !== 2)
                                break;
                            message.credit = $root.flor.io.Credit.decode(reader, reader.size(), $undefined, _depth + 1, message.credit);
                            message.message = "credit";
                            continue;
                        }
                    case 23: {
                            if (wireType !== 2)
                                break;
                            message.drain = $root.flor.io.Drain.decode(reader, reader.size(), $undefined, _depth + 1, message.drain);
                            message.message = "drain";
                            continue;
                        }
                    case 24: {
                            if (wireType !== 2)
                                break;
                            message.bye = $root.flor.io.Bye.decode(reader, reader.size(), $undefined, _depth + 1, message.bye);
                            message.message = "bye";
                            continue;
                        }
                    case 25: {
                            if (wireType !== 2)
                                break;
                            message.error = $root.flor.io.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                            message.message = "error";
                            continue;
                        }
                    case 30: {
                            if (wireType !== 2)
                                break;
                            message.ports = $root.flor.io.Ports.decode(reader, reader.size(), $undefined, _depth + 1, message.ports);
                            message.message = "ports";
                            continue;
                        }
                    case 31: {
                            if (wireType !== 2)
                                break;
                            message.neighbours = $root.flor.io.Neighbours.decode(reader, reader.size(), $undefined, _depth + 1, message.neighbours);
                            message.message = "neighbours";
                            continue;
                        }
                    case 40: {
                            if (wireType !== 2)
                                break;
                            message.tooBig = $root.flor.io.TooBig.decode(reader, reader.size(), $undefined, _depth + 1, message.tooBig);
                            message.message = "tooBig";
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

            return Envelope;
        })();

        io.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} flor.io.Hello.$Properties
             * @property {Array.<number>|null} [versions] Hello versions
             * @property {Uint8Array|null} [nonce] Hello nonce
             * @property {string|null} [name] Hello name
             * @property {string|null} [programVersion] Hello programVersion
             * @property {number|null} [pid] Hello pid
             * @property {Uint8Array|null} [token] Hello token
             * @property {number|null} [receiveDatagrams] Hello receiveDatagrams
             * @property {number|null} [receiveOctets] Hello receiveOctets
             * @property {number|null} [datagramMax] Hello datagramMax
             * @property {Array.<string>|null} [capabilities] Hello capabilities
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof flor.io
             * @interface IHello
             * @augments flor.io.Hello.$Properties
             * @deprecated Use flor.io.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {flor.io.Hello.$Properties} flor.io.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof flor.io
             * @classdesc Represents a Hello.
             * @constructor
             * @param {flor.io.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                this.versions = [];
                this.capabilities = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hello versions.
             * @member {Array.<number>} versions
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.versions = $util.emptyArray;

            /**
             * Hello nonce.
             * @member {Uint8Array} nonce
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.nonce = $util.newBuffer([]);

            /**
             * Hello name.
             * @member {string} name
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.name = "";

            /**
             * Hello programVersion.
             * @member {string} programVersion
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.programVersion = "";

            /**
             * Hello pid.
             * @member {number} pid
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.pid = 0;

            /**
             * Hello token.
             * @member {Uint8Array} token
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.token = $util.newBuffer([]);

            /**
             * Hello receiveDatagrams.
             * @member {number} receiveDatagrams
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.receiveDatagrams = 0;

            /**
             * Hello receiveOctets.
             * @member {number} receiveOctets
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.receiveOctets = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello datagramMax.
             * @member {number} datagramMax
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.datagramMax = 0;

            /**
             * Hello capabilities.
             * @member {Array.<string>} capabilities
             * @memberof flor.io.Hello
             * @instance
             */
            Hello.prototype.capabilities = $util.emptyArray;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link flor.io.Hello.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Hello
             * @static
             * @param {flor.io.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.versions != null && message.versions.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).uint32s(message.versions);
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.nonce);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.programVersion != null && $Object.hasOwnProperty.call(message, "programVersion") && message.programVersion !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.programVersion);
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.pid);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.token);
                if (message.receiveDatagrams != null && $Object.hasOwnProperty.call(message, "receiveDatagrams") && message.receiveDatagrams !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.receiveDatagrams);
                if (message.receiveOctets != null && $Object.hasOwnProperty.call(message, "receiveOctets") && (typeof message.receiveOctets === "object" ? message.receiveOctets.low || message.receiveOctets.high : message.receiveOctets !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.receiveOctets);
                if (message.datagramMax != null && $Object.hasOwnProperty.call(message, "datagramMax") && message.datagramMax !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.datagramMax);
                if (message.capabilities != null && message.capabilities.length)
                    for (let i = 0; i < message.capabilities.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).string(message.capabilities[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Hello & flor.io.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Hello();
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
                            if (wireType === 2) {
                                if (!(message.versions && message.versions.length))
                                    message.versions = [];
                                reader.uint32s(message.versions);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.versions && message.versions.length))
                                message.versions = [];
                            message.versions.push(reader.uint32());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nonce = value;
                            else
                                delete message.nonce;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.programVersion = value;
                            else
                                delete message.programVersion;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.pid = value;
                            else
                                delete message.pid;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.receiveDatagrams = value;
                            else
                                delete message.receiveDatagrams;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.receiveOctets = value;
                            else
                                delete message.receiveOctets;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.datagramMax = value;
                            else
                                delete message.datagramMax;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.capabilities && message.capabilities.length))
                                message.capabilities = [];
                            message.capabilities.push(reader.stringVerify());
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

            return Hello;
        })();

        io.Welcome = (function() {

            /**
             * Properties of a Welcome.
             * @typedef {Object} flor.io.Welcome.$Properties
             * @property {number|null} [version] Welcome version
             * @property {Uint8Array|null} [nonce] Welcome nonce
             * @property {Uint8Array|null} [token] Welcome token
             * @property {number|null} [receiveDatagrams] Welcome receiveDatagrams
             * @property {number|null} [receiveOctets] Welcome receiveOctets
             * @property {number|null} [datagramMax] Welcome datagramMax
             * @property {Array.<string>|null} [capabilities] Welcome capabilities
             * @property {number|null} [keepaliveMs] Welcome keepaliveMs
             * @property {Array.<Uint8Array>|null} [ancestry] Welcome ancestry
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Welcome.
             * @memberof flor.io
             * @interface IWelcome
             * @augments flor.io.Welcome.$Properties
             * @deprecated Use flor.io.Welcome.$Properties instead.
             */

            /**
             * Shape of a Welcome.
             * @typedef {flor.io.Welcome.$Properties} flor.io.Welcome.$Shape
             */

            /**
             * Constructs a new Welcome.
             * @memberof flor.io
             * @classdesc Represents a Welcome.
             * @constructor
             * @param {flor.io.Welcome.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Welcome = function (properties) {
                this.capabilities = [];
                this.ancestry = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Welcome version.
             * @member {number} version
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.version = 0;

            /**
             * Welcome nonce.
             * @member {Uint8Array} nonce
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.nonce = $util.newBuffer([]);

            /**
             * Welcome token.
             * @member {Uint8Array} token
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.token = $util.newBuffer([]);

            /**
             * Welcome receiveDatagrams.
             * @member {number} receiveDatagrams
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.receiveDatagrams = 0;

            /**
             * Welcome receiveOctets.
             * @member {number} receiveOctets
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.receiveOctets = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome datagramMax.
             * @member {number} datagramMax
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.datagramMax = 0;

            /**
             * Welcome capabilities.
             * @member {Array.<string>} capabilities
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.capabilities = $util.emptyArray;

            /**
             * Welcome keepaliveMs.
             * @member {number} keepaliveMs
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.keepaliveMs = 0;

            /**
             * Welcome ancestry.
             * @member {Array.<Uint8Array>} ancestry
             * @memberof flor.io.Welcome
             * @instance
             */
            Welcome.prototype.ancestry = $util.emptyArray;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link flor.io.Welcome.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Welcome
             * @static
             * @param {flor.io.Welcome.$Properties} message Welcome message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Welcome.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.nonce);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.token);
                if (message.receiveDatagrams != null && $Object.hasOwnProperty.call(message, "receiveDatagrams") && message.receiveDatagrams !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.receiveDatagrams);
                if (message.receiveOctets != null && $Object.hasOwnProperty.call(message, "receiveOctets") && (typeof message.receiveOctets === "object" ? message.receiveOctets.low || message.receiveOctets.high : message.receiveOctets !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.receiveOctets);
                if (message.datagramMax != null && $Object.hasOwnProperty.call(message, "datagramMax") && message.datagramMax !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.datagramMax);
                if (message.capabilities != null && message.capabilities.length)
                    for (let i = 0; i < message.capabilities.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.capabilities[i]);
                if (message.keepaliveMs != null && $Object.hasOwnProperty.call(message, "keepaliveMs") && message.keepaliveMs !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.keepaliveMs);
                if (message.ancestry != null && message.ancestry.length)
                    for (let i = 0; i < message.ancestry.length; ++i)
                        writer.uint32(/* id 9, wireType 2 =*/74).bytes(message.ancestry[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Welcome
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Welcome & flor.io.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Welcome.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Welcome();
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
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nonce = value;
                            else
                                delete message.nonce;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.receiveDatagrams = value;
                            else
                                delete message.receiveDatagrams;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.receiveOctets = value;
                            else
                                delete message.receiveOctets;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.datagramMax = value;
                            else
                                delete message.datagramMax;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.capabilities && message.capabilities.length))
                                message.capabilities = [];
                            message.capabilities.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.keepaliveMs = value;
                            else
                                delete message.keepaliveMs;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.ancestry && message.ancestry.length))
                                message.ancestry = [];
                            message.ancestry.push(reader.bytes());
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

            return Welcome;
        })();

        io.Ready = (function() {

            /**
             * Properties of a Ready.
             * @typedef {Object} flor.io.Ready.$Properties
             * @property {Array.<Uint8Array>|null} [ancestry] Ready ancestry
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Ready.
             * @memberof flor.io
             * @interface IReady
             * @augments flor.io.Ready.$Properties
             * @deprecated Use flor.io.Ready.$Properties instead.
             */

            /**
             * Shape of a Ready.
             * @typedef {flor.io.Ready.$Properties} flor.io.Ready.$Shape
             */

            /**
             * Constructs a new Ready.
             * @memberof flor.io
             * @classdesc Represents a Ready.
             * @constructor
             * @param {flor.io.Ready.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ready = function (properties) {
                this.ancestry = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ready ancestry.
             * @member {Array.<Uint8Array>} ancestry
             * @memberof flor.io.Ready
             * @instance
             */
            Ready.prototype.ancestry = $util.emptyArray;

            /**
             * Encodes the specified Ready message. Does not implicitly {@link flor.io.Ready.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Ready
             * @static
             * @param {flor.io.Ready.$Properties} message Ready message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ready.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ancestry != null && message.ancestry.length)
                    for (let i = 0; i < message.ancestry.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.ancestry[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Ready message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Ready
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Ready & flor.io.Ready.$Shape} Ready
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ready.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.flor.io.Ready();
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
                            if (!(message.ancestry && message.ancestry.length))
                                message.ancestry = [];
                            message.ancestry.push(reader.bytes());
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

            return Ready;
        })();

        io.Reject = (function() {

            /**
             * Properties of a Reject.
             * @typedef {Object} flor.io.Reject.$Properties
             * @property {flor.io.Reject.Code|null} [code] Reject code
             * @property {string|null} [text] Reject text
             * @property {Array.<number>|null} [versions] Reject versions
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reject.
             * @memberof flor.io
             * @interface IReject
             * @augments flor.io.Reject.$Properties
             * @deprecated Use flor.io.Reject.$Properties instead.
             */

            /**
             * Shape of a Reject.
             * @typedef {flor.io.Reject.$Properties} flor.io.Reject.$Shape
             */

            /**
             * Constructs a new Reject.
             * @memberof flor.io
             * @classdesc Represents a Reject.
             * @constructor
             * @param {flor.io.Reject.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reject = function (properties) {
                this.versions = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reject code.
             * @member {flor.io.Reject.Code} code
             * @memberof flor.io.Reject
             * @instance
             */
            Reject.prototype.code = 0;

            /**
             * Reject text.
             * @member {string} text
             * @memberof flor.io.Reject
             * @instance
             */
            Reject.prototype.text = "";

            /**
             * Reject versions.
             * @member {Array.<number>} versions
             * @memberof flor.io.Reject
             * @instance
             */
            Reject.prototype.versions = $util.emptyArray;

            /**
             * Encodes the specified Reject message. Does not implicitly {@link flor.io.Reject.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Reject
             * @static
             * @param {flor.io.Reject.$Properties} message Reject message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reject.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.text);
                if (message.versions != null && message.versions.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.versions);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reject message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Reject
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Reject & flor.io.Reject.$Shape} Reject
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reject.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Reject();
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
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.text = value;
                            else
                                delete message.text;
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.versions && message.versions.length))
                                    message.versions = [];
                                reader.uint32s(message.versions);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.versions && message.versions.length))
                                message.versions = [];
                            message.versions.push(reader.uint32());
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

            /**
             * Code enum.
             * @name flor.io.Reject.Code
             * @enum {number}
             * @property {number} UNKNOWN=0 UNKNOWN value
             * @property {number} VERSION=1 VERSION value
             * @property {number} AUTHENTICATION=2 AUTHENTICATION value
             * @property {number} BUSY=3 BUSY value
             * @property {number} CONFIGURATION=4 CONFIGURATION value
             * @property {number} CAPABILITY=5 CAPABILITY value
             * @property {number} RECURSION=6 RECURSION value
             */
            Reject.Code = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "UNKNOWN"] = 0;
                values[valuesById[1] = "VERSION"] = 1;
                values[valuesById[2] = "AUTHENTICATION"] = 2;
                values[valuesById[3] = "BUSY"] = 3;
                values[valuesById[4] = "CONFIGURATION"] = 4;
                values[valuesById[5] = "CAPABILITY"] = 5;
                values[valuesById[6] = "RECURSION"] = 6;
                return values;
            })();

            return Reject;
        })();

        io.Ping = (function() {

            /**
             * Properties of a Ping.
             * @typedef {Object} flor.io.Ping.$Properties
             * @property {number|null} [id] Ping id
             * @property {number|null} [sentDatagrams] Ping sentDatagrams
             * @property {number|null} [sentOctets] Ping sentOctets
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Ping.
             * @memberof flor.io
             * @interface IPing
             * @augments flor.io.Ping.$Properties
             * @deprecated Use flor.io.Ping.$Properties instead.
             */

            /**
             * Shape of a Ping.
             * @typedef {flor.io.Ping.$Properties} flor.io.Ping.$Shape
             */

            /**
             * Constructs a new Ping.
             * @memberof flor.io
             * @classdesc Represents a Ping.
             * @constructor
             * @param {flor.io.Ping.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ping = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ping id.
             * @member {number} id
             * @memberof flor.io.Ping
             * @instance
             */
            Ping.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Ping sentDatagrams.
             * @member {number} sentDatagrams
             * @memberof flor.io.Ping
             * @instance
             */
            Ping.prototype.sentDatagrams = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Ping sentOctets.
             * @member {number} sentOctets
             * @memberof flor.io.Ping
             * @instance
             */
            Ping.prototype.sentOctets = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Ping message. Does not implicitly {@link flor.io.Ping.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Ping
             * @static
             * @param {flor.io.Ping.$Properties} message Ping message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ping.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.sentDatagrams != null && $Object.hasOwnProperty.call(message, "sentDatagrams") && (typeof message.sentDatagrams === "object" ? message.sentDatagrams.low || message.sentDatagrams.high : message.sentDatagrams !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.sentDatagrams);
                if (message.sentOctets != null && $Object.hasOwnProperty.call(message, "sentOctets") && (typeof message.sentOctets === "object" ? message.sentOctets.low || message.sentOctets.high : message.sentOctets !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.sentOctets);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Ping message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Ping
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Ping & flor.io.Ping.$Shape} Ping
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ping.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Ping();
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
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sentDatagrams = value;
                            else
                                delete message.sentDatagrams;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sentOctets = value;
                            else
                                delete message.sentOctets;
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

            return Ping;
        })();

        io.Pong = (function() {

            /**
             * Properties of a Pong.
             * @typedef {Object} flor.io.Pong.$Properties
             * @property {number|null} [id] Pong id
             * @property {Array.<flor.io.Counter.$Properties>|null} [counters] Pong counters
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pong.
             * @memberof flor.io
             * @interface IPong
             * @augments flor.io.Pong.$Properties
             * @deprecated Use flor.io.Pong.$Properties instead.
             */

            /**
             * Shape of a Pong.
             * @typedef {flor.io.Pong.$Properties} flor.io.Pong.$Shape
             */

            /**
             * Constructs a new Pong.
             * @memberof flor.io
             * @classdesc Represents a Pong.
             * @constructor
             * @param {flor.io.Pong.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pong = function (properties) {
                this.counters = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Pong id.
             * @member {number} id
             * @memberof flor.io.Pong
             * @instance
             */
            Pong.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Pong counters.
             * @member {Array.<flor.io.Counter.$Properties>} counters
             * @memberof flor.io.Pong
             * @instance
             */
            Pong.prototype.counters = $util.emptyArray;

            /**
             * Encodes the specified Pong message. Does not implicitly {@link flor.io.Pong.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Pong
             * @static
             * @param {flor.io.Pong.$Properties} message Pong message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pong.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.counters != null && message.counters.length)
                    for (let i = 0; i < message.counters.length; ++i)
                        $root.flor.io.Counter.encode(message.counters[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pong message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Pong
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Pong & flor.io.Pong.$Shape} Pong
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pong.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Pong();
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
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.counters && message.counters.length))
                                message.counters = [];
                            message.counters.push($root.flor.io.Counter.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return Pong;
        })();

        io.Counter = (function() {

            /**
             * Properties of a Counter.
             * @typedef {Object} flor.io.Counter.$Properties
             * @property {string|null} [name] Counter name
             * @property {number|null} [value] Counter value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Counter.
             * @memberof flor.io
             * @interface ICounter
             * @augments flor.io.Counter.$Properties
             * @deprecated Use flor.io.Counter.$Properties instead.
             */

            /**
             * Shape of a Counter.
             * @typedef {flor.io.Counter.$Properties} flor.io.Counter.$Shape
             */

            /**
             * Constructs a new Counter.
             * @memberof flor.io
             * @classdesc Represents a Counter.
             * @constructor
             * @param {flor.io.Counter.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Counter = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Counter name.
             * @member {string} name
             * @memberof flor.io.Counter
             * @instance
             */
            Counter.prototype.name = "";

            /**
             * Counter value.
             * @member {number} value
             * @memberof flor.io.Counter
             * @instance
             */
            Counter.prototype.value = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Counter message. Does not implicitly {@link flor.io.Counter.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Counter
             * @static
             * @param {flor.io.Counter.$Properties} message Counter message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Counter.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && (typeof message.value === "object" ? message.value.low || message.value.high : message.value !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Counter message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Counter
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Counter & flor.io.Counter.$Shape} Counter
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Counter.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Counter();
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
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.value = value;
                            else
                                delete message.value;
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

            return Counter;
        })();

        io.Credit = (function() {

            /**
             * Properties of a Credit.
             * @typedef {Object} flor.io.Credit.$Properties
             * @property {number|null} [receivedDatagrams] Credit receivedDatagrams
             * @property {number|null} [receivedOctets] Credit receivedOctets
             * @property {number|null} [limitDatagrams] Credit limitDatagrams
             * @property {number|null} [limitOctets] Credit limitOctets
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Credit.
             * @memberof flor.io
             * @interface ICredit
             * @augments flor.io.Credit.$Properties
             * @deprecated Use flor.io.Credit.$Properties instead.
             */

            /**
             * Shape of a Credit.
             * @typedef {flor.io.Credit.$Properties} flor.io.Credit.$Shape
             */

            /**
             * Constructs a new Credit.
             * @memberof flor.io
             * @classdesc Represents a Credit.
             * @constructor
             * @param {flor.io.Credit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Credit = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Credit receivedDatagrams.
             * @member {number} receivedDatagrams
             * @memberof flor.io.Credit
             * @instance
             */
            Credit.prototype.receivedDatagrams = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Credit receivedOctets.
             * @member {number} receivedOctets
             * @memberof flor.io.Credit
             * @instance
             */
            Credit.prototype.receivedOctets = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Credit limitDatagrams.
             * @member {number} limitDatagrams
             * @memberof flor.io.Credit
             * @instance
             */
            Credit.prototype.limitDatagrams = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Credit limitOctets.
             * @member {number} limitOctets
             * @memberof flor.io.Credit
             * @instance
             */
            Credit.prototype.limitOctets = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Credit message. Does not implicitly {@link flor.io.Credit.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Credit
             * @static
             * @param {flor.io.Credit.$Properties} message Credit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Credit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.receivedDatagrams != null && $Object.hasOwnProperty.call(message, "receivedDatagrams") && (typeof message.receivedDatagrams === "object" ? message.receivedDatagrams.low || message.receivedDatagrams.high : message.receivedDatagrams !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.receivedDatagrams);
                if (message.receivedOctets != null && $Object.hasOwnProperty.call(message, "receivedOctets") && (typeof message.receivedOctets === "object" ? message.receivedOctets.low || message.receivedOctets.high : message.receivedOctets !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.receivedOctets);
                if (message.limitDatagrams != null && $Object.hasOwnProperty.call(message, "limitDatagrams") && (typeof message.limitDatagrams === "object" ? message.limitDatagrams.low || message.limitDatagrams.high : message.limitDatagrams !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.limitDatagrams);
                if (message.limitOctets != null && $Object.hasOwnProperty.call(message, "limitOctets") && (typeof message.limitOctets === "object" ? message.limitOctets.low || message.limitOctets.high : message.limitOctets !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.limitOctets);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Credit message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Credit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Credit & flor.io.Credit.$Shape} Credit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Credit.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Credit();
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
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.receivedDatagrams = value;
                            else
                                delete message.receivedDatagrams;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.receivedOctets = value;
                            else
                                delete message.receivedOctets;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.limitDatagrams = value;
                            else
                                delete message.limitDatagrams;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.limitOctets = value;
                            else
                                delete message.limitOctets;
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

            return Credit;
        })();

        io.Drain = (function() {

            /**
             * Properties of a Drain.
             * @typedef {Object} flor.io.Drain.$Properties
             * @property {number|null} [deadlineMs] Drain deadlineMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Drain.
             * @memberof flor.io
             * @interface IDrain
             * @augments flor.io.Drain.$Properties
             * @deprecated Use flor.io.Drain.$Properties instead.
             */

            /**
             * Shape of a Drain.
             * @typedef {flor.io.Drain.$Properties} flor.io.Drain.$Shape
             */

            /**
             * Constructs a new Drain.
             * @memberof flor.io
             * @classdesc Represents a Drain.
             * @constructor
             * @param {flor.io.Drain.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Drain = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Drain deadlineMs.
             * @member {number} deadlineMs
             * @memberof flor.io.Drain
             * @instance
             */
            Drain.prototype.deadlineMs = 0;

            /**
             * Encodes the specified Drain message. Does not implicitly {@link flor.io.Drain.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Drain
             * @static
             * @param {flor.io.Drain.$Properties} message Drain message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Drain.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs") && message.deadlineMs !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.deadlineMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Drain message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Drain
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Drain & flor.io.Drain.$Shape} Drain
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Drain.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Drain();
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
                                message.deadlineMs = value;
                            else
                                delete message.deadlineMs;
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

            return Drain;
        })();

        io.Bye = (function() {

            /**
             * Properties of a Bye.
             * @typedef {Object} flor.io.Bye.$Properties
             * @property {string|null} [reason] Bye reason
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Bye.
             * @memberof flor.io
             * @interface IBye
             * @augments flor.io.Bye.$Properties
             * @deprecated Use flor.io.Bye.$Properties instead.
             */

            /**
             * Shape of a Bye.
             * @typedef {flor.io.Bye.$Properties} flor.io.Bye.$Shape
             */

            /**
             * Constructs a new Bye.
             * @memberof flor.io
             * @classdesc Represents a Bye.
             * @constructor
             * @param {flor.io.Bye.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Bye = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Bye reason.
             * @member {string} reason
             * @memberof flor.io.Bye
             * @instance
             */
            Bye.prototype.reason = "";

            /**
             * Encodes the specified Bye message. Does not implicitly {@link flor.io.Bye.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Bye
             * @static
             * @param {flor.io.Bye.$Properties} message Bye message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Bye.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Bye message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Bye
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Bye & flor.io.Bye.$Shape} Bye
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Bye.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Bye();
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
                                message.reason = value;
                            else
                                delete message.reason;
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

            return Bye;
        })();

        io.Error = (function() {

            /**
             * Properties of an Error.
             * @typedef {Object} flor.io.Error.$Properties
             * @property {number|null} [ofSeq] Error ofSeq
             * @property {string|null} [code] Error code
             * @property {string|null} [text] Error text
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Error.
             * @memberof flor.io
             * @interface IError
             * @augments flor.io.Error.$Properties
             * @deprecated Use flor.io.Error.$Properties instead.
             */

            /**
             * Shape of an Error.
             * @typedef {flor.io.Error.$Properties} flor.io.Error.$Shape
             */

            /**
             * Constructs a new Error.
             * @memberof flor.io
             * @classdesc Represents an Error.
             * @constructor
             * @param {flor.io.Error.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Error = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Error ofSeq.
             * @member {number} ofSeq
             * @memberof flor.io.Error
             * @instance
             */
            Error.prototype.ofSeq = 0;

            /**
             * Error code.
             * @member {string} code
             * @memberof flor.io.Error
             * @instance
             */
            Error.prototype.code = "";

            /**
             * Error text.
             * @member {string} text
             * @memberof flor.io.Error
             * @instance
             */
            Error.prototype.text = "";

            /**
             * Encodes the specified Error message. Does not implicitly {@link flor.io.Error.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Error
             * @static
             * @param {flor.io.Error.$Properties} message Error message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Error.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ofSeq != null && $Object.hasOwnProperty.call(message, "ofSeq") && message.ofSeq !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.ofSeq);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.code);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.text);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Error
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Error & flor.io.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Error.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Error();
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
                                message.ofSeq = value;
                            else
                                delete message.ofSeq;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.text = value;
                            else
                                delete message.text;
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

            return Error;
        })();

        io.Ports = (function() {

            /**
             * Properties of a Ports.
             * @typedef {Object} flor.io.Ports.$Properties
             * @property {number|null} [generation] Ports generation
             * @property {Array.<flor.io.Port.$Properties>|null} [ports] Ports ports
             * @property {number|null} [part] Ports part
             * @property {number|null} [parts] Ports parts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Ports.
             * @memberof flor.io
             * @interface IPorts
             * @augments flor.io.Ports.$Properties
             * @deprecated Use flor.io.Ports.$Properties instead.
             */

            /**
             * Shape of a Ports.
             * @typedef {flor.io.Ports.$Properties} flor.io.Ports.$Shape
             */

            /**
             * Constructs a new Ports.
             * @memberof flor.io
             * @classdesc Represents a Ports.
             * @constructor
             * @param {flor.io.Ports.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ports = function (properties) {
                this.ports = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ports generation.
             * @member {number} generation
             * @memberof flor.io.Ports
             * @instance
             */
            Ports.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Ports ports.
             * @member {Array.<flor.io.Port.$Properties>} ports
             * @memberof flor.io.Ports
             * @instance
             */
            Ports.prototype.ports = $util.emptyArray;

            /**
             * Ports part.
             * @member {number} part
             * @memberof flor.io.Ports
             * @instance
             */
            Ports.prototype.part = 0;

            /**
             * Ports parts.
             * @member {number} parts
             * @memberof flor.io.Ports
             * @instance
             */
            Ports.prototype.parts = 0;

            /**
             * Encodes the specified Ports message. Does not implicitly {@link flor.io.Ports.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Ports
             * @static
             * @param {flor.io.Ports.$Properties} message Ports message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ports.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.generation);
                if (message.ports != null && message.ports.length)
                    for (let i = 0; i < message.ports.length; ++i)
                        $root.flor.io.Port.encode(message.ports[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.part);
                if (message.parts != null && $Object.hasOwnProperty.call(message, "parts") && message.parts !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.parts);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Ports message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Ports
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Ports & flor.io.Ports.$Shape} Ports
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ports.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Ports();
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
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.ports && message.ports.length))
                                message.ports = [];
                            message.ports.push($root.flor.io.Port.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.parts = value;
                            else
                                delete message.parts;
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

            return Ports;
        })();

        io.Port = (function() {

            /**
             * Properties of a Port.
             * @typedef {Object} flor.io.Port.$Properties
             * @property {number|null} [port] Port port
             * @property {string|null} [key] Port key
             * @property {boolean|null} [up] Port up
             * @property {number|null} [mtu] Port mtu
             * @property {number|null} [segmentMtu] Port segmentMtu
             * @property {boolean|null} [ordered] Port ordered
             * @property {boolean|null} [reliable] Port reliable
             * @property {boolean|null} [encrypted] Port encrypted
             * @property {string|null} [address] Port address
             * @property {boolean|null} [provisional] Port provisional
             * @property {string|null} [problem] Port problem
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Port.
             * @memberof flor.io
             * @interface IPort
             * @augments flor.io.Port.$Properties
             * @deprecated Use flor.io.Port.$Properties instead.
             */

            /**
             * Shape of a Port.
             * @typedef {flor.io.Port.$Properties} flor.io.Port.$Shape
             */

            /**
             * Constructs a new Port.
             * @memberof flor.io
             * @classdesc Represents a Port.
             * @constructor
             * @param {flor.io.Port.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Port = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Port port.
             * @member {number} port
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.port = 0;

            /**
             * Port key.
             * @member {string} key
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.key = "";

            /**
             * Port up.
             * @member {boolean} up
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.up = false;

            /**
             * Port mtu.
             * @member {number} mtu
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.mtu = 0;

            /**
             * Port segmentMtu.
             * @member {number} segmentMtu
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.segmentMtu = 0;

            /**
             * Port ordered.
             * @member {boolean} ordered
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.ordered = false;

            /**
             * Port reliable.
             * @member {boolean} reliable
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.reliable = false;

            /**
             * Port encrypted.
             * @member {boolean} encrypted
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.encrypted = false;

            /**
             * Port address.
             * @member {string} address
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.address = "";

            /**
             * Port provisional.
             * @member {boolean} provisional
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.provisional = false;

            /**
             * Port problem.
             * @member {string} problem
             * @memberof flor.io.Port
             * @instance
             */
            Port.prototype.problem = "";

            /**
             * Encodes the specified Port message. Does not implicitly {@link flor.io.Port.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Port
             * @static
             * @param {flor.io.Port.$Properties} message Port message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Port.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.port);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.up != null && $Object.hasOwnProperty.call(message, "up") && message.up !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.up);
                if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.mtu);
                if (message.segmentMtu != null && $Object.hasOwnProperty.call(message, "segmentMtu") && message.segmentMtu !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.segmentMtu);
                if (message.ordered != null && $Object.hasOwnProperty.call(message, "ordered") && message.ordered !== false)
                    writer.uint32(/* id 6, wireType 0 =*/48).bool(message.ordered);
                if (message.reliable != null && $Object.hasOwnProperty.call(message, "reliable") && message.reliable !== false)
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.reliable);
                if (message.encrypted != null && $Object.hasOwnProperty.call(message, "encrypted") && message.encrypted !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.encrypted);
                if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.address);
                if (message.provisional != null && $Object.hasOwnProperty.call(message, "provisional") && message.provisional !== false)
                    writer.uint32(/* id 10, wireType 0 =*/80).bool(message.provisional);
                if (message.problem != null && $Object.hasOwnProperty.call(message, "problem") && message.problem !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.problem);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Port message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Port
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Port & flor.io.Port.$Shape} Port
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Port.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Port();
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
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.up = value;
                            else
                                delete message.up;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.mtu = value;
                            else
                                delete message.mtu;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.segmentMtu = value;
                            else
                                delete message.segmentMtu;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.ordered = value;
                            else
                                delete message.ordered;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.reliable = value;
                            else
                                delete message.reliable;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.encrypted = value;
                            else
                                delete message.encrypted;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.address = value;
                            else
                                delete message.address;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.provisional = value;
                            else
                                delete message.provisional;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.problem = value;
                            else
                                delete message.problem;
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

            return Port;
        })();

        io.Neighbours = (function() {

            /**
             * Properties of a Neighbours.
             * @typedef {Object} flor.io.Neighbours.$Properties
             * @property {number|null} [generation] Neighbours generation
             * @property {Array.<flor.io.Neighbour.$Properties>|null} [neighbours] Neighbours neighbours
             * @property {number|null} [part] Neighbours part
             * @property {number|null} [parts] Neighbours parts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Neighbours.
             * @memberof flor.io
             * @interface INeighbours
             * @augments flor.io.Neighbours.$Properties
             * @deprecated Use flor.io.Neighbours.$Properties instead.
             */

            /**
             * Shape of a Neighbours.
             * @typedef {flor.io.Neighbours.$Properties} flor.io.Neighbours.$Shape
             */

            /**
             * Constructs a new Neighbours.
             * @memberof flor.io
             * @classdesc Represents a Neighbours.
             * @constructor
             * @param {flor.io.Neighbours.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Neighbours = function (properties) {
                this.neighbours = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Neighbours generation.
             * @member {number} generation
             * @memberof flor.io.Neighbours
             * @instance
             */
            Neighbours.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Neighbours neighbours.
             * @member {Array.<flor.io.Neighbour.$Properties>} neighbours
             * @memberof flor.io.Neighbours
             * @instance
             */
            Neighbours.prototype.neighbours = $util.emptyArray;

            /**
             * Neighbours part.
             * @member {number} part
             * @memberof flor.io.Neighbours
             * @instance
             */
            Neighbours.prototype.part = 0;

            /**
             * Neighbours parts.
             * @member {number} parts
             * @memberof flor.io.Neighbours
             * @instance
             */
            Neighbours.prototype.parts = 0;

            /**
             * Encodes the specified Neighbours message. Does not implicitly {@link flor.io.Neighbours.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Neighbours
             * @static
             * @param {flor.io.Neighbours.$Properties} message Neighbours message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Neighbours.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.generation);
                if (message.neighbours != null && message.neighbours.length)
                    for (let i = 0; i < message.neighbours.length; ++i)
                        $root.flor.io.Neighbour.encode(message.neighbours[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.part);
                if (message.parts != null && $Object.hasOwnProperty.call(message, "parts") && message.parts !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.parts);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Neighbours message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Neighbours
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Neighbours & flor.io.Neighbours.$Shape} Neighbours
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Neighbours.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Neighbours();
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
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.neighbours && message.neighbours.length))
                                message.neighbours = [];
                            message.neighbours.push($root.flor.io.Neighbour.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.parts = value;
                            else
                                delete message.parts;
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

            return Neighbours;
        })();

        io.Neighbour = (function() {

            /**
             * Properties of a Neighbour.
             * @typedef {Object} flor.io.Neighbour.$Properties
             * @property {string|null} [key] Neighbour key
             * @property {string|null} [address] Neighbour address
             * @property {Uint8Array|null} [token] Neighbour token
             * @property {number|null} [port] Neighbour port
             * @property {string|null} [peer] Neighbour peer
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Neighbour.
             * @memberof flor.io
             * @interface INeighbour
             * @augments flor.io.Neighbour.$Properties
             * @deprecated Use flor.io.Neighbour.$Properties instead.
             */

            /**
             * Shape of a Neighbour.
             * @typedef {flor.io.Neighbour.$Properties} flor.io.Neighbour.$Shape
             */

            /**
             * Constructs a new Neighbour.
             * @memberof flor.io
             * @classdesc Represents a Neighbour.
             * @constructor
             * @param {flor.io.Neighbour.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Neighbour = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Neighbour key.
             * @member {string} key
             * @memberof flor.io.Neighbour
             * @instance
             */
            Neighbour.prototype.key = "";

            /**
             * Neighbour address.
             * @member {string} address
             * @memberof flor.io.Neighbour
             * @instance
             */
            Neighbour.prototype.address = "";

            /**
             * Neighbour token.
             * @member {Uint8Array} token
             * @memberof flor.io.Neighbour
             * @instance
             */
            Neighbour.prototype.token = $util.newBuffer([]);

            /**
             * Neighbour port.
             * @member {number} port
             * @memberof flor.io.Neighbour
             * @instance
             */
            Neighbour.prototype.port = 0;

            /**
             * Neighbour peer.
             * @member {string} peer
             * @memberof flor.io.Neighbour
             * @instance
             */
            Neighbour.prototype.peer = "";

            /**
             * Encodes the specified Neighbour message. Does not implicitly {@link flor.io.Neighbour.verify|verify} messages.
             * @function encode
             * @memberof flor.io.Neighbour
             * @static
             * @param {flor.io.Neighbour.$Properties} message Neighbour message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Neighbour.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.address);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.token);
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.port);
                if (message.peer != null && $Object.hasOwnProperty.call(message, "peer") && message.peer !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.peer);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Neighbour message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.Neighbour
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.Neighbour & flor.io.Neighbour.$Shape} Neighbour
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Neighbour.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.Neighbour();
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
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.address = value;
                            else
                                delete message.address;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.token = value;
                            else
                                delete message.token;
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
                            if ((value = reader.stringVerify()).length)
                                message.peer = value;
                            else
                                delete message.peer;
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

            return Neighbour;
        })();

        io.TooBig = (function() {

            /**
             * Properties of a TooBig.
             * @typedef {Object} flor.io.TooBig.$Properties
             * @property {number|null} [port] TooBig port
             * @property {number|null} [mtu] TooBig mtu
             * @property {number|null} [octets] TooBig octets
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a TooBig.
             * @memberof flor.io
             * @interface ITooBig
             * @augments flor.io.TooBig.$Properties
             * @deprecated Use flor.io.TooBig.$Properties instead.
             */

            /**
             * Shape of a TooBig.
             * @typedef {flor.io.TooBig.$Properties} flor.io.TooBig.$Shape
             */

            /**
             * Constructs a new TooBig.
             * @memberof flor.io
             * @classdesc Represents a TooBig.
             * @constructor
             * @param {flor.io.TooBig.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const TooBig = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * TooBig port.
             * @member {number} port
             * @memberof flor.io.TooBig
             * @instance
             */
            TooBig.prototype.port = 0;

            /**
             * TooBig mtu.
             * @member {number} mtu
             * @memberof flor.io.TooBig
             * @instance
             */
            TooBig.prototype.mtu = 0;

            /**
             * TooBig octets.
             * @member {number} octets
             * @memberof flor.io.TooBig
             * @instance
             */
            TooBig.prototype.octets = 0;

            /**
             * Encodes the specified TooBig message. Does not implicitly {@link flor.io.TooBig.verify|verify} messages.
             * @function encode
             * @memberof flor.io.TooBig
             * @static
             * @param {flor.io.TooBig.$Properties} message TooBig message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            TooBig.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.port);
                if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.mtu);
                if (message.octets != null && $Object.hasOwnProperty.call(message, "octets") && message.octets !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.octets);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a TooBig message from the specified reader or buffer.
             * @function decode
             * @memberof flor.io.TooBig
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.io.TooBig & flor.io.TooBig.$Shape} TooBig
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            TooBig.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.io.TooBig();
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
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.mtu = value;
                            else
                                delete message.mtu;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.octets = value;
                            else
                                delete message.octets;
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

            return TooBig;
        })();

        return io;
    })();

    return flor;
})();

export {
  $root as default
};
