import { describe, expect, test } from "vitest";
import { argoDeployer } from "../../../runtime/deploy/argo/argo-deployer.ts";
import { frameOf } from "../../../runtime/deploy/frames/frame.ts";
import { segmentsOf } from "../../../runtime/deploy/argo/segments-of.ts";
import { makeProject } from "../../rigs/project.ts";
import { readToldTask } from "../../../runtime/launch/deployed/told-task.ts";
import { jsonAt } from "../../../runtime/engines/kubernetes/json-at.ts";
import { argoName } from "../../../runtime/deploy/argo/argo-name.ts";
import { argoJson } from "../../../runtime/deploy/argo/argo-json.ts";
import { FOREACH, planFor, type PlanForOptions } from "./plan-for.ts";

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

interface Template {
  readonly name: string;
  readonly dag?: { readonly tasks: readonly Task[] };
  readonly [field: string]: unknown;
}

interface Task {
  readonly name: string;
  readonly template: string;
  readonly depends?: string;
  readonly when?: string;
  readonly arguments?: { readonly parameters: readonly { readonly value: string }[] };
  readonly withSequence?: { readonly count: string };
}

const SAMPLE = argoName("sample", planFor("start() { this.next(this.end) } end() {}").store);

function itemsOf(body: string, of: PlanForOptions = {}): readonly Item[] {
  return (JSON.parse(argoDeployer.spec(planFor(body, of))) as { items: readonly Item[] }).items;
}

function templatesOf(body: string, of: PlanForOptions = {}): readonly Template[] {
  return itemsOf(body, of)[0]?.spec["templates"] as readonly Template[];
}

/** Blocks of tasks, a line for each task: `name = template(at) after what if when`. */
function drawn(body: string, of: PlanForOptions = {}): Readonly<Record<string, readonly string[]>> {
  const blocks = templatesOf(body, of).flatMap(({ name, dag }) => (dag === undefined ? [] : [[name, dag] as const]));
  return Object.fromEntries(blocks.map(([name, { tasks }]) => [name, tasks.map(line)]));
}

function line({ name, template, depends, when, arguments: given, withSequence }: Task): string {
  const at = given === undefined ? "" : `(${given.parameters.map(({ value }) => value).join(", ")})`;
  const times = withSequence === undefined ? "" : ` x ${withSequence.count}`;
  const after = depends === undefined ? "" : ` after ${depends}`;
  return `${name} = ${template}${at}${times}${after}${when === undefined ? "" : ` if ${when}`}`;
}

