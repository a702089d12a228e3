import { expect, test } from "vitest";
import { type AirflowDag, airflowDag } from "../../../runtime/deploy/airflow/airflow-dag.ts";
import { airflowNames } from "../../../runtime/deploy/airflow/airflow-names.ts";
import { frameOf } from "../../../runtime/deploy/frames/frame.ts";
import { graphOf } from "../graph-of.ts";

/** Each task as text: `group/name* < what is before it`, with a star where ways meet. */
function drawn({ tasks }: AirflowDag): string[] {
  return tasks.map(({ id, group, isMeeting, after }) => {
    const name = `${group === null ? "" : `${group}/`}${id}${isMeeting ? "*" : ""}`;
    return after.length === 0 ? name : `${name} < ${after.join(" ")}`;
  });
}

function dagOf(first: string, body: string): AirflowDag {
  return airflowDag(frameOf(graphOf(first, body)));
}

test("a foreach is one mapped group, and its join waits for the split as well: a list can be empty", () => {
  const body = `a(x) { this.next(this.b) } b() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  expect(drawn(dagOf("this.a, { foreach: 'xs' }", body))).toEqual([
    "start",
    "start.items < start",
    "start-each/a < start.items",
    "start-each/b < a",
    "j* < start b",
    "end < j",
  ]);
});

test("an inner foreach is a group beside the outer one's, which goes on in a further part", () => {
  const body = `a(x) { this.next(this.b, { foreach: 'ys' }) } b(y) { this.next(this.i) } i(inputs) { this.next(this.c) }
    c() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  const dag = dagOf("this.a, { foreach: 'xs' }", body);
  expect(drawn(dag)).toEqual([
    "start",
    "start.items < start",
    "start-each/a < start.items",
    "a.items < a",
    "a-each/b < a.items",
    "start-each-1/i* < a b",
    "start-each-1/c < i",
    "j* < start c",
    "end < j",
  ]);
  expect(dag.groups).toEqual([
    { id: "start-each", over: "start.items" },
    { id: "start-each-1", over: "start.items" },
    { id: "a-each", over: "a.items" },
  ]);
});

test("a switch leads by a way of its own to a step where several meet", () => {
  const body = `a() { this.next(this.m) } m() { this.next(this.end) }`;
  const dag = dagOf("{ x: this.a, y: this.m, z: this.m }, { condition: 'k' }", body);
  expect(drawn(dag)).toEqual(["start", "start.to.m < start", "a < start", "m* < start.to.m a", "end < m"]);
  const guards = dag.tasks.flatMap(({ id, guard }) => (guard === null ? [] : [[id, guard.of, ...guard.cases]]));
  expect(guards).toEqual([
    ["start.to.m", "start", "y", "z"],
    ["a", "start", "x"],
  ]);
});

test("names of steps become names that Airflow allows, each its own", () => {
  const names = ["fit", "$fit", "größe", "x24fit", "a\u200cb", "z".repeat(300), `${"z".repeat(299)}y`].map(
    airflowNames.step,
  );
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,100}$/);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 3)).toEqual(["fit", "-24fit", "gr-f6-dfe"]);
});
