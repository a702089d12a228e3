import { setTimeout as pause } from "node:timers/promises";
import { models } from "millrace/models";
import { asked, type KnownCustomer } from "./customers.ts";

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly requestId: string;
  /** `churn@1` */
  readonly model: string;
}

const AT_ONCE = 8;
const PAUSE_MS = 100;

/** Asks a server about customers, and tells the store what became of each. */
export class Traffic {
  readonly answers: Answer[] = [];
  readonly #address: string;
  readonly #datastore: string;

  constructor(of: { readonly address: string; readonly datastore: string }) {
    this.#address = of.address;
    this.#datastore = of.datastore;
  }

  /** How many were not answered. */
  get failed(): number {
    return this.answers.filter(({ status }) => status !== 200).length;
  }

  /** Asks about each of them, some at once. */
  async askAll(customers: readonly KnownCustomer[]): Promise<void> {
    for (let from = 0; from < customers.length; from += AT_ONCE)
      await Promise.all(customers.slice(from, from + AT_ONCE).map((customer) => this.#ask(customer)));
  }

  /** Asks about them over and over until that has come true. */
  async askUntil(done: Promise<unknown>, customers: readonly KnownCustomer[]): Promise<void> {
    let isDone = false;
    const end = () => void (isDone = true);
    done.then(end, end);
    for (let from = 0; !isDone; from = (from + AT_ONCE) % customers.length) {
      await this.askAll(customers.slice(from, from + AT_ONCE));
      await pause(PAUSE_MS);
    }
  }

  /** Resolves with the first answer of another version than this one. */
  async otherThan(model: string): Promise<Answer> {
    for (;;) {
      const other = this.answers.find((answer) => answer.status === 200 && answer.model !== model);
      if (other !== undefined) return other;
      await pause(PAUSE_MS);
    }
  }

  async #ask(customer: KnownCustomer): Promise<void> {
    const response = await fetch(`${this.#address}/score`, { method: "POST", body: JSON.stringify(asked(customer)) });
    await response.arrayBuffer();
    const { status, headers } = response;
    const requestId = headers.get("x-request-id") ?? "";
    this.answers.push({ status, requestId, model: headers.get("x-model") ?? "" });
    // In real life it comes out months later.
    await models.outcome(requestId, { churn: customer.left }, { datastore: this.#datastore });
  }
}
