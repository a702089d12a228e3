/** The times that five fields of cron mean, each as the numbers that it allows. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** From 0, which is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Every hour of the day: then each real hour counts, also the one that comes twice. */
  readonly isEveryHour: boolean;
  /** Where both are restricted, a day fits if one of them does. */
  readonly restricts: { readonly days: boolean; readonly weekdays: boolean };
}

interface Field {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTE: Field = { title: "minute", from: 0, to: 59 };
const HOUR: Field = { title: "hour", from: 0, to: 23 };
const DAY: Field = { title: "day of the month", from: 1, to: 31 };
const MONTH: Field = { title: "month", from: 1, to: 12, names: MONTHS };
/** 7 is Sunday as well. */
const WEEKDAY: Field = { title: "weekday", from: 0, to: 7, names: WEEKDAYS };

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a cron expression.
 * @returns what is wrong with it, to be read behind it, where it is none or never fires
 */
export function cronFields(cron: string): CronFields | string {
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== 5 || texts[0] === "")
    return `it has ${texts[0] === "" ? 0 : texts.length} fields instead of five (minute, hour, day of the month, month, weekday)`;
  const read = [MINUTE, HOUR, DAY, MONTH, WEEKDAY].map((field, at) => numbersOf(texts[at] ?? "", field));
  const wrong = read.find((numbers) => typeof numbers === "string");
  if (wrong !== undefined) return wrong;
  const [minutes, hours, days, months, weekdays] = read as [Numbers, Numbers, Numbers, Numbers, Numbers];
  const fields: CronFields = {
    ...{ minutes, hours, days, months },
    weekdays: new Set([...weekdays].map((day) => day % 7)),
    isEveryHour: hours.size === 24,
    restricts: { days: !isEvery(texts[2]), weekdays: !isEvery(texts[4]) },
  };
  return firesAtAll(fields) ? fields : "it never fires: none of its months has such a day";
}

type Numbers = ReadonlySet<number>;

function isEvery(text: string | undefined): boolean {
  return text === "*" || text === "*/1";
}

function firesAtAll({ days, months, restricts }: CronFields): boolean {
  if (restricts.weekdays) return true;
  return [...months].some((month) => [...days].some((day) => day <= (LONGEST_MONTHS[month - 1] ?? 0)));
}

function numbersOf(text: string, field: Field): Numbers | string {
  const numbers = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step = "1", ...more] = part.split("/");
    const ends = range === "*" ? [field.from, lastOf(field)] : range.split("-").map((end) => numberOf(end, field));
    const every = /^\d+$/.test(step) ? Number(step) : 0;
    const [first, until = part.includes("/") ? lastOf(field) : first, ...others] = ends;
    // Sunday ends a week as well as it begins one.
    const last = field === WEEKDAY && until === 0 && first !== 0 ? 7 : until;
    if (more.length > 0 || others.length > 0 || every < 1 || first === undefined || first === null || last == null)
      return `${quoted(part)} is not a ${field.title}: ${wanted(field)}`;
    if (first > last) return `the ${field.title} ${quoted(range)} runs backward: write two ranges with a comma`;
    for (let number = first; number <= last; number += every) numbers.add(number);
  }
  return numbers;
}

/** Of `*`, and where a step begins at a number. */
function lastOf({ to, names }: Field): number {
  return names === WEEKDAYS ? 6 : to;
}

function numberOf(text: string, { from, to, names = [] }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return names === MONTHS ? named + 1 : named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= from && number <= to ? number : null;
}

function wanted({ from, to, names }: Field): string {
  const named = names === undefined ? "" : ` or ${names[0] ?? ""} to ${names.at(-1) ?? ""}`;
  return `it is *, ${from} to ${to}${named}, ranges as 1-5, steps as */2, and lists of these with commas`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
