import { stepKeys } from "./keys.js";

/** Is this YAML made of nothing but keys of a step? Then it was most likely meant as the settings of one. */
export function isLikeSettings(yaml: string): boolean {
  const top = yaml.split(/[\r\n]+/).filter((line) => line !== "" && !/^[\s#}\]]/.test(line));
  return top.length > 0 && top.every(isKeyLine);
}

function isKeyLine(line: string): boolean {
  const key = /^([\w-]+):(?:\s|$)/.exec(line)?.[1];
  return key !== undefined && Object.hasOwn(stepKeys, key);
}
