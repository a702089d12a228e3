import { inspect } from "node:util";
import type { RunHeader } from "../../../runtime/datastore/reader/run-summary.ts";
import { durationText } from "../../../runtime/text/duration-text.ts";
import type { MimeBundle } from "../mime-bundle.ts";
import { markup, table } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { chip, NOTHING, time } from "../../../runtime/render/parts.ts";

/** A flow: its latest runs. */
export function flowPage(
  name: string,
  { runs, hasMore }: { runs: readonly RunHeader[]; hasMore: boolean },
): MimeBundle {
  const took = (run: RunHeader) =>
    durationText((run.status === "running" ? Date.now() : run.lastSeenAt) - run.startedAt);
  const rows = runs.map((run) => [
    run.run,
    chip(run.status),
    time(new Date(run.startedAt)),
    took(run),
    run.tags.join(", "),
    run.document.username,
  ]);
  const header = ["run", "status", "started", "took", "tags", "by"];
  const body = markup`<h4>${name}</h4>
    ${table(header, rows, [3])}${hasMore ? markup`<div class="dim">… and earlier ones</div>` : NOTHING}`;
  const lines = runs.map((run) => `  ${run.run}  ${run.status}  ${took(run)}  ${run.tags.join(", ")}`.trimEnd());
  return page({ text: `Flow ${inspect(name)}\n${lines.join("\n")}`, body });
}
