import { isEventName } from "../../sdk/base/is-event-name.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { messageOf } from "../../sdk/base/message-of.ts";

const MAX_BYTES = 256 * 1024;

/**
 * Judges an event before it is published.
 * @returns its data as JSON keeps it; null for none
 * @throws MillraceError `MILLRACE_EVENT`
 */
export function checkEvent(name: unknown, data: unknown): unknown {
  if (!isEventName(name))
    throw new MillraceError({
      code: "MILLRACE_EVENT",
      headline: `Cannot publish the event because its name is not 1 to 200 letters, digits, _ - . and : that begin with a letter or digit: ${shown(name)}`,
      hint: "choose a name such as rates-arrived",
    });
  const text = jsonOf(name, data);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES)
    throw new MillraceError({
      code: "MILLRACE_EVENT",
      headline: `Cannot publish ${name} because its data have ${bytes} bytes as JSON, more than ${MAX_BYTES}`,
      hint: "store the data, and publish where they lie",
    });
  return JSON.parse(text) as unknown;
}

function jsonOf(name: string, data: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(data ?? null);
  } catch (cause) {
    throw notJson(name, messageOf(cause));
  }
  if (text === undefined) throw notJson(name, `it is a ${typeof data}`);
  return text;
}

function notJson(name: string, seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_EVENT",
    headline: `Cannot publish ${name} because its data cannot be written as JSON: ${seen}`,
    hint: "pass plain objects, arrays, strings, numbers, true, false and null",
  });
}

const SHOWN_CHARS = 60;

function shown(name: unknown): string {
  return (JSON.stringify(name) ?? String(name)).slice(0, SHOWN_CHARS);
}
