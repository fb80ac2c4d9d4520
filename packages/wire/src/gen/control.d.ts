import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace flor. */
export namespace flor {

    /** Namespace control. */
    namespace control {

        /**
         * Properties of a ControlMessage.
         * @deprecated Use flor.control.ControlMessage.$Properties instead.
         */
        interface IControlMessage extends flor.control.ControlMessage.$Properties {
        }

        /** Represents a ControlMessage. */
        class ControlMessage {

            /**
             * Constructs a new ControlMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.ControlMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ControlMessage introduction. */
            introduction?: (flor.control.Introduction.$Properties|null);

            /** ControlMessage advertisements. */
            advertisements?: (flor.control.AdvertisementSet.$Properties|null);

            /** ControlMessage pathTooBig. */
            pathTooBig?: (flor.control.PathTooBig.$Properties|null);

            /** ControlMessage adjacencyDown. */
            adjacencyDown?: (flor.control.AdjacencyDown.$Properties|null);

            /** ControlMessage summary. */
            summary?: (flor.control.DatabaseSummary.$Properties|null);

            /** ControlMessage request. */
            request?: (flor.control.DatabaseRequest.$Properties|null);

            /** ControlMessage membership. */
            membership?: (flor.control.MembershipRecords.$Properties|null);

            /** ControlMessage membershipSummary. */
            membershipSummary?: (flor.control.MembershipSummary.$Properties|null);

            /** ControlMessage joinRequest. */
            joinRequest?: (flor.control.JoinRequest.$Properties|null);

            /** ControlMessage joinAnswer. */
            joinAnswer?: (flor.control.JoinAnswer.$Properties|null);

            /** ControlMessage message. */
            message?: ("introduction"|"advertisements"|"pathTooBig"|"adjacencyDown"|"summary"|"request"|"membership"|"membershipSummary"|"joinRequest"|"joinAnswer");

            /**
             * Encodes the specified ControlMessage message. Does not implicitly {@link flor.control.ControlMessage.verify|verify} messages.
             * @param message ControlMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.ControlMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ControlMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.ControlMessage & flor.control.ControlMessage.$Shape} ControlMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.ControlMessage & flor.control.ControlMessage.$Shape;
        }

        namespace ControlMessage {

            /** Properties of a ControlMessage. */
            interface $Properties {

                /** ControlMessage introduction */
                introduction?: (flor.control.Introduction.$Properties|null);

                /** ControlMessage advertisements */
                advertisements?: (flor.control.AdvertisementSet.$Properties|null);

                /** ControlMessage pathTooBig */
                pathTooBig?: (flor.control.PathTooBig.$Properties|null);

                /** ControlMessage adjacencyDown */
                adjacencyDown?: (flor.control.AdjacencyDown.$Properties|null);

                /** ControlMessage summary */
                summary?: (flor.control.DatabaseSummary.$Properties|null);

                /** ControlMessage request */
                request?: (flor.control.DatabaseRequest.$Properties|null);

                /** ControlMessage membership */
                membership?: (flor.control.MembershipRecords.$Properties|null);

                /** ControlMessage membershipSummary */
                membershipSummary?: (flor.control.MembershipSummary.$Properties|null);

                /** ControlMessage joinRequest */
                joinRequest?: (flor.control.JoinRequest.$Properties|null);

                /** ControlMessage joinAnswer */
                joinAnswer?: (flor.control.JoinAnswer.$Properties|null);

