/** Outcome of reading one message from the front of the client's octets. */
export type Decoded<Message, Refusal> =
  | { readonly state: "complete"; readonly message: Message; readonly octets: number }
  | { readonly state: "incomplete" }
  | { readonly state: "refused"; readonly refusal: Refusal };

/** The message has not arrived whole. */
export const INCOMPLETE: { readonly state: "incomplete" } = { state: "incomplete" };
