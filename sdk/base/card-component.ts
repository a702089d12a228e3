/** A part of a card, made by the functions of `millrace/cards`. */
export interface CardComponent {
  /** @hidden What it shows is for Millrace to read. */
  readonly [COMPONENT]: unknown;
}

/** A text and no symbol: a process can hold two copies of the package, and a compiler two of its types. */
export const COMPONENT = "millrace:component";

/** What a component is to whoever stores it. */
export interface ComponentState {
  readonly kind: string;
  /**
   * All of it as it stands now.
   * @throws for what cannot be shown
   */
  snapshot(): ComponentSnapshot;
  /** Tells of what changes from now on; the function that is returned ends that. */
  watch(watcher: ComponentWatcher): () => void;
}

export interface ComponentSnapshot {
  /** As JSON has it. */
  readonly data: unknown;
  /** Stored beside the data. */
  readonly bytes?: Uint8Array;
  /** Components within it. */
  readonly holds?: readonly CardComponent[];
}

export interface ComponentWatcher {
  /** Something other than an addition: only a snapshot tells what it is now. */
  changed(): void;
  /** Was added at its end; as JSON has it. */
  pushed(item: unknown): void;
}

/** One card of the task that runs. */
export interface TaskCard {
  /**
   * Adds components at the end; they are stored as they stand, and again when they change.
   *
   * @example
   * ```ts
   * import { markdown } from "millrace/cards";
   *
   * current.card.append(markdown("# Training"));
   * ```
   */
  append(...components: readonly CardComponent[]): void;
  /** Takes all components off the card. */
  clear(): void;
  /** Stores what changed now, instead of a quarter of a second later. */
  refresh(): void;
}

/** The cards of the task that runs: it is itself the card of the step, or the first that was given an id. */
export interface CurrentCard extends TaskCard {
  /** The card of that id: `@card({ id: "training" })`. */
  get(id: string): TaskCard;
}

/** The state behind a component; null for anything else. */
export function componentState(value: unknown): ComponentState | null {
  if (typeof value !== "object" || value === null) return null;
  const { [COMPONENT]: state } = value as { [COMPONENT]?: ComponentState };
  return typeof state === "object" && state !== null ? state : null;
}
