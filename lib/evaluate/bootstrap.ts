export { clusterInterval as groupBootstrap } from "./cluster_interval.ts";
export type { Interval } from "./interval.ts";