describe("blocks of tasks", () => {
  test("a foreach is a sequence as long as its step told, and its join waits for all of them, also for none", () => {
    expect(drawn(FOREACH)).toEqual({
      "each-fit-all": [
        "fitAll = fit-all({{inputs.parameters.at}})",
        "two = two({{inputs.parameters.at}}) after fitAll.Succeeded",
      ],
      flow: [
        "start = start",
        "fitAll = each-fit-all({{item}}) x {{tasks.start.outputs.parameters.size}} after start.Succeeded",
        "join = join after (fitAll.Succeeded || fitAll.Skipped)",
        "end = end after join.Succeeded",
      ],
    });
  });

  test("a child of a child is told both of its places, and a body of one step is called without a block", () => {
    const body = `start() { this.next(this.a, { foreach: 'xs' }) } a(x) { this.next(this.l, this.r) } l() { this.next(this.i) } r() { this.next(this.i) }
      i(inputs) { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;
    expect(drawn(body)["each-a"]).toEqual([
      "a = a({{inputs.parameters.at}})",
      "l = l({{inputs.parameters.at}}.0) after a.Succeeded",
      "r = r({{inputs.parameters.at}}.1) after a.Succeeded",
      "i = i({{inputs.parameters.at}}) after (l.Succeeded && r.Succeeded)",
    ]);
  });

  test("paths of a switch are tasks with conditions, and meet in one that waits for whichever there was", () => {
    const body = `start() { this.next({ small: this.quick, 'very large': this.deep, default: this.deep }, { condition: 'k' }) }
      quick() { this.next(this.end) } deep() { this.next(this.end) } end() {}`;
    const chosen = "'{{tasks.start.outputs.parameters.case}}'";
    expect(drawn(body)).toEqual({
      flow: [
        "start = start",
        `quick = quick after start.Succeeded if ${chosen} == 'small'`,
        `deep = deep after start.Succeeded if ${chosen} == 'very large' || ${chosen} == 'default'`,
        "end = end after quick.Succeeded || deep.Succeeded",
      ],
    });
  });

  test("a loop calls its own block again", () => {
    const body = `start() { this.next(this.a) } a() { this.next(this.b) } b() { this.next({ again: this.a, done: this.end }, { condition: 'k' }) } end() {}`;
    const chosen = "'{{tasks.b.outputs.parameters.case}}'";
    expect(drawn(body)).toEqual({
      "from-a": [
        "a = a",
        "b = b after a.Succeeded",
        `end = end after b.Succeeded if ${chosen} == 'done'`,
        `a-again = from-a after b.Succeeded if ${chosen} == 'again'`,
      ],
      flow: ["start = start", "a = from-a after start.Succeeded"],
    });
  });

  test("a case that leads where others lead as well has a block for what follows", () => {
    const body = `start() { this.next({ more: this.a, stop: this.last }, { condition: 'k' }) } a() { this.next(this.last) } last() { this.next(this.end) } end() {}`;
    const chosen = "'{{tasks.start.outputs.parameters.case}}'";
    expect(drawn(body)["flow"]).toEqual([
      "start = start",
      `a = a after start.Succeeded if ${chosen} == 'more'`,
      `last = from-last after start.Succeeded if ${chosen} == 'stop'`,
      "last-2 = from-last after a.Succeeded",
    ]);
  });

  test("each step stands in one segment of its frame, however many ways lead to it", () => {
    const body = `start() { this.next({ a: this.a, b: this.b }, { condition: 'k' }) } a() { this.next({ b: this.b, c: this.c }, { condition: 'k' }) }
      b() { this.next({ a: this.a, c: this.c }, { condition: 'k' }) } c() { this.next(this.end) } end() {}`;
    const segments = segmentsOf(frameOf(planFor(body).graph));
    const steps = segments.flatMap((one) => one.steps.map(({ step }) => step));
    expect([...steps].sort()).toEqual(["a", "b", "c", "end", "start"]);
  });

  test("names that mean something in Argo's expressions, and those with capitals, become others", () => {
    const body = `start() { this.next(this.in) } in() { this.next(this.fit_A) } fit_A() { this.next(this.$x) } $x() { this.next(this.end) } end() {}`;
    expect(drawn(body)["flow"]).toEqual([
      "start = start",
      "step-in = in after start.Succeeded",
      "fit-A = fit-a after step-in.Succeeded",
      "x = x after fit-A.Succeeded",
      "end = end after x.Succeeded",
    ]);
  });
});

describe("containers", () => {
  const RETRY = { times: 2, delayMs: 1500, backoff: 2, maxDelayMs: 60_000, jitter: true, hasFilter: false };
  const container = (of: PlanForOptions["settings"], name = "fit-all") =>
    templatesOf(FOREACH, of === undefined ? {} : { settings: of }).find((one) => one.name === name);

  test("are told step, child and execution, and tell how many children there are", () => {
    expect(container({}, "start")?.["container"]).toMatchObject({
      env: expect.arrayContaining([
        { name: "MILLRACE_STEP", value: "start" },
        { name: "MILLRACE_TRIGGER", value: "{{workflow.parameters.trigger}}" },
        { name: "MILLRACE_TELL_SIZE", value: "/tmp/millrace-size" },
      ]) as unknown,
    });
    expect(container({}, "start")?.["outputs"]).toEqual({
      parameters: [{ name: "size", valueFrom: { path: "/tmp/millrace-size" } }],
    });
    expect(container({})?.["container"]).toMatchObject({
      env: expect.arrayContaining([{ name: "MILLRACE_AT", value: "{{inputs.parameters.at}}" }]) as unknown,
    });
  });

  test("what all have in common is said once, and no text of ours is taken for one of Argo's tags", () => {
    const { templateDefaults } = itemsOf(FOREACH)[0]?.spec as { templateDefaults: { container: { env: object[] } } };
    expect(templateDefaults.container).toMatchObject({
      image: "registry.example/node:22",
      command: ["sh", "-c", expect.anything(), expect.anything()],
    });
    expect(templateDefaults.container.env).toEqual(
      expect.arrayContaining([
        { name: "MILLRACE_FIRE", value: "{{workflow.uid}}" },
        { name: "MILLRACE_DEPLOYMENT", value: "sample/3" },
        { name: "MILLRACE_DATASTORE", value: "s3://bucket/store" },
      ]),
    );
    expect(JSON.stringify((templateDefaults.container as unknown as { command: unknown }).command)).not.toContain("{{");
  });

  test("@retry keeps its limit and its delays", () => {
    expect(container({ fitAll: { retry: RETRY } })?.["retryStrategy"]).toEqual({
      limit: 2,
      retryPolicy: "Always",
      backoff: { duration: "1500ms", factor: 2, cap: "60000ms" },
    });
  });

  test("@catchError has a second task, for a container that died", () => {
    expect(drawn(FOREACH, { settings: { fitAll: { catchAs: "error" } } })["fit-all"]).toEqual([
      "attempts = fit-all-attempts({{inputs.parameters.at}})",
      "conclude = fit-all-attempts({{inputs.parameters.at}}, 1) after attempts.Failed || attempts.Errored",
    ]);
  });

  test("ask for more at a further attempt, where @resources says so", () => {
    const needs = { cpu: 1, gpu: 0, diskMb: null, sharedMemoryMb: null };
    const resources = { ...needs, memoryMb: 100, later: [{ ...needs, memoryMb: 200 }] };
    expect(JSON.parse(container({ fitAll: { retry: RETRY, resources } })?.["podSpecPatch"] as string)).toEqual({
      containers: [
        {
          name: "main",
          resources: {
            requests: { cpu: "1000m", memory: "{{=['100Mi', '200Mi'][min(asInt(retries), 1)]}}" },
            limits: { memory: "{{=['100Mi', '200Mi'][min(asInt(retries), 1)]}}" },
          },
        },
      ],
    });
  });
});

describe("what starts workflows", () => {
  const schedule = {
    cron: "0 6 * jan-mar mon,7",
    timezone: "Europe/Berlin",
    catchUp: "last",
    overlap: "skip",
  } as const;

  test("a schedule is a CronWorkflow with its time zone, in numbers, which says for when it starts", () => {
    const [, cron] = itemsOf(FOREACH, { triggers: { schedules: [schedule] } });
    expect(cron).toMatchObject({
      kind: "CronWorkflow",
      spec: {
        schedules: ["0 6 * 1,2,3 0,1"],
        timezone: "Europe/Berlin",
        concurrencyPolicy: "Forbid",
        suspend: false,
        workflowSpec: {
          workflowTemplateRef: { name: SAMPLE },
          arguments: { parameters: [{ name: "trigger", value: '{"scheduledAt":"{{workflow.scheduledTime}}"}' }] },
        },
      },
    });
    expect(cron?.spec["startingDeadlineSeconds"]).toBeGreaterThan(1e6);
  });

  test("what overlaps runs beside it, waits for it, or is left out", () => {
    const rules = (["allow", "queue"] as const).map((overlap) => ({ ...schedule, overlap, catchUp: "none" as const }));
    const [, allowed, queued] = itemsOf(FOREACH, { triggers: { schedules: rules } });
    expect(allowed?.spec).toMatchObject({ concurrencyPolicy: "Allow", startingDeadlineSeconds: 0 });
    expect(queued).toMatchObject({
      metadata: { name: `${SAMPLE}-2` },
      spec: {
        concurrencyPolicy: "Allow",
        workflowSpec: { synchronization: { mutexes: [{ name: `${SAMPLE}-schedule` }] } },
      },
    });
  });

  test("an event is a Sensor, whose workflow is told of it and of the parameters that it gives", () => {
    const event = { events: ["rates-arrived"], parameters: { date: "day" }, policy: "each" } as const;
    const [, sensor] = itemsOf(FOREACH, {
      triggers: { events: [event] },
      variables: { MILLRACE_ARGO_EVENT_SOURCE: "bus" },
    });
    expect(sensor).toMatchObject({
      kind: "Sensor",
      spec: { dependencies: [{ name: "rates-arrived", eventSourceName: "bus", eventName: "rates-arrived" }] },
    });
    const dest = "spec.arguments.parameters.0.value";
    expect(jsonAt(sensor, "spec", "triggers")).toMatchObject([
      {
        template: {
          conditions: "rates-arrived",
          k8s: {
            operation: "create",
            parameters: [
              {
                src: {
                  dependencyName: "rates-arrived",
                  contextTemplate: expect.stringContaining(".Input.id") as unknown,
                },
                ...{ dest, operation: "overwrite" },
              },
              {
                src: {
                  dependencyName: "rates-arrived",
                  dataTemplate: expect.stringContaining(".Input.body") as unknown,
                },
                ...{ dest, operation: "append" },
              },
            ],
          },
        },
      },
    ]);
  });

  test("what a Sensor writes of events is the trigger of the run, whatever their data hold", () => {
    const events = ["a.b", "a-b"];
    const [, sensor] = itemsOf(FOREACH, { triggers: { events: [{ events, parameters: {}, policy: "each" }] } });
    const data = { text: "{{workflow.name}} $(HOME) \u007f \u{e0067} ü", more: [{ x: { y: 1 } }] };
    const [, first, , second] = written(sensor, { id: "e1", time: "2026-03-01T05:00:00Z", data }).split(
      /"dataBase64":"|"}/,
    );
    expect(first).toBe(second);
    const told = readToldTask({
      ...{ MILLRACE_DEPLOYMENT: "sample/3", MILLRACE_FIRE: "f", MILLRACE_STEP: "start" },
      MILLRACE_TRIGGER: written(sensor, { id: "e1", time: "2026-03-01T05:00:00Z", data }),
    });
    expect(told.trigger.events).toEqual(
      events.map((name) => ({ id: "e1", name, data, publishedAt: Date.UTC(2026, 2, 1, 5) })),
    );
    const names = (jsonAt(sensor, "spec", "dependencies") as { name: string }[]).map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_-]*$/);
  });

  test("priority and limit of tasks at once are the workflow's", () => {
    const version = { queue: { name: "nightly", priority: 5 } };
    expect(itemsOf(FOREACH, { version })[0]?.spec).toMatchObject({ priority: 5, parallelism: 200, onExit: "finish" });
  });

  test("slots of a queue are an object that its deployments share, by which workflows wait for each other", () => {
    const cwd = makeProject({ "millrace.config.json": JSON.stringify({ queues: { nightly: { slots: 2 } } }) });
    const plan = planFor(FOREACH, { cwd, version: { queue: { name: "nightly", priority: 5 } } });
    const { items } = JSON.parse(argoDeployer.spec(plan)) as { items: readonly Item[] };
    expect(items[0]).toMatchObject({
      kind: "ConfigMap",
      metadata: { name: expect.stringMatching(/^millrace-queue-nightly-[0-9a-f]{8}$/) as unknown },
      data: { slots: "2" },
    });
    expect(items[1]?.spec["synchronization"]).toEqual({
      semaphores: [{ configMapKeyRef: { name: items[0]?.metadata.name, key: "slots" } }],
    });
  });

  test("no two deployments share an object: not those of like names, nor those of one name in two datastores", () => {
    const names = ["fraud.ada.ScoreFlow", "fraud.ada.scoreflow", "a.b", "a-b", "etl", "etl-2"].map(
      (name) => itemsOf(FOREACH, { name })[0]?.metadata.name,
    );
    expect(names[0]).toMatch(/^fraud-ada-score-flow-[0-9a-f]{8}$/);
    names.push(itemsOf(FOREACH, { name: "etl", location: "s3://other/store" })[0]?.metadata.name);
    // Further schedules of a deployment are numbered.
    const rules = (["UTC", "Europe/Berlin"] as const).map((timezone) => ({ ...schedule, timezone }));
    names.push(itemsOf(FOREACH, { name: "etl", triggers: { schedules: rules } })[2]?.metadata.name);
    expect(new Set(names).size).toBe(8);
    // The same each time.
    expect(itemsOf(FOREACH, { name: "etl" })[0]?.metadata.name).toBe(names[4]);
  });

  test("a trigger by hand holds nothing that Argo or Kubernetes would replace", () => {
    const parameters = { a: "{{workflow.name}} {{{{x}}", b: "$(HOME) $$", c: "\u007f \u{e0067} ü 😀" };
    const text = argoJson({ parameters });
    expect(text).not.toMatch(/\{\{|\$|[^\x20-\x7e]/);
    expect(JSON.parse(text)).toEqual({ parameters });
  });
});

/** What a Sensor writes, as Argo Events would, of one event for each of its dependencies. */
function written(
  sensor: unknown,
  event: { readonly id: string; readonly time: string; readonly data: unknown },
): string {
  const [trigger] = jsonAt(sensor, "spec", "triggers") as readonly unknown[];
  const parameters = jsonAt(trigger, "template", "k8s", "parameters") as readonly {
    readonly src: { readonly contextTemplate?: string; readonly dataTemplate?: string };
    readonly operation: string;
  }[];
  return parameters.reduce((before, { src: { contextTemplate, dataTemplate }, operation }) => {
    const own = contextTemplate ?? dataTemplate ?? "";
    const text = own
      .replace("{{ .Input.id | toJson }}", JSON.stringify(event.id))
      .replace("{{ .Input.time | toJson }}", JSON.stringify(event.time))
      .replace("{{ .Input.body | toJson | b64enc }}", Buffer.from(JSON.stringify(event.data)).toString("base64"));
    return operation === "append" ? before + text : text;
  }, "");
}
