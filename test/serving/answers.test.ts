import { expect, test } from "vitest";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

test(
  "a service answers rows and arrays, refuses what does not fit, and says what it is",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT));
    const answerTo = async (path: string, body: unknown) => {
      const response = await service.post(path, body);
      return [response.status, await response.json()];
    };

    // One row gives one answer, an array an array; what the schema adds is in the answer.
    expect(await answerTo("/echo", { id: "a" })).toEqual([200, { id: "a", n: 0 }]);
    expect(await answerTo("/echo", [{ id: "a" }, { id: "b", n: 2 }])).toEqual([
      200,
      [
        { id: "a", n: 0 },
        { id: "b", n: 2 },
      ],
    ]);
    expect(await answerTo("/echo", [])).toEqual([200, []]);

    const own = await service.post("/echo", { id: "a" }, { "x-request-id": "order-17" });
    expect(own.headers.get("x-request-id")).toBe("order-17");
    const made = await service.post("/echo", { id: "a" }, { "x-request-id": "a b" });
    expect(made.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);

    const wrong = "Invalid input: expected string, received number";
    expect(await answerTo("/echo", { id: 1 })).toEqual([422, { issues: [{ path: ["id"], message: wrong }] }]);
    expect(await answerTo("/echo", [{ id: "a" }, { id: 1 }])).toEqual([
      422,
      { issues: [{ path: [1, "id"], message: wrong }] },
    ]);
    for (const body of ["", "[1, 2", '{"id": }', "nonsense"]) {
      const [status, { error }] = (await answerTo("/echo", body)) as [number, { error: string }];
      expect([status, error], body).toEqual([400, expect.stringMatching(/^the body is (not JSON|empty)/)]);
    }

    const get = await service.get("/echo");
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await service.post("/model", {})).status).toBe(405);
    const unknown = await service.post("/ecoh", {});
    expect(unknown.status).toBe(404);
    expect(((await unknown.json()) as { paths: string[] }).paths).toContain("POST /echo");

    const api = (await (await service.get("/openapi.json")).json()) as OpenApi;
    expect(api.openapi).toBe("3.1.0");
    expect(Object.keys(api.paths)).toEqual(["/echo", "/act", "/double", "/length", "/together"]);
    const [row] = api.paths["/echo"]!.post.requestBody.content["application/json"].schema.anyOf;
    expect(row).toMatchObject({ type: "object", properties: { id: { type: "string" } }, required: ["id"] });

    const page = await service.get("/");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("POST /echo");
    expect((await service.get("/healthz")).status).toBe(200);
    expect((await service.get("/readyz")).status).toBe(200);
    const metrics = await (await service.get("/metrics")).text();
    expect(metrics).toContain('millrace_requests_total{method="echo",status="200"} 5');
    expect(metrics).toContain('millrace_requests_total{method="echo",status="422"} 2');
    expect(metrics).toMatch(/^millrace_request_seconds_bucket\{method="echo",le="\+Inf"\} 11$/m);

    expect(await service.stop()).toEqual({ code: 0, signal: null });
  },
);

test(
  "the Open Inference Protocol gives the same answers as the service's own paths",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT));
    const infer = async (body: unknown, path = "/v2/models/ShopService/infer") => {
      const response = await service.post(path, body);
      return [response.status, (await response.json()) as Inferred] as const;
    };
    const id = { name: "id", shape: [2], datatype: "BYTES", data: ["a", "b"] };
    const n = { name: "n", shape: [2], datatype: "FP64", data: [1, 2.5] };

    expect(await infer({ id: "17", inputs: [id, n] })).toEqual([
      200,
      { model_name: "ShopService", model_version: "1", id: "17", outputs: [id, n] },
    ]);
    const input = { name: "x", shape: [3], datatype: "FP64", data: [1, 2, 3] };
    const double = { inputs: [input], parameters: { method: "double" } };
    const [status, { outputs }] = await infer(double, "/v2/models/ShopService/versions/1/infer");
    expect([status, outputs]).toEqual([200, [{ name: "output", shape: [3], datatype: "FP64", data: [2, 4, 6] }]]);

    expect((await infer({ inputs: [{ ...id, data: ["a"] }] }))[0]).toBe(400);
    expect((await infer({ inputs: [{ ...id, data: [1, 2] }, n] }))[0]).toBe(422);
    expect((await infer({ inputs: [id] }, "/v2/models/another/infer"))[0]).toBe(404);
    expect((await infer({ inputs: [id] }, "/v2/models/ShopService/versions/2/infer"))[0]).toBe(404);

    // What an answer's schema calls an integer is one, in the answer as in what is said of it.
    const counts = { inputs: [{ name: "x", shape: [2], datatype: "BYTES", data: ["a", "bcd"] }] };
    const lengths = await infer({ ...counts, parameters: { method: "length" } });
    expect(lengths[1].outputs).toEqual([{ name: "output", shape: [2], datatype: "INT64", data: [1, 3] }]);

    const read = async (path: string) => (await service.get(path)).json();
    expect(await read("/v2/health/live")).toEqual({ live: true });
    expect(await read("/v2/models/ShopService/ready")).toEqual({ name: "ShopService", ready: true });
    expect(await read("/v2/models/ShopService")).toMatchObject({
      versions: ["1"],
      inputs: [
        { name: "id", datatype: "BYTES", shape: [-1] },
        { name: "n", datatype: "FP64", shape: [-1] },
      ],
    });
  },
);

test("rows of several requests become one call, and no request is split", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT));
  const requests = Array.from({ length: 40 }, (_, index) => [`${index}-a`, `${index}-b`, `${index}-c`]);
  const answers = await Promise.all(
    requests.map(async (rows) => (await service.post("/together", rows)).json() as Promise<[string, number, number][]>),
  );
  let shared = 0;
  for (const [index, answer] of answers.entries()) {
    expect(answer.map(([row]) => row)).toEqual(requests[index]);
    // All rows of a request were in the same call, of which none had more than eight.
    expect(new Set(answer.map(([, , batch]) => batch)).size).toBe(1);
    for (const [, size] of answer) expect(size).toBeLessThanOrEqual(8);
    if (answer[0]![1] > 3) shared += 1;
  }
  expect(shared).toBeGreaterThan(0);

  const many = Array.from({ length: 20 }, (_, index) => String(index));
  const whole = (await (await service.post("/together", many)).json()) as [string, number, number][];
  expect(whole.map(([row, size]) => [row, size])).toEqual(many.map((row) => [row, 20]));
});

const PATIENT_AND_BRIEF = `
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class TwoService extends Service {
    @predict({ input: z.string(), batch: { maxSize: 8, maxWaitMs: 20_000 } })
    patient(rows: string[]) {
      return rows;
    }

    @predict({ input: z.string(), batch: { maxSize: 8, maxWaitMs: 20 } })
    brief(rows: string[]) {
      return rows;
    }
  }

  serve(TwoService);
`;

test("how long one method waits for rows is not how long another does", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(PATIENT_AND_BRIEF));
  const order: string[] = [];
  const patient = service.post("/patient", '"a"').then(async (answer) => order.push(await answer.text()));
  await expect.poll(async () => (await service.get("/metrics")).text()).toMatch(/^millrace_requests_waiting 1$/m);
  order.push(await (await service.post("/brief", '"b"')).text());
  await patient;
  expect(order).toEqual(['"b"', '"a"']);
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, { post: { requestBody: { content: { "application/json": { schema: { anyOf: unknown[] } } } } } }>
  >;
}

interface Inferred {
  readonly outputs: unknown;
}
