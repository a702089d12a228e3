import { expect, test } from "vitest";
import type { JobGroup } from "../../../../runtime/engines/jobs/job-service.ts";
import type { ApiFailure, JobApi } from "../../../../runtime/engines/jobs/polling/job-api.ts";
import { Submitter } from "../../../../runtime/engines/jobs/polling/submitter.ts";
import { groupOf } from "../../batch/recorder.ts";

const CLOSED = AbortSignal.abort();

type Answer = ApiFailure["kind"] | "taken";

/** A cluster that answers as told; `unclear` requests count if they are among those that `carriesOut`. */
class ToldApi {
  readonly limits = { defaultLimit: 1, maxGroupSize: 1, submissions: { perSecond: 1000, burst: 1000 } };
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  readonly warned: string[] = [];
  readonly title = "The cluster";
  readonly #answers: Answer[];
  readonly #carriesOut: boolean;

  constructor(answers: Answer[], { carriesOut = false } = {}) {
    this.#answers = answers;
    this.#carriesOut = carriesOut;
  }

  async prepare(): Promise<void> {
    // Nothing lacks.
  }

  async submit(): Promise<string> {
    const answer = this.#answers.shift() ?? "taken";
    const id = `job-${this.started.length + 1}`;
    if (answer === "taken" || (answer === "unclear" && this.#carriesOut)) this.started.push(id);
    if (answer !== "taken") throw new Error(answer);
    return id;
  }

  async find(): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map([[GROUP.name, this.started]]);
  }

  async stopTwins(ids: readonly string[]): Promise<void> {
    this.stopped.push(...ids);
  }

  failureOf(error: unknown): ApiFailure {
    return { kind: (error as Error).message as ApiFailure["kind"], text: "", remedy: null };
  }
}

const GROUP: JobGroup = groupOf("one");

function submitterOf(api: ToldApi): Submitter {
  return new Submitter(api as unknown as JobApi, { signal: CLOSED, warning: (text) => api.warned.push(text) });
}

function submitted(api: ToldApi, isWanted = () => true): Promise<string | null> {
  // Nothing waits where all is to end.
  return submitterOf(api).submit(GROUP, isWanted);
}

test("a request that was throttled is sent again", async () => {
  const api = new ToldApi(["throttled", "throttled"]);
  expect(await submitted(api)).toBe("job-1");
  expect(api.started).toHaveLength(1);
});

test("a request without an answer is looked for before it is sent again", async () => {
  const counted = new ToldApi(["unclear"], { carriesOut: true });
  expect(await submitted(counted)).toBe("job-1");
  expect(counted.started).toHaveLength(1);
  const lost = new ToldApi(["unclear"]);
  expect(await submitted(lost)).toBe("job-1");
  expect(lost.started).toHaveLength(1);
});

test("of two that turn out to be one too many the first is kept", async () => {
  const api = new ToldApi(["unclear"], { carriesOut: true });
  // It is listed late: not yet at the first look.
  const find = api.find.bind(api);
  let looks = 0;
  api.find = async () => ((looks += 1) === 1 ? new Map() : find());
  expect(await submitted(api)).toBe("job-1");
  expect(api.stopped).toEqual(["job-2"]);
});

test("a cluster that has answered before may be silent for as long as it takes", async () => {
  const silent = Array.from({ length: 100 }, () => "unclear" as const);
  await expect(submitted(new ToldApi([...silent]))).rejects.toThrow("unclear");
  const api = new ToldApi(["taken", ...silent]);
  const submitter = submitterOf(api);
  await submitter.submit(GROUP, () => true);
  api.started.length = 0;
  expect(await submitter.submit(GROUP, () => true)).toBe("job-1");
  expect(api.started).toHaveLength(1);
});

test("while nobody can say whether a request counted, no other is sent", async () => {
  const api = new ToldApi(["unclear"], { carriesOut: true });
  const find = api.find.bind(api);
  let looks = 0;
  api.find = async () => {
    if ((looks += 1) <= 3) throw new Error("unclear");
    return find();
  };
  expect(await submitted(api)).toBe("job-1");
  expect(api.started).toHaveLength(1);
  expect(looks).toBe(4);
});

test("a group that is given up meanwhile is looked for once more", async () => {
  const api = new ToldApi(["unclear"], { carriesOut: true });
  expect(await submitted(api, () => api.started.length === 0)).toBe("job-1");
});

test("what is refused for good is told at once, and what nobody wants any more is not sent", async () => {
  const refusing = new ToldApi(["final"]);
  await expect(submitted(refusing)).rejects.toThrow("final");
  expect(refusing.started).toEqual([]);
  const unwanted = new ToldApi([]);
  expect(await submitted(unwanted, () => false)).toBeNull();
  expect(unwanted.started).toEqual([]);
});
