import { stripVTControlCharacters } from "node:util";
import { totalTokens, type Usage } from "@aiw/core";

/** `0.4s`, `1m 06s`, `2h 05m`. */
export function formatMs(ms: number): string {
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${pad(Math.floor((seconds % 3_600) / 60))}m`;
}

/** `18.1k tok`; empty when there are none. */
export function formatTokens(usage: Usage | undefined): string {
  const tokens = usage ? totalTokens(usage) : 0;
  if (tokens === 0) return "";
  if (tokens < 1_000) return `${tokens} tok`;
  return tokens < 1_000_000 ? `${(tokens / 1_000).toFixed(1)}k tok` : `${(tokens / 1_000_000).toFixed(1)}M tok`;
}

/** `$0.71`; four digits below a cent; empty for nothing. */
export function formatUsd(usd: number | undefined): string {
  if (!usd) return "";
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** `12:04:31`, local time. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** `2026-11-23 12:04:31`, local time. */
export function formatDate(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(at)}`;
}

/** Cuts to a width with an ellipsis; line breaks and control characters become spaces. */
export function oneLine(text: string, width: number): string {
  return clip(stripControl(text).replace(/\s+/g, " ").trim(), width);
}

/** Cuts a line to a width with an ellipsis. */
export function clip(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** Text from outside may not steer the terminal: escape sequences and control characters go, line breaks and tabs stay. */
export function stripControl(text: string): string {
  return [...stripVTControlCharacters(text)].filter(isHarmless).join("");
}

function isHarmless(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n" || character === "\t") return true;
  return code >= 0x20 && (code < 0x7f || code > 0x9f) && !isDirectional(code);
}

/** Marks that let text look like other text. @see Boucher and Anderson, "Trojan Source", 2021. */
function isDirectional(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