                /** ControlMessage message */
                message?: ("introduction"|"advertisements"|"pathTooBig"|"adjacencyDown"|"summary"|"request"|"membership"|"membershipSummary"|"joinRequest"|"joinAnswer");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ControlMessage. */
            type $Shape = {
              introduction?: flor.control.Introduction.$Shape|null;
              advertisements?: flor.control.AdvertisementSet.$Shape|null;
              pathTooBig?: flor.control.PathTooBig.$Shape|null;
              adjacencyDown?: flor.control.AdjacencyDown.$Shape|null;
              summary?: flor.control.DatabaseSummary.$Shape|null;
              request?: flor.control.DatabaseRequest.$Shape|null;
              membership?: flor.control.MembershipRecords.$Shape|null;
              membershipSummary?: flor.control.MembershipSummary.$Shape|null;
              joinRequest?: flor.control.JoinRequest.$Shape|null;
              joinAnswer?: flor.control.JoinAnswer.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "introduction"; introduction: flor.control.Introduction.$Shape; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "advertisements"; introduction?: null; advertisements: flor.control.AdvertisementSet.$Shape; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "pathTooBig"; introduction?: null; advertisements?: null; pathTooBig: flor.control.PathTooBig.$Shape; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "adjacencyDown"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown: flor.control.AdjacencyDown.$Shape; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "summary"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary: flor.control.DatabaseSummary.$Shape; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "request"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request: flor.control.DatabaseRequest.$Shape; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "membership"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership: flor.control.MembershipRecords.$Shape; membershipSummary?: null; joinRequest?: null; joinAnswer?: null }|{ message?: "membershipSummary"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary: flor.control.MembershipSummary.$Shape; joinRequest?: null; joinAnswer?: null }|{ message?: "joinRequest"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest: flor.control.JoinRequest.$Shape; joinAnswer?: null }|{ message?: "joinAnswer"; introduction?: null; advertisements?: null; pathTooBig?: null; adjacencyDown?: null; summary?: null; request?: null; membership?: null; membershipSummary?: null; joinRequest?: null; joinAnswer: flor.control.JoinAnswer.$Shape })
            );
        }

        /**
         * Properties of an Introduction.
         * @deprecated Use flor.control.Introduction.$Properties instead.
         */
        interface IIntroduction extends flor.control.Introduction.$Properties {
        }

        /** Represents an Introduction. */
        class Introduction {

            /**
             * Constructs a new Introduction.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.Introduction.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Introduction version. */
            version: number;

            /** Introduction token. */
            token: Uint8Array;

            /** Introduction discriminator. */
            discriminator: number;

            /** Introduction mtu. */
            mtu: number;

            /** Introduction helloIntervalMs. */
            helloIntervalMs: number;

            /**
             * Encodes the specified Introduction message. Does not implicitly {@link flor.control.Introduction.verify|verify} messages.
             * @param message Introduction message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.Introduction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Introduction message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.Introduction & flor.control.Introduction.$Shape} Introduction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.Introduction & flor.control.Introduction.$Shape;
        }

        namespace Introduction {

            /** Properties of an Introduction. */
            interface $Properties {

                /** Introduction version */
                version?: (number|null);

                /** Introduction token */
                token?: (Uint8Array|null);

                /** Introduction discriminator */
                discriminator?: (number|null);

                /** Introduction mtu */
                mtu?: (number|null);

                /** Introduction helloIntervalMs */
                helloIntervalMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Introduction. */
            type $Shape = flor.control.Introduction.$Properties;
        }

        /**
         * Properties of an AdvertisementSet.
         * @deprecated Use flor.control.AdvertisementSet.$Properties instead.
         */
        interface IAdvertisementSet extends flor.control.AdvertisementSet.$Properties {
        }

        /** Represents an AdvertisementSet. */
        class AdvertisementSet {

            /**
             * Constructs a new AdvertisementSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.AdvertisementSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AdvertisementSet advertisements. */
            advertisements: flor.control.SignedAdvertisement.$Properties[];

            /**
             * Encodes the specified AdvertisementSet message. Does not implicitly {@link flor.control.AdvertisementSet.verify|verify} messages.
             * @param message AdvertisementSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.AdvertisementSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AdvertisementSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.AdvertisementSet & flor.control.AdvertisementSet.$Shape} AdvertisementSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.AdvertisementSet & flor.control.AdvertisementSet.$Shape;
        }

        namespace AdvertisementSet {

            /** Properties of an AdvertisementSet. */
            interface $Properties {

                /** AdvertisementSet advertisements */
                advertisements?: (flor.control.SignedAdvertisement.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AdvertisementSet. */
            type $Shape = flor.control.AdvertisementSet.$Properties;
        }

