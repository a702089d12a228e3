import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { clockText, localTimeText } from "../../../text/duration-text.ts";
import type { ShownLogLine } from "../../api/shapes.ts";
import type { RunAddress } from "../source/source.ts";
import { ansiHtml } from "./ansi-html.ts";
import { Link } from "./link.tsx";

interface LogLineProps {
  readonly line: ShownLogLine;
  readonly name: RunAddress;
  readonly mark: "" | "hit" | "shown";
}

const MAX_CHARS = 4000;

export function LogLine({ line: { time, stream, text, task }, name, mark }: LogLineProps): JSX.Element {
  const more = text.length - MAX_CHARS;
  const html = { __html: ansiHtml(more > 0 ? text.slice(0, MAX_CHARS) : text) };
  return (
    <div class={`log-line ${stream} ${mark}`} role="row">
      <span role="cell" class="log-time" title={localTimeText(time)}>
        {clockText(time)}
      </span>
      {task !== undefined && (
        <span role="cell" class="log-task">
          <Link to={["runs", name.flow, name.run, ...task.split("/")]}>{visibleLine(task)}</Link>
        </span>
      )}
      <span role="cell" class="log-text">
        {stream === "stderr" && <span class="unseen">stderr: </span>}
        <span dangerouslySetInnerHTML={html} />
        {more > 0 && <span class="quiet"> … {more.toLocaleString("en")} more characters</span>}
      </span>
    </div>
  );
}
