/** A publisher that can be killed: `node publish.testing.ts HOST:PORT NUMBER`. */
import { verify } from "@flor/quic/identity";
import { publisherOf, recordOf, signerOf, Watching } from "../records.testing.ts";
import { EtcdRegistry } from "./etcd-registry.ts";

const [, , endpoint = "", number = ""] = process.argv;
const publisher = publisherOf(Number(number));
const options = { endpoints: [endpoint], network: "team", sign: signerOf(publisher), verify };
new EtcdRegistry(options, new Watching()).publish(recordOf(publisher));
