import type { Datastore } from "../datastore/datastore.ts";
import type { KeptRequest } from "../datastore/request-columns.ts";
import { accuracyOf, type AnswerAccuracy, type AnswerPair } from "./accuracy-of.ts";
import { Outcomes } from "./outcomes.ts";
import { RowSample } from "./row-sample.ts";
import type { UnreadParts } from "./unread-parts.ts";

interface Answered {
  readonly id: string;
  readonly rows: number;
  readonly output: readonly unknown[];
}

/** For more requests than this their truths are not looked for. */
const MAX_REQUESTS = 50_000;
const READ_AHEAD = 256;

/** Answers whose truth may be known. */
export class AnswerSample {
  readonly #answers = new RowSample<Answered>(MAX_REQUESTS);

  add({ id, rows, output }: KeptRequest): void {
    if (output !== null && output.length > 0) this.#answers.add({ id, rows, output });
  }

  *accuracy(
    store: Datastore,
    { model, unread }: { readonly model: string; readonly unread: UnreadParts },
  ): Generator<undefined, AnswerAccuracy | null> {
    const outcomes = new Outcomes(store);
    const pairs: AnswerPair[] = [];
    const { rows: answers } = this.#answers;
    for (let from = 0; from < answers.length; from += READ_AHEAD) {
      const some = answers.slice(from, from + READ_AHEAD);
      outcomes.ahead(
        some.map(({ id }) => id),
        model,
      );
      for (const answer of some) {
        const outcome = unread.read(`outcome of ${answer.id}`, () => outcomes.find(answer.id, model));
        if (outcome !== null) for (const pair of pairsOf(answer, outcome.truth)) pairs.push(pair);
      }
      yield;
    }
    return accuracyOf(pairs);
  }
}

/**
 * The truth of several rows is a list; of the answers to many rows some were kept, evenly spaced. A truth of another number
 * of rows belongs to no answer, and is counted so.
 */
function pairsOf({ rows, output }: Answered, truth: unknown): AnswerPair[] {
  if (!Array.isArray(truth)) return [[rows === 1 ? output[0] : undefined, truth]];
  if (truth.length !== rows) return [[undefined, truth]];
  return output.map((answer, at) => [answer, truth[Math.floor((at * rows) / output.length)]]);
}
