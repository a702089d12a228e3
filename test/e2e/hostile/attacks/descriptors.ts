import { spawn } from "node:child_process";
import fs from "node:fs";
import { Worker } from "node:worker_threads";
import { type Attacks, pause } from "./attack.ts";

const DONE = {
  type: "done",
  outcome: { status: "succeeded", next: { kind: "linear", target: "after" }, result: "r/attack/1/0/s/0" },
  isClean: true,
};
const CUT = /closed the channel to the scheduler/;
const SPOILT = /wrote to the channel to the scheduler/;

/** The files, pipes and processes that a step closes, fills or leaves behind. */
export const DESCRIPTORS: Attacks = {
  "closes its input": { act: () => fs.closeSync(0) },
  "closes its output": { act: () => fs.closeSync(1) },
  "closes its errors": { act: () => fs.closeSync(2) },
  "closes output and errors, and works on": {
    act: async () => {
      fs.closeSync(1);
      fs.closeSync(2);
      await pause(300);
    },
  },
  "opens another file in place of its output": {
    act: () => {
      fs.closeSync(1);
      fs.openSync("/dev/null", "w");
    },
  },
  "closes the pipe for commands": { act: () => fs.closeSync(3) },
  "closes the pipe for commands, and waits": {
    act: async () => {
      fs.closeSync(3);
      await pause(8_000);
    },
    fails: CUT,
  },
  // What is committed counts, though nobody heard of it.
  "closes the pipe for reports": { act: () => fs.closeSync(4) },
  "closes the pipe for reports, and waits": {
    act: async () => {
      fs.closeSync(4);
      await pause(8_000);
    },
    fails: CUT,
  },
  "opens a file in place of the pipe for reports": {
    act: () => {
      fs.closeSync(4);
      fs.openSync("/dev/null", "w");
    },
  },
  "closes every file from 3 on": {
    act: async () => {
      for (let descriptor = 3; descriptor < 64; descriptor += 1) {
        try {
          fs.closeSync(descriptor);
        } catch {
          // Not open.
        }
      }
      await pause(8_000);
    },
    fails: /closed the channel|ended by SIGABRT/,
  },
  "closes the file of the results": {
    act: () => {
      for (const descriptor of openFiles((target) => target.endsWith(".jsonl"))) fs.closeSync(descriptor);
    },
  },
  "puts another file in place of that of the results": {
    act: () => {
      for (const descriptor of openFiles((target) => target.endsWith(".jsonl"))) {
        fs.closeSync(descriptor);
        fs.openSync("/dev/null", "w");
      }
    },
  },
  "writes a made-up success": { act: () => say(`${JSON.stringify(DONE)}\n`), fails: SPOILT },
  "writes a made-up success with a key": {
    act: () => say(`${JSON.stringify({ ...DONE, key: "guess" })}\n`),
    fails: SPOILT,
  },
  "writes garbage": { act: () => say("{{{\n\0\xff\n"), fails: SPOILT },
  "writes half a line": { act: () => void fs.writeSync(4, '{"type":') },
  "writes an array": { act: () => say("[1,2]\n"), fails: SPOILT },
  "writes to the pipe for commands": {
    act: async () => {
      fs.writeSync(3, "hello\n");
      await pause(300);
    },
    fails: SPOILT,
  },
  "prints what looks like a marker": { act: () => void process.stdout.write("\u001eAAAAAAAAAAAA:1\n\u001e") },
  "ends and destroys its streams": {
    act: () => {
      process.stdout.end();
      process.stderr.destroy();
    },
  },
  "leaves a child that holds its output": {
    act: () => spawn("sleep", ["2"], { detached: true, stdio: "inherit" }).unref(),
  },
  "leaves a thread that never ends": { act: () => new Worker("for (;;);", { eval: true }).unref() },
  "opens hundreds of files": {
    act: () => {
      for (let count = 0; count < 500; count += 1) fs.openSync("/dev/null", "r");
    },
  },
};

async function say(text: string): Promise<void> {
  fs.writeSync(4, text);
  await pause(300);
}

function openFiles(isWanted: (target: string) => boolean): number[] {
  return fs.readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return isWanted(fs.readlinkSync(`/proc/self/fd/${name}`)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
