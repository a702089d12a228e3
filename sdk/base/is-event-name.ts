const EVENT_NAME = /^[A-Za-z0-9][\w.:-]{0,199}$/;

/** What an event can be called: a name that stands in an address, such as `rates-arrived` or `model-promoted:churn`. */
export function isEventName(name: unknown): name is string {
  return typeof name === "string" && EVENT_NAME.test(name);
}
