import type { JSX } from "preact";
import { taskName } from "../../../text/task-name.ts";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { TaskAnswer, TaskRow } from "../../api/shapes.ts";
import { Link } from "../parts/link.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import type { RunAddress } from "../source/source.ts";

/** The tasks that this one waited for, and those that came of it. */
export function Relatives({ name, answer }: { name: RunAddress; answer: TaskAnswer }): JSX.Element {
  return (
    <div class="relatives">
      <Side title="Parents" name={name} tasks={answer.parents} count={answer.parentCount} />
      <Side title="Children" name={name} tasks={answer.children} count={answer.childCount} />
    </div>
  );
}

interface SideProps {
  readonly title: string;
  readonly name: RunAddress;
  readonly tasks: readonly TaskRow[];
  readonly count: number;
}

function Side({ title, name, tasks, count }: SideProps): JSX.Element {
  return (
    <div>
      <h3>
        {title} <span class="quiet">{count > 1 ? count.toLocaleString("en") : ""}</span>
      </h3>
      {tasks.length === 0 ? (
        <p class="quiet">none</p>
      ) : (
        <ul>
          {tasks.map((one) => (
            <li key={one.task}>
              <Link to={["runs", name.flow, name.run, one.step, String(one.task)]}>{visibleLine(taskName(one))}</Link>{" "}
              <StatusMark status={one.status} />
            </li>
          ))}
        </ul>
      )}
      {count > tasks.length && <p class="quiet">and {(count - tasks.length).toLocaleString("en")} more</p>}
    </div>
  );
}
