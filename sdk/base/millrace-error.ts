import { errorBlock, plainErrorLine } from "./error-block.ts";
import type { ErrorCode } from "./error-codes.ts";
import { visible } from "./visible.ts";

/** What {@link MillraceError} is made of. */
export interface ErrorParts {
  /** Stable, `MILLRACE_…`; programs recognise errors by it, also across processes. */
  readonly code: ErrorCode;
  /** One sentence: "Cannot <do what> because <rule>: <value seen>". */
  readonly headline: string;
  /** Further lines: what was seen, what was wanted, where. */
  readonly details?: readonly string[];
  /** How to fix it. */
  readonly hint?: string;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/** Marks the errors of every copy of the package: a process may hold several. */
const BRAND = Symbol.for("millrace.error");

/** An error that a user can fix: it says what was seen, what was wanted, where, and how to fix it. */
export class MillraceError extends Error {
  /** Stable, `MILLRACE_…`: recognise errors by it. */
  readonly code: ErrorCode;
  /** What could not be done, and why. */
  readonly headline: string;
  /** Further lines: what was seen, what was wanted, where. */
  readonly details: readonly string[];
  /** How to fix it. */
  readonly hint: string | undefined;

  constructor(parts: ErrorParts) {
    // What was seen may be anything, and errors are shown by whoever catches them.
    const headline = visible(parts.headline);
    const details = (parts.details ?? []).map(visible);
    const hint = parts.hint === undefined ? undefined : visible(parts.hint);
    const block = errorBlock({ headline, details, hint });
    const lines = block.map((line) => `${line.part === "headline" ? "" : "  "}${plainErrorLine(line)}`);
    super(lines.join("\n"), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "MillraceError";
    this.code = parts.code;
    this.headline = headline;
    this.details = details;
    this.hint = hint;
  }

  /** @internal */
  get [BRAND](): true {
    return true;
  }

  /** @internal True also for the errors of another copy of the package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== MillraceError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** True for a {@link MillraceError} of this or another copy of the package. */
export function isMillraceError(error: unknown): error is MillraceError {
  try {
    return error instanceof Error && String((error as { code?: unknown }).code).startsWith("MILLRACE_");
  } catch {
    // What a step throws can refuse to be looked at.
    return false;
  }
}

/** True for an error of this or another copy of the package that has this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return isMillraceError(error) && error.code === code;
}

/** For a state that our own rules exclude. */
export function brokenInvariant(what: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_BUG",
    headline: `This is a bug in Millrace: ${what}`,
    hint: "please report it together with the command that led here",
  });
}
