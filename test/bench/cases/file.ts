import type { BenchCase } from "../bench-case.ts";
import type { FileJob } from "../file/file-job.ts";
import { floorSide, millraceSide, prepareFileBench } from "../file/file-sides.ts";

/** What a file as an artifact costs, against a hash and a copy of the same file. */
export const fileCases: readonly BenchCase[] = [
  {
    name: "file-noise",
    measures: "sha256sum and cp of a file against themselves: how far a ratio strays by chance on this machine",
    runs: 5,
    isLong: true,
    prepare: async ({ folder, fileMb }) => {
      const bench = await prepareFileBench({ folder, mb: fileMb });
      return { first: floorSide(bench), second: floorSide(bench) };
    },
  },
  millraceCase("put", "taking a file in with file(), and storing the value"),
  millraceCase("get", "getting it as a local file by path(), its bytes checked"),
];

function millraceCase(action: FileJob["action"], what: string): BenchCase {
  return {
    name: `file-${action}`,
    measures: `${what}, against sha256sum and cp`,
    runs: 5,
    isLong: true,
    target: { atMost: 1.3 },
    prepare: async ({ folder, fileMb }) => {
      const bench = await prepareFileBench({ folder, mb: fileMb });
      return { first: floorSide(bench), second: await millraceSide(bench, action) };
    },
  };
}
