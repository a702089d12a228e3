/**
 * Publishes events, which start the deployed flows that wait for them with `@trigger`.
 *
 * @packageDocumentation
 */
export { publish, type PublishOptions } from "./publish.ts";
