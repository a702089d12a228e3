/** Takes all steps of a work that yields between them, so that others may have their turn; here nobody else has one. */
export function finishSteps<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
