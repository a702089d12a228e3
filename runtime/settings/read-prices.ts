import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { PRICES, type Prices, pricesFindings, pricesIn } from "./prices.ts";
import type { ProjectSettings } from "./project-file.ts";

const EXAMPLE = `{"${PRICES}": {"currency": "USD", "asOf": "2026-11-01", "cpuHour": 0.04, "memoryGbHour": 0.0045}}`;

/**
 * The prices that a project's file says, or those of the file that it names.
 * @throws MillraceError `MILLRACE_SETTINGS` where there are none, or the named file holds something else
 */
export function readPrices(project: ProjectSettings | null): Prices {
  const said = project?.content[PRICES];
  if (project === null || said === undefined)
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: "Cannot tell what runs cost because no prices are set",
      details: [project === null ? "there is no millrace.config.json" : `${project.file} has no ${PRICES}`],
      hint: `write into millrace.config.json what you pay for an hour, as in ${EXAMPLE}`,
    });
  if (typeof said !== "string") return pricesIn(said);
  const file = path.resolve(path.dirname(project.file), said);
  const content = jsonIn(file);
  const findings = content.problem === null ? pricesFindings(content.value) : [content.problem];
  if (findings.length === 0) return pricesIn(content.value);
  throw new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot take prices from ${file} because ${content.problem === null ? "some are wrong" : "it cannot be read as JSON"}`,
    details: findings,
    hint: `fix the file, which ${project.file} names; it holds what ${PRICES} would hold there`,
  });
}

function jsonIn(file: string): { readonly value: unknown; readonly problem: string | null } {
  try {
    return { value: JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "")), problem: null };
  } catch (error) {
    return { value: null, problem: messageOf(error) };
  }
}
