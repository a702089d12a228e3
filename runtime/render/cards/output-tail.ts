import { type AttemptPlace, logKey, type RunPlace } from "../../datastore/run-keys.ts";
import { parseLog } from "../../datastore/stored-log-line.ts";
import type { Storage } from "../../datastore/storage.ts";
import { type Html, markup } from "../html.ts";
import { NOTHING } from "../parts.ts";

const MAX_BYTES = 64 * 1024;
const MAX_LINES = 200;

/** The last lines that the first of these attempts with some output wrote. */
export function outputTail(storage: Storage, places: readonly (RunPlace & AttemptPlace)[]): Html {
  for (const place of places) {
    const end = storage.end(logKey(place), MAX_BYTES);
    if (end === null || end.bytes.length === 0) continue;
    const start = end.isWhole ? 0 : end.bytes.indexOf(0x0a) + 1;
    const lines = [...parseLog(end.bytes.subarray(start))];
    const shown = lines.slice(-MAX_LINES).map(({ time, stream, text }) => {
      return `${new Date(time).toISOString().slice(11, 23)} ${stream === "stderr" ? "!" : " "} ${text}`;
    });
    if (shown.length === 0) continue;
    const isCut = !end.isWhole || shown.length < lines.length;
    return markup`${isCut ? markup`<div class="dim">its end</div>` : NOTHING}<pre>${shown.join("\n")}</pre>`;
  }
  return markup`<div class="dim">none</div>`;
}
