import type { ErrorRecord } from "../datastore/records.ts";
import type { TaskStatus } from "../datastore/reader/run-summary.ts";
import { errorBlock, plainErrorLine } from "../../sdk/base/error-block.ts";
import { Html, markup } from "./html.ts";

/** Where a run or task stands, in its colour. */
export function chip(status: TaskStatus): Html {
  return markup`<span class="chip ${status}">${status}</span>`;
}

/** Facts in one line each; those without a value are left out. */
export function facts(rows: readonly (readonly [string, string | Html | null])[]): Html {
  const known = rows.filter(([, value]) => value !== null && value !== "");
  return markup`<table>
    ${known.map(
      ([name, value]) =>
        markup`<tr>
          <th>${name}</th>
          <td>${value}</td>
        </tr>`,
    )}
  </table>`;
}

const MAX_MESSAGE_CHARS = 4000;

/** The error of a task, with the place in the flow's source. */
export function errorHtml({ name, message, frame, ...place }: ErrorRecord): Html {
  const headline = message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message;
  const text = errorBlock({ headline, place, frame }).map(plainErrorLine).join("\n");
  return markup`<pre><b>${name}</b>: ${text}</pre>`;
}

/** The first line of an error, for a table. */
export function errorLine(error: ErrorRecord | null): string {
  if (error === null) return "";
  const line = `${error.name}: ${error.message.split("\n", 1)[0] ?? ""}`;
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

export function section(title: string, body: Html): Html {
  return markup`<h5>${title}</h5>
    ${body}`;
}

export const NOTHING = new Html("");

export function time(date: Date): string {
  return date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
