import { textAt } from "../../engines/kubernetes/json-at.ts";

/** An object of the cluster. */
export interface ArgoObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What says whose an object is: what differs in one of them is somebody else's, and stays as it is. */
export const OWNER_ANNOTATIONS = {
  deployment: "millrace.deployment",
  queue: "millrace.queue",
  datastore: "millrace.datastore",
} as const;

/** Whether an object of the cluster belongs to the owner of that one. */
export function isOfSameOwner(found: unknown, { metadata }: Pick<ArgoObject, "metadata">): boolean {
  const { annotations } = metadata;
  return Object.values(OWNER_ANNOTATIONS).every(
    (key) => (textAt(found, "metadata", "annotations", key) ?? undefined) === annotations[key],
  );
}
