import { isRecord } from "../../../sdk/base/is-record.ts";

/** Answers as CSV: a column for each field, in the order of the first answer that has it; `answer` where they are values. */
export function csvText(answers: readonly unknown[]): string {
  const names = new Set(answers.flatMap((answer) => (isRecord(answer) ? Object.keys(answer) : [VALUE])));
  const header = [...names];
  const lines = answers.map((answer) =>
    header.map((name) => cellOf(isRecord(answer) ? answer[name] : name === VALUE ? answer : undefined)).join(","),
  );
  return [header.map(cellOf).join(","), ...lines, ""].join("\n");
}

const VALUE = "answer";

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
