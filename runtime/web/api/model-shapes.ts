/** What the server of `millrace ui` answers about models, in JSON. Times are milliseconds since 1970. */
import type { ShownParameter } from "./shapes.ts";

/** `GET /api/models` */
export interface ModelsAnswer {
  /** By name. */
  readonly models: readonly ModelRow[];
}

export interface ModelRow {
  readonly name: string;
  /** The highest number of a version that was not removed. */
  readonly latest: number;
  /** How many versions it has. */
  readonly versions: number;
  /** Where its aliases stand. */
  readonly aliases: Readonly<Record<string, number>>;
  /** What cannot be read of it; absent where all can. */
  readonly problem?: string;
}

/** `GET /api/models/:model?limit=` */
export interface ModelAnswer {
  readonly name: string;
  readonly aliases: Readonly<Record<string, number>>;
  /** How many versions it has; `versions` are the newest of them. */
  readonly count: number;
  /** The newest first. */
  readonly versions: readonly ModelVersionRow[];
  /** The last 1,000 moves of its aliases, the newest first. */
  readonly moves: readonly ModelMoveRow[];
}

export interface ModelVersionRow {
  readonly number: number;
  readonly aliases: readonly string[];
  /** By name: what is not finite as text, `NaN`. */
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly description: string | null;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  readonly registeredAt: number;
  readonly user: string;
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly task: number;
  readonly artifact: string;
  /** What it was made from. */
  readonly lineage: {
    readonly code: string;
    readonly flowFile: string;
    /** The commit, as people read it; null where the code lay in no repository. */
    readonly commit: string | null;
    readonly millrace: string;
    readonly node: string;
    readonly packages: Readonly<Record<string, string>>;
    readonly parameters: readonly ShownParameter[];
    readonly data: readonly { readonly name: string; readonly type: string; readonly hash: string }[];
    /** Features that it was trained on: the version of each view, and which of its features. */
    readonly features: readonly {
      readonly view: string;
      readonly version: number;
      readonly features: readonly string[];
    }[];
  };
}

/** `GET /api/models/:model/monitor?window=`: what `millrace monitor` says of the time up to now. */
export interface MonitorAnswer {
  readonly title: string;
  /** Whether there is drift. */
  readonly verdict: string;
  readonly isAlarm: boolean;
  readonly accuracy: readonly (readonly [name: string, value: string])[];
  /** What each version was asked. */
  readonly traffic: MonitorTable;
  /** How far each column is from training. */
  readonly drift: MonitorTable;
  readonly notes: readonly string[];
}

export interface MonitorTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ModelMoveRow {
  readonly alias: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly action: string;
  readonly user: string;
  readonly at: number;
  readonly reason: string | null;
}
