import { gatheredFolder } from "./kinds/gathered.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

/** Names a rule of a deployment. */
export interface GatheringRule {
  readonly deployment: string;
  /** A short hash of what the rule says. */
  readonly rule: string;
}

/**
 * Events that a rule gathers until it uses them, each once. A rule's uses are numbered fires, created one after the other;
 * before the next one is created, all events of the one before are marked as taken. So what is not marked then is in none of
 * them, whoever slept or died in between.
 */
export class GatheredEvents {
  readonly #storage: Storage;
  readonly #of: GatheringRule;

  constructor(storage: Storage, of: GatheringRule) {
    this.#storage = storage;
    this.#of = of;
  }

  /** The event waits from now on, unless it was used before. */
  gather(event: string): void {
    if (!this.#isTaken(event)) this.#storage.create(this.#key("waiting", event), [note()]);
  }

  /**
   * Ids of those that wait, the oldest first; some may have been used.
   * @param names - see `waitingNames`
   */
  names(names: readonly string[] = waitingNames(this.#storage, this.#of.deployment)): string[] {
    const prefix = `${this.#of.rule}~`;
    const events = names.flatMap((name) =>
      name.startsWith(prefix) && name.endsWith(".json") ? [name.slice(prefix.length, -".json".length)] : [],
    );
    return events.sort();
  }

  /** Those of them that are not marked as taken. What is, and waits nevertheless, is let go. */
  untaken(events: readonly string[]): string[] {
    this.#storage.ahead(events.map((event) => ({ op: "read", key: this.#key("taken", event) })));
    const used = new Set(events.filter((event) => this.#storage.read(this.#key("taken", event)) !== null));
    this.drop([...used]);
    return events.filter((event) => !used.has(event));
  }

  /** These were used by the latest fire of the rule. */
  take(events: readonly string[]): void {
    for (const event of events) this.#storage.create(this.#key("taken", event), [note()]);
    this.drop(events);
  }

  /** They wait no longer. */
  drop(events: readonly string[]): void {
    if (events.length > 0) this.#storage.remove(events.map((event) => this.#key("waiting", event)));
  }

  #isTaken(event: string): boolean {
    return this.#storage.has(this.#key("taken", event));
  }

  #key(what: "waiting" | "taken", event: string): string {
    return `${gatheredFolder(this.#of.deployment, what)}/${this.#of.rule}~${event}.json`;
  }
}

/** What waits for all rules of a deployment, as one list of its folder tells. */
export function waitingNames(storage: Storage, deployment: string): string[] {
  return storage.list(gatheredFolder(deployment, "waiting"));
}

function note(): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: RECORD_FORMAT, time: Date.now() })}\n`);
}
