import { addAbortSignal, type Readable } from "node:stream";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { SecretVariables } from "../../secrets/run-secrets.ts";

/** What a launcher hands to a container of its own engine on stdin: no file, variable or argument ever holds it. */
export interface HandedOver {
  /** For the container and its task: the launcher's credentials for AWS. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the step; null if it has none. */
  readonly secrets: SecretVariables | null;
  /** Values of all of the run's secrets: artifacts may bring along those of other steps. */
  readonly masks: readonly string[];
}

export const NOTHING: HandedOver = { variables: {}, secrets: null, masks: [] };

/** From the container's start, which the launcher sees at once. */
const LIMIT_MS = 60_000;

/** A line of its own: an engine may let the body of the request that attaches run into stdin. */
export function handedOverLine(handed: HandedOver): string {
  return `\n${JSON.stringify(handed)}\n`;
}

/** @throws if it is not what a launcher hands over */
function parsedLine(line: string): HandedOver {
  const handed = JSON.parse(line) as Readonly<Record<keyof HandedOver, unknown>> | null;
  const { variables, secrets, masks } = handed ?? {};
  if (!isTexts(variables) || (secrets !== null && !isTexts(secrets)) || !isTextList(masks))
    throw new Error("not a hand-over");
  return { variables, secrets, masks };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "string");
}

/**
 * Reads to the end of the line, as not every way to an engine carries the end of the stream.
 *
 * @throws MillraceError if it does not come whole, or not in time
 */
export async function readHandedOver(stdin: Readable, limitMs = LIMIT_MS): Promise<HandedOver> {
  const signal = AbortSignal.timeout(limitMs);
  let bytes = Buffer.alloc(0);
  try {
    for await (const piece of addAbortSignal(signal, stdin) as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, piece]);
      const line = piece.includes("\n") ? /\n([^\n]+)\n/.exec(bytes.toString())?.[1] : undefined;
      if (line !== undefined) return parsedLine(line);
    }
  } catch {
    // The reason is not told: an error of JSON's shows what it has read.
  }
  const seen = `${bytes.length} bytes came${signal.aborted ? ` within ${limitMs / 1000} s` : " before stdin ended"}`;
  throw new MillraceError({
    code: "MILLRACE_NOT_HANDED_OVER",
    headline: `Cannot begin because a step's secrets and credentials come complete on the container's stdin, or not at all: ${seen}`,
    hint: "the launcher ended, or its connection to the engine broke; @retry starts such a step in another container",
  });
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
