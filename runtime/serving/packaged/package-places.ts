/** Names in the folder of a packaged service. */
export const PACKAGE_PLACES = {
  /** What Node is started with, and what workers load. */
  entry: "service.mjs",
  /** The code package. */
  code: "code.json",
  /** See {@link PackageFacts}. */
  facts: "service.json",
  /** The files and packages of the project, as they lie where it was packaged. */
  project: "project",
} as const;

/** What is known of a packaged service beside its code. Paths are relative to its project's folder, with `/`. */
export interface PackageFacts {
  /** Name of the class. */
  readonly service: string;
  /** What the code's paths are relative to. */
  readonly root: string;
  /** Where the service was packaged, and where it runs. */
  readonly cwd: string;
}
