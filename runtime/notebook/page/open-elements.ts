/** Names of the elements that are open, each in the one before. */
export class OpenElements {
  readonly #names: string[] = [];
  /** So that an end tag without a beginning costs nothing, however much is open. */
  readonly #counts = new Map<string, number>();

  push(name: string): void {
    this.#names.push(name);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Takes the innermost of this name and all that is open in it, from the inside; nothing where there is none. */
  takeTo(name: string): string[] {
    const taken: string[] = [];
    if ((this.#counts.get(name) ?? 0) === 0) return taken;
    for (let last: string | undefined; last !== name;) {
      last = this.#pop();
      taken.push(last);
    }
    return taken;
  }

  takeAll(): string[] {
    this.#counts.clear();
    return this.#names.splice(0).reverse();
  }

  #pop(): string {
    const name = this.#names.pop() ?? "";
    this.#counts.set(name, (this.#counts.get(name) ?? 0) - 1);
    return name;
  }
}
