import type { AnswerAccuracy } from "./accuracy-of.ts";
import type { ColumnDrift } from "./compare-columns.ts";
import type { TimeWindow } from "./read-requests.ts";
import type { TrafficFacts } from "./traffic-counts.ts";

/** What was asked and answered in a time, and how far it is from before. */
export interface MonitorReport {
  readonly model: string;
  readonly window: TimeWindow;
  /** All versions that answered; the one with the last answer first. */
  readonly versions: readonly VersionTraffic[];
  readonly traffic: TrafficFacts;
  /** Versions that answered the same requests beside them, and nobody got the answers. */
  readonly shadows: readonly VersionTraffic[];
  /** Requests that the log kept. */
  readonly kept: number;
  /** Requests that the log was to keep and could not. */
  readonly dropped: number;
  /** What the report is without, as it cannot be read: a sentence for each object. */
  readonly unread: readonly string[];
  /** Of the version that is compared, where truths are known. */
  readonly accuracy: AnswerAccuracy | null;
  readonly drift: DriftReport;
}

export interface VersionTraffic extends TrafficFacts {
  readonly number: number;
  readonly hash: string;
}

export interface DriftReport {
  /** The version whose requests were compared; null where none was. */
  readonly number: number | null;
  readonly against: "training" | TimeWindow;
  /** Probability that it alarms although nothing changed. */
  readonly falseAlarms: number;
  /** Rows that were compared: of the reference, and of the window. */
  readonly rows: readonly [reference: number, window: number];
  /** True where outputs were not compared, as in the time before this version answered nothing. */
  readonly isOutputLeftOut: boolean;
  /** Why nothing was compared; null where it was. */
  readonly missing: string | null;
  readonly isAlarm: boolean;
  /** The most significant first. */
  readonly columns: readonly ColumnDrift[];
}
