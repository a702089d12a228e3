/** Where a text stops being JSON, from 1, and what was expected there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly seen: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /(?:true|false|null)(?!\w)/y;
const SPACE = /[ \t\n\r]*/y;

/** The first mistake of a text that is not JSON, as JavaScript names its place only now and then; null for JSON. */
export function jsonFault(text: string): JsonFault | null {
  try {
    const scanner = new Scanner(text);
    scanner.value("a value");
    scanner.end();
    return null;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { ...placeIn(text, error.at), expected: error.message, seen: seenAt(text, error.at) };
  }
}

/** Line and column of an offset, from 1. */
export function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

class Mistake extends Error {
  readonly at: number;

  constructor(expected: string, at: number) {
    super(expected);
    this.at = at;
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(expected: string): void {
    this.#take(SPACE);
    const start = this.#text[this.#at];
    if (start === "{") return this.#list("}", () => this.#entry());
    if (start === "[") return this.#list("]", (isFirst) => this.value(isFirst ? "a value or ]" : "a value"));
    if (start === '"') return this.#string(expected);
    if (!this.#take(NUMBER) && !this.#take(WORD)) throw new Mistake(expected, this.#at);
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw new Mistake("the end of the text", this.#at);
  }

  #list(close: string, item: (isFirst: boolean) => void): void {
    this.#at += 1;
    for (let isFirst = true; ; isFirst = false) {
      this.#take(SPACE);
      if (isFirst && this.#text[this.#at] === close) break;
      item(isFirst);
      this.#take(SPACE);
      if (this.#text[this.#at] === close) break;
      if (this.#text[this.#at] !== ",") throw new Mistake(`, or ${close}`, this.#at);
      this.#at += 1;
    }
    this.#at += 1;
  }

  #entry(): void {
    this.#take(SPACE);
    this.#string("a key in double quotes");
    this.#take(SPACE);
    if (this.#text[this.#at] !== ":") throw new Mistake(":", this.#at);
    this.#at += 1;
    this.value("a value");
  }

  #string(expected: string): void {
    if (this.#take(STRING)) return;
    const isOpen = this.#text[this.#at] === '"';
    throw new Mistake(isOpen ? "a string that ends on its line, with JSON's escapes" : expected, this.#at);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}

function seenAt(text: string, offset: number): string {
  const [seen = ""] = /^(?:\w+|.)?/s.exec(text.slice(offset, offset + 40)) ?? [];
  return seen === "" ? "the end" : JSON.stringify(seen).replace(/^"|"$/g, "").replaceAll('\\"', '"');
}
