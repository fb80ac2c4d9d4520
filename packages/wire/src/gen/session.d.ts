import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace flor. */
export namespace flor {

    /** Namespace session. */
    namespace session {

        /**
         * Properties of an Open.
         * @deprecated Use flor.session.Open.$Properties instead.
         */
        interface IOpen extends flor.session.Open.$Properties {
        }

        /** Represents an Open. */
        class Open {

            /**
             * Constructs a new Open.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.session.Open.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Open version. */
            version: number;

            /** Open command. */
            command: number;

            /** Open domain. */
            domain?: (string|null);

            /** Open address. */
            address?: (Uint8Array|null);

            /** Open service. */
            service?: (string|null);

            /** Open port. */
            port: number;

            /** Open network. */
            network: string;

            /** Open label. */
            label: number;

            /** Open user. */
            user: string;

            /** Open hops. */
            hops: number;

            /** Open clientAddress. */
            clientAddress: Uint8Array;

            /** Open clientPort. */
            clientPort: number;

            /** Open host. */
            host?: ("domain"|"address"|"service");

            /**
             * Encodes the specified Open message. Does not implicitly {@link flor.session.Open.verify|verify} messages.
             * @param message Open message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.session.Open.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Open message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.session.Open & flor.session.Open.$Shape} Open
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.session.Open & flor.session.Open.$Shape;
        }

        namespace Open {

            /** Properties of an Open. */
            interface $Properties {

                /** Open version */
                version?: (number|null);

                /** Open command */
                command?: (number|null);

                /** Open domain */
                domain?: (string|null);

                /** Open address */
                address?: (Uint8Array|null);

                /** Open service */
                service?: (string|null);

                /** Open port */
                port?: (number|null);

                /** Open network */
                network?: (string|null);

                /** Open label */
                label?: (number|null);

                /** Open user */
                user?: (string|null);

                /** Open hops */
                hops?: (number|null);

                /** Open clientAddress */
                clientAddress?: (Uint8Array|null);

                /** Open clientPort */
                clientPort?: (number|null);

                /** Open host */
                host?: ("domain"|"address"|"service");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Open. */
            type $Shape = {
              version?: number|null;
              command?: number|null;
              domain?: string|null;
              address?: Uint8Array|null;
              service?: string|null;
              port?: number|null;
              network?: string|null;
              label?: number|null;
              user?: string|null;
              hops?: number|null;
              clientAddress?: Uint8Array|null;
              clientPort?: number|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ host?: undefined; domain?: null; address?: null; service?: null }|{ host?: "domain"; domain: string; address?: null; service?: null }|{ host?: "address"; domain?: null; address: Uint8Array; service?: null }|{ host?: "service"; domain?: null; address?: null; service: string })
            );
        }

        /**
         * Properties of an Opened.
         * @deprecated Use flor.session.Opened.$Properties instead.
         */
        interface IOpened extends flor.session.Opened.$Properties {
        }

        /** Represents an Opened. */
        class Opened {

            /**
             * Constructs a new Opened.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.session.Opened.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Opened cause. */
            cause: flor.session.Cause;

            /** Opened boundAddress. */
            boundAddress: Uint8Array;

            /** Opened boundPort. */
            boundPort: number;

            /** Opened text. */
            text: string;

            /** Opened label. */
            label: number;

            /**
             * Encodes the specified Opened message. Does not implicitly {@link flor.session.Opened.verify|verify} messages.
             * @param message Opened message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.session.Opened.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Opened message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.session.Opened & flor.session.Opened.$Shape} Opened
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.session.Opened & flor.session.Opened.$Shape;
        }

        namespace Opened {

            /** Properties of an Opened. */
            interface $Properties {

                /** Opened cause */
                cause?: (flor.session.Cause|null);

                /** Opened boundAddress */
                boundAddress?: (Uint8Array|null);

                /** Opened boundPort */
                boundPort?: (number|null);

                /** Opened text */
                text?: (string|null);

                /** Opened label */
                label?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Opened. */
            type $Shape = flor.session.Opened.$Properties;
        }

        /** Cause enum. */
        enum Cause {

            /** OK value */
            OK = 0,

            /** GENERAL_FAILURE value */
            GENERAL_FAILURE = 1,

            /** NOT_ALLOWED value */
            NOT_ALLOWED = 2,

            /** NETWORK_UNREACHABLE value */
            NETWORK_UNREACHABLE = 3,

            /** HOST_UNREACHABLE value */
            HOST_UNREACHABLE = 4,

            /** CONNECTION_REFUSED value */
            CONNECTION_REFUSED = 5,

            /** TIMED_OUT value */
            TIMED_OUT = 6,

            /** NAME_NOT_FOUND value */
            NAME_NOT_FOUND = 7,

            /** COMMAND_NOT_SUPPORTED value */
            COMMAND_NOT_SUPPORTED = 8,

            /** ADDRESS_TYPE_NOT_SUPPORTED value */
            ADDRESS_TYPE_NOT_SUPPORTED = 9,

            /** OVERLOADED value */
            OVERLOADED = 10
        }
    }
}
