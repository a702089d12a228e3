import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../../datastore/deployments.ts";
import { type DeploymentVersion, versionKey } from "../../datastore/kinds/deployment.ts";
import type { ScheduledRule } from "./due-instants.ts";
import { GrowingPauses } from "./growing-pauses.ts";
import { onSince, scheduledRules } from "./on-since.ts";

/** A local deployment that is on. */
export interface ActiveDeployment {
  readonly name: string;
  readonly version: DeploymentVersion;
  /** When it was deployed or unpaused: what was due or published before is not for it. */
  readonly since: number;
  readonly schedules: readonly ScheduledRule[];
}

export interface DeploymentChange {
  readonly deployment: string;
  readonly sequence: number;
}

/** A deployment as it was read. */
export interface DeploymentNow {
  /** Null where there is none. */
  readonly state: DeploymentState | null;
  /** Null for one that is off, and for that of another target. */
  readonly active: ActiveDeployment | null;
}

export interface KnownDeploymentsOptions {
  /**
   * All instants before have been decided on: which schedules there were is not looked up.
   * @defaultValue 0
   */
  readonly decidedUntil?: number;
  changed(name: string, now: DeploymentNow): void;
  /** It cannot be read, and stays as it was. */
  failed(name: string, error: unknown): void;
  /** It can be read again. */
  mended?(name: string): void;
}

const LOCAL = "local";
/** This many are read at once. */
const AHEAD = 64;
/** A change whose move has not come after this time and this many looks will not come: who announced it died. */
const MOVE_WITHIN = { ms: 60_000, looks: 10 };
/** In this time every scheduler has seen the note of a change. */
const NOTE_MS = 600_000;

/** The deployments of a store that schedulers run, as the notes of their changes tell. */
export class KnownDeployments {
  readonly #storage: Datastore["storage"];
  readonly #deployments: Deployments;
  readonly #options: KnownDeploymentsOptions;
  readonly #active = new Map<string, ActiveDeployment>();
  readonly #sequences = new Map<string, number>();
  /** Schedules of versions of what is on, by their numbers: a version never changes, and is read once. */
  readonly #rules = new Map<string, Map<number, readonly ScheduleRule[]>>();
  readonly #seen = new Map<string, SeenNote>();
  /** Those that could not be read: they are read again, whatever notes there are. */
  readonly #unread = new Set<string>();
  readonly #pauses = new GrowingPauses();

  constructor(store: Datastore, options: KnownDeploymentsOptions) {
    this.#storage = store.storage;
    this.#deployments = new Deployments(store.storage);
    this.#options = options;
  }

  /** Those that are on. */
  get active(): ReadonlyMap<string, ActiveDeployment> {
    return this.#active;
  }

