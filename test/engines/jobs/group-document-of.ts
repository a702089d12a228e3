import type { GroupDocument } from "../../../runtime/engines/jobs/group-document.ts";

/** What the jobs of a group share, of which a test says what matters to it. */
export function groupDocumentOf(group: Partial<GroupDocument["group"]>, engine = "batch"): GroupDocument {
  return {
    format: 1,
    engine,
    group: { name: "g", run: { flow: "F", run: "r-1" }, user: "Zoë", needs: NEEDS, command: [], env: {}, ...group },
    setup: {
      flow: "F",
      run: "r-1",
      documentHash: "ab".repeat(32),
      engine,
      vars: {},
      environment: null,
      node: null,
      maxSplits: 100,
      heapMb: 512,
    },
  };
}

const NEEDS: GroupDocument["group"]["needs"] = {
  step: "work",
  cpu: 1,
  gpu: 0,
  memoryMb: 512,
  sharedMemoryMb: null,
  diskMb: null,
  image: "node:22",
  timeoutMs: null,
  options: {},
};
