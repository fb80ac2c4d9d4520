import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace flor. */
export namespace flor {

    /** Namespace service. */
    namespace service {

        /**
         * Properties of a ServiceRecord.
         * @deprecated Use flor.service.ServiceRecord.$Properties instead.
         */
        interface IServiceRecord extends flor.service.ServiceRecord.$Properties {
        }

        /** Represents a ServiceRecord. */
        class ServiceRecord {

            /**
             * Constructs a new ServiceRecord.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.service.ServiceRecord.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServiceRecord service. */
            service: string;

            /** ServiceRecord network. */
            network: string;

            /** ServiceRecord protocol. */
            protocol: flor.service.Protocol;

            /** ServiceRecord port. */
            port: number;

            /** ServiceRecord publisher. */
            publisher: Uint8Array;

            /** ServiceRecord serial. */
            serial: number;

            /** ServiceRecord weight. */
            weight: number;

            /** ServiceRecord state. */
            state: flor.service.State;

            /** ServiceRecord zone. */
            zone: string;

            /** ServiceRecord priority. */
            priority: number;

            /** ServiceRecord tags. */
            tags: string[];

            /** ServiceRecord tableSize. */
            tableSize: number;

            /** ServiceRecord affinity. */
            affinity: flor.service.Affinity;

            /** ServiceRecord boundedLoad. */
            boundedLoad: number;

            /** ServiceRecord wantsUser. */
            wantsUser: boolean;

            /** ServiceRecord wantsClient. */
            wantsClient: boolean;

            /**
             * Encodes the specified ServiceRecord message. Does not implicitly {@link flor.service.ServiceRecord.verify|verify} messages.
             * @param message ServiceRecord message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.service.ServiceRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServiceRecord message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.service.ServiceRecord & flor.service.ServiceRecord.$Shape} ServiceRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.service.ServiceRecord & flor.service.ServiceRecord.$Shape;
        }

        namespace ServiceRecord {

            /** Properties of a ServiceRecord. */
            interface $Properties {

                /** ServiceRecord service */
                service?: (string|null);

                /** ServiceRecord network */
                network?: (string|null);

                /** ServiceRecord protocol */
                protocol?: (flor.service.Protocol|null);

                /** ServiceRecord port */
                port?: (number|null);

                /** ServiceRecord publisher */
                publisher?: (Uint8Array|null);

                /** ServiceRecord serial */
                serial?: (number|null);

                /** ServiceRecord weight */
                weight?: (number|null);

                /** ServiceRecord state */
                state?: (flor.service.State|null);

                /** ServiceRecord zone */
                zone?: (string|null);

                /** ServiceRecord priority */
                priority?: (number|null);

                /** ServiceRecord tags */
                tags?: (string[]|null);

                /** ServiceRecord tableSize */
                tableSize?: (number|null);

                /** ServiceRecord affinity */
                affinity?: (flor.service.Affinity|null);

                /** ServiceRecord boundedLoad */
                boundedLoad?: (number|null);

                /** ServiceRecord wantsUser */
                wantsUser?: (boolean|null);

                /** ServiceRecord wantsClient */
                wantsClient?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ServiceRecord. */
            type $Shape = flor.service.ServiceRecord.$Properties;
        }

        /** Affinity enum. */
        enum Affinity {

            /** FLOW value */
            FLOW = 0,

            /** CLIENT value */
            CLIENT = 1,

            /** NODE value */
            NODE = 2,

            /** NONE value */
            NONE = 3
        }

        /** Protocol enum. */
        enum Protocol {

            /** TCP value */
            TCP = 0,

            /** UDP value */
            UDP = 1
        }

        /** State enum. */
        enum State {

            /** DOWN value */
            DOWN = 0,

            /** UP value */
            UP = 1,

            /** DRAINING value */
            DRAINING = 2
        }

        /**
         * Properties of a SignedServiceRecord.
         * @deprecated Use flor.service.SignedServiceRecord.$Properties instead.
         */
        interface ISignedServiceRecord extends flor.service.SignedServiceRecord.$Properties {
        }

        /** Represents a SignedServiceRecord. */
        class SignedServiceRecord {

            /**
             * Constructs a new SignedServiceRecord.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.service.SignedServiceRecord.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SignedServiceRecord record. */
            record: Uint8Array;

            /** SignedServiceRecord signature. */
            signature: Uint8Array;

            /**
             * Encodes the specified SignedServiceRecord message. Does not implicitly {@link flor.service.SignedServiceRecord.verify|verify} messages.
             * @param message SignedServiceRecord message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.service.SignedServiceRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SignedServiceRecord message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.service.SignedServiceRecord & flor.service.SignedServiceRecord.$Shape} SignedServiceRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.service.SignedServiceRecord & flor.service.SignedServiceRecord.$Shape;
        }

        namespace SignedServiceRecord {

            /** Properties of a SignedServiceRecord. */
            interface $Properties {

                /** SignedServiceRecord record */
                record?: (Uint8Array|null);

                /** SignedServiceRecord signature */
                signature?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SignedServiceRecord. */
            type $Shape = flor.service.SignedServiceRecord.$Properties;
        }
    }
}