  /** Reads all of them. */
  load(): void {
    const names = new Set<string>();
    const states = this.#deployments.states((name, error) => {
      names.add(name);
      this.#failed(name, error);
    });
    for (const { name } of states) names.add(name);
    for (const name of [...this.#active.keys()].filter((one) => !names.has(one))) this.#take(name, null);
    for (let at = 0; at < states.length; at += AHEAD) {
      const some = states.slice(at, at + AHEAD);
      this.#storage.ahead(
        some.flatMap(({ name, version }) =>
          version === null ? [] : [{ op: "read" as const, key: versionKey(name, version) }],
        ),
      );
      for (const state of some) this.#orFailed(state.name, () => this.#take(state.name, state));
    }
  }

  /**
   * Reads those that have changed.
   * @returns the notes that every scheduler must have seen
   */
  see(changes: readonly DeploymentChange[], now: number): readonly DeploymentChange[] {
    const changed = new Set(this.#unread);
    for (const change of changes) {
      const key = keyOf(change);
      const { at, looks } = this.#seen.get(key) ?? { at: now, looks: 0 };
      this.#seen.set(key, { at, looks: looks + 1 });
      // Perhaps this is what mends it.
      if (looks === 0) this.#pauses.forget(change.deployment);
      const known = this.#sequences.get(change.deployment) ?? 0;
      const isGivenUp = now - at > MOVE_WITHIN.ms && looks >= MOVE_WITHIN.looks;
      if (known < change.sequence && !isGivenUp) changed.add(change.deployment);
    }
    for (const name of changed) {
      if (!this.#pauses.isOver(name, now)) continue;
      const isRead = this.#orFailed(name, () => {
        const state = this.#deployments.state(name);
        if ((state?.sequence ?? 0) > (this.#sequences.get(name) ?? 0)) this.#take(name, state);
      });
      if (isRead) this.#pauses.forget(name);
      else this.#pauses.failed(name, now);
    }
    const old = changes.filter((change) => now - (this.#seen.get(keyOf(change))?.at ?? now) > NOTE_MS);
    this.#forget(changes);
    return old;
  }

  /** A version, whether it is current or not. */
  version(name: string, number: number): DeploymentVersion {
    const current = this.#active.get(name)?.version;
    return current?.version === number ? current : this.#deployments.version(name, number);
  }

  /** What is on is known anyway; of the others the next note tells. */
  #forget(changes: readonly DeploymentChange[]): void {
    const there = new Set(changes.map(keyOf));
    const gone = [...this.#seen.keys()].filter((key) => !there.has(key));
    if (gone.length === 0) return;
    for (const key of gone) this.#seen.delete(key);
    const noted = new Set(changes.map(({ deployment }) => deployment));
    for (const name of this.#sequences.keys())
      if (!this.#active.has(name) && !noted.has(name)) this.#sequences.delete(name);
  }

  /** One that cannot be read does not keep a scheduler from the others. */
  #orFailed(name: string, work: () => void): boolean {
    try {
      work();
      if (this.#unread.delete(name)) this.#options.mended?.(name);
      return true;
    } catch (error) {
      this.#failed(name, error);
      return false;
    }
  }

  #failed(name: string, error: unknown): void {
    this.#unread.add(name);
    this.#options.failed(name, error);
  }

  #take(name: string, state: DeploymentState | null): void {
    const active = state === null ? null : this.#activeOf(state);
    // Only now: what could not be read is read again.
    if (state !== null) this.#sequences.set(name, state.sequence);
    if (active === null) {
      this.#active.delete(name);
      this.#rules.delete(name);
    } else this.#active.set(name, active);
    this.#options.changed(name, { state, active });
  }

  #activeOf(state: DeploymentState): ActiveDeployment | null {
    const { name, version: number, isPaused, isRemoved } = state;
    if (isPaused || isRemoved || number === null) return null;
    const version = this.version(name, number);
    if (version.target !== LOCAL) return null;
    const moves = state.sequence === 1 ? [state] : this.#deployments.moves(name);
    // Another machine's clock may be ahead.
    const now = Date.now();
    const since = Math.min(onSince(moves), now);
    const rules = version.triggers.schedules;
    if (rules.length === 0) return { name, version, since, schedules: [] };
    const from = this.#options.decidedUntil ?? 0;
    const known = this.#rules.get(name) ?? new Map<number, readonly ScheduleRule[]>();
    this.#rules.set(name, known);
    known.set(number, rules);
    const rulesOf = (of: number) => {
      const found = known.get(of) ?? this.version(name, of).triggers.schedules;
      known.set(of, found);
      return found;
    };
    const schedules = scheduledRules(moves, { rules, from, rulesOf });
    return { name, version, since, schedules: schedules.map((one) => ({ ...one, since: Math.min(one.since, now) })) };
  }
}

/** When the note of a change was first seen, and how often since. */
interface SeenNote {
  readonly at: number;
  readonly looks: number;
}

function keyOf({ deployment, sequence }: DeploymentChange): string {
  return `${deployment}~${sequence}`;
}
