/** Lazily imported: a bundler gives a CommonJS library its names only behind a module of ours. */
export { isAlias, isNode, LineCounter, parseDocument, visit } from "yaml";
