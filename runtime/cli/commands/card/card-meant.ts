import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { attemptNumbers } from "../../../datastore/reader/log-source.ts";
import type { ResolvedPathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import type { CardSource } from "../../../render/cards/card-source.ts";
import { cardsOf } from "../../../render/cards/cards-of.ts";

const MAX_NAMED = 10;

/**
 * The one card that is meant.
 * @throws MillraceError `MILLRACE_PATHSPEC` where there is none, or more than one
 */
export function cardMeant(
  store: Datastore,
  { chosen, id, attempt }: { chosen: ResolvedPathspec; id?: string; attempt?: number },
): { readonly source: CardSource; readonly id: string } {
  const { run } = chosen;
  const of = (task: (typeof chosen.tasks)[number]) => ({ store, run, task, attempt });
  const withCards = chosen.tasks.filter((task) => cardsOf(of(task)).length > 0);
  const [task, ...others] = withCards;
  const named = `${run.flow}/${run.run}${chosen.step === null ? "" : `/${chosen.step}`}`;
  if (task === undefined) throw refused(`no task of ${named} has one`, "write @card() before the step");
  if (others.length > 0) {
    const first = withCards.slice(0, MAX_NAMED).map((one) => `${run.run}/${one.step}/${one.task}`);
    const more = withCards.length > MAX_NAMED ? ", …" : "";
    throw refused(`${withCards.length} tasks of ${named} have cards: ${first.join(", ")}${more}`, "name one of them");
  }
  const numbers = attemptNumbers(task);
  if (attempt !== undefined && !numbers.includes(attempt))
    throw refused(`there is no attempt ${attempt} of ${task.step}/${task.task}`, `attempts: ${numbers.join(", ")}`);
  const ids = cardsOf(of(task)).map((card) => card.id);
  const [first = ""] = ids;
  if (id === undefined && ids.length > 1)
    throw refused(`${task.step}/${task.task} has ${ids.length} cards: ${ids.join(", ")}`, `--id ${first} names one`);
  if (id === undefined || ids.includes(id)) return { source: of(task), id: id ?? first };
  const meant = nearest(id, ids);
  throw refused(
    `${task.step}/${task.task} has no card ${id}`,
    meant === null ? `its cards are ${ids.join(", ")}` : `did you mean ${meant}?`,
  );
}

function refused(why: string, hint: string): MillraceError {
  return new MillraceError({ code: "MILLRACE_PATHSPEC", headline: `Cannot show the card because ${why}`, hint });
}
