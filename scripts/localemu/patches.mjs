/** What tests need of LocalEmu and it does otherwise than AWS: in that file, that text becomes the other one. */
export const PATCHES = [
  {
    // Without it, the second attempt of a Retry has timed out before it begins.
    file: "services/stepfunctions/asl/component/state/state_execution/state_task/service/state_task_service_batch.py",
    from: "    ResourceCondition.WaitForTaskToken,\n",
    to: "",
  },
  {
    // Without it, a schedule with an input starts nothing.
    file: "services/events/target.py",
    from: 'name=event["id"], input',
    to: 'name=str(event.get("id") or __import__("uuid").uuid4()), input',
  },
  {
    // AWS fills in the instant where a schedule's input names it.
    file: "services/scheduler/target_invoker.py",
    from: "    factory = TargetSenderFactory(\n",
    to: [
      '    instant = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:00Z")',
      '    target = {**target, "Input": (target.get("Input") or "").replace("<aws.scheduler.scheduled-time>", instant)}',
      "    factory = TargetSenderFactory(\n",
    ].join("\n"),
  },
  {
    // Its own files beside those of others who run tests.
    file: "constants.py",
    from: 'DEFAULT_VOLUME_DIR = "/var/lib/localemu"',
    to: 'DEFAULT_VOLUME_DIR = __import__("os").environ.get("LOCALEMU_FOLDER", "/var/lib/localemu")',
  },
];
