import { EventEmitter, on } from "node:events";
import type { BatchSettings } from "../../../runtime/engines/batch/batch-settings.ts";
import { openBatch } from "../../../runtime/engines/batch/open-batch.ts";
import type {
  JobEnd,
  JobGroup,
  JobListener,
  JobRef,
  JobService,
  StepJob,
} from "../../../runtime/engines/jobs/job-service.ts";
import { onTestFinished } from "vitest";
import { awsEnvironment } from "../../rigs/aws/moto.ts";

/** One thing that the service told. */
export type Told =
  | { readonly what: "submitted"; readonly group: string; readonly id: string }
  | { readonly what: "state"; readonly job: string; readonly state: string; readonly reason: string | null }
  | { readonly what: "running"; readonly job: string }
  | { readonly what: "ended"; readonly job: string; readonly end: JobEnd }
  | { readonly what: "warning"; readonly text: string };

/** A service and all that it told, in order. */
export interface Recorded {
  readonly service: JobService;
  readonly told: readonly Told[];
  /** Resolves once the condition holds of what was told. */
  until(condition: (told: readonly Told[]) => boolean): Promise<void>;
  /** Resolves with the ends of so many jobs, by their name: `group#index`. */
  ends(count: number): Promise<ReadonlyMap<string, JobEnd>>;
  ids(): ReadonlyMap<string, string>;
}

/** Opens a service against that address; closed when the test ends. */
export function openRecorded(url: string, settings: Partial<BatchSettings> = {}): Recorded {
  Object.assign(process.env, awsEnvironment(url));
  const told: Told[] = [];
  const news = new EventEmitter();
  const note = (one: Told) => {
    told.push(one);
    news.emit("told");
  };
  const service = openBatch(recorder(note), { ...NO_SETTINGS, ...settings });
  onTestFinished(() => service.close());
  const until = async (condition: (told: readonly Told[]) => boolean) => {
    if (condition(told)) return;
    for await (const _ of on(news, "told")) if (condition(told)) return;
  };
  return {
    service,
    told,
    until,
    async ends(count) {
      await until(() => told.filter(({ what }) => what === "ended").length >= count);
      return new Map(told.flatMap((one) => (one.what === "ended" ? [[one.job, one.end] as const] : [])));
    },
    ids: () => new Map(told.flatMap((one) => (one.what === "submitted" ? [[one.group, one.id] as const] : []))),
  };
}

const NO_SETTINGS: BatchSettings = { queue: null, jobRole: null, executionRole: null, cli: "node flow.ts" };

function recorder(note: (one: Told) => void): JobListener {
  return {
    submitted: ({ name }, id) => note({ what: "submitted", group: name, id }),
    state: (job, { name, reason }) => note({ what: "state", job: nameOf(job), state: name, reason }),
    running: (job) => note({ what: "running", job: nameOf(job) }),
    ended: (job, end) => note({ what: "ended", job: nameOf(job), end }),
    warning: (text) => note({ what: "warning", text }),
  };
}

function nameOf({ group, index }: JobRef): string {
  return `${group.name}#${index}`;
}

export const NEEDS: StepJob = {
  ...{ step: "train", cpu: 1, gpu: 0, memoryMb: 2048, sharedMemoryMb: null, diskMb: null },
  ...{ image: "millrace-test:local", timeoutMs: null, options: {} },
};

/** A group of so many jobs, each of which runs a shell script. */
export function groupOf(name: string, { script = "true", size = 1, needs, ...rest }: GroupOptions = {}): JobGroup {
  return {
    name: `TestFlow-train-${RUN}-${name}`,
    run: { flow: "TestFlow", run: RUN },
    user: "ada",
    needs: { ...NEEDS, ...needs },
    command: ["sh", "-c", script],
    env: {},
    tasks: Array.from({ length: size }, (_, task) => ({ task, attempt: 0 })),
    ...rest,
  };
}

export const RUN = "20260314-092653589-x7k2p";

interface GroupOptions extends Partial<Omit<JobGroup, "needs" | "name">> {
  readonly script?: string;
  readonly size?: number;
  readonly needs?: Partial<StepJob>;
}
