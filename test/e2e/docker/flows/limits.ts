import fs from "node:fs";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { config, current, docker, FlowSpec, type Inputs, main, resources, retry, step, timeout } from "millrace";

/** Goes through what a container grants and forbids; most of its steps end badly. */
class LimitsFlow extends FlowSpec {
  /** Folder of this machine that a step gets. */
  @config() place = "";

  seen!: unknown;

  @step start() {
    this.next(
      this.buffers,
      this.grows,
      this.heap,
      this.exits,
      this.murdered,
      this.listens,
      this.deaf,
      this.gpu,
      this.shared,
      this.alone,
    );
  }

  @docker({ memory: 300 })
  @step
  buffers() {
    const kept: Buffer[] = [];
    for (;;) kept.push(Buffer.alloc(16 * 2 ** 20, 1));
    this.next(this.join);
  }

  /** Needs more than the first attempt gets. */
  @retry({ times: 2, delay: "0s" })
  @resources({ memory: ({ attempt }) => 200 * 4 ** attempt })
  @step
  grows() {
    const kept = Array.from({ length: 18 }, () => Buffer.alloc(16 * 2 ** 20, 1));
    this.seen = { attempt: current.attempt, kept: kept.length };
    this.next(this.join);
  }

  @retry({ times: 1, delay: "0s" })
  @docker({ memory: 300 })
  @step
  heap() {
    console.log(`attempt ${current.attempt}`);
    const kept: number[][] = [];
    // Of many small objects V8 has to keep books, in memory beyond its heap: now and then the container would be full first.
    for (;;) kept.push(new Array<number>(10_000).fill(kept.length + 0.5));
    this.next(this.join);
  }

  @step exits() {
    leave();
    this.next(this.join);
  }

  @step async murdered() {
    console.log("waits for its murderer");
    await pause(600_000);
    this.next(this.join);
  }

  @timeout({ seconds: 2 })
  @step
  async listens() {
    await pause(600_000, undefined, { signal: current.signal }).catch((error: unknown) => {
      console.log(`told: ${(current.signal.reason as Error).message}`);
      throw error;
    });
    this.next(this.join);
  }

  @timeout({ seconds: 2 })
  @step
  async deaf() {
    process.on("SIGTERM", () => console.log("heard, and goes on"));
    for (;;) await pause(1_000);
    this.next(this.join);
  }

  @docker({ gpu: 1 })
  @step
  gpu() {
    this.next(this.join);
  }

  @resources({ sharedMemory: 100, cpu: 0.5, memory: 512 })
  @step
  shared() {
    const { blocks, bsize } = fs.statfsSync("/dev/shm");
    const memory = fs.existsSync("/sys/fs/cgroup/memory.max")
      ? fs.readFileSync("/sys/fs/cgroup/memory.max", "utf8")
      : fs.readFileSync("/sys/fs/cgroup/memory/memory.limit_in_bytes", "utf8");
    this.seen = { sharedMb: (blocks * bsize) / 2 ** 20, memoryMb: Number(memory) / 2 ** 20 };
    this.next(this.join);
  }

  @docker((configs: { place: string }) => ({
    network: "none",
    mounts: [`${configs.place}/write:/mnt/write`, `${configs.place}/read:/mnt/read:ro`],
  }))
  @step
  alone() {
    fs.writeFileSync("/mnt/write/written", fs.readFileSync("/mnt/read/given"));
    this.seen = {
      interfaces: Object.keys(os.networkInterfaces()),
      refused: codeOf(() => fs.rmSync("/mnt/read/given")),
    };
    this.next(this.join);
  }

  @step join(_: Inputs<LimitsFlow>) {
    this.next(this.end);
  }

  @step end() {}
}

function leave(): void {
  process.exit(3);
}

function codeOf(attempt: () => void): string {
  try {
    attempt();
    return "none";
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

main(LimitsFlow);
