/** The configuration of a link is wrong: the process says so and exits 78, and the node does not start it again. */
export class LinkConfigError extends Error {
  override readonly name = "LinkConfigError";
}
