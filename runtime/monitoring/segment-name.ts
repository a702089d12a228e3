const HOUR_MS = 3_600_000;

/** Day and name of an object with requests: it sorts by the time of its first one. */
export function segmentName(from: number, random: string): string {
  const [day = "", time = ""] = stampOf(from).split("T");
  return `${day}/${time}-${random}.jsonl`;
}

/** Days whose folders hold all requests of a time; a block begins at most some seconds before a request that it has. */
export function daysOf({ from, to }: { readonly from: number; readonly to: number }): string[] {
  const days = new Set<string>();
  for (let at = from - HOUR_MS; at < to; at += HOUR_MS) days.add(dayOf(at));
  days.add(dayOf(to));
  return [...days];
}

/** True for an object of that day that may hold requests of a time: it has an hour of them. */
export function mayHold(
  day: string,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const [, time] = /^(\d{6})-[0-9a-f]+\.jsonl$/.exec(name) ?? [];
  if (time === undefined) return false;
  const begun = `${day}T${time}`;
  return begun >= stampOf(from - 2 * HOUR_MS) && begun <= stampOf(to);
}

function dayOf(time: number): string {
  return stampOf(time).slice(0, 8);
}

/** `20260314T092653` */
function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\..*$/g, "");
}
