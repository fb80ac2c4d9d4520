import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace flor. */
export namespace flor {

    /** Namespace io. */
    namespace io {

        /**
         * Properties of an Envelope.
         * @deprecated Use flor.io.Envelope.$Properties instead.
         */
        interface IEnvelope extends flor.io.Envelope.$Properties {
        }

        /** Represents an Envelope. */
        class Envelope {

            /**
             * Constructs a new Envelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Envelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Envelope seq. */
            seq: number;

            /** Envelope ack. */
            ack: number;

            /** Envelope hello. */
            hello?: (flor.io.Hello.$Properties|null);

            /** Envelope welcome. */
            welcome?: (flor.io.Welcome.$Properties|null);

            /** Envelope ready. */
            ready?: (flor.io.Ready.$Properties|null);

            /** Envelope reject. */
            reject?: (flor.io.Reject.$Properties|null);

            /** Envelope ping. */
            ping?: (flor.io.Ping.$Properties|null);

            /** Envelope pong. */
            pong?: (flor.io.Pong.$Properties|null);

            /** Envelope credit. */
            credit?: (flor.io.Credit.$Properties|null);

            /** Envelope drain. */
            drain?: (flor.io.Drain.$Properties|null);

            /** Envelope bye. */
            bye?: (flor.io.Bye.$Properties|null);

            /** Envelope error. */
            error?: (flor.io.Error.$Properties|null);

            /** Envelope ports. */
            ports?: (flor.io.Ports.$Properties|null);

            /** Envelope neighbours. */
            neighbours?: (flor.io.Neighbours.$Properties|null);

            /** Envelope tooBig. */
            tooBig?: (flor.io.TooBig.$Properties|null);

            /** Envelope message. */
            message?: ("hello"|"welcome"|"ready"|"reject"|"ping"|"pong"|"credit"|"drain"|"bye"|"error"|"ports"|"neighbours"|"tooBig");

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link flor.io.Envelope.verify|verify} messages.
             * @param message Envelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Envelope & flor.io.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Envelope & flor.io.Envelope.$Shape;
        }

        namespace Envelope {

            /** Properties of an Envelope. */
            interface $Properties {

                /** Envelope seq */
                seq?: (number|null);

                /** Envelope ack */
                ack?: (number|null);

                /** Envelope hello */
                hello?: (flor.io.Hello.$Properties|null);

                /** Envelope welcome */
                welcome?: (flor.io.Welcome.$Properties|null);

                /** Envelope ready */
                ready?: (flor.io.Ready.$Properties|null);

                /** Envelope reject */
                reject?: (flor.io.Reject.$Properties|null);

                /** Envelope ping */
                ping?: (flor.io.Ping.$Properties|null);

                /** Envelope pong */
                pong?: (flor.io.Pong.$Properties|null);

                /** Envelope credit */
                credit?: (flor.io.Credit.$Properties|null);

                /** Envelope drain */
                drain?: (flor.io.Drain.$Properties|null);

                /** Envelope bye */
                bye?: (flor.io.Bye.$Properties|null);

                /** Envelope error */
                error?: (flor.io.Error.$Properties|null);

                /** Envelope ports */
                ports?: (flor.io.Ports.$Properties|null);

                /** Envelope neighbours */
                neighbours?: (flor.io.Neighbours.$Properties|null);

                /** Envelope tooBig */
                tooBig?: (flor.io.TooBig.$Properties|null);

