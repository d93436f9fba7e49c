export { backoffMs, createRetryPolicy } from "./retry-policy.js";
