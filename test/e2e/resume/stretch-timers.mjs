import process from "node:process";

// Preloaded: timers of these lengths take longer than any test, so that none of them goes off on a busy machine.
const lengths = process.env["STRETCHED_MS"].split(",").map(Number);
const { setTimeout } = globalThis;

globalThis.setTimeout = (callback, ms, ...rest) => setTimeout(callback, lengths.includes(ms) ? 600_000 : ms, ...rest);
