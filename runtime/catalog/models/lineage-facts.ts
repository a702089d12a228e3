import type { ModelVersion } from "../../datastore/kinds/model-version.ts";

/** What a version was made from, but for the values of its run, which have to be loaded. */
export function lineageFacts({ source, lineage, username, host, time }: ModelVersion) {
  const { flow, run, step, task, artifact } = source;
  const { millrace, node } = lineage.versions;
  return {
    ...{ username, host, artifact, at: new Date(time) },
    run: {
      pathspec: `${flow}/${run}`,
      username: source.username,
      startedAt: new Date(source.startedAt),
      originRunId: source.originRun,
    },
    task: `${flow}/${run}/${step}/${task}`,
    code: { hash: lineage.code, file: lineage.flowFile },
    git: lineage.git,
    environment: { millrace, node, packages: lineage.environment },
    data: Object.entries(lineage.data).map(([name, { type, size, hash }]) => ({ name, type, size, hash })),
    features: (lineage.features ?? []).map((use) => ({ ...use, task: `${flow}/${use.task}` })),
  };
}
