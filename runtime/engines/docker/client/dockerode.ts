/** What `dist/docker.js` holds. */
export { default as Dockerode } from "dockerode";
