import { expect, it } from "vitest";
import { type LinkConfigSchema, readConfig } from "./config-schema.ts";

const SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  required: ["transport"],
  dependentRequired: { user: ["passwordFile"] },
  anyOf: [{ required: ["command"] }, { required: ["serve"], properties: { serve: { const: true } } }],
  properties: {
    transport: { type: "string", pattern: "^[a-z]+$", title: "the name of a transport", description: "its name" },
    listen: { type: "string", format: "endpoint", description: "where to listen" },
    mtu: { type: "integer", minimum: 1280, maximum: 9000, default: 1500, description: "octets" },
    gso: { type: "string", enum: ["auto", "off"], default: "auto", description: "whether to offload" },
    command: { type: "array", minItems: 1, description: "a program" },
    env: { type: "object", additionalProperties: { type: "string" }, default: {}, description: "variables" },
    serve: { type: "boolean", description: "whether to listen" },
    user: { type: "string", description: "a name" },
    passwordFile: { type: "string", description: "a file" },
  },
};

const LEAST = { transport: "obfs", command: ["x"] };

it("takes what is right, and fills in defaults", () => {
  const defaults = { mtu: 1500, gso: "auto", env: {} };
  expect(readConfig(SCHEMA, "test", LEAST)).toEqual({ ...LEAST, ...defaults });
  const whole = { transport: "a", listen: "[::]:0", mtu: 1280, gso: "off", serve: true, env: { A: "b" } };
  expect(readConfig(SCHEMA, "test", whole)).toEqual(whole);
});

it.each([
  [[], "the configuration of a test link is an object with the keys transport, listen"],
  [{ ...LEAST, port: 1 }, '"port" is not a key of a test link'],
  [{ command: ["x"] }, "transport: is missing; its name"],
  [{ ...LEAST, transport: "4" }, 'transport: "4" is not the name of a transport'],
  [{ ...LEAST, listen: "localhost:1" }, 'listen: "localhost:1" is not an address and port'],
  [{ ...LEAST, listen: "127.0.0.1:65536" }, "listen: "],
  [{ ...LEAST, mtu: 1279 }, "mtu: 1279 is not a whole number from 1280 to 9000"],
  [{ ...LEAST, mtu: 1500.5 }, "mtu: 1500.5"],
  [{ ...LEAST, gso: "on" }, 'gso: "on" is not one of "auto", "off"'],
  [{ ...LEAST, command: [] }, "command: [] is not a list of words"],
  [{ ...LEAST, env: { A: 1 } }, "env: "],
  [{ ...LEAST, serve: "yes" }, 'serve: "yes" is not true or false'],
  [{ ...LEAST, user: "me" }, "user: needs passwordFile beside it"],
  [{ transport: "a", serve: false }, "command: is missing; give command or serve: true"],
])("refuses %j", (value, message) => {
  expect(() => readConfig(SCHEMA, "test", value)).toThrow(message);
});
