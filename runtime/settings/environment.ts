/** Variables, of this process or of another one that is thought of. */
export type Environment = Readonly<NodeJS.ProcessEnv>;
