import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { taskName } from "../../../text/task-name.ts";
import type { TaskAnswer, TasksAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { CardView } from "../parts/card-view.tsx";
import { Link } from "../parts/link.tsx";
import { useInterval } from "../state/use-interval.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";

const MAX_TASKS = "12";
const LOOK_MS = 3000;

/** The cards of a step's tasks, one step at a time. */
export function CardsView({ name, answer }: RunViewProps): JSX.Element {
  const { addresses, source } = useSite();
  const { steps } = answer.graph;
  const step = addresses.current.value.query.get("step") ?? steps.at(-1) ?? "";
  const loaded = useLoad([name.flow, name.run, step].join("/"), async () => {
    const { tasks, next } = await source.below<TasksAnswer>(name, ["tasks"], { step, limit: MAX_TASKS });
    const answers = tasks.map((one) => source.below<TaskAnswer>(name, [one.step, String(one.task)]));
    return { tasks: await Promise.all(answers), isPart: next !== null };
  });
  useInterval(answer.status === "running" && !source.isExport ? LOOK_MS : null, loaded.reload);
  return (
    <>
      <div class="tools">
        <label>
          <span>Step</span>
          <select
            value={step}
            onChange={({ currentTarget }) =>
              addresses.go(addresses.with({ step: currentTarget.value }), { isReplaced: true })
            }
          >
            {steps.map((one) => (
              <option key={one} value={one}>
                {visibleLine(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Answered loaded={loaded}>
        {({ tasks, isPart }) => (
          <>
            {tasks.every(({ cards }) => cards.length === 0) && (
              <p class="empty">
                No task of this step has a card. <code>@card()</code> before a step gives it one.
              </p>
            )}
            {tasks.map((task) => {
              const place = [task.step, String(task.task)];
              return task.cards.length === 0 ? null : (
                <section key={task.task} class="cards" aria-label={`Cards of ${visibleLine(taskName(task))}`}>
                  <h2>
                    <Link to={["runs", name.flow, name.run, ...place]}>{visibleLine(taskName(task))}</Link>
                  </h2>
                  {task.cards.map((card) => (
                    <CardView key={card.id} name={name} place={place} card={card} />
                  ))}
                </section>
              );
            })}
            {isPart && (
              <p class="quiet">The first {MAX_TASKS} tasks are shown; each task has its cards on its own page.</p>
            )}
          </>
        )}
      </Answered>
    </>
  );
}
