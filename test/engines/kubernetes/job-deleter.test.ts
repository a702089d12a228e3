import { expect, test } from "vitest";
import { JobDeleter } from "../../../runtime/engines/kubernetes/job-deleter.ts";
import { jobId } from "../../../runtime/engines/kubernetes/object-name.ts";

/** An API server that answers when it is told to. */
function server() {
  const asked: string[] = [];
  const waiting: { answer(): void; refuse(): void }[] = [];
  const text = ({ query }: { query?: Readonly<Record<string, string>> }) => {
    asked.push(query?.["labelSelector"] ?? "");
    return new Promise<string>((resolve, reject) =>
      waiting.push({ answer: () => resolve(""), refuse: () => reject(new Error("refused")) }),
    );
  };
  return { asked, waiting, deleter: new JobDeleter(() => ({ text })) };
}

test("a job that could not be deleted is deleted with the next ones", async () => {
  const { asked, waiting, deleter } = server();
  deleter.later(jobId("ours", "one"));
  const first = deleter.flush();
  await expect.poll(() => waiting.length).toBe(1);
  waiting[0]?.refuse();
  await expect(first).rejects.toThrow("refused");
  deleter.later(jobId("ours", "two"));
  const second = deleter.flush();
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.answer();
  await second;
  expect(asked[1]).toMatch(/two.*one|one.*two/);
});

test("whoever deletes what is left waits for the request that is under way, and tries what it could not", async () => {
  const { asked, waiting, deleter } = server();
  deleter.later(jobId("ours", "one"));
  const early = deleter.flush().catch(() => "failed");
  await expect.poll(() => waiting.length).toBe(1);
  let isOver = false;
  const last = deleter.flush().then(() => (isOver = true));
  waiting[0]?.refuse();
  expect(await early).toBe("failed");
  await expect.poll(() => waiting.length).toBe(2);
  expect(isOver).toBe(false);
  waiting[1]?.answer();
  await last;
  expect(asked).toHaveLength(2);
});
