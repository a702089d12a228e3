/**
 * What a thread runs. A text, as it has to start in a bundle as well as from the sources; it sees nothing of this module.
 *
 * A piece of the output is `rows` by `columns` cells. Within one, columns are taken in tiles, each for all rows: kernels that walk
 * down a column of an input then find it in the processor's cache. Four neighbours in a row are computed at once; a row's rest, one by one.
 */
export const WASM_THREAD_SOURCE = `
const { parentPort } = require("node:worker_threads");
const TILE = 64;
const loaded = new Map();

parentPort.on("message", (message) => {
  if (message.type === "load") return load(message);
  if (message.type === "release") return void loaded.delete(message.id);
  try {
    run(loaded.get(message.id), message);
    parentPort.postMessage({ call: message.call, error: null });
  } catch (error) {
    parentPort.postMessage({ call: message.call, error: String(error && error.message) });
  }
});

function load({ id, module, memory, mathImports }) {
  const env = { memory };
  for (const name of mathImports) env["math_" + name] = Math[name];
  const { run, run_simd: runFour } = new WebAssembly.Instance(module, { env }).exports;
  loaded.set(id, { run, runFour });
}

function run(kernel, { next, width, height, rows, columns, seed }) {
  const acrossCount = Math.ceil(width / columns);
  const count = acrossCount * Math.ceil(height / rows);
  for (let piece = Atomics.add(next, 0, 1); piece < count; piece = Atomics.add(next, 0, 1)) {
    const left = (piece % acrossCount) * columns;
    const top = Math.floor(piece / acrossCount) * rows;
    const right = Math.min(left + columns, width);
    const bottom = Math.min(top + rows, height);
    for (let x = left; x < right; x += TILE) {
      const end = Math.min(x + TILE, right);
      const four = kernel.runFour ? x + ((end - x) & ~3) : x;
      for (let y = top; y < bottom; y += 1) {
        const row = y * width;
        if (four > x) kernel.runFour(row + x, row + four, seed);
        if (four < end) kernel.run(row + four, row + end, seed);
      }
    }
  }
}
`;
