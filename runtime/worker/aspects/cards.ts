import type { CardSettings } from "../../../sdk/base/step-settings.ts";
import { registeredCard } from "../../../sdk/cards/register-card.ts";
import { hashOf } from "../../datastore/blobs.ts";
import { settled } from "../../datastore/load-artifact.ts";
import type { StepAttempt } from "../step-attempt.ts";
import { TaskCards } from "../task-cards.ts";
import type { Aspect, CodeEnd } from "./aspect.ts";

/** `@card`: `current.card` stores what the step puts on it; a card of a type is filled once the step's code has ended. */
export const CARDS: Aspect = {
  name: "card",
  isFor: ({ cards }) => cards !== undefined,
  begin(attempt) {
    const { flow, spec, node } = attempt;
    const settings = node.settings.cards ?? [];
    let made: TaskCards | null = null;
    const cards = () =>
      (made ??= new TaskCards({
        cards: settings,
        open: () => flow.record.openCards(spec),
        // In a bucket, what grows is no one object.
        replace: flow.storage.isRemote ? undefined : (line) => flow.record.replaceCards(spec, line),
        storeBlob: (bytes) => settled(flow.blobs, () => putBytes(attempt, bytes)),
        redactor: () => attempt.redactor(),
      }));
    const typed = settings.filter(({ type }) => type !== null);
    return {
      current: {
        get card() {
          return cards().current;
        },
      },
      ...(typed.length > 0 && { ended: (end: CodeEnd) => fill(typed, { end, attempt, cards: cards() }) }),
      leave: () => made?.conclude(),
      close: () => made?.close(),
    };
  },
};

function putBytes({ flow }: StepAttempt, bytes: Uint8Array): string {
  const hash = hashOf([bytes]);
  flow.blobs.admitOtherBlobs();
  flow.blobs.put(hash, [bytes]);
  return hash;
}

async function fill(
  typed: readonly CardSettings[],
  { end, attempt, cards }: { end: CodeEnd; attempt: StepAttempt; cards: TaskCards },
): Promise<void> {
  const { flow, spec, instance } = attempt;
  const pathspec = `${flow.setup.flow}/${flow.setup.run}/${spec.step}/${spec.task}`;
  for (const { id, type } of typed) {
    const what = `card ${id} of type ${String(type)}`;
    try {
      const render = registeredCard(type ?? "");
      if (render === undefined) throw new Error('no such type: call registerCard(type, render) of "millrace/cards"');
      const data = instance as Readonly<Record<string, unknown>>;
      const parts = await render({ pathspec, step: spec.step, data, error: end.error });
      cards.current.get(id).append(...[parts].flat());
    } catch (error) {
      cards.fault(id, what, error);
    }
  }
}
