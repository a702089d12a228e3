import { modelError } from "../catalog/models/model-error.ts";

/** A time, as `1d`, `12h` or `30s`, in milliseconds. @throws MillraceError `MILLRACE_MODEL` */
export function spanMs(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * ({ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  if (ms > 0) return ms;
  throw modelError(
    `Cannot look at a time of ${JSON.stringify(text)} because it is not a number of seconds, minutes, hours or days`,
    {
      hint: "such as 30s, 15m, 6h or 7d",
    },
  );
}
