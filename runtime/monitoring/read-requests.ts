import type { Datastore } from "../datastore/datastore.ts";
import { parseRequestBlock, type RequestBlock, requestsFolder } from "../datastore/kinds/requests.ts";
import { linesOf } from "../datastore/lines-of.ts";
import { damagedRecord } from "../datastore/parse-record.ts";
import { type KeptRequest, requestsIn } from "../datastore/request-columns.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { daysOf, mayHold } from "./segment-name.ts";
import type { UnreadParts } from "./unread-parts.ts";

/** From a time up to another, which is not part of it; in milliseconds since 1970. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** A block, and those of its requests that came in the time. */
interface ReadBlock {
  readonly block: RequestBlock;
  readonly requests: readonly KeptRequest[];
}

/**
 * What servers of a model were asked in a time. Only the days of that time are listed, and only its hours are read. What
 * a block at an edge of it counts is counted whole. What shadows answered is among it, in blocks that say so; what cannot be
 * read is not.
 */
export function* readRequests(
  { storage }: Datastore,
  { model, window, unread }: { readonly model: string; readonly window: TimeWindow; readonly unread: UnreadParts },
): Generator<ReadBlock> {
  const days = daysOf(window).map((day) => ({ day, folder: `${requestsFolder(model)}/${day}` }));
  storage.ahead(days.map(({ folder: key }) => ({ op: "list", key })));
  for (const { day, folder } of days) {
    const names = storage.list(folder).filter((name) => mayHold(day, name, window));
    storage.ahead(names.map((name) => ({ op: "tail", key: `${folder}/${name}` })));
    for (const name of names) {
      const key = `${folder}/${name}`;
      try {
        for (const { text } of linesOf(storage, key)) {
          const read = unread.read(key, () => blockIn(text, { key, window }));
          if (read !== null) yield* read;
        }
      } catch (error) {
        unread.note(key, error);
      }
    }
  }
}

/** None where it is of another time. */
function blockIn(text: string, { key, window }: { readonly key: string; readonly window: TimeWindow }): ReadBlock[] {
  const block = parseRequestBlock(text, key);
  if (!touches(block, window)) return [];
  return [{ block, requests: keptIn(block, key).filter(({ at }) => isWithin(at, window)) }];
}

/** Whether a block may have requests of a time. */
export function touches(block: Pick<RequestBlock, "from" | "to">, window: TimeWindow): boolean {
  return block.to >= window.from && block.from < window.to;
}

export function isWithin(at: number, { from, to }: TimeWindow): boolean {
  return at >= from && at < to;
}

function keptIn({ data }: RequestBlock, key: string): readonly KeptRequest[] {
  try {
    return requestsIn(data);
  } catch (error) {
    throw damagedRecord(key, messageOf(error), error);
  }
}