        /**
         * Properties of a SignedAdvertisement.
         * @deprecated Use flor.control.SignedAdvertisement.$Properties instead.
         */
        interface ISignedAdvertisement extends flor.control.SignedAdvertisement.$Properties {
        }

        /** Represents a SignedAdvertisement. */
        class SignedAdvertisement {

            /**
             * Constructs a new SignedAdvertisement.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.SignedAdvertisement.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SignedAdvertisement advertisement. */
            advertisement: Uint8Array;

            /** SignedAdvertisement signature. */
            signature: Uint8Array;

            /**
             * Encodes the specified SignedAdvertisement message. Does not implicitly {@link flor.control.SignedAdvertisement.verify|verify} messages.
             * @param message SignedAdvertisement message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.SignedAdvertisement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SignedAdvertisement message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.SignedAdvertisement & flor.control.SignedAdvertisement.$Shape} SignedAdvertisement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.SignedAdvertisement & flor.control.SignedAdvertisement.$Shape;
        }

        namespace SignedAdvertisement {

            /** Properties of a SignedAdvertisement. */
            interface $Properties {

                /** SignedAdvertisement advertisement */
                advertisement?: (Uint8Array|null);

                /** SignedAdvertisement signature */
                signature?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SignedAdvertisement. */
            type $Shape = flor.control.SignedAdvertisement.$Properties;
        }

        /**
         * Properties of an Advertisement.
         * @deprecated Use flor.control.Advertisement.$Properties instead.
         */
        interface IAdvertisement extends flor.control.Advertisement.$Properties {
        }

        /** Represents an Advertisement. */
        class Advertisement {

            /**
             * Constructs a new Advertisement.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.Advertisement.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Advertisement origin. */
            origin: Uint8Array;

            /** Advertisement instance. */
            instance: Uint8Array;

            /** Advertisement sequence. */
            sequence: number;

            /** Advertisement deliveryLabel. */
            deliveryLabel: number;

            /** Advertisement adjacencies. */
            adjacencies: flor.control.AdvertisedAdjacency.$Properties[];

            /** Advertisement issued. */
            issued: number;

            /** Advertisement lifetime. */
            lifetime: number;

            /** Advertisement leaf. */
            leaf: boolean;

            /** Advertisement echo. */
            echo: boolean;

            /** Advertisement services. */
            services: Uint8Array[];

            /**
             * Encodes the specified Advertisement message. Does not implicitly {@link flor.control.Advertisement.verify|verify} messages.
             * @param message Advertisement message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.Advertisement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Advertisement message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.Advertisement & flor.control.Advertisement.$Shape} Advertisement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.Advertisement & flor.control.Advertisement.$Shape;
        }

        namespace Advertisement {

            /** Properties of an Advertisement. */
            interface $Properties {

                /** Advertisement origin */
                origin?: (Uint8Array|null);

                /** Advertisement instance */
                instance?: (Uint8Array|null);

                /** Advertisement sequence */
                sequence?: (number|null);

                /** Advertisement deliveryLabel */
                deliveryLabel?: (number|null);

                /** Advertisement adjacencies */
                adjacencies?: (flor.control.AdvertisedAdjacency.$Properties[]|null);

                /** Advertisement issued */
                issued?: (number|null);

                /** Advertisement lifetime */
                lifetime?: (number|null);

                /** Advertisement leaf */
                leaf?: (boolean|null);

                /** Advertisement echo */
                echo?: (boolean|null);

                /** Advertisement services */
                services?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Advertisement. */
            type $Shape = flor.control.Advertisement.$Properties;
        }

        /**
         * Properties of an AdvertisedAdjacency.
         * @deprecated Use flor.control.AdvertisedAdjacency.$Properties instead.
         */
        interface IAdvertisedAdjacency extends flor.control.AdvertisedAdjacency.$Properties {
        }

        /** Represents an AdvertisedAdjacency. */
        class AdvertisedAdjacency {

            /**
             * Constructs a new AdvertisedAdjacency.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.AdvertisedAdjacency.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AdvertisedAdjacency neighbour. */
            neighbour: Uint8Array;

            /** AdvertisedAdjacency label. */
            label: number;

            /** AdvertisedAdjacency mtu. */
            mtu: number;

