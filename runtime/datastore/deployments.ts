import os from "node:os";
import { appendAll } from "../../sdk/base/append-all.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { Inbox } from "./inbox.ts";
import { deploymentFolder, type DeploymentVersion, parseDeployment, versionKey } from "./kinds/deployment.ts";
import { type DeploymentMove, moveKey, parseDeploymentMove } from "./kinds/deployment-move.ts";
import { numbersIn } from "./numbers-in.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

/** This many are read at once. */
const AHEAD = 64;

/** Is told of a deployment that cannot be read, and why. */
type DeploymentFailed = (name: string, error: unknown) => void;

/** What a deployment is now. */
export interface DeploymentState extends Omit<DeploymentMove, "format"> {
  readonly name: string;
  readonly isRemoved: boolean;
}

/** A version without what adding it decides. */
export type NewVersion = Omit<DeploymentVersion, "format" | "version" | "time" | "host" | "installed">;

export interface NewMove extends Pick<DeploymentMove, "action" | "version" | "isPaused" | "username"> {
  /** Sequence of the state that the caller saw; 0 where there was none. */
  readonly expected: number;
  /** @defaultValue null */
  readonly installed?: unknown;
}

/** Reads and changes the deployments of a store: versions are written once, and numbered moves say which one is current. */
export class Deployments {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Those that were removed included: their versions stay. */
  names(): string[] {
    const names = this.#storage.list("deployments").filter((name) => name.endsWith("/"));
    return names.map((name) => name.slice(0, -1));
  }

  /** Null where there is none, or where its first deploy did not come to its end. */
  state(name: string): DeploymentState | null {
    const last = this.#sequences(name).at(-1);
    const move = last === undefined ? null : this.#move(name, last);
    return move === null ? null : stateOf(name, move);
  }

