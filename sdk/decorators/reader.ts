import { inspect } from "node:util";
import { isRecord } from "../base/is-record.ts";
import { messageOf } from "../base/message-of.ts";
import type { Need, NeedFunction } from "./need.ts";

/** How one option of a decorator is checked and normalised: from code, and from the text of `--with`. */
export interface Reader<Value> {
  /** What is wanted, as it stands in messages and in help: "a number of at least 1". */
  readonly expects: string;
  /** The normalised value; undefined where the value given is not what is wanted. */
  read(value: unknown): Value | undefined;
  /** The value that a text on the command line stands for, not yet checked. */
  parse(text: string): unknown;
}

export function numberOption(bounds: { readonly min: number; readonly isWhole?: boolean }): Reader<number> {
  const kind = bounds.isWhole ? "a whole number" : "a number";
  return {
    expects: `${kind} of at least ${bounds.min}`,
    read: (value) =>
      typeof value === "number" &&
      Number.isFinite(value) &&
      value >= bounds.min &&
      (!bounds.isWhole || Number.isInteger(value))
        ? value
        : undefined,
    parse: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text)),
  };
}

/** A number, or a function that says it for each attempt; what that returns is checked when it is called. */
export function needOption(bounds: Parameters<typeof numberOption>[0]): Reader<Need> {
  const number = numberOption(bounds);
  return {
    expects: `${number.expects}, or a function of the attempt that returns one`,
    read: (value) => (typeof value === "function" ? checkedNeed(value as NeedFunction, number) : number.read(value)),
    parse: (text) => number.parse(text),
  };
}

function checkedNeed(need: NeedFunction, { expects, read }: Reader<number>): NeedFunction {
  return (of) => {
    let value: unknown;
    try {
      value = need(of);
    } catch (error) {
      throw new Error(`cannot be computed: ${messageOf(error)}`, { cause: error });
    }
    const known = read(value);
    if (known === undefined) throw new Error(`must be ${expects}: ${inspect(value, { depth: 1 })}`);
    return known;
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration in milliseconds, given as `"500ms"`, `"10s"`, `"5m"`, `"1h"`, `"1d"` or a number of seconds. */
export function durationOption(): Reader<number> {
  return {
    expects: 'a duration: "500ms", "10s", "5m", "1h", or a number of seconds',
    read(value) {
      if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
      const match = typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(value) : null;
      return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1);
    },
    parse: numberOption({ min: 0 }).parse,
  };
}

export function textOption(expects = "a string"): Reader<string> {
  return {
    expects,
    read: (value) => (typeof value === "string" && value.trim() !== "" ? value : undefined),
    parse: (text) => text,
  };
}

/** A name that can stand in an address and in a file's name. */
export function idOption(): Reader<string> {
  return {
    expects: "a name of letters, digits, - and _",
    read: (value) => (typeof value === "string" && /^[a-z0-9][\w-]{0,63}$/i.test(value) ? value : undefined),
    parse: (text) => text,
  };
}

export function choiceOption<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return {
    expects: choices.map((choice) => `"${choice}"`).join(" or "),
    read: (value) => choices.find((choice) => choice === value),
    parse: (text) => text,
  };
}

export function flagOption(): Reader<boolean> {
  return {
    expects: "true or false",
    read: (value) => (typeof value === "boolean" ? value : undefined),
    parse: (text) => (text === "true" || text === "" ? true : text === "false" ? false : text),
  };
}

export function listOption(): Reader<readonly string[]> {
  return {
    expects: "an array of strings",
    read: (value) => (Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined),
    parse: (text) => (text.startsWith("[") ? fromJson(text) : [text]),
  };
}

/** An object of texts; numbers and booleans in it are taken as their text. */
export function textsOption(): Reader<Readonly<Record<string, string>>> {
  return {
    expects: 'an object of texts: { NAME: "value" }',
    read(value) {
      if (!isRecord(value)) return undefined;
      const entries = Object.entries(value).filter(([, text]) => text !== undefined);
      const isPlain = entries.every(([, text]) => /^(string|number|boolean)$/.test(typeof text));
      return isPlain ? Object.fromEntries(entries.map(([name, text]) => [name, String(text)])) : undefined;
    },
    parse: fromJson,
  };
}

export function objectOption(): Reader<Readonly<Record<string, unknown>>> {
  return {
    expects: "an object",
    read: (value) => (isRecord(value) ? value : undefined),
    parse: fromJson,
  };
}

export function objectsOption(): Reader<readonly Readonly<Record<string, unknown>>[]> {
  return {
    expects: "an array of objects",
    read: (value) => (Array.isArray(value) && value.every(isRecord) ? value : undefined),
    parse: fromJson,
  };
}

export function functionOption(): Reader<(...args: never[]) => unknown> {
  return {
    expects: "a function, which only the code can give",
    read: (value) => (typeof value === "function" ? (value as (...args: never[]) => unknown) : undefined),
    parse: (text) => text,
  };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
