import { describe, expect, test } from "vitest";
import { jobDefinition } from "../../../runtime/engines/batch/job-definition.ts";
import { stepOptions, type Platform } from "../../../runtime/engines/batch/step-options.ts";
import { submission } from "../../../runtime/engines/batch/submission.ts";
import type { StepJob } from "../../../runtime/engines/jobs/job-service.ts";
import { groupOf, NEEDS, RUN } from "./recorder.ts";

const SETTINGS = { queue: "q", jobRole: "arn:job", executionRole: null, cli: "node flow.ts" };

function definitionOf(needs: Partial<StepJob>, platform: Platform = "EC2") {
  const step = { ...NEEDS, ...needs };
  return jobDefinition(step, { options: stepOptions(step, SETTINGS), platform });
}

function requestOf(group: Parameters<typeof groupOf>[1], platform: Platform = "EC2") {
  const whole = groupOf("one", group);
  const options = stepOptions(whole.needs, SETTINGS);
  return submission(whole, { queue: "q", definition: "arn:definition", platform, options });
}

describe("a job definition", () => {
  test("has a name made of all that is in it, and of nothing that goes with each job", () => {
    const name = (needs: Partial<StepJob>) => definitionOf(needs).jobDefinitionName;
    expect(name({})).toMatch(/^millrace-[0-9a-f]{40}$/);
    expect(name({ cpu: 9, gpu: 1, memoryMb: 1, step: "other" })).toBe(name({}));
    const others = [
      { image: "x" },
      { sharedMemoryMb: 64 },
      { options: { tmpfs: 1 } },
      { options: { jobRole: "arn:x" } },
    ];
    expect(new Set([{}, ...others].map(name)).size).toBe(5);
  });

  test("holds memory file systems, devices and volumes on EC2", () => {
    const options = {
      ...{ tmpfs: 100, efa: 2 },
      ...{ hostVolumes: ["/data", "/cache:/mnt/cache:ro"], efsVolumes: ["fs-0123:/mnt/shared"] },
    };
    expect(definitionOf({ sharedMemoryMb: 256, options })).toMatchObject({
      ...{ platformCapabilities: ["EC2"], retryStrategy: { attempts: 1 } },
      containerProperties: {
        jobRoleArn: "arn:job",
        linuxParameters: {
          sharedMemorySize: 256,
          tmpfs: [{ containerPath: "/mnt/tmpfs", size: 100 }],
          devices: [{ hostPath: "/dev/infiniband/uverbs0" }, { hostPath: "/dev/infiniband/uverbs1" }],
        },
        volumes: [
          { name: "volume-0", host: { sourcePath: "/data" } },
          { name: "volume-1", host: { sourcePath: "/cache" } },
          { name: "volume-2", efsVolumeConfiguration: { fileSystemId: "fs-0123", transitEncryption: "ENABLED" } },
        ],
        mountPoints: [
          { sourceVolume: "volume-0", containerPath: "/data", readOnly: false },
          { sourceVolume: "volume-1", containerPath: "/mnt/cache", readOnly: true },
          { sourceVolume: "volume-2", containerPath: "/mnt/shared", readOnly: false },
        ],
      },
    });
  });

  test("asks Fargate for the disk, where it is larger than what is there anyway", () => {
    const disk = (diskMb: number) => definitionOf({ diskMb }, "FARGATE").containerProperties?.ephemeralStorage;
    expect(disk(20_000)).toBeUndefined();
    expect(disk(50_000)).toEqual({ sizeInGiB: 49 });
  });
});

describe("the request that starts jobs", () => {
  test("says what the step needs, in whole CPUs on EC2", () => {
    const needs = { cpu: 1.5, gpu: 2, memoryMb: 1000.5, timeoutMs: 1000 };
    expect(requestOf({ needs })).toMatchObject({
      timeout: { attemptDurationSeconds: 61 },
      containerOverrides: {
        environment: [
          // Else NVIDIA's runtime leaves Vulkan out.
          { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility,graphics" },
          { name: "MILLRACE_JOB_INDEX", value: "0" },
        ],
        resourceRequirements: [
          { type: "VCPU", value: "2" },
          { type: "MEMORY", value: "1001" },
          { type: "GPU", value: "2" },
        ],
      },
    });
    const onFargate = requestOf({ needs: { cpu: 0.25 } }, "FARGATE");
    expect(onFargate.containerOverrides?.resourceRequirements?.[0]).toEqual({ type: "VCPU", value: "0.25" });
    expect(onFargate.timeout).toBeUndefined();
  });

  test("of several jobs is an array, which learns its index from Batch", () => {
    const request = requestOf({ size: 3 });
    expect(request.arrayProperties).toEqual({ size: 3 });
    expect(request.containerOverrides?.environment).toEqual([]);
  });

  test("names flow, run, step and user in parameters and in tags, in letters that AWS takes", () => {
    const request = requestOf({ user: "ada*lovelace", needs: { options: { tags: { team: "a#b", "aws:x": "y" } } } });
    const named = { "millrace.flow": "TestFlow", "millrace.run": RUN, "millrace.step": "train", "millrace.task": "0" };
    expect(request.parameters).toEqual({ ...named, "millrace.user": "ada*lovelace" });
    expect(request.tags).toEqual({ ...named, "millrace.user": "ada_lovelace", team: "a_b", _x: "y" });
    expect(request.propagateTags).toBe(true);
  });

  test("takes raw fields: objects are merged, everything else is replaced", () => {
    const overrides = {
      shareIdentifier: "team",
      containerOverrides: { instanceType: "p4d" },
      tags: { "millrace.step": "x" },
    };
    const request = requestOf({ needs: { options: { overrides } } });
    expect(request).toMatchObject({
      shareIdentifier: "team",
      containerOverrides: { command: ["sh", "-c", "true"], instanceType: "p4d" },
      tags: { "millrace.step": "x", "millrace.flow": "TestFlow" },
    });
  });

  test("is refused where it is too long for a container, and says what is long", () => {
    expect(() => requestOf({ env: { SHORT: "x", LONG: "x".repeat(8000) } })).toThrow(
      /^Cannot start train on AWS Batch because its command and variables are too long: 82\d\d characters\n.*\n {2}LONG: 8004 characters/,
    );
    expect(() => requestOf({ env: { LONG: "x".repeat(7000) } })).not.toThrow();
  });
});
