import { describe, expect, test } from "vitest";
import { containerOptions } from "../../../runtime/engines/docker/container-options.ts";
import { findGpus } from "../../../runtime/engines/gpus/find-gpus.ts";
import { GpuPool } from "../../../runtime/engines/gpus/gpu-pool.ts";
import type { JobGroup } from "../../../runtime/engines/jobs/job-service.ts";
import { gpuCountSettings } from "../../../runtime/settings/gpu-count-settings.ts";
import { NO_SECRETS } from "../../../runtime/secrets/run-secrets.ts";

interface Seen {
  readonly devices: readonly string[];
  readonly visible?: string;
}

describe("the GPUs of this machine", () => {
  const NVIDIA = ["null", "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "renderD128", "renderD129"];
  const nothing = { count: null, visible: null };
  const linux = (devices: readonly string[]) => ({ platform: "linux" as const, devices });

  test("are those of NVIDIA where there are any, numbered from 0 as CUDA does", () => {
    expect(findGpus(nothing, linux(NVIDIA))).toEqual({ count: 2, ids: ["0", "1"] });
  });

  test("are only counted where they are another's", () => {
    expect(findGpus(nothing, linux(["renderD128", "renderD129"]))).toEqual({ count: 2, ids: [] });
    expect(findGpus(nothing, linux(["dxg"]))).toEqual({ count: 1, ids: [] });
    expect(findGpus(nothing, linux([]))).toEqual({ count: 0, ids: [] });
    expect(findGpus(nothing, { platform: "darwin", devices: [] })).toEqual({ count: 1, ids: [] });
  });

  test.each([
    ["2,0", ["2", "0"]],
    ["GPU-1a2b, 3", ["GPU-1a2b", "3"]],
    ["1,-1,0", ["1"]],
    ["", []],
    ["-1", []],
  ])("are those that CUDA_VISIBLE_DEVICES leaves: %j", (variable, ids) => {
    const settings = gpuCountSettings({ CUDA_VISIBLE_DEVICES: variable });
    expect(findGpus(settings, linux(NVIDIA))).toEqual({ count: ids.length, ids });
  });

  test.each([
    ["1", { devices: NVIDIA }, { count: 1, ids: ["0"] }],
    // Two tasks on each.
    ["4", { devices: NVIDIA }, { count: 4, ids: ["0", "1"] }],
    ["4", { devices: NVIDIA, visible: "GPU-1a2b,3" }, { count: 4, ids: ["GPU-1a2b", "3"] }],
    ["3", { devices: [] }, { count: 3, ids: ["0", "1", "2"] }],
    ["0", { devices: NVIDIA }, { count: 0, ids: [] }],
  ])("are as many as MILLRACE_GPUS says: %s", (variable, { devices, visible }: Seen, found) => {
    const settings = gpuCountSettings({ MILLRACE_GPUS: variable, CUDA_VISIBLE_DEVICES: visible });
    expect(findGpus(settings, linux(devices))).toEqual(found);
  });

  test.each(["two", "-1", "1.5"])("are not %s: MILLRACE_GPUS has to be a number of them", (variable) => {
    expect(() => gpuCountSettings({ MILLRACE_GPUS: variable })).toThrow(
      `MILLRACE_GPUS is not their number: ${variable}`,
    );
  });
});

describe("a pool of GPUs", () => {
  test("gives each task its own, and again what was given back", () => {
    const pool = new GpuPool({ count: 3, ids: ["0", "1", "2"] });
    expect([pool.take(1), pool.take(2)]).toEqual([["0"], ["1", "2"]]);
    pool.giveBack(["1", "2"]);
    expect(pool.take(1)).toEqual(["1"]);
  });

  test("lets a gang that is too large use the same ones, evenly", () => {
    const pool = new GpuPool({ count: 2, ids: ["0", "1"] });
    expect([1, 2, 3, 4].map(() => pool.take(1).join())).toEqual(["0", "1", "0", "1"]);
  });

  test("gives a task no more than there are", () => {
    expect(new GpuPool({ count: 2, ids: ["0", "1"] }).share(8)).toBe(2);
    expect(new GpuPool({ count: 0, ids: [] }).take(1)).toEqual([]);
  });
});

describe("a container with GPUs", () => {
  const needs = { step: "train", cpu: 1, gpu: 2, memoryMb: 100, sharedMemoryMb: null, diskMb: null, options: {} };
  const group: JobGroup = {
    name: "one",
    run: { flow: "F", run: "r" },
    user: "ada",
    needs: { ...needs, image: "image", timeoutMs: null },
    command: ["node"],
    env: { OWN: "1" },
    tasks: [{ task: 1, attempt: 0 }],
  };
  const settings = {
    cores: 2,
    mounts: [],
    credentials: {},
    seesFiles: true,
    needsHostNetwork: false,
    user: null,
    gpus: null,
  };
  const optionsFor = (gpu: number, gpus: readonly string[]) =>
    containerOptions(
      { ...group, needs: { ...group.needs, gpu } },
      { ...settings, secrets: NO_SECRETS },
      { hasStdin: false, gpus },
    );

  test("gets the devices that are its own, with the driver's whole of Vulkan", () => {
    const { HostConfig, Env } = optionsFor(2, ["0", "3"]);
    expect(HostConfig?.DeviceRequests).toEqual([{ Driver: "", DeviceIDs: ["0", "3"], Capabilities: [["gpu"]] }]);
    expect(Env).toContain("NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics");
  });

  test("gets any of them from an engine whose devices are not known here", () => {
    expect(optionsFor(2, []).HostConfig?.DeviceRequests).toEqual([{ Driver: "", Count: 2, Capabilities: [["gpu"]] }]);
  });

  test("is nothing that a step without them has", () => {
    const { HostConfig, Env } = optionsFor(0, []);
    expect(HostConfig).not.toHaveProperty("DeviceRequests");
    expect(Env?.join()).not.toContain("NVIDIA");
  });
});
