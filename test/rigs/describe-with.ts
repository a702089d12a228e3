import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, inject, test } from "vitest";

/** Something that not every machine has. */
export interface Need {
  readonly name: string;
  /** Why it is not there; null if it is. */
  readonly missing: string | null;
  /** True for what a build server may lack as well. */
  readonly isRare?: boolean;
}

/** Servers and devices of a shared machine can be slow. */
const TIMEOUT_MS = 180_000;

/**
 * `describe` where the machine has what the suite needs. Elsewhere the suite is skipped, and named at the end of the run;
 * under `MILLRACE_REQUIRE_ALL=1` it fails, unless the need is rare.
 */
export function describeWith(need: Need, title: string, suite: () => void): void {
  if (need.missing === null) {
    describe(title, { timeout: TIMEOUT_MS }, suite);
    return;
  }
  const why = `${need.name} is not there: ${need.missing}`;
  if (inject("mustRunAll") && need.isRare !== true) {
    test(title, () => {
      throw new Error(why);
    });
    return;
  }
  describe.skip(title, suite);
  fs.writeFileSync(path.join(inject("skippedSuites"), randomUUID()), `  ${title} (${why})\n`);
}

/** Several of them as one: what is missing is the first that is. */
export function allOf(name: string, needs: readonly Need[]): Need {
  return { name, missing: needs.find(({ missing }) => missing !== null)?.missing ?? null };
}
