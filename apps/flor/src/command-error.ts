/** It did not work. */
const EXIT_FAILURE = 1;
/** Usage or configuration. */
export const EXIT_USAGE = 2;

/** Ends a command with one line for the user, and one that says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  readonly advice: string | undefined;

  constructor(
    message: string,
    options: { readonly exitCode?: number; readonly advice?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT_FAILURE;
    this.advice = options.advice;
  }
}
