/** Which publisher answers each of many client addresses: `who-answers.ts PORT COUNT`; prints their names in order. */
import { once } from "node:events";
import { get } from "node:http";

const [port, count] = process.argv.slice(2).map(Number);
const names: string[] = [];
for (let client = 0; client < count!; client += 1) {
  const localAddress = `127.1.${Math.floor(client / 200)}.${1 + (client % 200)}`;
  const request = get({ host: "127.0.0.1", port: port!, localAddress, agent: false });
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer>];
  let text = "";
  for await (const chunk of response) text += chunk.toString();
  names.push(/^[a-z]+/.exec(text)?.[0] ?? "nobody");
}
process.stdout.write(`${JSON.stringify(names)}\n`);
