/** What Millrace does in a namespace, as a Role has it. */
export interface NeededRight {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly why: string;
}

export const NEEDED_RIGHTS: readonly NeededRight[] = [
  {
    group: "batch",
    resource: "jobs",
    verbs: ["create", "get", "list", "delete", "deletecollection"],
    why: "starts, finds and deletes jobs",
  },
  { group: "", resource: "pods", verbs: ["get", "list", "watch", "delete"], why: "sees how they fare, and ends them" },
  { group: "", resource: "pods/log", verbs: ["get"], why: "shows the output of a pod that left no word" },
  { group: "", resource: "events", verbs: ["list"], why: "says why a job has no pods, as a quota" },
  { group: "", resource: "secrets", verbs: ["create"], why: "hands over what @secrets reads" },
];
