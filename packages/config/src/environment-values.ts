/**
 * `${NAME}` in a value stands for a variable of the environment, `$${` for `${`. They are put in after YAML is read, so that
 * no variable can become a key or a list. A plain value of nothing but digits, true or false is what YAML says it is.
 */
import { type Document, isPair, isScalar, type Node, Scalar, visit } from "yaml";

/** Told of what cannot be put in. */
type ReportNode = (node: Node, message: string) => void;

/** A variable, or the mark that none is meant, or what is neither. */
const MARK = /\$\$\{|\$\{([A-Za-z_]\w*)\}|\$\{/g;
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;
/** Keys of links whose values are for another program, which may have variables of its own. */
const HANDED_ON: readonly string[] = ["command", "config"];
/** Everybody who may look at a process reads its environment. */
const SECRET = "password";

/** Puts the environment into the values of a document. */
export function putEnvironment(document: Document, environment: NodeJS.ProcessEnv, report: ReportNode): void {
  visit(document, {
    Scalar(key, node, path) {
      if (key === "key" || typeof node.value !== "string" || !node.value.includes("${")) return;
      const keys = path.flatMap((one) => (isPair(one) && isScalar(one.key) ? [String(one.key.value)] : []));
      if (keys[0] === "links" && HANDED_ON.includes(keys[1] ?? "")) return;
      if (keys.at(-1) === SECRET)
        return report(
          node,
          "is a secret, and others can read the environment: use passwordFile; $${ means a literal ${",
        );
      const text = expanded(node.value, environment, (message) => report(node, message));
      node.value = node.type === Scalar.PLAIN ? typed(text) : text;
    },
  });
}

function expanded(text: string, environment: NodeJS.ProcessEnv, report: (message: string) => void): string {
  return text.replace(MARK, (mark, name: string | undefined) => {
    if (mark === "$${") return "${";
    if (name === undefined) {
      report("has ${ without a variable: write ${NAME}, or $${ for a literal ${");
      return mark;
    }
    const value = environment[name];
    if (value === undefined)
      report(`needs the variable ${name}, which is not set: set it, or write $$\{ for $\{ itself`);
    return value ?? mark;
  });
}

function typed(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return WHOLE_NUMBER.test(text) ? Number(text) : text;
}
