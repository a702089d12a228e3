/** By the symbol of this name `features` has what makes the flow that materializes views: no public name. */
export const MATERIALIZE_FLOW_KEY = "millrace.materializeFlow";
