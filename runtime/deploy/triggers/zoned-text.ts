import { ZoneClock } from "./zone-clock.ts";

const MINUTE_MS = 60_000;

/** An instant by the wall clock of a time zone, to the minute: `2026-12-02 06:00+01:00`. */
export function zonedText(instant: number, timezone: string): string {
  const wall = new ZoneClock(timezone).wallAt(instant);
  const minutes = Math.round((wall - Math.floor(instant / 1000) * 1000) / MINUTE_MS);
  const ahead = Math.abs(minutes);
  const offset = [Math.floor(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return `${new Date(wall).toISOString().slice(0, 16).replace("T", " ")}${minutes < 0 ? "-" : "+"}${offset}`;
}
