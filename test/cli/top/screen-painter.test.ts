import { expect, test } from "vitest";
import { ScreenPainter } from "../../../runtime/cli/commands/top/screen/screen-painter.ts";
import { paintColors } from "../../../runtime/cli/on-screen.ts";
import { Screen } from "../../rigs/screen.ts";

test("whatever the rows become, the screen shows them, and only what changed is written", () => {
  const colors = paintColors(true);
  const painter = new ScreenPainter();
  const screen = new Screen(30, 6);
  screen.write("\u001b[?1049h");
  let seed = 11;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const texts = ["train 12/40", "größe 日本", "\u001b[2Jhostile\u202e", "x".repeat(29), "", "█".repeat(12)];
  for (let turn = 0; turn < 500; turn += 1) {
    const plain = Array.from({ length: 6 }, () => texts[random(texts.length)] ?? "");
    const rows = plain.map((text) => (random(2) === 0 ? text : colors.red(colors.inverse(text))));
    screen.write(painter.frame(rows, 29));
    expect(screen.lines).toEqual(plain.map((text) => text.replace("\u001b", "\\x1b").replace("\u202e", "\\u202e")));
    expect(painter.frame(rows, 29)).toBe("");
  }
  expect(screen.beyond).toBe("");
});

test("one cell that changes costs some bytes, and a screen of which nothing is known is never erased", () => {
  const painter = new ScreenPainter();
  const rows = ["epoch 1 of 40", "loss 0.25"];
  expect(painter.frame(rows, 40)).not.toMatch(/\u001b\[\d*J/);
  expect(painter.frame(["epoch 2 of 40", "loss 0.25"], 40)).toBe("\u001b[?2026h\u001b[1;1H\u001b[7G2\u001b[?2026l");
  painter.forget();
  expect(painter.frame(rows, 40)).toContain("loss 0.25");
});