            /** AdvertisedAdjacency cost. */
            cost: number;

            /** AdvertisedAdjacency up. */
            up: boolean;

            /** AdvertisedAdjacency segmentMtu. */
            segmentMtu: number;

            /** AdvertisedAdjacency rttUs. */
            rttUs: number;

            /** AdvertisedAdjacency lossPpm. */
            lossPpm: number;

            /**
             * Encodes the specified AdvertisedAdjacency message. Does not implicitly {@link flor.control.AdvertisedAdjacency.verify|verify} messages.
             * @param message AdvertisedAdjacency message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.AdvertisedAdjacency.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AdvertisedAdjacency message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.AdvertisedAdjacency & flor.control.AdvertisedAdjacency.$Shape} AdvertisedAdjacency
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.AdvertisedAdjacency & flor.control.AdvertisedAdjacency.$Shape;
        }

        namespace AdvertisedAdjacency {

            /** Properties of an AdvertisedAdjacency. */
            interface $Properties {

                /** AdvertisedAdjacency neighbour */
                neighbour?: (Uint8Array|null);

                /** AdvertisedAdjacency label */
                label?: (number|null);

                /** AdvertisedAdjacency mtu */
                mtu?: (number|null);

                /** AdvertisedAdjacency cost */
                cost?: (number|null);

                /** AdvertisedAdjacency up */
                up?: (boolean|null);

                /** AdvertisedAdjacency segmentMtu */
                segmentMtu?: (number|null);

                /** AdvertisedAdjacency rttUs */
                rttUs?: (number|null);

                /** AdvertisedAdjacency lossPpm */
                lossPpm?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AdvertisedAdjacency. */
            type $Shape = flor.control.AdvertisedAdjacency.$Properties;
        }

        /**
         * Properties of a DatabaseSummary.
         * @deprecated Use flor.control.DatabaseSummary.$Properties instead.
         */
        interface IDatabaseSummary extends flor.control.DatabaseSummary.$Properties {
        }

        /** Represents a DatabaseSummary. */
        class DatabaseSummary {

            /**
             * Constructs a new DatabaseSummary.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.DatabaseSummary.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DatabaseSummary from. */
            from: Uint8Array;

            /** DatabaseSummary to. */
            to: Uint8Array;

            /** DatabaseSummary origins. */
            origins: Uint8Array;

            /** DatabaseSummary partial. */
            partial: boolean;

            /**
             * Encodes the specified DatabaseSummary message. Does not implicitly {@link flor.control.DatabaseSummary.verify|verify} messages.
             * @param message DatabaseSummary message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.DatabaseSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DatabaseSummary message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.DatabaseSummary & flor.control.DatabaseSummary.$Shape} DatabaseSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.DatabaseSummary & flor.control.DatabaseSummary.$Shape;
        }

        namespace DatabaseSummary {

            /** Properties of a DatabaseSummary. */
            interface $Properties {

                /** DatabaseSummary from */
                from?: (Uint8Array|null);

                /** DatabaseSummary to */
                to?: (Uint8Array|null);

                /** DatabaseSummary origins */
                origins?: (Uint8Array|null);

                /** DatabaseSummary partial */
                partial?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DatabaseSummary. */
            type $Shape = flor.control.DatabaseSummary.$Properties;
        }

        /**
         * Properties of a DatabaseRequest.
         * @deprecated Use flor.control.DatabaseRequest.$Properties instead.
         */
        interface IDatabaseRequest extends flor.control.DatabaseRequest.$Properties {
        }

        /** Represents a DatabaseRequest. */
        class DatabaseRequest {

            /**
             * Constructs a new DatabaseRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.DatabaseRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DatabaseRequest names. */
            names: Uint8Array;

            /**
             * Encodes the specified DatabaseRequest message. Does not implicitly {@link flor.control.DatabaseRequest.verify|verify} messages.
             * @param message DatabaseRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.DatabaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DatabaseRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.DatabaseRequest & flor.control.DatabaseRequest.$Shape} DatabaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.DatabaseRequest & flor.control.DatabaseRequest.$Shape;
        }

        namespace DatabaseRequest {

            /** Properties of a DatabaseRequest. */
            interface $Properties {

