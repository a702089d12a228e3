import { clusters, clusterWidth, isPlainText } from "../../text/text-width.ts";

/** One cell of a terminal; that behind a wide character is empty. */
export interface Cell {
  readonly text: string;
  /** Codes of the colours that it has: `1;32`. */
  readonly style: string;
}

const SGR = /\u001b\[([\d;:]*)m/;

/** The cells of a line with their colours, cut off after `columns`. */
export function cellsOf(line: string, columns: number): Cell[] {
  const cells: Cell[] = [];
  const styles = new Styles();
  for (const [at, part] of line.split(SGR).entries()) {
    if (at % 2 === 1) styles.apply(part);
    else {
      for (const text of isPlainText(part) ? part : clusters(part)) {
        const width = clusterWidth(text);
        if (cells.length + width > columns) return cells;
        if (width > 0) cells.push({ text, style: styles.text });
        if (width === 2) cells.push({ text: "", style: styles.text });
      }
    }
  }
  return cells;
}

/** What sequences for colours have set so far: bold or dim, italic, underlined, colour, colour behind. */
class Styles {
  readonly #set = new Map<string, string>();
  text = "";

  apply(codes: string): void {
    const numbers = (codes === "" ? "0" : codes).split(/[;:]/);
    for (let at = 0; at < numbers.length; at += 1) {
      const code = Number(numbers[at]);
      const isLong = code === 38 || code === 48;
      const length = isLong ? (numbers[at + 1] === "2" ? 5 : 3) : 1;
      this.#one(code, numbers.slice(at, at + length).join(";"));
      at += length - 1;
    }
    this.text = [...this.#set.values()].join(";");
  }

  #one(code: number, text: string): void {
    const slot = slotOf(code);
    if (code === 0) this.#set.clear();
    else if (slot !== null && ENDS.has(code)) this.#set.delete(slot);
    else if (slot !== null) this.#set.set(slot, text);
  }
}

const ENDS = new Set([22, 23, 24, 27, 29, 39, 49]);
const SLOTS: readonly { readonly slot: string; has(code: number): boolean }[] = [
  { slot: "weight", has: (code) => code === 1 || code === 2 || code === 22 },
  { slot: "italic", has: (code) => code === 3 || code === 23 },
  { slot: "underline", has: (code) => code === 4 || code === 24 },
  { slot: "inverse", has: (code) => code === 7 || code === 27 },
  { slot: "strike", has: (code) => code === 9 || code === 29 },
  { slot: "color", has: (code) => (code >= 30 && code <= 39) || (code >= 90 && code <= 97) },
  { slot: "behind", has: (code) => (code >= 40 && code <= 49) || (code >= 100 && code <= 107) },
];

function slotOf(code: number): string | null {
  return SLOTS.find(({ has }) => has(code))?.slot ?? null;
}
