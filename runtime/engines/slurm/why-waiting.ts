import type { JobState } from "../jobs/job-service.ts";

/** What Slurm's word for a reason to wait means. */
const REASONS: Readonly<Record<string, string>> = {
  Resources: "what it asks for is in use",
  Priority: "jobs of a higher priority come first",
  Dependency: "a job that it depends on has not ended",
  DependencyNeverSatisfied: "a job that it depends on has failed",
  BeginTime: "its time to begin has not come",
  JobHeldUser: "it is held; scontrol release lets it go",
  JobHeldAdmin: "an administrator holds it",
  ReqNodeNotAvail: "nodes that it asks for are down, drained or reserved",
  PartitionDown: "its partition is down",
  PartitionInactive: "its partition is inactive",
  PartitionTimeLimit: "its time limit is more than its partition allows",
  PartitionNodeLimit: "it asks for more nodes than its partition allows",
  Reservation: "its reservation has not begun",
  ReservationDeleted: "its reservation is gone",
  JobArrayTaskLimit: "as many of its array run as may",
  Licenses: "licences that it asks for are in use",
  NodeDown: "a node that it needs is down",
  BadConstraints: "no node has what it asks for",
  InvalidAccount: "its account is not valid",
  InvalidQOS: "its quality of service is not valid",
};

/** Limits of the site on what one user, account or quality of service may use. */
const LIMIT = /^(?:QOS|Assoc)/;

/** Where a job is that has not begun, for people. */
export function whyWaiting({ state, reason }: { readonly state: string; readonly reason: string }): JobState {
  if (state === "CONFIGURING") return { name: state, reason: "its nodes are made ready" };
  if (reason === "None" || reason === "" || reason === "(null)") return { name: state, reason: null };
  const [word = reason] = reason.replace(/^\(|\)$/g, "").split(/[,( ]/);
  const meaning = REASONS[word] ?? (LIMIT.test(word) ? "a limit of your account or quality of service" : null);
  return { name: state, reason: meaning === null ? reason : `${reason} (${meaning})` };
}
