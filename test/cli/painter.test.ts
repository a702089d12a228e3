import { expect, onTestFinished, test, vi } from "vitest";
import { Painter } from "../../runtime/cli/progress/painter.ts";
import { Terminal } from "../rigs/terminal.ts";

/** A painter on a terminal of its own, whose clock the test moves. */
function painting(size: { columns: number; rows: number }) {
  vi.useFakeTimers();
  const block: string[] = [];
  const frames: string[] = [];
  const terminal = new Terminal(size.columns, size.rows);
  const painter = new Painter({
    terminal: {
      ...size,
      write(text) {
        frames.push(text);
        terminal.write(text);
      },
    },
    block: () => block,
  });
  onTestFinished(() => {
    painter.close();
    vi.useRealTimers();
  });
  return { painter, frames, terminal, block, lines: () => terminal.lines.filter((line) => line !== "") };
}

function count(all: readonly string[], wanted: string): number {
  return all.filter((one) => one === wanted).length;
}

test("of a block that changes in one place, only that is written", async () => {
  const { painter, frames, block, lines } = painting({ columns: 80, rows: 24 });
  block.push("train  ██░░  10/40  2 running", "\u001b[2melapsed 1.0 s\u001b[22m");
  painter.changed();
  await vi.advanceTimersByTimeAsync(100);
  block[0] = "train  ██░░  11/40  2 running";
  painter.changed();
  await vi.advanceTimersByTimeAsync(100);
  expect(frames[1]).toBe("\u001b[?2026h\u001b[2A\r\u001b[15G1\n\n\u001b[?2026l");
  expect(lines()).toEqual(["train  ██░░  11/40  2 running", "elapsed 1.0 s"]);
  painter.changed();
  await vi.advanceTimersByTimeAsync(100);
  expect(frames).toHaveLength(2);
});

test("ten frames a second at most, however much changes, each in one write that is shown at once", async () => {
  const { painter, frames, block } = painting({ columns: 80, rows: 24 });
  for (let at = 0; at < 1000; at += 1) {
    block[0] = `train ${at}`;
    painter.changed();
    painter.line(`line ${at}`);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(frames.length).toBeLessThanOrEqual(11);
  for (const frame of frames) expect(frame).toMatch(/^\u001b\[\?2026h[^]*\u001b\[\?2026l$/);
  expect(frames.join("")).not.toMatch(/\u001b\[\d*J/);
});

test.each([
  [80, 24],
  [20, 6],
  [10, 3],
])(
  "each line stands there once in a terminal of %s columns and %s rows, whatever the block does",
  async (columns, rows) => {
    const { painter, terminal, block } = painting({ columns, rows });
    const expected: string[] = [];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let turn = 0; turn < 400; turn += 1) {
      block.length = random(8);
      for (let at = 0; at < block.length; at += 1) block[at] = `~${"█".repeat(random(6))} ${random(1000)}`;
      for (let more = random(4); more > 0; more -= 1) {
        const kinds = [
          "short",
          "\u001b[31mred\u001b[39m",
          "größe 日本",
          "x".repeat(columns),
          "y".repeat(2 * columns + 3),
        ];
        const text = `${expected.length}:${kinds[random(kinds.length)] ?? ""}`;
        expected.push(text.replaceAll(/\u001b\[\d+m/g, ""));
        painter.line(text);
      }
      painter.changed();
      await vi.advanceTimersByTimeAsync(random(200));
    }
    painter.close();
    // Long lines go on in the rows below.
    const shown = terminal.lines.filter((line) => !line.startsWith("~")).join("");
    const trimmed = expected.join("");
    expect(shown.replaceAll(" ", "")).toBe(trimmed.replaceAll(" ", ""));
    const left = terminal.lines.filter((line) => line.startsWith("~"));
    expect(left).toEqual(block.slice(-(rows - 1)).map((row) => row.trimEnd().slice(0, columns - 1)));
  },
);

test("what is not painted yet is painted when the painter is closed", () => {
  const { painter, block, lines } = painting({ columns: 40, rows: 10 });
  block.push("train 1/1");
  painter.line("the last line");
  painter.close();
  expect(lines()).toEqual(["the last line", "train 1/1"]);
  expect(count(lines(), "the last line")).toBe(1);
});

test("wide characters and colours change as a whole", async () => {
  const { painter, block, lines } = painting({ columns: 40, rows: 10 });
  for (const row of ["ab 日本 c", "日本b cde", "\u001b[1;31m日\u001b[0m本 b", "a", ""]) {
    block[0] = row;
    painter.changed();
    await vi.advanceTimersByTimeAsync(100);
    expect(lines()).toEqual(row === "" ? [] : [row.replaceAll(/\u001b\[[\d;]*m/g, "")]);
  }
});
