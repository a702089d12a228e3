/** What the suites of a target really execute there: the table in docs/production.md is made from it. */
export interface Executed {
  /** Of `sampleFlows()`, by title: the suite takes them from here. */
  readonly samples: readonly string[];
  /** Files of flows, and the suite that runs each. */
  readonly flows: Readonly<Record<string, string>>;
  /** What no graph shows, by row. */
  readonly seen: Readonly<Record<string, SeenBy>>;
}

interface SeenBy {
  readonly suite: string;
  /** The title of its test that sees it. */
  readonly title: string;
}

const AIRFLOW = "test/deploy/airflow/airflow.long.test.ts";
const ARGO = "test/e2e/argo/deployed.long.test.ts";
const KUBEFLOW = "test/deploy/kubeflow/local.soak.test.ts";
const LOCAL = "test/matrix/deploy/local.long.test.ts";
const SCHEDULER = "test/deploy/local/scheduler.test.ts";
const STARTED_BY_AWS: SeenBy = {
  suite: "test/deploy/step-functions/triggers.soak.test.ts",
  title: "starts runs at instants, for events and after runs that succeeded, each once",
};

const SCHEDULED_BY_AIRFLOW: SeenBy = {
  suite: "test/deploy/airflow/scheduler.soak.test.ts",
  title: "starts a deployed flow at its instants and by hand, and the flow that follows it, and pauses it",
};

/** By target. On `local` it is every shape of the matrix besides. */
export const EXECUTED = {
  local: {
    samples: [],
    flows: { "test/matrix/flows/guarded.ts": LOCAL },
    seen: {
      "`@onExit`": {
        suite: LOCAL,
        title: "deployed to a scheduler, every shape leaves the same bytes as a run by hand",
      },
      "`@schedule`": {
        suite: SCHEDULER,
        title: "missed instants are caught up with as their rule says: all of them, the last one, or none",
      },
      "`@trigger`": {
        suite: SCHEDULER,
        title:
          "an event starts each deployment that waits for it once, with parameters from its data; a paused one never",
      },
      "`@triggerOnFinish`": {
        suite: SCHEDULER,
        title: "a deployment follows deployed runs that succeeded, not those that a person started",
      },
    },
  },
  "step-functions": {
    samples: [],
    flows: {
      "test/deploy/step-functions/flows/line.ts": "test/deploy/step-functions/execute.long.test.ts",
      "test/deploy/step-functions/flows/fates.ts": "test/deploy/step-functions/fates.long.test.ts",
      "examples/recsys/flow.ts": "test/deploy/step-functions/recsys.soak.test.ts",
    },
    seen: { "`@schedule`": STARTED_BY_AWS, "`@trigger`": STARTED_BY_AWS, "`@triggerOnFinish`": STARTED_BY_AWS },
  },
  argo: {
    samples: ["nested foreach", "empty foreach", "branch in switch", "loop in foreach", "join that splits", "stumbles"],
    flows: {
      "test/e2e/argo/flows/fragile.ts": ARGO,
      "test/e2e/argo/flows/each-minute.ts": ARGO,
      "examples/recsys/flow.ts": "test/examples/argo.soak.test.ts",
    },
    seen: {
      "`@onExit`": {
        suite: ARGO,
        title: "a run that fails is recorded with its attempts, tells the hook, and is resumed from a laptop",
      },
      "`@schedule`": {
        suite: ARGO,
        title: "a schedule starts runs that know their instant, unless it is paused; what was removed leaves nothing",
      },
    },
  },
  airflow: {
    samples: [
      "nested foreach",
      "branch in foreach",
      "empty foreach",
      "branch in switch",
      "join that splits",
      "carries",
      "stumbles",
      "guarded",
    ],
    flows: { "test/deploy/airflow/flows/troubled.ts": AIRFLOW },
    seen: {
      "`@onExit`": { suite: AIRFLOW, title: "runs flows to the same bytes as here" },
      "`@schedule`": SCHEDULED_BY_AIRFLOW,
      "`@triggerOnFinish`": SCHEDULED_BY_AIRFLOW,
    },
  },
  kubeflow: {
    samples: ["nested foreach"],
    flows: { "test/deploy/kubeflow/flows/fates.ts": KUBEFLOW },
    seen: {
      "`@onExit`": {
        suite: KUBEFLOW,
        title: "attempts, cases, deaths and ends are as the flow says, and the exit task knows how it has ended",
      },
    },
  },
} satisfies Readonly<Record<string, Executed>>;
