import type { LogsAnswer } from "../../api/shapes.ts";
import type { PageQuery } from "../address/addresses.ts";

/** The output of an export that a query asks for: an export has both. */
export function filterLog(answer: LogsAnswer, { stream }: PageQuery): LogsAnswer {
  if (stream !== "stdout" && stream !== "stderr") return answer;
  return { ...answer, lines: answer.lines.filter((line) => line.stream === stream) };
}
