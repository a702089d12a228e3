import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunRow, TaskAnswer, TasksAnswer } from "../../api/shapes.ts";
import { CardView } from "../parts/card-view.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";

/** The cards of the runs' last tasks, side by side. */
export function ComparedCards({ runs }: { runs: readonly RunRow[] }): JSX.Element {
  const { source } = useSite();
  const names = runs.map(({ flow, id }) => ({ flow, run: id }));
  const loaded = useLoad(names.map(({ flow, run }) => `${flow}/${run}`).join("&"), () =>
    Promise.all(
      names.map(async (name) => {
        const { tasks } = await source.below<TasksAnswer>(name, ["tasks"], { step: "end", limit: "1" });
        const end = tasks[0];
        if (end === undefined) return { name, place: [], cards: [] };
        const place = [end.step, String(end.task)];
        const { cards } = await source.below<TaskAnswer>(name, place);
        return { name, place, cards };
      }),
    ),
  );
  const columns = loaded.answer ?? [];
  if (columns.every(({ cards }) => cards.length === 0))
    return (
      <p class="quiet">
        {loaded.answer === null && loaded.problem === null ? "Loading …" : "Their last tasks have no cards."}
      </p>
    );
  return (
    <div class="cards side-by-side">
      {columns.map(({ name, place, cards }) => (
        <div key={`${name.flow}/${name.run}`}>
          <p class="mono quiet">{visibleLine(name.run)}</p>
          {cards.length === 0 && <p class="quiet">no card</p>}
          {cards.map((card) => (
            <CardView key={card.id} name={name} place={place} card={card} />
          ))}
        </div>
      ))}
    </div>
  );
}
