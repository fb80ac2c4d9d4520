/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["control"] || ($protobuf.roots["control"] = {});

export const flor = $root.flor = (() => {

    /**
     * Namespace flor.
     * @exports flor
     * @namespace
     */
    const flor = {};

    flor.control = (function() {

        /**
         * Namespace control.
         * @memberof flor
         * @namespace
         */
        const control = {};

        control.ControlMessage = (function() {

            /**
             * Properties of a ControlMessage.
             * @typedef {Object} flor.control.ControlMessage.$Properties
             * @property {flor.control.Introduction.$Properties|null} [introduction] ControlMessage introduction
             * @property {flor.control.AdvertisementSet.$Properties|null} [advertisements] ControlMessage advertisements
             * @property {flor.control.PathTooBig.$Properties|null} [pathTooBig] ControlMessage pathTooBig
             * @property {flor.control.AdjacencyDown.$Properties|null} [adjacencyDown] ControlMessage adjacencyDown
             * @property {flor.control.DatabaseSummary.$Properties|null} [summary] ControlMessage summary
             * @property {flor.control.DatabaseRequest.$Properties|null} [request] ControlMessage request
             * @property {flor.control.MembershipRecords.$Properties|null} [membership] ControlMessage membership
             * @property {flor.control.MembershipSummary.$Properties|null} [membershipSummary] ControlMessage membershipSummary
             * @property {flor.control.JoinRequest.$Properties|null} [joinRequest] ControlMessage joinRequest
             * @property {flor.control.JoinAnswer.$Properties|null} [joinAnswer] ControlMessage joinAnswer
             * @property {"introduction"|"advertisements"|"pathTooBig"|"adjacencyDown"|"summary"|"request"|"membership"|"membershipSummary"|"joinRequest"|"joinAnswer"} [message] ControlMessage message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ControlMessage.
             * @memberof flor.control
             * @interface IControlMessage
             * @augments flor.control.ControlMessage.$Properties
             * @deprecated Use flor.control.ControlMessage.$Properties instead.
             */

            /**
             * Narrowed shape of a ControlMessage.
             * @typedef {{
             *   introduction?: flor.control.Introduction.$Shape|null;
             *   advertisements?: flor.control.AdvertisementSet.$Shape|null;
             *   pathTooBig?: flor.control.PathTooBig.$Shape|null;
             *   adjacencyDown?: flor.control.AdjacencyDown.$Shape|null;
             *   summary?: flor.control.DatabaseSummary.$Shape|null;
             *   request?: flor.control.DatabaseRequest.$Shape|null;
             *   membership?: flor.control.MembershipRecords.$Shape|null;
             *   membershipSummary?: flor.control.MembershipSummary.$Shape|null;
             *   joinRequest?: flor.control.JoinRequest.$Shape|null;
             *   joinAnswer?: flor.control.JoinAnswer.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "introduction"; introduction: flor.control.Introduction.$Shape; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "advertisements"; introduction?: null; advertisements: flor.control.AdvertisementSet.$Shape; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "pathTooBig"; introduction?: null; advertisements?: null; pathTooBig: flor.control.PathTooBig.$Shape; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "adjacencyDown"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown: flor.control.AdjacencyDown.$Shape; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "summary"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary: flor.control.DatabaseSummary.$Shape; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "request"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request: flor.control.DatabaseRequest.$Shape; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "membership"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership: flor.control.MembershipRecords.$Shape; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "membershipSummary"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary: flor.control.MembershipSummary.$Shape; joinRequest?: null; joinAnswer?: null }|{ message?: "joinRequest"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest: flor.control.JoinRequest.$Shape; joinAnswer?: null }|{ message?: "joinAnswer"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer: flor.control.JoinAnswer.$Shape })
             * )} flor.control.ControlMessage.$Shape
             */

            /**
             * Constructs a new ControlMessage.
             * @memberof flor.control
             * @classdesc Represents a ControlMessage.
             * @constructor
             * @param {flor.control.ControlMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ControlMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ControlMessage introduction.
             * @member {flor.control.Introduction.$Properties|null|undefined} introduction
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.introduction = null;

            /**
             * ControlMessage advertisements.
             * @member {flor.control.AdvertisementSet.$Properties|null|undefined} advertisements
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.advertisements = null;

            /**
             * ControlMessage pathTooBig.
             * @member {flor.control.PathTooBig.$Properties|null|undefined} pathTooBig
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.pathTooBig = null;

            /**
             * ControlMessage adjacencyDown.
             * @member {flor.control.AdjacencyDown.$Properties|null|undefined} adjacencyDown
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.adjacencyDown = null;

            /**
             * ControlMessage summary.
             * @member {flor.control.DatabaseSummary.$Properties|null|undefined} summary
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.summary = null;

            /**
             * ControlMessage request.
             * @member {flor.control.DatabaseRequest.$Properties|null|undefined} request
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.request = null;

            /**
             * ControlMessage membership.
             * @member {flor.control.MembershipRecords.$Properties|null|undefined} membership
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.membership = null;

            /**
             * ControlMessage membershipSummary.
             * @member {flor.control.MembershipSummary.$Properties|null|undefined} membershipSummary
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.membershipSummary = null;

            /**
             * ControlMessage joinRequest.
             * @member {flor.control.JoinRequest.$Properties|null|undefined} joinRequest
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.joinRequest = null;

            /**
             * ControlMessage joinAnswer.
             * @member {flor.control.JoinAnswer.$Properties|null|undefined} joinAnswer
             * @memberof flor.control.ControlMessage
             * @instance
             */
            ControlMessage.prototype.joinAnswer = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * ControlMessage message.
             * @member {"introduction"|"advertisements"|"pathTooBig"|"adjacencyDown"|"summary"|"request"|"membership"|"membershipSummary"|"joinRequest"|"joinAnswer"|undefined} message
             * @memberof flor.control.ControlMessage
             * @instance
             */
            $Object.defineProperty(ControlMessage.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["introduction", "advertisements", "pathTooBig", "adjacencyDown", "summary", "request", "membership", "membershipSummary", "joinRequest", "joinAnswer"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ControlMessage message. Does not implicitly {@link flor.control.ControlMessage.verify|verify} messages.
             * @function encode
             * @memberof flor.control.ControlMessage
             * @static
             * @param {flor.control.ControlMessage.$Properties} message ControlMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ControlMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.introduction != null && $Object.hasOwnProperty.call(message, "introduction"))
                    $root.flor.control.Introduction.encode(message.introduction, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.advertisements != null && $Object.hasOwnProperty.call(message, "advertisements"))
                    $root.flor.control.AdvertisementSet.encode(message.advertisements, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.pathTooBig != null && $Object.hasOwnProperty.call(message, "pathTooBig"))
                    $root.flor.control.PathTooBig.encode(message.pathTooBig, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.adjacencyDown != null && $Object.hasOwnProperty.call(message, "adjacencyDown"))
                    $root.flor.control.AdjacencyDown.encode(message.adjacencyDown, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.summary != null && $Object.hasOwnProperty.call(message, "summary"))
                    $root.flor.control.DatabaseSummary.encode(message.summary, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    $root.flor.control.DatabaseRequest.encode(message.request, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.membership != null && $Object.hasOwnProperty.call(message, "membership"))
                    $root.flor.control.MembershipRecords.encode(message.membership, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.membershipSummary != null && $Object.hasOwnProperty.call(message, "membershipSummary"))
                    $root.flor.control.MembershipSummary.encode(message.membershipSummary, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.joinRequest != null && $Object.hasOwnProperty.call(message, "joinRequest"))
                    $root.flor.control.JoinRequest.encode(message.joinRequest, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.joinAnswer != null && $Object.hasOwnProperty.call(message, "joinAnswer"))
                    $root.flor.control.JoinAnswer.encode(message.joinAnswer, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ControlMessage message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.ControlMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.ControlMessage & flor.control.ControlMessage.$Shape} ControlMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ControlMessage.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.ControlMessage();
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
                            message.introduction = $root.flor.control.Introduction.decode(reader, reader.size(), $undefined, _depth + 1, message.introduction);
                            message.message = "introduction";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.advertisements = $root.flor.control.AdvertisementSet.decode(reader, reader.size(), $undefined, _depth + 1, message.advertisements);
                            message.message = "advertisements";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.pathTooBig = $root.flor.control.PathTooBig.decode(reader, reader.size(), $undefined, _depth + 1, message.pathTooBig);
                            message.message = "pathTooBig";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.adjacencyDown = $root.flor.control.AdjacencyDown.decode(reader, reader.size(), $undefined, _depth + 1, message.adjacencyDown);
                            message.message = "adjacencyDown";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.summary = $root.flor.control.DatabaseSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.summary);
                            message.message = "summary";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.request = $root.flor.control.DatabaseRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.request);
                            message.message = "request";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.membership = $root.flor.control.MembershipRecords.decode(reader, reader.size(), $undefined, _depth + 1, message.membership);
                            message.message = "membership";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.membershipSummary = $root.flor.control.MembershipSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.membershipSummary);
                            message.message = "membershipSummary";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.joinRequest = $root.flor.control.JoinRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.joinRequest);
                            message.message = "joinRequest";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.joinAnswer = $root.flor.control.JoinAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.joinAnswer);
                            message.message = "joinAnswer";
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

            return ControlMessage;
        })();

        control.Introduction = (function() {

            /**
             * Properties of an Introduction.
             * @typedef {Object} flor.control.Introduction.$Properties
             * @property {number|null} [version] Introduction version
             * @property {Uint8Array|null} [token] Introduction token
             * @property {number|null} [discriminator] Introduction discriminator
             * @property {number|null} [mtu] Introduction mtu
             * @property {number|null} [helloIntervalMs] Introduction helloIntervalMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Introduction.
             * @memberof flor.control
             * @interface IIntroduction
             * @augments flor.control.Introduction.$Properties
             * @deprecated Use flor.control.Introduction.$Properties instead.
             */

            /**
             * Shape of an Introduction.
             * @typedef {flor.control.Introduction.$Properties} flor.control.Introduction.$Shape
             */

            /**
             * Constructs a new Introduction.
             * @memberof flor.control
             * @classdesc Represents an Introduction.
             * @constructor
             * @param {flor.control.Introduction.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Introduction = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Introduction version.
             * @member {number} version
             * @memberof flor.control.Introduction
             * @instance
             */
            Introduction.prototype.version = 0;

            /**
             * Introduction token.
             * @member {Uint8Array} token
             * @memberof flor.control.Introduction
             * @instance
             */
            Introduction.prototype.token = $util.newBuffer([]);

            /**
             * Introduction discriminator.
             * @member {number} discriminator
             * @memberof flor.control.Introduction
             * @instance
             */
            Introduction.prototype.discriminator = 0;

            /**
             * Introduction mtu.
             * @member {number} mtu
             * @memberof flor.control.Introduction
             * @instance
             */
            Introduction.prototype.mtu = 0;

            /**
             * Introduction helloIntervalMs.
             * @member {number} helloIntervalMs
             * @memberof flor.control.Introduction
             * @instance
             */
            Introduction.prototype.helloIntervalMs = 0;

            /**
             * Encodes the specified Introduction message. Does not implicitly {@link flor.control.Introduction.verify|verify} messages.
             * @function encode
             * @memberof flor.control.Introduction
             * @static
             * @param {flor.control.Introduction.$Properties} message Introduction message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Introduction.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.token);
                if (message.discriminator != null && $Object.hasOwnProperty.call(message, "discriminator") && message.discriminator !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.discriminator);
                if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.mtu);
                if (message.helloIntervalMs != null && $Object.hasOwnProperty.call(message, "helloIntervalMs") && message.helloIntervalMs !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.helloIntervalMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Introduction message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.Introduction
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.Introduction & flor.control.Introduction.$Shape} Introduction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Introduction.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.Introduction();
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
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.discriminator = value;
                            else
                                delete message.discriminator;
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
                                message.helloIntervalMs = value;
                            else
                                delete message.helloIntervalMs;
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

            return Introduction;
        })();

        control.AdvertisementSet = (function() {

            /**
             * Properties of an AdvertisementSet.
             * @typedef {Object} flor.control.AdvertisementSet.$Properties
             * @property {Array.<flor.control.SignedAdvertisement.$Properties>|null} [advertisements] AdvertisementSet advertisements
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AdvertisementSet.
             * @memberof flor.control
             * @interface IAdvertisementSet
             * @augments flor.control.AdvertisementSet.$Properties
             * @deprecated Use flor.control.AdvertisementSet.$Properties instead.
             */

            /**
             * Shape of an AdvertisementSet.
             * @typedef {flor.control.AdvertisementSet.$Properties} flor.control.AdvertisementSet.$Shape
             */

            /**
             * Constructs a new AdvertisementSet.
             * @memberof flor.control
             * @classdesc Represents an AdvertisementSet.
             * @constructor
             * @param {flor.control.AdvertisementSet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AdvertisementSet = function (properties) {
                this.advertisements = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AdvertisementSet advertisements.
             * @member {Array.<flor.control.SignedAdvertisement.$Properties>} advertisements
             * @memberof flor.control.AdvertisementSet
             * @instance
             */
            AdvertisementSet.prototype.advertisements = $util.emptyArray;

            /**
             * Encodes the specified AdvertisementSet message. Does not implicitly {@link flor.control.AdvertisementSet.verify|verify} messages.
             * @function encode
             * @memberof flor.control.AdvertisementSet
             * @static
             * @param {flor.control.AdvertisementSet.$Properties} message AdvertisementSet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AdvertisementSet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.advertisements != null && message.advertisements.length)
                    for (let i = 0; i < message.advertisements.length; ++i)
                        $root.flor.control.SignedAdvertisement.encode(message.advertisements[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AdvertisementSet message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.AdvertisementSet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.AdvertisementSet & flor.control.AdvertisementSet.$Shape} AdvertisementSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AdvertisementSet.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.AdvertisementSet();
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
                            if (!(message.advertisements && message.advertisements.length))
                                message.advertisements = [];
                            message.advertisements.push($root.flor.control.SignedAdvertisement.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return AdvertisementSet;
        })();

        control.SignedAdvertisement = (function() {

            /**
             * Properties of a SignedAdvertisement.
             * @typedef {Object} flor.control.SignedAdvertisement.$Properties
             * @property {Uint8Array|null} [advertisement] SignedAdvertisement advertisement
             * @property {Uint8Array|null} [signature] SignedAdvertisement signature
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SignedAdvertisement.
             * @memberof flor.control
             * @interface ISignedAdvertisement
             * @augments flor.control.SignedAdvertisement.$Properties
             * @deprecated Use flor.control.SignedAdvertisement.$Properties instead.
             */

            /**
             * Shape of a SignedAdvertisement.
             * @typedef {flor.control.SignedAdvertisement.$Properties} flor.control.SignedAdvertisement.$Shape
             */

            /**
             * Constructs a new SignedAdvertisement.
             * @memberof flor.control
             * @classdesc Represents a SignedAdvertisement.
             * @constructor
             * @param {flor.control.SignedAdvertisement.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SignedAdvertisement = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SignedAdvertisement advertisement.
             * @member {Uint8Array} advertisement
             * @memberof flor.control.SignedAdvertisement
             * @instance
             */
            SignedAdvertisement.prototype.advertisement = $util.newBuffer([]);

            /**
             * SignedAdvertisement signature.
             * @member {Uint8Array} signature
             * @memberof flor.control.SignedAdvertisement
             * @instance
             */
            SignedAdvertisement.prototype.signature = $util.newBuffer([]);

            /**
             * Encodes the specified SignedAdvertisement message. Does not implicitly {@link flor.control.SignedAdvertisement.verify|verify} messages.
             * @function encode
             * @memberof flor.control.SignedAdvertisement
             * @static
             * @param {flor.control.SignedAdvertisement.$Properties} message SignedAdvertisement message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SignedAdvertisement.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.advertisement != null && $Object.hasOwnProperty.call(message, "advertisement") && message.advertisement.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.advertisement);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.signature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SignedAdvertisement message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.SignedAdvertisement
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.SignedAdvertisement & flor.control.SignedAdvertisement.$Shape} SignedAdvertisement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SignedAdvertisement.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.SignedAdvertisement();
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
                                message.advertisement = value;
                            else
                                delete message.advertisement;
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

            return SignedAdvertisement;
        })();

        control.Advertisement = (function() {

            /**
             * Properties of an Advertisement.
             * @typedef {Object} flor.control.Advertisement.$Properties
             * @property {Uint8Array|null} [origin] Advertisement origin
             * @property {Uint8Array|null} [instance] Advertisement instance
             * @property {number|null} [sequence] Advertisement sequence
             * @property {number|null} [deliveryLabel] Advertisement deliveryLabel
             * @property {Array.<flor.control.AdvertisedAdjacency.$Properties>|null} [adjacencies] Advertisement adjacencies
             * @property {number|null} [issued] Advertisement issued
             * @property {number|null} [lifetime] Advertisement lifetime
             * @property {boolean|null} [leaf] Advertisement leaf
             * @property {boolean|null} [echo] Advertisement echo
             * @property {Array.<Uint8Array>|null} [services] Advertisement services
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Advertisement.
             * @memberof flor.control
             * @interface IAdvertisement
             * @augments flor.control.Advertisement.$Properties
             * @deprecated Use flor.control.Advertisement.$Properties instead.
             */

            /**
             * Shape of an Advertisement.
             * @typedef {flor.control.Advertisement.$Properties} flor.control.Advertisement.$Shape
             */

            /**
             * Constructs a new Advertisement.
             * @memberof flor.control
             * @classdesc Represents an Advertisement.
             * @constructor
             * @param {flor.control.Advertisement.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Advertisement = function (properties) {
                this.adjacencies = [];
                this.services = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Advertisement origin.
             * @member {Uint8Array} origin
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.origin = $util.newBuffer([]);

            /**
             * Advertisement instance.
             * @member {Uint8Array} instance
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.instance = $util.newBuffer([]);

            /**
             * Advertisement sequence.
             * @member {number} sequence
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Advertisement deliveryLabel.
             * @member {number} deliveryLabel
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.deliveryLabel = 0;

            /**
             * Advertisement adjacencies.
             * @member {Array.<flor.control.AdvertisedAdjacency.$Properties>} adjacencies
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.adjacencies = $util.emptyArray;

            /**
             * Advertisement issued.
             * @member {number} issued
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.issued = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Advertisement lifetime.
             * @member {number} lifetime
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.lifetime = 0;

            /**
             * Advertisement leaf.
             * @member {boolean} leaf
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.leaf = false;

            /**
             * Advertisement echo.
             * @member {boolean} echo
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.echo = false;

            /**
             * Advertisement services.
             * @member {Array.<Uint8Array>} services
             * @memberof flor.control.Advertisement
             * @instance
             */
            Advertisement.prototype.services = $util.emptyArray;

            /**
             * Encodes the specified Advertisement message. Does not implicitly {@link flor.control.Advertisement.verify|verify} messages.
             * @function encode
             * @memberof flor.control.Advertisement
             * @static
             * @param {flor.control.Advertisement.$Properties} message Advertisement message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Advertisement.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.origin);
                if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.instance);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.sequence);
                if (message.deliveryLabel != null && $Object.hasOwnProperty.call(message, "deliveryLabel") && message.deliveryLabel !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.deliveryLabel);
                if (message.adjacencies != null && message.adjacencies.length)
                    for (let i = 0; i < message.adjacencies.length; ++i)
                        $root.flor.control.AdvertisedAdjacency.encode(message.adjacencies[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.issued != null && $Object.hasOwnProperty.call(message, "issued") && (typeof message.issued === "object" ? message.issued.low || message.issued.high : message.issued !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.issued);
                if (message.lifetime != null && $Object.hasOwnProperty.call(message, "lifetime") && message.lifetime !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.lifetime);
                if (message.leaf != null && $Object.hasOwnProperty.call(message, "leaf") && message.leaf !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.leaf);
                if (message.echo != null && $Object.hasOwnProperty.call(message, "echo") && message.echo !== false)
                    writer.uint32(/* id 9, wireType 0 =*/72).bool(message.echo);
                if (message.services != null && message.services.length)
                    for (let i = 0; i < message.services.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).bytes(message.services[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Advertisement message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.Advertisement
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.Advertisement & flor.control.Advertisement.$Shape} Advertisement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Advertisement.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.Advertisement();
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
                                message.origin = value;
                            else
                                delete message.origin;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.instance = value;
                            else
                                delete message.instance;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.deliveryLabel = value;
                            else
                                delete message.deliveryLabel;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.adjacencies && message.adjacencies.length))
                                message.adjacencies = [];
                            message.adjacencies.push($root.flor.control.AdvertisedAdjacency.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.issued = value;
                            else
                                delete message.issued;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.lifetime = value;
                            else
                                delete message.lifetime;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.leaf = value;
                            else
                                delete message.leaf;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.echo = value;
                            else
                                delete message.echo;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.services && message.services.length))
                                message.services = [];
                            message.services.push(reader.bytes());
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

            return Advertisement;
        })();

        control.AdvertisedAdjacency = (function() {

            /**
             * Properties of an AdvertisedAdjacency.
             * @typedef {Object} flor.control.AdvertisedAdjacency.$Properties
             * @property {Uint8Array|null} [neighbour] AdvertisedAdjacency neighbour
             * @property {number|null} [label] AdvertisedAdjacency label
             * @property {number|null} [mtu] AdvertisedAdjacency mtu
             * @property {number|null} [cost] AdvertisedAdjacency cost
             * @property {boolean|null} [up] AdvertisedAdjacency up
             * @property {number|null} [segmentMtu] AdvertisedAdjacency segmentMtu
             * @property {number|null} [rttUs] AdvertisedAdjacency rttUs
             * @property {number|null} [lossPpm] AdvertisedAdjacency lossPpm
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AdvertisedAdjacency.
             * @memberof flor.control
             * @interface IAdvertisedAdjacency
             * @augments flor.control.AdvertisedAdjacency.$Properties
             * @deprecated Use flor.control.AdvertisedAdjacency.$Properties instead.
             */

            /**
             * Shape of an AdvertisedAdjacency.
             * @typedef {flor.control.AdvertisedAdjacency.$Properties} flor.control.AdvertisedAdjacency.$Shape
             */

            /**
             * Constructs a new AdvertisedAdjacency.
             * @memberof flor.control
             * @classdesc Represents an AdvertisedAdjacency.
             * @constructor
             * @param {flor.control.AdvertisedAdjacency.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AdvertisedAdjacency = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AdvertisedAdjacency neighbour.
             * @member {Uint8Array} neighbour
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.neighbour = $util.newBuffer([]);

            /**
             * AdvertisedAdjacency label.
             * @member {number} label
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.label = 0;

            /**
             * AdvertisedAdjacency mtu.
             * @member {number} mtu
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.mtu = 0;

            /**
             * AdvertisedAdjacency cost.
             * @member {number} cost
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.cost = 0;

            /**
             * AdvertisedAdjacency up.
             * @member {boolean} up
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.up = false;

            /**
             * AdvertisedAdjacency segmentMtu.
             * @member {number} segmentMtu
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.segmentMtu = 0;

            /**
             * AdvertisedAdjacency rttUs.
             * @member {number} rttUs
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.rttUs = 0;

            /**
             * AdvertisedAdjacency lossPpm.
             * @member {number} lossPpm
             * @memberof flor.control.AdvertisedAdjacency
             * @instance
             */
            AdvertisedAdjacency.prototype.lossPpm = 0;

            /**
             * Encodes the specified AdvertisedAdjacency message. Does not implicitly {@link flor.control.AdvertisedAdjacency.verify|verify} messages.
             * @function encode
             * @memberof flor.control.AdvertisedAdjacency
             * @static
             * @param {flor.control.AdvertisedAdjacency.$Properties} message AdvertisedAdjacency message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AdvertisedAdjacency.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.neighbour != null && $Object.hasOwnProperty.call(message, "neighbour") && message.neighbour.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.neighbour);
                if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.label);
                if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.mtu);
                if (message.cost != null && $Object.hasOwnProperty.call(message, "cost") && message.cost !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.cost);
                if (message.up != null && $Object.hasOwnProperty.call(message, "up") && message.up !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.up);
                if (message.segmentMtu != null && $Object.hasOwnProperty.call(message, "segmentMtu") && message.segmentMtu !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.segmentMtu);
                if (message.rttUs != null && $Object.hasOwnProperty.call(message, "rttUs") && message.rttUs !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.rttUs);
                if (message.lossPpm != null && $Object.hasOwnProperty.call(message, "lossPpm") && message.lossPpm !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.lossPpm);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AdvertisedAdjacency message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.AdvertisedAdjacency
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.AdvertisedAdjacency & flor.control.AdvertisedAdjacency.$Shape} AdvertisedAdjacency
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AdvertisedAdjacency.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.AdvertisedAdjacency();
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
                                message.neighbour = value;
                            else
                                delete message.neighbour;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.label = value;
                            else
                                delete message.label;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.mtu = value;
                            else
                                delete message.mtu;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.cost = value;
                            else
                                delete message.cost;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.up = value;
                            else
                                delete message.up;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.segmentMtu = value;
                            else
                                delete message.segmentMtu;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.rttUs = value;
                            else
                                delete message.rttUs;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.lossPpm = value;
                            else
                                delete message.lossPpm;
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

            return AdvertisedAdjacency;
        })();

        control.DatabaseSummary = (function() {

            /**
             * Properties of a DatabaseSummary.
             * @typedef {Object} flor.control.DatabaseSummary.$Properties
             * @property {Uint8Array|null} [from] DatabaseSummary from
             * @property {Uint8Array|null} [to] DatabaseSummary to
             * @property {Uint8Array|null} [origins] DatabaseSummary origins
             * @property {boolean|null} [partial] DatabaseSummary partial
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DatabaseSummary.
             * @memberof flor.control
             * @interface IDatabaseSummary
             * @augments flor.control.DatabaseSummary.$Properties
             * @deprecated Use flor.control.DatabaseSummary.$Properties instead.
             */

            /**
             * Shape of a DatabaseSummary.
             * @typedef {flor.control.DatabaseSummary.$Properties} flor.control.DatabaseSummary.$Shape
             */

            /**
             * Constructs a new DatabaseSummary.
             * @memberof flor.control
             * @classdesc Represents a DatabaseSummary.
             * @constructor
             * @param {flor.control.DatabaseSummary.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DatabaseSummary = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DatabaseSummary from.
             * @member {Uint8Array} from
             * @memberof flor.control.DatabaseSummary
             * @instance
             */
            DatabaseSummary.prototype.from = $util.newBuffer([]);

            /**
             * DatabaseSummary to.
             * @member {Uint8Array} to
             * @memberof flor.control.DatabaseSummary
             * @instance
             */
            DatabaseSummary.prototype.to = $util.newBuffer([]);

            /**
             * DatabaseSummary origins.
             * @member {Uint8Array} origins
             * @memberof flor.control.DatabaseSummary
             * @instance
             */
            DatabaseSummary.prototype.origins = $util.newBuffer([]);

            /**
             * DatabaseSummary partial.
             * @member {boolean} partial
             * @memberof flor.control.DatabaseSummary
             * @instance
             */
            DatabaseSummary.prototype.partial = false;

            /**
             * Encodes the specified DatabaseSummary message. Does not implicitly {@link flor.control.DatabaseSummary.verify|verify} messages.
             * @function encode
             * @memberof flor.control.DatabaseSummary
             * @static
             * @param {flor.control.DatabaseSummary.$Properties} message DatabaseSummary message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DatabaseSummary.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.from);
                if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.to);
                if (message.origins != null && $Object.hasOwnProperty.call(message, "origins") && message.origins.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.origins);
                if (message.partial != null && $Object.hasOwnProperty.call(message, "partial") && message.partial !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.partial);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DatabaseSummary message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.DatabaseSummary
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.DatabaseSummary & flor.control.DatabaseSummary.$Shape} DatabaseSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DatabaseSummary.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.DatabaseSummary();
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
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.to = value;
                            else
                                delete message.to;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.origins = value;
                            else
                                delete message.origins;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.partial = value;
                            else
                                delete message.partial;
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

            return DatabaseSummary;
        })();

        control.DatabaseRequest = (function() {

            /**
             * Properties of a DatabaseRequest.
             * @typedef {Object} flor.control.DatabaseRequest.$Properties
             * @property {Uint8Array|null} [names] DatabaseRequest names
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DatabaseRequest.
             * @memberof flor.control
             * @interface IDatabaseRequest
             * @augments flor.control.DatabaseRequest.$Properties
             * @deprecated Use flor.control.DatabaseRequest.$Properties instead.
             */

            /**
             * Shape of a DatabaseRequest.
             * @typedef {flor.control.DatabaseRequest.$Properties} flor.control.DatabaseRequest.$Shape
             */

            /**
             * Constructs a new DatabaseRequest.
             * @memberof flor.control
             * @classdesc Represents a DatabaseRequest.
             * @constructor
             * @param {flor.control.DatabaseRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DatabaseRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DatabaseRequest names.
             * @member {Uint8Array} names
             * @memberof flor.control.DatabaseRequest
             * @instance
             */
            DatabaseRequest.prototype.names = $util.newBuffer([]);

            /**
             * Encodes the specified DatabaseRequest message. Does not implicitly {@link flor.control.DatabaseRequest.verify|verify} messages.
             * @function encode
             * @memberof flor.control.DatabaseRequest
             * @static
             * @param {flor.control.DatabaseRequest.$Properties} message DatabaseRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DatabaseRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.names != null && $Object.hasOwnProperty.call(message, "names") && message.names.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.names);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DatabaseRequest message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.DatabaseRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.DatabaseRequest & flor.control.DatabaseRequest.$Shape} DatabaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DatabaseRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.DatabaseRequest();
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
                                message.names = value;
                            else
                                delete message.names;
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

            return DatabaseRequest;
        })();

        control.PathTooBig = (function() {

            /**
             * Properties of a PathTooBig.
             * @typedef {Object} flor.control.PathTooBig.$Properties
             * @property {number|null} [label] PathTooBig label
             * @property {number|null} [mtu] PathTooBig mtu
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PathTooBig.
             * @memberof flor.control
             * @interface IPathTooBig
             * @augments flor.control.PathTooBig.$Properties
             * @deprecated Use flor.control.PathTooBig.$Properties instead.
             */

            /**
             * Shape of a PathTooBig.
             * @typedef {flor.control.PathTooBig.$Properties} flor.control.PathTooBig.$Shape
             */

            /**
             * Constructs a new PathTooBig.
             * @memberof flor.control
             * @classdesc Represents a PathTooBig.
             * @constructor
             * @param {flor.control.PathTooBig.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PathTooBig = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PathTooBig label.
             * @member {number} label
             * @memberof flor.control.PathTooBig
             * @instance
             */
            PathTooBig.prototype.label = 0;

            /**
             * PathTooBig mtu.
             * @member {number} mtu
             * @memberof flor.control.PathTooBig
             * @instance
             */
            PathTooBig.prototype.mtu = 0;

            /**
             * Encodes the specified PathTooBig message. Does not implicitly {@link flor.control.PathTooBig.verify|verify} messages.
             * @function encode
             * @memberof flor.control.PathTooBig
             * @static
             * @param {flor.control.PathTooBig.$Properties} message PathTooBig message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PathTooBig.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.label);
                if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.mtu);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PathTooBig message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.PathTooBig
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.PathTooBig & flor.control.PathTooBig.$Shape} PathTooBig
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PathTooBig.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.PathTooBig();
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
                                message.label = value;
                            else
                                delete message.label;
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

            return PathTooBig;
        })();

        control.AdjacencyDown = (function() {

            /**
             * Properties of an AdjacencyDown.
             * @typedef {Object} flor.control.AdjacencyDown.$Properties
             * @property {number|null} [discriminator] AdjacencyDown discriminator
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AdjacencyDown.
             * @memberof flor.control
             * @interface IAdjacencyDown
             * @augments flor.control.AdjacencyDown.$Properties
             * @deprecated Use flor.control.AdjacencyDown.$Properties instead.
             */

            /**
             * Shape of an AdjacencyDown.
             * @typedef {flor.control.AdjacencyDown.$Properties} flor.control.AdjacencyDown.$Shape
             */

            /**
             * Constructs a new AdjacencyDown.
             * @memberof flor.control
             * @classdesc Represents an AdjacencyDown.
             * @constructor
             * @param {flor.control.AdjacencyDown.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AdjacencyDown = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AdjacencyDown discriminator.
             * @member {number} discriminator
             * @memberof flor.control.AdjacencyDown
             * @instance
             */
            AdjacencyDown.prototype.discriminator = 0;

            /**
             * Encodes the specified AdjacencyDown message. Does not implicitly {@link flor.control.AdjacencyDown.verify|verify} messages.
             * @function encode
             * @memberof flor.control.AdjacencyDown
             * @static
             * @param {flor.control.AdjacencyDown.$Properties} message AdjacencyDown message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AdjacencyDown.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.discriminator != null && $Object.hasOwnProperty.call(message, "discriminator") && message.discriminator !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.discriminator);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AdjacencyDown message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.AdjacencyDown
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.AdjacencyDown & flor.control.AdjacencyDown.$Shape} AdjacencyDown
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AdjacencyDown.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.AdjacencyDown();
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
                                message.discriminator = value;
                            else
                                delete message.discriminator;
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

            return AdjacencyDown;
        })();

        control.MembershipRecords = (function() {

            /**
             * Properties of a MembershipRecords.
             * @typedef {Object} flor.control.MembershipRecords.$Properties
             * @property {Uint8Array|null} [network] MembershipRecords network
             * @property {Uint8Array|null} [records] MembershipRecords records
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MembershipRecords.
             * @memberof flor.control
             * @interface IMembershipRecords
             * @augments flor.control.MembershipRecords.$Properties
             * @deprecated Use flor.control.MembershipRecords.$Properties instead.
             */

            /**
             * Shape of a MembershipRecords.
             * @typedef {flor.control.MembershipRecords.$Properties} flor.control.MembershipRecords.$Shape
             */

            /**
             * Constructs a new MembershipRecords.
             * @memberof flor.control
             * @classdesc Represents a MembershipRecords.
             * @constructor
             * @param {flor.control.MembershipRecords.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MembershipRecords = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MembershipRecords network.
             * @member {Uint8Array} network
             * @memberof flor.control.MembershipRecords
             * @instance
             */
            MembershipRecords.prototype.network = $util.newBuffer([]);

            /**
             * MembershipRecords records.
             * @member {Uint8Array} records
             * @memberof flor.control.MembershipRecords
             * @instance
             */
            MembershipRecords.prototype.records = $util.newBuffer([]);

            /**
             * Encodes the specified MembershipRecords message. Does not implicitly {@link flor.control.MembershipRecords.verify|verify} messages.
             * @function encode
             * @memberof flor.control.MembershipRecords
             * @static
             * @param {flor.control.MembershipRecords.$Properties} message MembershipRecords message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MembershipRecords.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.network);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && message.records.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.records);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MembershipRecords message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.MembershipRecords
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.MembershipRecords & flor.control.MembershipRecords.$Shape} MembershipRecords
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MembershipRecords.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.MembershipRecords();
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
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.records = value;
                            else
                                delete message.records;
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

            return MembershipRecords;
        })();

        control.MembershipSummary = (function() {

            /**
             * Properties of a MembershipSummary.
             * @typedef {Object} flor.control.MembershipSummary.$Properties
             * @property {Uint8Array|null} [network] MembershipSummary network
             * @property {Uint8Array|null} [from] MembershipSummary from
             * @property {Uint8Array|null} [to] MembershipSummary to
             * @property {Uint8Array|null} [ids] MembershipSummary ids
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MembershipSummary.
             * @memberof flor.control
             * @interface IMembershipSummary
             * @augments flor.control.MembershipSummary.$Properties
             * @deprecated Use flor.control.MembershipSummary.$Properties instead.
             */

            /**
             * Shape of a MembershipSummary.
             * @typedef {flor.control.MembershipSummary.$Properties} flor.control.MembershipSummary.$Shape
             */

            /**
             * Constructs a new MembershipSummary.
             * @memberof flor.control
             * @classdesc Represents a MembershipSummary.
             * @constructor
             * @param {flor.control.MembershipSummary.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MembershipSummary = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MembershipSummary network.
             * @member {Uint8Array} network
             * @memberof flor.control.MembershipSummary
             * @instance
             */
            MembershipSummary.prototype.network = $util.newBuffer([]);

            /**
             * MembershipSummary from.
             * @member {Uint8Array} from
             * @memberof flor.control.MembershipSummary
             * @instance
             */
            MembershipSummary.prototype.from = $util.newBuffer([]);

            /**
             * MembershipSummary to.
             * @member {Uint8Array} to
             * @memberof flor.control.MembershipSummary
             * @instance
             */
            MembershipSummary.prototype.to = $util.newBuffer([]);

            /**
             * MembershipSummary ids.
             * @member {Uint8Array} ids
             * @memberof flor.control.MembershipSummary
             * @instance
             */
            MembershipSummary.prototype.ids = $util.newBuffer([]);

            /**
             * Encodes the specified MembershipSummary message. Does not implicitly {@link flor.control.MembershipSummary.verify|verify} messages.
             * @function encode
             * @memberof flor.control.MembershipSummary
             * @static
             * @param {flor.control.MembershipSummary.$Properties} message MembershipSummary message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MembershipSummary.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.network);
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.from);
                if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.to);
                if (message.ids != null && $Object.hasOwnProperty.call(message, "ids") && message.ids.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.ids);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MembershipSummary message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.MembershipSummary
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.MembershipSummary & flor.control.MembershipSummary.$Shape} MembershipSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MembershipSummary.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.MembershipSummary();
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
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.to = value;
                            else
                                delete message.to;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ids = value;
                            else
                                delete message.ids;
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

            return MembershipSummary;
        })();

        control.JoinRequest = (function() {

            /**
             * Properties of a JoinRequest.
             * @typedef {Object} flor.control.JoinRequest.$Properties
             * @property {Uint8Array|null} [network] JoinRequest network
             * @property {Uint8Array|null} [key] JoinRequest key
             * @property {Uint8Array|null} [signature] JoinRequest signature
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinRequest.
             * @memberof flor.control
             * @interface IJoinRequest
             * @augments flor.control.JoinRequest.$Properties
             * @deprecated Use flor.control.JoinRequest.$Properties instead.
             */

            /**
             * Shape of a JoinRequest.
             * @typedef {flor.control.JoinRequest.$Properties} flor.control.JoinRequest.$Shape
             */

            /**
             * Constructs a new JoinRequest.
             * @memberof flor.control
             * @classdesc Represents a JoinRequest.
             * @constructor
             * @param {flor.control.JoinRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinRequest network.
             * @member {Uint8Array} network
             * @memberof flor.control.JoinRequest
             * @instance
             */
            JoinRequest.prototype.network = $util.newBuffer([]);

            /**
             * JoinRequest key.
             * @member {Uint8Array} key
             * @memberof flor.control.JoinRequest
             * @instance
             */
            JoinRequest.prototype.key = $util.newBuffer([]);

            /**
             * JoinRequest signature.
             * @member {Uint8Array} signature
             * @memberof flor.control.JoinRequest
             * @instance
             */
            JoinRequest.prototype.signature = $util.newBuffer([]);

            /**
             * Encodes the specified JoinRequest message. Does not implicitly {@link flor.control.JoinRequest.verify|verify} messages.
             * @function encode
             * @memberof flor.control.JoinRequest
             * @static
             * @param {flor.control.JoinRequest.$Properties} message JoinRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.network != null && $Object.hasOwnProperty.call(message, "network") && message.network.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.network);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.key);
                if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.signature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinRequest message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.JoinRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.JoinRequest & flor.control.JoinRequest.$Shape} JoinRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.JoinRequest();
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
                                message.network = value;
                            else
                                delete message.network;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
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

            return JoinRequest;
        })();

        control.JoinAnswer = (function() {

            /**
             * Properties of a JoinAnswer.
             * @typedef {Object} flor.control.JoinAnswer.$Properties
             * @property {flor.control.JoinAnswer.Refusal|null} [refusal] JoinAnswer refusal
             * @property {string|null} [text] JoinAnswer text
             * @property {Uint8Array|null} [records] JoinAnswer records
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinAnswer.
             * @memberof flor.control
             * @interface IJoinAnswer
             * @augments flor.control.JoinAnswer.$Properties
             * @deprecated Use flor.control.JoinAnswer.$Properties instead.
             */

            /**
             * Shape of a JoinAnswer.
             * @typedef {flor.control.JoinAnswer.$Properties} flor.control.JoinAnswer.$Shape
             */

            /**
             * Constructs a new JoinAnswer.
             * @memberof flor.control
             * @classdesc Represents a JoinAnswer.
             * @constructor
             * @param {flor.control.JoinAnswer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinAnswer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinAnswer refusal.
             * @member {flor.control.JoinAnswer.Refusal} refusal
             * @memberof flor.control.JoinAnswer
             * @instance
             */
            JoinAnswer.prototype.refusal = 0;

            /**
             * JoinAnswer text.
             * @member {string} text
             * @memberof flor.control.JoinAnswer
             * @instance
             */
            JoinAnswer.prototype.text = "";

            /**
             * JoinAnswer records.
             * @member {Uint8Array} records
             * @memberof flor.control.JoinAnswer
             * @instance
             */
            JoinAnswer.prototype.records = $util.newBuffer([]);

            /**
             * Encodes the specified JoinAnswer message. Does not implicitly {@link flor.control.JoinAnswer.verify|verify} messages.
             * @function encode
             * @memberof flor.control.JoinAnswer
             * @static
             * @param {flor.control.JoinAnswer.$Properties} message JoinAnswer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinAnswer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal") && message.refusal !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.refusal);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.text);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && message.records.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.records);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinAnswer message from the specified reader or buffer.
             * @function decode
             * @memberof flor.control.JoinAnswer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {flor.control.JoinAnswer & flor.control.JoinAnswer.$Shape} JoinAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinAnswer.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.flor.control.JoinAnswer();
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
                                message.refusal = value;
                            else
                                delete message.refusal;
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
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.records = value;
                            else
                                delete message.records;
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
             * Refusal enum.
             * @name flor.control.JoinAnswer.Refusal
             * @enum {number}
             * @property {number} NONE=0 NONE value
             * @property {number} MALFORMED=1 MALFORMED value
             * @property {number} USED=2 USED value
             * @property {number} EXPIRED=3 EXPIRED value
             * @property {number} NAME_TAKEN=4 NAME_TAKEN value
             * @property {number} NOT_AN_ISSUER=5 NOT_AN_ISSUER value
             * @property {number} CLOCK=6 CLOCK value
             * @property {number} FAILED=7 FAILED value
             */
            JoinAnswer.Refusal = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "NONE"] = 0;
                values[valuesById[1] = "MALFORMED"] = 1;
                values[valuesById[2] = "USED"] = 2;
                values[valuesById[3] = "EXPIRED"] = 3;
                values[valuesById[4] = "NAME_TAKEN"] = 4;
                values[valuesById[5] = "NOT_AN_ISSUER"] = 5;
                values[valuesById[6] = "CLOCK"] = 6;
                values[valuesById[7] = "FAILED"] = 7;
                return values;
            })();

            return JoinAnswer;
        })();

        return control;
    })();

    return flor;
})();

export {
  $root as default
};
