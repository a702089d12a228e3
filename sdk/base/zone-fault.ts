import { nearest } from "./nearest.ts";

/** What is wrong with the name of a time zone, and what to write instead; null for one that this machine knows. */
export function zoneFault(timezone: string): { readonly problem: string; readonly hint: string } | null {
  if (/^[A-Za-z][\w+/-]*$/.test(timezone) && isKnown(timezone)) return null;
  const near = nearest(timezone, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  return {
    problem: `there is no time zone ${JSON.stringify(timezone.slice(0, 60))}`,
    hint: near === null ? "write a name such as UTC or Europe/Berlin" : `did you mean ${near}?`,
  };
}

function isKnown(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}
