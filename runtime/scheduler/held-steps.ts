import { PLACES } from "../text/waits-text.ts";

type Lacking = ReadonlyMap<string, readonly string[]>;

/** Tells what the next task of each step waits for, whenever that changes. */
export class HeldSteps {
  readonly #tell: ((lacking: Lacking) => void) | undefined;
  #told: Lacking = new Map();

  constructor(tell: ((lacking: Lacking) => void) | undefined) {
    this.#tell = tell;
  }

  /** @param of.placeless - the step whose task would start next if there were a place */
  see({ lacking, placeless }: { readonly lacking: Lacking; readonly placeless: string | null }): void {
    const now = placeless === null || lacking.has(placeless) ? lacking : new Map([...lacking, [placeless, [PLACES]]]);
    const isSame =
      now.size === this.#told.size && [...now].every(([step, names]) => isList(names, this.#told.get(step)));
    if (isSame) return;
    this.#told = now;
    this.#tell?.(now);
  }
}

function isList(names: readonly string[], told: readonly string[] | undefined): boolean {
  return told?.join() === names.join();
}
