import type { Page } from "playwright-core";

const SECONDS = 2;
/** As text: what compiles this file would call functions of its own in the page. */
const BEGIN = `(() => {
  const state = (window.benchFrames = { frames: 0, isOver: false });
  requestAnimationFrame(function count() {
    state.frames += 1;
    if (!state.isOver) requestAnimationFrame(count);
  });
})()`;
const END = `((state) => {
  state.isOver = true;
  return state.frames;
})(window.benchFrames)`;

/** Frames a second that the page draws while somebody does something with it. */
export async function frameRate(page: Page, act: (turn: number) => Promise<void>): Promise<number> {
  await page.evaluate(BEGIN);
  const startedMs = performance.now();
  for (let turn = 0; performance.now() - startedMs < SECONDS * 1000; turn += 1) await act(turn);
  const frames = await page.evaluate<number>(END);
  return (1000 * frames) / (performance.now() - startedMs);
}
