/** What a key says by itself; a part that it has not is empty. */
export interface PlaceInKey {
  readonly key: string;
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  /** The last of its other parts: the path of a checkpoint, the number of a task in its segment. */
  readonly name: string;
}

/** Of an object that no run has. */
export function placeAt(key: string): PlaceInKey {
  return { key, flow: "", run: "", step: "", name: "" };
}

const WORDS: Readonly<Record<string, string>> = {
  "2 hex": "[0-9a-f]{2}",
  "62 hex": "[0-9a-f]{62}",
  "64 hex": "[0-9a-f]{64}",
  n: "\\d{1,15}",
  // Of a task: places in splits, and the children of these on the way.
  place: String.raw`\d{1,15}(?:/\d{1,15}\.\d{1,15})*`,
};

/** Reads keys of one form, in which `<…>` stands for what differs. */
export class KeyPattern {
  readonly #pattern: RegExp;
  readonly #names: readonly string[];

  constructor(form: string) {
    const parts = form.split(/<([^>]+)>/);
    const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const source = parts.map((part, at) => (at % 2 === 0 ? literal(part) : `(${WORDS[part] ?? "[^/]+"})`)).join("");
    // What was tried out is laid out as a run.
    const rooted = source.replace(/^flows\//, "(?:flows|spins)/");
    this.#pattern = new RegExp(`^${rooted}$`);
    this.#names = parts.filter((_, at) => at % 2 === 1);
  }

  /** Null for a key of another form. */
  read(key: string): PlaceInKey | null {
    const found = this.#pattern.exec(key);
    if (found === null) return null;
    const place = { ...placeAt(key) } as { -readonly [Part in keyof PlaceInKey]: string };
    for (const [at, name] of this.#names.entries()) {
      const text = found[at + 1] ?? "";
      if (name === "Flow") place.flow = text;
      else if (name === "run") place.run = text;
      else if (name === "step") place.step = text;
      else place.name = text;
    }
    return place;
  }
}
