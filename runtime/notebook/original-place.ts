import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** Line from 1, column from 0. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Where a place in generated code comes from; null where the map does not know. */
export function originalPlace(map: string | TraceMap, place: LineAndColumn): LineAndColumn | null {
  const { line, column } = originalPositionFor(typeof map === "string" ? new TraceMap(map) : map, place);
  return line === null ? null : { line, column };
}
