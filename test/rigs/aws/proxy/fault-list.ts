import type { Fault, Misbehaviour, SeenRequest } from "./fault.ts";

/** The faults still to come; of several that fit a request, the one added first. */
export class FaultList {
  #faults: { readonly fault: Fault; passing: number; left: number }[] = [];

  add(faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ fault, passing: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#faults = [];
  }

  /** What is to go wrong with this request; null if nothing is. */
  take(request: Pick<SeenRequest, "op" | "key">): Misbehaviour | null {
    for (const entry of this.#faults) {
      if (entry.left === 0 || !fits(request, entry.fault)) continue;
      if (entry.passing > 0) {
        entry.passing -= 1;
        continue;
      }
      entry.left -= 1;
      return entry.fault.does;
    }
    return null;
  }
}

function fits({ op, key }: Pick<SeenRequest, "op" | "key">, { on }: Fault): boolean {
  return (on.op === undefined || [on.op].flat().includes(op)) && key.includes(on.key ?? "");
}
