const ISO = /^[+-]?(\d{4,6})-(\d\d)-(\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** True for a day, or a time of a day, that there is: `2025-06-01`, `2025-06-01T08:30:00Z`. */
export function isIsoDate(text: string): boolean {
  const found = ISO.exec(text);
  if (found === null || Number.isNaN(new Date(text).getTime())) return false;
  // Dates that do not exist, such as the 30th of February, would become others.
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
