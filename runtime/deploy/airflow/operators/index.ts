import type { AirflowOperator } from "./airflow-operator.ts";
import { bashOperator } from "./bash-operator.ts";
import { jobOperator } from "./job-operator.ts";
import { podOperator } from "./pod-operator.ts";

/** Every engine whose tasks Airflow starts itself. */
export const AIRFLOW_OPERATORS: readonly AirflowOperator[] = [bashOperator, podOperator, jobOperator];
