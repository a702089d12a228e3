import { expect, test } from "vitest";
import { readCards } from "../../../runtime/datastore/reader/read-cards.ts";
import type { UnderTest } from "./backend-contract.ts";

export function cards(under: () => UnderTest): void {
  const cardsOf = (step: string, task: number) => {
    const { store, document } = under().stage;
    return readCards(store.storage, { flow: document.flow, run: document.run, step, task, attempt: 0 });
  };

  test("what a task puts on a card is stored with the attempt, pictures beside", async () => {
    const { trial, first, stage } = under();
    const task = trial.start("shows", { inputs: [first] });
    expect(await trial.endOf(task)).toMatchObject({ status: "succeeded" });
    const stored = cardsOf("shows", task);
    const [bar, loss, picture] = stored.cards.get("training")?.map((number) => stored.components.get(number)) ?? [];
    expect(bar?.data).toEqual({ label: "epochs", max: 30, value: 30 });
    expect(loss?.items.at(-1)).toEqual([29, 1 / 30]);
    expect(Buffer.from(stage.store.blobs.get(picture?.bytes ?? "")).toString("hex")).toBe("89504e470d0a1a0a");
  });

  test("what was put on a card before the process waits and is killed is stored, to the last point", async () => {
    const { trial, first } = under();
    const task = trial.start("showsAndDies", { inputs: [first] });
    expect(await trial.endOf(task)).toMatchObject({ status: "failed", isCrash: true });
    const stored = cardsOf("showsAndDies", task);
    const [loss] = stored.cards.get("training")?.map((number) => stored.components.get(number)) ?? [];
    const points = [...(loss?.data as { points: unknown[] }).points, ...(loss?.items ?? [])];
    expect(points).toEqual(Array.from({ length: 500 }, (_, row) => [row, row]));
  });
}
