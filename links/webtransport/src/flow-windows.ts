/**
 * Octets that an end may have under way, of a stream and of a session alike. The library announces the initial window
 * but counts from the limit; unless the two are equal it never opens the window again, and the session stands still.
 */
const WINDOW_OCTETS = 4_194_304;

/** Options of the library's clients and servers. */
export const FLOW_WINDOWS: {
  readonly initialStreamFlowControlWindow: number;
  readonly initialSessionFlowControlWindow: number;
  readonly streamFlowControlWindowSizeLimit: number;
  readonly sessionFlowControlWindowSizeLimit: number;
} = {
  initialStreamFlowControlWindow: WINDOW_OCTETS,
  initialSessionFlowControlWindow: WINDOW_OCTETS,
  streamFlowControlWindowSizeLimit: WINDOW_OCTETS,
  sessionFlowControlWindowSizeLimit: WINDOW_OCTETS,
};
