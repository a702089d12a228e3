import type { Finding } from "../../finding.ts";
import type { DataFacts } from "../data-facts.ts";

/** A mistake about data that `check` warns of. Pure: the same facts give the same findings. */
export interface DataRule {
  /** As findings and `// millrace-ignore` name it. */
  readonly name: string;
  /** What it finds, for the table in docs/cli.md. */
  readonly finds: string;
  find(facts: DataFacts): readonly Finding[];
}