                /** DatabaseRequest names */
                names?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DatabaseRequest. */
            type $Shape = flor.control.DatabaseRequest.$Properties;
        }

        /**
         * Properties of a PathTooBig.
         * @deprecated Use flor.control.PathTooBig.$Properties instead.
         */
        interface IPathTooBig extends flor.control.PathTooBig.$Properties {
        }

        /** Represents a PathTooBig. */
        class PathTooBig {

            /**
             * Constructs a new PathTooBig.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.PathTooBig.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PathTooBig label. */
            label: number;

            /** PathTooBig mtu. */
            mtu: number;

            /**
             * Encodes the specified PathTooBig message. Does not implicitly {@link flor.control.PathTooBig.verify|verify} messages.
             * @param message PathTooBig message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.PathTooBig.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PathTooBig message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.PathTooBig & flor.control.PathTooBig.$Shape} PathTooBig
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.PathTooBig & flor.control.PathTooBig.$Shape;
        }

        namespace PathTooBig {

            /** Properties of a PathTooBig. */
            interface $Properties {

                /** PathTooBig label */
                label?: (number|null);

                /** PathTooBig mtu */
                mtu?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PathTooBig. */
            type $Shape = flor.control.PathTooBig.$Properties;
        }

        /**
         * Properties of an AdjacencyDown.
         * @deprecated Use flor.control.AdjacencyDown.$Properties instead.
         */
        interface IAdjacencyDown extends flor.control.AdjacencyDown.$Properties {
        }

        /** Represents an AdjacencyDown. */
        class AdjacencyDown {

            /**
             * Constructs a new AdjacencyDown.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.AdjacencyDown.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AdjacencyDown discriminator. */
            discriminator: number;

            /**
             * Encodes the specified AdjacencyDown message. Does not implicitly {@link flor.control.AdjacencyDown.verify|verify} messages.
             * @param message AdjacencyDown message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.AdjacencyDown.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AdjacencyDown message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.AdjacencyDown & flor.control.AdjacencyDown.$Shape} AdjacencyDown
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.AdjacencyDown & flor.control.AdjacencyDown.$Shape;
        }

        namespace AdjacencyDown {

            /** Properties of an AdjacencyDown. */
            interface $Properties {

                /** AdjacencyDown discriminator */
                discriminator?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AdjacencyDown. */
            type $Shape = flor.control.AdjacencyDown.$Properties;
        }

        /**
         * Properties of a MembershipRecords.
         * @deprecated Use flor.control.MembershipRecords.$Properties instead.
         */
        interface IMembershipRecords extends flor.control.MembershipRecords.$Properties {
        }

        /** Represents a MembershipRecords. */
        class MembershipRecords {

            /**
             * Constructs a new MembershipRecords.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.MembershipRecords.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MembershipRecords network. */
            network: Uint8Array;

            /** MembershipRecords records. */
            records: Uint8Array;

            /**
             * Encodes the specified MembershipRecords message. Does not implicitly {@link flor.control.MembershipRecords.verify|verify} messages.
             * @param message MembershipRecords message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.MembershipRecords.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MembershipRecords message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.MembershipRecords & flor.control.MembershipRecords.$Shape} MembershipRecords
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.MembershipRecords & flor.control.MembershipRecords.$Shape;
        }

        namespace MembershipRecords {

            /** Properties of a MembershipRecords. */
            interface $Properties {

                /** MembershipRecords network */
                network?: (Uint8Array|null);

                /** MembershipRecords records */
                records?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MembershipRecords. */
            type $Shape = flor.control.MembershipRecords.$Properties;
        }

        /**
         * Properties of a MembershipSummary.
         * @deprecated Use flor.control.MembershipSummary.$Properties instead.
         */
        interface IMembershipSummary extends flor.control.MembershipSummary.$Properties {
        }

        /** Represents a MembershipSummary. */
        class MembershipSummary {

            /**
             * Constructs a new MembershipSummary.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.MembershipSummary.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MembershipSummary network. */
            network: Uint8Array;

            /** MembershipSummary from. */
            from: Uint8Array;

