/** The version of a model that answers. A service without a model has none. */
export interface ServedVersion {
  /** `churn` */
  readonly name: string;
  readonly number: number;
  /** SHA-256 of the stored artifact, in hex. */
  readonly hash: string;
  /** Aliases that point to it. */
  readonly aliases: readonly string[];
  /** What the artifact is, for people. */
  readonly type: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** `Flow/run`, and the artifact in it: `Flow/run/step/task/name`. */
  readonly run: string;
  readonly artifact: string;
  /** Hash of the run's code package, and the flow file in it. */
  readonly code: { readonly hash: string; readonly file: string };
  /** The commit of the code; null where it lay in no repository. */
  readonly commit: string | null;
}

/** `churn@7` */
export function versionText({ name, number }: ServedVersion): string {
  return `${name}@${number}`;
}
