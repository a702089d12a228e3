import { describe, expect, test } from "vitest";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { makeBucket, MOTO } from "../../rigs/aws/moto.ts";
import { forbidden, internalError, type Misbehaviour, skewed, wrongRegion } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { OPERATIONS } from "./operations.ts";
import { rigForFile } from "./rig.ts";

/** What another try cannot mend. */
const FINAL: readonly (readonly [string, Misbehaviour, RegExp])[] = [
  ["403 AccessDenied", forbidden, /credentials in use may not/],
  ["403 InvalidAccessKeyId", { kind: "answer", status: 403, code: "InvalidAccessKeyId" }, /credentials are not valid/],
  ["403 ExpiredToken", { kind: "answer", status: 400, code: "ExpiredToken" }, /credentials are not valid/],
  ["404 NoSuchBucket", { kind: "answer", status: 404, code: "NoSuchBucket" }, /there is no bucket/],
  ["a clock that stays wrong", skewed, /the clock of this machine is wrong/],
];

describeWith(MOTO, "what a bucket refuses", () => {
  const rig = rigForFile();

  describe.each(Object.entries(OPERATIONS))("%s", (_, operation) => {
    test.each(FINAL)("meets %s: a clear error after few requests", async (_, does, wanted) => {
      const act = operation(rig());
      await rig().proxy.clear();
      await rig().proxy.add({ on: {}, does, times: 1000 });
      const error = failureOf(act);
      const seen = await rig().proxy.requests();
      // The answer to a HEAD has no body that could tell the reason.
      expect(error.message).toMatch(seen.every(({ op }) => op === "head") ? /^Cannot .* because/ : wanted);
      // Parts go side by side, and so do several deposits.
      expect(seen.length).toBeLessThanOrEqual(8);
    });
  });

  test("a clock that is wrong once is set by the answer that says so", async () => {
    const { proxy, via, truth, fresh } = rig();
    const key = fresh();
    await proxy.add({ on: {}, does: skewed });
    via.storage.write(key, [Buffer.from("in time")]);
    expect(Buffer.from(truth.storage.read(key)!).toString()).toBe("in time");
  });

  test("a bucket in another region is found there, or the error names the region", async () => {
    const { proxy, via, truth, fresh } = rig();
    const key = fresh();
    await proxy.add({ on: {}, does: wrongRegion("eu-central-1") });
    const error = failureOf(() => via.storage.write(key, [Buffer.from("x")]), { isOptional: true });
    if (error === null) expect(truth.storage.has(key)).toBe(true);
    else expect(`${error.message} ${error.hint}`).toContain("eu-central-1");
  });

  test("a service that fails for good is given up with a clear error", async () => {
    const { proxy, truth, via, fresh } = rig();
    const key = fresh();
    truth.storage.write(key, [Buffer.from("x")]);
    await proxy.add({ on: {}, does: internalError, times: 1000 });
    expect(failureOf(() => via.storage.read(key)).message).toMatch(/failed with status 500/);
    await proxy.clear();
    expect(Buffer.from(via.storage.read(key)!).toString()).toBe("x");
  });

  test("a network that is away for longer than a few tries is waited for", async () => {
    const { proxy, truth, via, fresh } = rig();
    const key = fresh();
    truth.storage.write(key, [Buffer.from("x")]);
    expect(via.storage.has(key)).toBe(true);
    await proxy.add({ on: { op: "get" }, does: { kind: "reset" }, times: 8 });
    expect(Buffer.from(via.storage.read(key)!).toString()).toBe("x");
  });

  test("a failed deposit is told by the next flush, and only once", async () => {
    const { proxy, via, truth, fresh } = rig();
    const key = fresh();
    await proxy.add({ on: { key }, does: forbidden, times: 1000 });
    via.storage.deposit(`${key}/a`, [Buffer.from("x")]);
    expect(failureOf(() => via.storage.flush()).message).toContain(`${key}/a`);
    await proxy.clear();
    expect(via.storage.flush()).toEqual([]);
    via.storage.deposit(`${key}/a`, [Buffer.from("x")]);
    via.storage.flush();
    expect(truth.storage.has(`${key}/a`)).toBe(true);
  });

  test("behind an append that failed nothing more is stored, and each call says so", async () => {
    const { proxy, via, truth, fresh } = rig();
    const key = fresh();
    const appender = via.storage.append(key);
    await appender.append("one\n");
    await proxy.add({ on: { key }, does: forbidden });
    await expect(appender.append("two\n")).rejects.toThrow(/may not write/);
    await expect(appender.append("three\n")).rejects.toThrow(/may not write/);
    expect(failureOf(() => appender.flush()).message).toMatch(/may not write/);
    appender.close();
    expect(Buffer.from(truth.storage.read(key)!).toString()).toBe("one\n");
  });

  test("an append that failed is told by a flush in the same breath", async () => {
    const { proxy, via, fresh } = rig();
    const key = fresh();
    await proxy.add({ on: { key }, does: forbidden, times: 1000 });
    const appender = via.storage.append(key);
    void Promise.resolve(appender.append("one\n")).catch(() => undefined);
    expect(failureOf(() => appender.flush()).message).toMatch(/may not write/);
    appender.close();
  });

  test("a missing bucket is named by the first call", async () => {
    const { open } = rig();
    const store = () => open("s3://no-such-bucket-here/x").storage;
    for (const act of [
      () => store().read("key"),
      () => store().list(""),
      () => store().has("key"),
      () => [...store().walk("")],
      () => store().write("key", []),
      () => store().tail("key").next(),
    ])
      expect(failureOf(act).message).toMatch(/there is no bucket no-such-bucket-here/);
  });

  test("without credentials the error says how to give some, and nothing is sent", async () => {
    const { proxy, open, location } = rig();
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const error = failureOf(() => open(location, none).storage.read("key"));
    expect(error.message).toMatch(/no credentials were found/);
    expect(error.hint).toContain("AWS_ACCESS_KEY_ID");
    expect(await proxy.requests()).toEqual([]);
  });

  test("an endpoint that nobody listens at, and one that does not exist, are told as such", async () => {
    const { open, location } = rig();
    for (const url of ["http://127.0.0.1:9", "http://no-such-host.invalid"]) {
      const error = failureOf(() => open(location, { AWS_ENDPOINT_URL: url }).storage.read("key"));
      expect(error.message).toMatch(/it cannot be reached/);
      expect(error.hint).toContain("AWS_ENDPOINT_URL");
    }
  });

  test.each([["s3://"], ["s3://Upper_Case/x"], ["s3://ab"], ["s3:///x"]])("%s is no bucket", (location) => {
    expect(failureOf(() => rig().open(location)).message).toMatch(/is not a valid bucket name/);
  });

  test("a store of a newer format is refused", async () => {
    const { open } = rig();
    const location = `${rig().location}/newer`;
    open(location).storage.write("millrace.json", [Buffer.from('{"format":99}')]);
    const error = failureOf(() => open(location).storage.list(""));
    expect(error.code).toBe("MILLRACE_NEWER_FORMAT");
  });

  test("two buckets of one service are two stores", async () => {
    const { open, proxy, location } = rig();
    const other = `s3://${await makeBucket(proxy.url)}/store`;
    open(other).storage.write("only-here", []);
    expect([location, other].map((one) => open(one).storage.has("only-here"))).toEqual([false, true]);
  });
});

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

function failureOf(act: () => unknown): Failure;
function failureOf(act: () => unknown, options: { isOptional: true }): Failure | null;
function failureOf(act: () => unknown, { isOptional = false } = {}): Failure | null {
  try {
    act();
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { code: error.code, message: error.message, hint: error.hint };
  }
  if (isOptional) return null;
  throw new Error("it went well");
}
