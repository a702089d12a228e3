import { looksAt } from "../../../datastore/reader/follow-run.ts";
import type { RunEvent } from "../../../datastore/run-event.ts";
import type { RunPlace } from "../../../datastore/run-keys.ts";
import { isCursor, type RunEventTail } from "../../../datastore/reader/run-event-tail.ts";
import { ANEW_EVENT, STALE_EVENT } from "../../api/shapes.ts";
import { isKeyPart } from "../../../datastore/check-key.ts";
import { RefusedRequest } from "../refused-request.ts";
import type { Asked, ApiRoute } from "../api-route.ts";

/** Events are sent together up to this length. */
const PIECE_CHARS = 32 * 1024;

/**
 * A run's journal as it is written. An event's `id` says how many there are up to it: a stream that is interrupted goes on
 * from there. It ends with `run-finished`, or with an event of the name `stale` once nobody works on the run any more. Where
 * tasks record themselves, that number means something only to the reading that gave it: of one that is not known the stream
 * is a single event named `anew`.
 */
export const eventsRoute: ApiRoute = {
  method: "GET",
  path: "/api/events",
  answer(asked) {
    const place = placeIn(asked.query);
    const after = positionIn(asked);
    const opened = asked.served.runs.get(place);
    // Whoever has all of a run that is over is told not to come again.
    const tail = opened.tailAfter(after);
    if (tail === null) return { kind: "events", pieces: beginAnew() };
    if (opened.now().status !== "running" && Number.parseInt(after) >= Number.parseInt(opened.cursor))
      return { kind: "nothing" };
    return { kind: "events", pieces: piecesOf(asked, { place, tail }) };
  },
};

async function* beginAnew(): AsyncGenerator<string, void, undefined> {
  yield await Promise.resolve(`event: ${ANEW_EVENT}\ndata: {}\n\n`);
}

async function* piecesOf(
  { served, signal }: Asked,
  { place, tail }: { place: RunPlace; tail: RunEventTail },
): AsyncGenerator<string, void, undefined> {
  for await (const { events, isGone } of looksAt(served.store, place, { tail, signal })) {
    let piece = "";
    for (const event of events) {
      piece += frame(event, tail.cursor);
      if (event.type === "run-finished") return yield piece;
      if (piece.length < PIECE_CHARS) continue;
      yield piece;
      piece = "";
    }
    if (isGone) return yield `${piece}event: ${STALE_EVENT}\ndata: {}\n\n`;
    if (piece !== "") yield piece;
  }
}

function frame(event: RunEvent, id: string): string {
  return `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
}

function placeIn(query: URLSearchParams): RunPlace {
  const [flow, run, ...more] = (query.get("run") ?? "").split("/");
  if (isKeyPart(flow) && isKeyPart(run) && more.length === 0) return { flow, run };
  throw new RefusedRequest(400, {
    headline: "Cannot follow a run because the query names none",
    hint: "as in ?run=TrainFlow/20260314-092653589-x7k2p",
  });
}

/** What the browser says goes before what the address says: it is later. */
function positionIn({ lastEventId, query }: Asked): string {
  const text = lastEventId ?? query.get("after") ?? "";
  if (text === "") return "0";
  if (isCursor(text)) return text;
  throw new RefusedRequest(400, { headline: "Cannot go on with the events because the position is not an id of one" });
}
