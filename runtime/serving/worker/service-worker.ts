import { loadAnswering } from "../load-answering.ts";

// Started for each worker of a service, with the options of the server's Node. It is small, as loaders such as tsx read it
// through; and only a module can import the service's file.

loadAnswering("worker").answerServer((url) => import(url));
