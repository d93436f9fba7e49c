/** Lazily imported: a bundler gives a CommonJS library its names only behind a module of ours. */
export { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
