/** Names of keys that are no characters; a key that is one is called as it is: `j`, `/`. */
export type KeyName =
  | "up"
  | "down"
  | "left"
  | "right"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "tab"
  | "escape"
  | "backspace"
  | "ctrl-c"
  | "ctrl-l"
  | "ctrl-z";

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  "1~": "home",
  "4~": "end",
  "5~": "page-up",
  "6~": "page-down",
  "7~": "home",
  "8~": "end",
};
const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u0003": "ctrl-c",
  "\u000c": "ctrl-l",
  "\u001a": "ctrl-z",
  "\b": "backspace",
  "\u007f": "backspace",
  "\u0002": "page-up",
  "\u0006": "page-down",
  "\u0015": "page-up",
  "\u0004": "page-down",
};
/** What a terminal sends for a key that is no character: CSI or SS3. */
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])/y;
const UNFINISHED = /\u001b(?:\[[0-?]*[ -/]*|O)?$/y;

export interface KeysIn {
  readonly keys: readonly string[];
  /** The beginning of a sequence whose end has not come yet; Escape alone is one as well. */
  readonly rest: string;
}

/** The keys that a terminal sent. What is no key that anybody asks for is left out. */
export function keysIn(text: string): KeysIn {
  const keys: string[] = [];
  for (let at = 0; at < text.length;) {
    UNFINISHED.lastIndex = at;
    if (UNFINISHED.test(text)) return { keys, rest: text.slice(at) };
    SEQUENCE.lastIndex = at;
    const [sequence] = SEQUENCE.exec(text) ?? [];
    if (sequence !== undefined) {
      const key = SEQUENCES[sequence.slice(2)];
      if (key !== undefined) keys.push(key);
      at += sequence.length;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length;
    if (character === "\u001b") keys.push("escape");
    else if (character >= " " && character !== "\u007f") keys.push(character);
    else if (CONTROLS[character] !== undefined) keys.push(CONTROLS[character]);
  }
  return { keys, rest: "" };
}
