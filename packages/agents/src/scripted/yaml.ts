/** Lazily imported: a bundler gives a CommonJS library its names only behind a module of ours. */
export { isNode, LineCounter, parseDocument } from "yaml";
