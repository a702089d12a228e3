/** A span of time as people say it: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.max(Math.round(ms), 0)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Date and time of day on this machine: `2026-03-01 14:05:09`. */
export function localTimeText(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join("-");
  return `${day} ${clockText(time).slice(0, 8)}`;
}

/** Time of day on this machine, to the millisecond: `14:05:09.120`. */
export function clockText(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

const UNITS = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/** How long ago: `just now`, `5 minutes ago`, `yesterday`. */
export function agoText(time: number, now: number): string {
  const ms = now - time;
  const { unit, ms: size } = UNITS.find((one) => ms >= one.ms) ?? { unit: null, ms: 1 };
  if (unit === null) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(ms / size), unit);
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
