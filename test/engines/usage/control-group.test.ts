import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { containerMeter } from "../../../runtime/engines/usage/container-meter.ts";
import { ownControlGroup } from "../../../runtime/engines/usage/control-group.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

/** A folder with such files, as the kernel shows its groups. */
function groups(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return root;
}

function second(folder: string, limit = "314572800") {
  return {
    [`${folder}memory.current`]: "500\n",
    [`${folder}memory.max`]: `${limit}\n`,
    [`${folder}memory.peak`]: "1000\n",
    [`${folder}memory.stat`]: "anon 300\nfile 450\ninactive_file 100\nactive_file 300\n",
    [`${folder}cpu.stat`]: "usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\n",
  };
}

function first(folder: string, limit = "314572800") {
  return {
    [`memory/${folder}memory.limit_in_bytes`]: `${limit}\n`,
    [`memory/${folder}memory.max_usage_in_bytes`]: "1000\n",
    [`memory/${folder}memory.stat`]: "cache 450\ninactive_file 100\nactive_file 300\n",
    [`cpuacct/${folder}cpuacct.usage`]: "5000000000\n",
    [`cpuacct/${folder}cpuacct.stat`]: "user 300\nsystem 200\n",
  };
}

test.each([
  ["version 2, in a container", second(""), "0::/\n"],
  ["version 2, in a job of a cluster", second("jobs/job_7/"), "0::/jobs/job_7\n"],
  ["version 1, in a container", first(""), "4:memory:/docker/4ad3\n2:cpuacct:/docker/4ad3\n"],
  ["version 1, in a job of a cluster", first("jobs/job_7/"), "4:memory:/jobs/job_7\n0::/\n"],
])("what the kernel counts for a group is read: %s", (_, files, own) => {
  const group = ownControlGroup({ root: groups(files), groups: own });
  expect(group?.cpuTimes()).toEqual({ cpuMs: 5000, systemMs: 2000 });
  expect(group?.peakMemory()).toEqual({ most: 1000, least: 600 });
});

test.each([
  ["no groups", {}, ""],
  ["version 2 from outside of containers", { "cpu.stat": "usage_usec 5000000\n" }, "0::/\n"],
  [
    "version 2 in a service without a limit",
    second("system.slice/job.service/", "max"),
    "0::/system.slice/job.service\n",
  ],
  ["version 1 from outside of containers", first("", "9223372036854771712"), "4:memory:/\n"],
])("the whole machine is no container: %s", (_, files, own) => {
  expect(ownControlGroup({ root: groups(files), groups: own })).toBeNull();
});

test("a kernel that keeps no peak tells of none", () => {
  const { ["memory.peak"]: _, ...files } = second("");
  const group = ownControlGroup({ root: groups(files), groups: "0::/\n" });
  expect(containerMeter({ group, kills: () => 0 }).used()).toEqual({
    cpuMs: 0,
    systemMs: 0,
    memory: null,
    isExhausted: false,
  });
});

test("what was used and killed before does not count", () => {
  const root = groups(second(""));
  let killed = 3;
  const meter = containerMeter({ group: ownControlGroup({ root, groups: "0::/\n" }), kills: () => killed });
  fs.writeFileSync(path.join(root, "cpu.stat"), "usage_usec 5800000\nsystem_usec 2100000\n");
  expect(meter.used()).toMatchObject({ cpuMs: 800, systemMs: 100, isExhausted: false });
  killed = 4;
  expect(meter.used().isExhausted).toBe(true);
});
