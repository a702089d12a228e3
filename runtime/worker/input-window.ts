import { refIn, type ResultLocator } from "../datastore/records.ts";
import { loadAhead } from "./load-ahead.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** Inputs whose results are asked for together. */
const RESULTS_AHEAD = 64;
/** Inputs whose artifacts of one name are. */
const ARTIFACTS_AHEAD = 32;

/** A join mostly reads its inputs in order: from a remote store the next ones are fetched while one is used. */
export class InputWindow {
  readonly #flow: LoadedFlow;
  readonly #locators: readonly ResultLocator[];
  #resultsUpTo = 0;
  /** By the artifact's name. */
  readonly #artifactsUpTo = new Map<string, number>();

  constructor(flow: LoadedFlow, locators: readonly ResultLocator[]) {
    this.#flow = flow;
    this.#locators = locators;
  }

  /** The result of that input is about to be read. */
  results(index: number): void {
    if (index < this.#resultsUpTo) return;
    this.#resultsUpTo = index + RESULTS_AHEAD;
    this.#flow.record.ahead(this.#locators.slice(index, this.#resultsUpTo));
  }

  /** So is an artifact of that input. */
  artifact(name: string, index: number): void {
    if (!this.#flow.storage.isRemote || index < (this.#artifactsUpTo.get(name) ?? 0)) return;
    const next = this.#locators.slice(index, index + ARTIFACTS_AHEAD);
    const refs = next.map((locator) => refIn(this.#flow.record.resultAt(locator).artifacts, name));
    this.#artifactsUpTo.set(name, index + loadAhead(this.#flow, { refs }));
  }
}
