import { parseDocument, YAMLSeq } from "yaml";

/** Items to add to lists of a configuration file, by the list's key. */
export type Additions = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/**
 * The text of a configuration file with items added to its lists; what stands there stays as it is, comments too. A list
 * that is not there is begun.
 *
 * @throws Error when the text is no block of keys, or a key to add to is no list
 */
export function extendConfig(text: string, additions: Additions): string {
  const document = parseDocument(text, { version: "1.2" });
  if (document.errors[0] !== undefined) throw document.errors[0];
  for (const [key, items] of Object.entries(additions)) {
    for (const item of items) {
      const node = document.createNode(item, { flow: true });
      const list: unknown = document.get(key);
      if (list instanceof YAMLSeq) list.add(node);
      else if (list === undefined || list === null) document.set(key, document.createNode([node]));
      else throw new Error(`${key} is no list`);
    }
  }
  return document.toString({ lineWidth: 0 });
}