            /** MembershipSummary to. */
            to: Uint8Array;

            /** MembershipSummary ids. */
            ids: Uint8Array;

            /**
             * Encodes the specified MembershipSummary message. Does not implicitly {@link flor.control.MembershipSummary.verify|verify} messages.
             * @param message MembershipSummary message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.MembershipSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MembershipSummary message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.MembershipSummary & flor.control.MembershipSummary.$Shape} MembershipSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.MembershipSummary & flor.control.MembershipSummary.$Shape;
        }

        namespace MembershipSummary {

            /** Properties of a MembershipSummary. */
            interface $Properties {

                /** MembershipSummary network */
                network?: (Uint8Array|null);

                /** MembershipSummary from */
                from?: (Uint8Array|null);

                /** MembershipSummary to */
                to?: (Uint8Array|null);

                /** MembershipSummary ids */
                ids?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MembershipSummary. */
            type $Shape = flor.control.MembershipSummary.$Properties;
        }

        /**
         * Properties of a JoinRequest.
         * @deprecated Use flor.control.JoinRequest.$Properties instead.
         */
        interface IJoinRequest extends flor.control.JoinRequest.$Properties {
        }

        /** Represents a JoinRequest. */
        class JoinRequest {

            /**
             * Constructs a new JoinRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.JoinRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinRequest network. */
            network: Uint8Array;

            /** JoinRequest key. */
            key: Uint8Array;

            /** JoinRequest signature. */
            signature: Uint8Array;

            /**
             * Encodes the specified JoinRequest message. Does not implicitly {@link flor.control.JoinRequest.verify|verify} messages.
             * @param message JoinRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.JoinRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.JoinRequest & flor.control.JoinRequest.$Shape} JoinRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.JoinRequest & flor.control.JoinRequest.$Shape;
        }

        namespace JoinRequest {

            /** Properties of a JoinRequest. */
            interface $Properties {

                /** JoinRequest network */
                network?: (Uint8Array|null);

                /** JoinRequest key */
                key?: (Uint8Array|null);

                /** JoinRequest signature */
                signature?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinRequest. */
            type $Shape = flor.control.JoinRequest.$Properties;
        }

        /**
         * Properties of a JoinAnswer.
         * @deprecated Use flor.control.JoinAnswer.$Properties instead.
         */
        interface IJoinAnswer extends flor.control.JoinAnswer.$Properties {
        }

        /** Represents a JoinAnswer. */
        class JoinAnswer {

            /**
             * Constructs a new JoinAnswer.
             * @param [properties] Properties to set
             */
            constructor(properties?: flor.control.JoinAnswer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinAnswer refusal. */
            refusal: flor.control.JoinAnswer.Refusal;

            /** JoinAnswer text. */
            text: string;

            /** JoinAnswer records. */
            records: Uint8Array;

            /**
             * Encodes the specified JoinAnswer message. Does not implicitly {@link flor.control.JoinAnswer.verify|verify} messages.
             * @param message JoinAnswer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flor.control.JoinAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinAnswer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flor.control.JoinAnswer & flor.control.JoinAnswer.$Shape} JoinAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flor.control.JoinAnswer & flor.control.JoinAnswer.$Shape;
        }

        namespace JoinAnswer {

            /** Properties of a JoinAnswer. */
            interface $Properties {

                /** JoinAnswer refusal */
                refusal?: (flor.control.JoinAnswer.Refusal|null);

                /** JoinAnswer text */
                text?: (string|null);

                /** JoinAnswer records */
                records?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinAnswer. */
            type $Shape = flor.control.JoinAnswer.$Properties;

            /** Refusal enum. */
            enum Refusal {

                /** NONE value */
                NONE = 0,

                /** MALFORMED value */
                MALFORMED = 1,

                /** USED value */
                USED = 2,

                /** EXPIRED value */
                EXPIRED = 3,

                /** NAME_TAKEN value */
                NAME_TAKEN = 4,

                /** NOT_AN_ISSUER value */
                NOT_AN_ISSUER = 5,

                /** CLOCK value */
                CLOCK = 6,

                /** FAILED value */
                FAILED = 7
            }
        }
    }
}