  /**
   * Those that were not removed, by name; what has to be read is announced.
   * @param failed - keeps one that cannot be read from hiding the others; without it that is thrown
   */
  states(failed?: DeploymentFailed): DeploymentState[] {
    const names = this.names();
    const states: (DeploymentState | null)[] = [];
    // What is announced long before it is asked for would be asked for twice.
    for (let at = 0; at < names.length; at += AHEAD)
      appendAll(states, this.#statesOf(names.slice(at, at + AHEAD), failed));
    return states.filter((state) => state !== null && !state.isRemoved) as DeploymentState[];
  }

  #statesOf(names: readonly string[], failed?: DeploymentFailed): (DeploymentState | null)[] {
    this.#storage.ahead(names.map((name) => ({ op: "list", key: movesFolder(name) })));
    const last = names.map((name) => ({ name, sequence: this.#sequences(name).at(-1) ?? 0 }));
    const there = last.filter(({ sequence }) => sequence > 0);
    this.#storage.ahead(there.map(({ name, sequence }) => ({ op: "read", key: moveKey(name, sequence) })));
    return there.map(({ name, sequence }) =>
      orFailed(name, failed, () => {
        const move = this.#move(name, sequence);
        return move === null ? null : stateOf(name, move);
      }),
    );
  }

  /**
   * The current versions of those that were not removed, each with its state.
   * @param failed - see `states`
   */
  all(failed?: DeploymentFailed): readonly { readonly state: DeploymentState; readonly version: DeploymentVersion }[] {
    const there = this.states(failed).flatMap((state) =>
      state.version === null ? [] : [{ ...state, version: state.version }],
    );
    const found: { readonly state: DeploymentState; readonly version: DeploymentVersion }[] = [];
    for (let at = 0; at < there.length; at += AHEAD) {
      const some = there.slice(at, at + AHEAD);
      this.#storage.ahead(some.map(({ name, version }) => ({ op: "read", key: versionKey(name, version) })));
      appendAll(
        found,
        some.flatMap((state) => orFailed(state.name, failed, () => [{ state, version: this.currentOf(state) }]) ?? []),
      );
    }
    return found;
  }

  /**
   * The state of one that is there.
   * @throws MillraceError with the nearest name where there is none, or where it was removed
   */
  known(name: string): DeploymentState {
    const state = this.state(name);
    if (state !== null && !state.isRemoved) return state;
    const known = this.states(() => undefined).map((one) => one.name);
    const near = nearest(name, known);
    const seen = state === null ? "there is none of that name" : `${state.username} removed it`;
    throw new MillraceError({
      code: "MILLRACE_DEPLOYMENT",
      headline: `Cannot use the deployment ${name} because ${seen}`,
      details: [`deployments: ${known.join(", ") || "none"}`, `datastore: ${this.#storage.location}`],
      hint: near === null ? "make one with the command deploy of the flow's file" : `did you mean ${near}?`,
    });
  }

  /**
   * Its changes, oldest first.
   * @param last - so many of them, the latest ones
   */
  moves(name: string, last = Infinity): DeploymentMove[] {
    const sequences = this.#sequences(name).slice(-last);
    this.#storage.ahead(sequences.map((one) => ({ op: "read", key: moveKey(name, one) })));
    return sequences.map((one) => this.#move(name, one)).filter((move) => move !== null);
  }

  /** Numbers of its versions, the oldest first; a version that no move names was never current. */
  versions(name: string): number[] {
    return numbersIn(this.#storage.list(`${deploymentFolder(name)}/versions`), (number) => versionKey(name, number));
  }

  /** The latest of its versions, oldest first, and how many there are. */
  latestVersions(name: string, last: number): { readonly found: readonly DeploymentVersion[]; readonly count: number } {
    const all = this.versions(name);
    const numbers = all.slice(-last);
    const found: DeploymentVersion[] = [];
    for (let at = 0; at < numbers.length; at += AHEAD) {
      const some = numbers.slice(at, at + AHEAD);
      this.#storage.ahead(some.map((one) => ({ op: "read", key: versionKey(name, one) })));
      appendAll(
        found,
        some.map((one) => this.version(name, one)),
      );
    }
    return { found, count: all.length };
  }

  /**
   * As it was recorded, without what the target made.
   * @throws MillraceError where there is no such version
   */
  version(name: string, number: number): DeploymentVersion {
    const key = versionKey(name, number);
    const bytes = this.#storage.read(key);
    if (bytes !== null) return { ...parseDeployment(Buffer.from(bytes).toString(), key), installed: null };
    const there = this.versions(name);
    throw new MillraceError({
      code: "MILLRACE_DEPLOYMENT",
      headline: `Cannot use version ${number} of ${name} because there is none`,
      hint: there.length === 0 ? "deployments lists what there is" : `there are ${there.join(", ")}`,
    });
  }

  /** The current version with what the target made of it; null where there is no deployment, or it was removed. */
  current(name: string): DeploymentVersion | null {
    const state = this.state(name);
    return state === null || state.version === null ? null : this.currentOf({ ...state, version: state.version });
  }

  /**
   * The same of one that is there.
   * @throws MillraceError as `known` does
   */
  knownVersion(name: string): DeploymentVersion {
    const { version, ...state } = this.known(name);
    return this.currentOf({ ...state, version: version ?? 0 });
  }

  /** The same where the state is known. */
  currentOf({ name, version, installed }: DeploymentState & { readonly version: number }): DeploymentVersion {
    return { ...this.version(name, version), installed };
  }

  /** Writes a version under the next number that none has; it becomes current by a move. */
  add(draft: NewVersion): DeploymentVersion {
    const { deployment } = draft;
    for (let version = this.nextVersion(deployment); ; version += 1) {
      const record = this.versionOf(draft, version);
      if (this.#storage.create(versionKey(deployment, version), [encoded(record)])) return record;
    }
  }

  /** The record that `add` would write under that number. */
  versionOf(draft: NewVersion, version: number): DeploymentVersion {
    return {
      ...{ format: RECORD_FORMAT, ...draft, version },
      ...{ time: Date.now(), host: os.hostname(), installed: null },
    };
  }

  /** The number that `add` gives, unless somebody else adds one before. */
  nextVersion(name: string): number {
    return (this.versions(name).at(-1) ?? 0) + 1;
  }

  /**
   * Changes the state, and tells the schedulers that look at the store.
   * @throws MillraceError `MILLRACE_DEPLOYMENT` where it changed since the caller looked, saying who changed it
   */
  move(name: string, { expected, ...change }: NewMove): DeploymentState {
    const sequence = expected + 1;
    const move: DeploymentMove = {
      format: RECORD_FORMAT,
      sequence,
      host: os.hostname(),
      time: Date.now(),
      installed: null,
      ...change,
    };
    new Inbox(this.#storage).changes(name, sequence);
    if (this.#storage.create(moveKey(name, sequence), [encoded(move)])) return stateOf(name, move);
    throw movedMeanwhile(change.action, { name, by: this.#move(name, sequence) });
  }

  #sequences(name: string): number[] {
    return numbersIn(this.#storage.list(movesFolder(name)), (number) => moveKey(name, number));
  }

  #move(name: string, sequence: number): DeploymentMove | null {
    const key = moveKey(name, sequence);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseDeploymentMove(Buffer.from(bytes).toString(), key);
  }
}

function orFailed<Found>(name: string, failed: DeploymentFailed | undefined, read: () => Found): Found | null {
  try {
    return read();
  } catch (error) {
    if (failed === undefined) throw error;
    failed(name, error);
    return null;
  }
}

function movesFolder(name: string): string {
  return `${deploymentFolder(name)}/moves`;
}

function stateOf(name: string, { format: _, ...move }: DeploymentMove): DeploymentState {
  return { name, isRemoved: move.action === "remove", ...move };
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

function movedMeanwhile(
  action: DeploymentMove["action"],
  { name, by }: { readonly name: string; readonly by: DeploymentMove | null },
): MillraceError {
  const who = by === null ? "somebody" : `${by.username} on ${by.host}`;
  const what = by === null ? "moved it" : `${DONE[by.action]}${by.version === null ? "" : ` version ${by.version}`}`;
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${action} ${name} because it was changed meanwhile: ${who} ${what}`,
    hint: `look at it with deployment show ${name}, then do it again if it is still right`,
  });
}

const DONE: Readonly<Record<DeploymentMove["action"], string>> = {
  deploy: "deployed",
  pause: "paused",
  unpause: "unpaused",
  rollback: "rolled back to",
  remove: "removed it",
};
