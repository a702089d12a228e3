/** What holds for all steps that say nothing else, and how to speak of the program. */
export interface BatchSettings {
  /** Name or ARN. */
  readonly queue: string | null;
  readonly jobRole: string | null;
  readonly executionRole: string | null;
  /** The command line of the flow, as it stands in hints: `node flow.ts`. */
  readonly cli: string;
}
