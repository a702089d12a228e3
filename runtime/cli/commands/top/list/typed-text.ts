/** A line that the user types, after `/`. */
export class TypedText {
  #text: string | null = null;

  /** Null while nothing is typed. */
  get text(): string | null {
    return this.#text;
  }

  begin(text = ""): void {
    this.#text = text;
  }

  /** What a key makes of it: it goes on, or it is done, with the text that was typed or none. */
  press(key: string): "goes on" | { readonly done: string | null } {
    const text = this.#text ?? "";
    if (key === "enter" || key === "escape" || (key === "backspace" && text === "")) {
      this.#text = null;
      return { done: key === "enter" ? text : null };
    }
    if (key === "backspace") this.#text = Array.from(text).slice(0, -1).join("");
    else if (Array.from(key).length === 1) this.#text = text + key;
    return "goes on";
  }
}
