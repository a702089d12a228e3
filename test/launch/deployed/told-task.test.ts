import { expect, test } from "vitest";
import { readToldTask } from "../../../runtime/launch/deployed/told-task.ts";
import { TASK_VARIABLES } from "../../../runtime/engines/container/task-variables.ts";

function toldWith(dataBase64: string) {
  const event = { id: "one", name: "rates", publishedAt: "2026-03-01T06:00:00Z", dataBase64 };
  return readToldTask({
    [TASK_VARIABLES.deployment]: "SampleFlow/3",
    [TASK_VARIABLES.fire]: "by-event",
    [TASK_VARIABLES.step]: "start",
    [TASK_VARIABLES.trigger]: JSON.stringify({ events: [event] }),
  });
}

test("the data of an event come as base64 of JSON; what is damaged starts no run with half of it", () => {
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  expect(toldWith(encoded('{"day": "monday"}')).trigger.events).toMatchObject([{ data: { day: "monday" } }]);
  expect(toldWith(encoded("null")).trigger.events).toMatchObject([{ data: null }]);
  for (const damaged of ["", encoded('{"day": "mon')])
    expect(() => toldWith(damaged)).toThrow(
      new RegExp(`${TASK_VARIABLES.trigger} is not base64 of JSON in the dataBase64 of the event one: "`),
    );
});