                /** Envelope message */
                message?: ("hello"|"welcome"|"ready"|"reject"|"ping"|"pong"|"credit"|"drain"|"bye"|"error"|"ports"|"neighbours"|"tooBig");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Envelope. */
            type $Shape = {
              seq?: number|null;
              ack?: number|null;
              hello?: flor.io.Hello.$Shape|null;
              welcome?: flor.io.Welcome.$Shape|null;
              ready?: flor.io.Ready.$Shape|null;
              reject?: flor.io.Reject.$Shape|null;
              ping?: flor.io.Ping.$Shape|null;
              pong?: flor.io.Pong.$Shape|null;
              credit?: flor.io.Credit.$Shape|null;
              drain?: flor.io.Drain.$Shape|null;
              bye?: flor.io.Bye.$Shape|null;
              error?: flor.io.Error.$Shape|null;
              ports?: flor.io.Ports.$Shape|null;
              neighbours?: flor.io.Neighbours.$Shape|null;
              tooBig?: flor.io.TooBig.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "hello"; hello: flor.io.Hello.$Shape; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "welcome"; hello?: null; welcome: flor.io.Welcome.$Shape; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ready"; hello?: null; welcome?: null; ready: flor.io.Ready.$Shape; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "reject"; hello?: null; welcome?: null; ready?: null; reject: flor.io.Reject.$Shape; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ping"; hello?: null; welcome?: null; ready?: null; reject?: null; ping: flor.io.Ping.$Shape; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "pong"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong: flor.io.Pong.$Shape; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "credit"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit: flor.io.Credit.$Shape; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "drain"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain: flor.io.Drain.$Shape; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "bye"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye: flor.io.Bye.$Shape; error?: null; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "error"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error: flor.io.Error.$Shape; ports?: null; neighbours?: null; tooBig?: null }|{ message?: "ports"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports: flor.io.Ports.$Shape; neighbours?: null; tooBig?: null }|{ message?: "neighbours"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours: flor.io.Neighbours.$Shape; tooBig?: null }|{ message?: "tooBig"; hello?: null; welcome?: null; ready?: null; reject?: null; ping?: null; pong?: null; credit?: null; drain?: null; bye?: null; error?: null; ports?: null; neighbours?: null; tooBig: flor.io.TooBig.$Shape })
            );
        }

        /**
         * Properties of a Hello.
         * @deprecated Use flor.io.Hello.$Properties instead.
         */
        interface IHello extends flor.io.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello versions. */
            versions: number[];

            /** Hello nonce. */
            nonce: Uint8Array;

            /** Hello name. */
            name: string;

            /** Hello programVersion. */
            programVersion: string;

            /** Hello pid. */
            pid: number;

            /** Hello token. */
            token: Uint8Array;

            /** Hello receiveDatagrams. */
            receiveDatagrams: number;

            /** Hello receiveOctets. */
            receiveOctets: number;

            /** Hello datagramMax. */
            datagramMax: number;

            /** Hello capabilities. */
            capabilities: string[];

            /**
             * Encodes the specified Hello message. Does not implicitly {@link flor.io.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Hello & flor.io.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Hello & flor.io.Hello.$Shape;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello versions */
                versions?: (number[]|null);

                /** Hello nonce */
                nonce?: (Uint8Array|null);

                /** Hello name */
                name?: (string|null);

                /** Hello programVersion */
                programVersion?: (string|null);

                /** Hello pid */
                pid?: (number|null);

                /** Hello token */
                token?: (Uint8Array|null);

                /** Hello receiveDatagrams */
                receiveDatagrams?: (number|null);

                /** Hello receiveOctets */
                receiveOctets?: (number|null);

                /** Hello datagramMax */
                datagramMax?: (number|null);

                /** Hello capabilities */
                capabilities?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = flor.io.Hello.$Properties;
        }

        /**
         * Properties of a Welcome.
         * @deprecated Use flor.io.Welcome.$Properties instead.
         */
        interface IWelcome extends flor.io.Welcome.$Properties {
        }

        /** Represents a Welcome. */
        class Welcome {

            /**
             * Constructs a new Welcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Welcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Welcome version. */
            version: number;

            /** Welcome nonce. */
            nonce: Uint8Array;

            /** Welcome token. */
            token: Uint8Array;

            /** Welcome receiveDatagrams. */
            receiveDatagrams: number;

            /** Welcome receiveOctets. */
            receiveOctets: number;

            /** Welcome datagramMax. */
            datagramMax: number;

            /** Welcome capabilities. */
            capabilities: string[];

            /** Welcome keepaliveMs. */
            keepaliveMs: number;

            /** Welcome ancestry. */
            ancestry: Uint8Array[];

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link flor.io.Welcome.verify|verify} messages.
             * @param message Welcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Welcome & flor.io.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Welcome & flor.io.Welcome.$Shape;
        }

        namespace Welcome {

            /** Properties of a Welcome. */
            interface $Properties {

                /** Welcome version */
                version?: (number|null);

                /** Welcome nonce */
                nonce?: (Uint8Array|null);

                /** Welcome token */
                token?: (Uint8Array|null);

                /** Welcome receiveDatagrams */
                receiveDatagrams?: (number|null);

                /** Welcome receiveOctets */
                receiveOctets?: (number|null);

                /** Welcome datagramMax */
                datagramMax?: (number|null);

                /** Welcome capabilities */
                capabilities?: (string[]|null);

                /** Welcome keepaliveMs */
                keepaliveMs?: (number|null);

                /** Welcome ancestry */
                ancestry?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Welcome. */
            type $Shape = flor.io.Welcome.$Properties;
        }

        /**
         * Properties of a Ready.
         * @deprecated Use flor.io.Ready.$Properties instead.
         */
        interface IReady extends flor.io.Ready.$Properties {
        }

        /** Represents a Ready. */
        class Ready {

            /**
             * Constructs a new Ready.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Ready.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ready ancestry. */
            ancestry: Uint8Array[];

            /**
             * Encodes the specified Ready message. Does not implicitly {@link flor.io.Ready.verify|verify} messages.
             * @param message Ready message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Ready.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Ready message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Ready & flor.io.Ready.$Shape} Ready
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Ready & flor.io.Ready.$Shape;
        }

        namespace Ready {

            /** Properties of a Ready. */
            interface $Properties {

                /** Ready ancestry */
                ancestry?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Ready. */
            type $Shape = flor.io.Ready.$Properties;
        }

        /**
         * Properties of a Reject.
         * @deprecated Use flor.io.Reject.$Properties instead.
         */
        interface IReject extends flor.io.Reject.$Properties {
        }

        /** Represents a Reject. */
        class Reject {

            /**
             * Constructs a new Reject.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Reject.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reject code. */
            code: flor.io.Reject.Code;

            /** Reject text. */
            text: string;

            /** Reject versions. */
            versions: number[];

            /**
             * Encodes the specified Reject message. Does not implicitly {@link flor.io.Reject.verify|verify} messages.
             * @param message Reject message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Reject.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reject message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Reject & flor.io.Reject.$Shape} Reject
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Reject & flor.io.Reject.$Shape;
        }

        namespace Reject {

            /** Properties of a Reject. */
            interface $Properties {

                /** Reject code */
                code?: (flor.io.Reject.Code|null);

                /** Reject text */
                text?: (string|null);

                /** Reject versions */
                versions?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reject. */
            type $Shape = flor.io.Reject.$Properties;

            /** Code enum. */
            enum Code {

                /** UNKNOWN value */
                UNKNOWN = 0,

                /** VERSION value */
                VERSION = 1,

                /** AUTHENTICATION value */
                AUTHENTICATION = 2,

                /** BUSY value */
                BUSY = 3,

                /** CONFIGURATION value */
                CONFIGURATION = 4,

                /** CAPABILITY value */
                CAPABILITY = 5,

                /** RECURSION value */
                RECURSION = 6
            }
        }

        /**
         * Properties of a Ping.
         * @deprecated Use flor.io.Ping.$Properties instead.
         */
        interface IPing extends flor.io.Ping.$Properties {
        }

        /** Represents a Ping. */
        class Ping {

            /**
             * Constructs a new Ping.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Ping.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ping id. */
            id: number;

            /** Ping sentDatagrams. */
            sentDatagrams: number;

            /** Ping sentOctets. */
            sentOctets: number;

            /**
             * Encodes the specified Ping message. Does not implicitly {@link flor.io.Ping.verify|verify} messages.
             * @param message Ping message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Ping message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Ping & flor.io.Ping.$Shape} Ping
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Ping & flor.io.Ping.$Shape;
        }

        namespace Ping {

            /** Properties of a Ping. */
            interface $Properties {

                /** Ping id */
                id?: (number|null);

                /** Ping sentDatagrams */
                sentDatagrams?: (number|null);

                /** Ping sentOctets */
                sentOctets?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Ping. */
            type $Shape = flor.io.Ping.$Properties;
        }

        /**
         * Properties of a Pong.
         * @deprecated Use flor.io.Pong.$Properties instead.
         */
        interface IPong extends flor.io.Pong.$Properties {
        }

        /** Represents a Pong. */
        class Pong {

            /**
             * Constructs a new Pong.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Pong.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Pong id. */
            id: number;

            /** Pong counters. */
            counters: flor.io.Counter.$Properties[];

            /**
             * Encodes the specified Pong message. Does not implicitly {@link flor.io.Pong.verify|verify} messages.
             * @param message Pong message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pong message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Pong & flor.io.Pong.$Shape} Pong
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Pong & flor.io.Pong.$Shape;
        }

        namespace Pong {

            /** Properties of a Pong. */
            interface $Properties {

                /** Pong id */
                id?: (number|null);

                /** Pong counters */
                counters?: (flor.io.Counter.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pong. */
            type $Shape = flor.io.Pong.$Properties;
        }

        /**
         * Properties of a Counter.
         * @deprecated Use flor.io.Counter.$Properties instead.
         */
        interface ICounter extends flor.io.Counter.$Properties {
        }

        /** Represents a Counter. */
        class Counter {

            /**
             * Constructs a new Counter.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Counter.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Counter name. */
            name: string;

            /** Counter value. */
            value: number;

            /**
             * Encodes the specified Counter message. Does not implicitly {@link flor.io.Counter.verify|verify} messages.
             * @param message Counter message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Counter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Counter message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Counter & flor.io.Counter.$Shape} Counter
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Counter & flor.io.Counter.$Shape;
        }

        namespace Counter {

            /** Properties of a Counter. */
            interface $Properties {

                /** Counter name */
                name?: (string|null);

                /** Counter value */
                value?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Counter. */
            type $Shape = flor.io.Counter.$Properties;
        }

        /**
         * Properties of a Credit.
         * @deprecated Use flor.io.Credit.$Properties instead.
         */
        interface ICredit extends flor.io.Credit.$Properties {
        }

        /** Represents a Credit. */
        class Credit {

            /**
             * Constructs a new Credit.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Credit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Credit receivedDatagrams. */
            receivedDatagrams: number;

            /** Credit receivedOctets. */
            receivedOctets: number;

            /** Credit limitDatagrams. */
            limitDatagrams: number;

            /** Credit limitOctets. */
            limitOctets: number;

            /**
             * Encodes the specified Credit message. Does not implicitly {@link flor.io.Credit.verify|verify} messages.
             * @param message Credit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Credit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Credit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Credit & flor.io.Credit.$Shape} Credit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Credit & flor.io.Credit.$Shape;
        }

        namespace Credit {

            /** Properties of a Credit. */
            interface $Properties {

                /** Credit receivedDatagrams */
                receivedDatagrams?: (number|null);

                /** Credit receivedOctets */
                receivedOctets?: (number|null);

                /** Credit limitDatagrams */
                limitDatagrams?: (number|null);

                /** Credit limitOctets */
                limitOctets?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Credit. */
            type $Shape = flor.io.Credit.$Properties;
        }

        /**
         * Properties of a Drain.
         * @deprecated Use flor.io.Drain.$Properties instead.
         */
        interface IDrain extends flor.io.Drain.$Properties {
        }

        /** Represents a Drain. */
        class Drain {

            /**
             * Constructs a new Drain.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Drain.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Drain deadlineMs. */
            deadlineMs: number;

            /**
             * Encodes the specified Drain message. Does not implicitly {@link flor.io.Drain.verify|verify} messages.
             * @param message Drain message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Drain.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Drain message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Drain & flor.io.Drain.$Shape} Drain
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Drain & flor.io.Drain.$Shape;
        }

        namespace Drain {

            /** Properties of a Drain. */
            interface $Properties {

                /** Drain deadlineMs */
                deadlineMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Drain. */
            type $Shape = flor.io.Drain.$Properties;
        }

        /**
         * Properties of a Bye.
         * @deprecated Use flor.io.Bye.$Properties instead.
         */
        interface IBye extends flor.io.Bye.$Properties {
        }

        /** Represents a Bye. */
        class Bye {

            /**
             * Constructs a new Bye.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Bye.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Bye reason. */
            reason: string;

            /**
             * Encodes the specified Bye message. Does not implicitly {@link flor.io.Bye.verify|verify} messages.
             * @param message Bye message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Bye.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Bye message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Bye & flor.io.Bye.$Shape} Bye
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Bye & flor.io.Bye.$Shape;
        }

        namespace Bye {

            /** Properties of a Bye. */
            interface $Properties {

                /** Bye reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Bye. */
            type $Shape = flor.io.Bye.$Properties;
        }

        /**
         * Properties of an Error.
         * @deprecated Use flor.io.Error.$Properties instead.
         */
        interface IError extends flor.io.Error.$Properties {
        }

        /** Represents an Error. */
        class Error {

            /**
             * Constructs a new Error.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Error.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Error ofSeq. */
            ofSeq: number;

            /** Error code. */
            code: string;

            /** Error text. */
            text: string;

            /**
             * Encodes the specified Error message. Does not implicitly {@link flor.io.Error.verify|verify} messages.
             * @param message Error message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Error & flor.io.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Error & flor.io.Error.$Shape;
        }

        namespace Error {

            /** Properties of an Error. */
            interface $Properties {

                /** Error ofSeq */
                ofSeq?: (number|null);

                /** Error code */
                code?: (string|null);

                /** Error text */
                text?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Error. */
            type $Shape = flor.io.Error.$Properties;
        }

        /**
         * Properties of a Ports.
         * @deprecated Use flor.io.Ports.$Properties instead.
         */
        interface IPorts extends flor.io.Ports.$Properties {
        }

        /** Represents a Ports. */
        class Ports {

            /**
             * Constructs a new Ports.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Ports.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ports generation. */
            generation: number;

            /** Ports ports. */
            ports: flor.io.Port.$Properties[];

            /** Ports part. */
            part: number;

            /** Ports parts. */
            parts: number;

            /**
             * Encodes the specified Ports message. Does not implicitly {@link flor.io.Ports.verify|verify} messages.
             * @param message Ports message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Ports.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Ports message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Ports & flor.io.Ports.$Shape} Ports
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Ports & flor.io.Ports.$Shape;
        }

        namespace Ports {

            /** Properties of a Ports. */
            interface $Properties {

                /** Ports generation */
                generation?: (number|null);

                /** Ports ports */
                ports?: (flor.io.Port.$Properties[]|null);

                /** Ports part */
                part?: (number|null);

                /** Ports parts */
                parts?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Ports. */
            type $Shape = flor.io.Ports.$Properties;
        }

        /**
         * Properties of a Port.
         * @deprecated Use flor.io.Port.$Properties instead.
         */
        interface IPort extends flor.io.Port.$Properties {
        }

        /** Represents a Port. */
        class Port {

            /**
             * Constructs a new Port.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Port.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Port port. */
            port: number;

            /** Port key. */
            key: string;

            /** Port up. */
            up: boolean;

            /** Port mtu. */
            mtu: number;

            /** Port segmentMtu. */
            segmentMtu: number;

            /** Port ordered. */
            ordered: boolean;

            /** Port reliable. */
            reliable: boolean;

            /** Port encrypted. */
            encrypted: boolean;

            /** Port address. */
            address: string;

            /** Port provisional. */
            provisional: boolean;

            /** Port problem. */
            problem: string;

            /**
             * Encodes the specified Port message. Does not implicitly {@link flor.io.Port.verify|verify} messages.
             * @param message Port message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Port.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Port message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Port & flor.io.Port.$Shape} Port
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Port & flor.io.Port.$Shape;
        }

        namespace Port {

            /** Properties of a Port. */
            interface $Properties {

                /** Port port */
                port?: (number|null);

                /** Port key */
                key?: (string|null);

                /** Port up */
                up?: (boolean|null);

                /** Port mtu */
                mtu?: (number|null);

                /** Port segmentMtu */
                segmentMtu?: (number|null);

                /** Port ordered */
                ordered?: (boolean|null);

                /** Port reliable */
                reliable?: (boolean|null);

                /** Port encrypted */
                encrypted?: (boolean|null);

                /** Port address */
                address?: (string|null);

                /** Port provisional */
                provisional?: (boolean|null);

                /** Port problem */
                problem?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Port. */
            type $Shape = flor.io.Port.$Properties;
        }

        /**
         * Properties of a Neighbours.
         * @deprecated Use flor.io.Neighbours.$Properties instead.
         */
        interface INeighbours extends flor.io.Neighbours.$Properties {
        }

        /** Represents a Neighbours. */
        class Neighbours {

            /**
             * Constructs a new Neighbours.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Neighbours.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Neighbours generation. */
            generation: number;

            /** Neighbours neighbours. */
            neighbours: flor.io.Neighbour.$Properties[];

            /** Neighbours part. */
            part: number;

            /** Neighbours parts. */
            parts: number;

            /**
             * Encodes the specified Neighbours message. Does not implicitly {@link flor.io.Neighbours.verify|verify} messages.
             * @param message Neighbours message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Neighbours.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Neighbours message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Neighbours & flor.io.Neighbours.$Shape} Neighbours
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Neighbours & flor.io.Neighbours.$Shape;
        }

        namespace Neighbours {

            /** Properties of a Neighbours. */
            interface $Properties {

                /** Neighbours generation */
                generation?: (number|null);

                /** Neighbours neighbours */
                neighbours?: (flor.io.Neighbour.$Properties[]|null);

                /** Neighbours part */
                part?: (number|null);

                /** Neighbours parts */
                parts?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Neighbours. */
            type $Shape = flor.io.Neighbours.$Properties;
        }

        /**
         * Properties of a Neighbour.
         * @deprecated Use flor.io.Neighbour.$Properties instead.
         */
        interface INeighbour extends flor.io.Neighbour.$Properties {
        }

        /** Represents a Neighbour. */
        class Neighbour {

            /**
             * Constructs a new Neighbour.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.Neighbour.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Neighbour key. */
            key: string;

            /** Neighbour address. */
            address: string;

            /** Neighbour token. */
            token: Uint8Array;

            /** Neighbour port. */
            port: number;

            /** Neighbour peer. */
            peer: string;

            /**
             * Encodes the specified Neighbour message. Does not implicitly {@link flor.io.Neighbour.verify|verify} messages.
             * @param message Neighbour message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.Neighbour.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Neighbour message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.Neighbour & flor.io.Neighbour.$Shape} Neighbour
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.Neighbour & flor.io.Neighbour.$Shape;
        }

        namespace Neighbour {

            /** Properties of a Neighbour. */
            interface $Properties {

                /** Neighbour key */
                key?: (string|null);

                /** Neighbour address */
                address?: (string|null);

                /** Neighbour token */
                token?: (Uint8Array|null);

                /** Neighbour port */
                port?: (number|null);

                /** Neighbour peer */
                peer?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Neighbour. */
            type $Shape = flor.io.Neighbour.$Properties;
        }

        /**
         * Properties of a TooBig.
         * @deprecated Use flor.io.TooBig.$Properties instead.
         */
        interface ITooBig extends flor.io.TooBig.$Properties {
        }

        /** Represents a TooBig. */
        class TooBig {

            /**
             * Constructs a new TooBig.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.io.TooBig.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TooBig port. */
            port: number;

            /** TooBig mtu. */
            mtu: number;

            /** TooBig octets. */
            octets: number;

            /**
             * Encodes the specified TooBig message. Does not implicitly {@link flor.io.TooBig.verify|verify} messages.
             * @param message TooBig message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.io.TooBig.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TooBig message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.io.TooBig & flor.io.TooBig.$Shape} TooBig
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.io.TooBig & flor.io.TooBig.$Shape;
        }

        namespace TooBig {

            /** Properties of a TooBig. */
            interface $Properties {

                /** TooBig port */
                port?: (number|null);

                /** TooBig mtu */
                mtu?: (number|null);

                /** TooBig octets */
                octets?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TooBig. */
            type $Shape = flor.io.TooBig.$Properties;
        }
    }
}
