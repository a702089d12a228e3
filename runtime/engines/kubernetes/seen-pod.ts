import { isRecord } from "../../../sdk/base/is-record.ts";
import { jsonAt, listAt, numberAt, textAt, textsAt } from "./json-at.ts";
import { CONTAINER } from "./pod-spec.ts";

/** What the API server shows of a pod, as far as it matters here. */
export interface SeenPod {
  readonly uid: string;
  readonly name: string;
  /** Name of its Job. */
  readonly job: string;
  readonly index: number;
  readonly phase: string;
  readonly said: Said;
  /** Seconds that it is given to end; null while nobody has asked it to. */
  readonly endsWithinS: number | null;
  /** Why no node takes it; null where one did, or nobody looked yet. */
  readonly unscheduled: Said | null;
  /** Why the cluster took it away; null where it did not. */
  readonly disruption: Said | null;
  readonly container: SeenContainer | null;
  /** It is no longer there. */
  readonly isGone: boolean;
}

/** In the cluster's words: one for programs, a sentence for people. */
export interface Said {
  readonly reason: string | null;
  readonly message: string | null;
}

export type SeenContainer =
  | ({ readonly kind: "waiting" } & Said)
  | { readonly kind: "running" }
  | ({ readonly kind: "terminated"; readonly exitCode: number | null } & Said);

const INDEX = "batch.kubernetes.io/job-completion-index";
const JOB_NAMES = ["batch.kubernetes.io/job-name", "job-name"];

/** Null for a pod of no Job. */
export function seenPod(pod: unknown): SeenPod | null {
  const [uid, name] = [textAt(pod, "metadata", "uid"), textAt(pod, "metadata", "name")];
  const labels = textsAt(pod, "metadata", "labels");
  const job = JOB_NAMES.map((label) => labels[label]).find((found) => found !== undefined);
  if (uid === null || name === null || job === undefined) return null;
  const isEnding = textAt(pod, "metadata", "deletionTimestamp") !== null;
  return {
    ...{ uid, name, job },
    index: Number(textsAt(pod, "metadata", "annotations")[INDEX] ?? labels[INDEX] ?? 0),
    phase: textAt(pod, "status", "phase") ?? "Pending",
    said: saidAt(jsonAt(pod, "status")),
    endsWithinS: isEnding ? (numberAt(pod, "metadata", "deletionGracePeriodSeconds") ?? 0) : null,
    unscheduled: conditionOf(pod, { type: "PodScheduled", status: "False" }),
    disruption: conditionOf(pod, { type: "DisruptionTarget", status: "True" }),
    container: containerOf(pod),
    isGone: false,
  };
}

function saidAt(value: unknown): Said {
  return { reason: textAt(value, "reason"), message: textAt(value, "message") };
}

function conditionOf(pod: unknown, wanted: { readonly type: string; readonly status: string }): Said | null {
  const found = listAt(pod, "status", "conditions").find(
    (condition) => textAt(condition, "type") === wanted.type && textAt(condition, "status") === wanted.status,
  );
  return found === undefined ? null : saidAt(found);
}

function containerOf(pod: unknown): SeenContainer | null {
  const status = listAt(pod, "status", "containerStatuses").find((one) => textAt(one, "name") === CONTAINER);
  const state = jsonAt(status, "state");
  if (!isRecord(state)) return null;
  if (isRecord(state["terminated"]))
    return { kind: "terminated", exitCode: numberAt(state["terminated"], "exitCode"), ...saidAt(state["terminated"]) };
  if (isRecord(state["running"])) return { kind: "running" };
  return isRecord(state["waiting"]) ? { kind: "waiting", ...saidAt(state["waiting"]) } : null;
}
