/** A number as JSON holds it, which lacks three of them. */
export type StoredNumber = number | "NaN" | "Infinity" | "-Infinity";

/** What was logged last under a name. */
export interface LastValue {
  readonly step: number;
  readonly value: StoredNumber;
  readonly time: number;
}

/** By the metric's name. */
export type LastValues = Readonly<Record<string, LastValue>>;

export function storedNumber(value: number): StoredNumber {
  return Number.isFinite(value) ? value : (String(value) as StoredNumber);
}

export function numberOf(stored: StoredNumber): number {
  return Number(stored);
}

/** Lays over what is known what was logged later, or at the same time. */
export function addLater(known: Map<string, LastValue>, values: LastValues): void {
  for (const [name, value] of Object.entries(values))
    if ((known.get(name)?.time ?? -Infinity) <= value.time) known.set(name, value);
}
