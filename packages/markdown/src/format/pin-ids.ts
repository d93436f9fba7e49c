import { applyChanges } from "../patch/changes.js";
import type { Layout } from "../patch/layout.js";
import { newSettings, rankIn } from "../patch/settings-edit.js";
import { changesToward } from "../patch/yaml-set.js";
import { stepTable } from "../settings/keys.js";

/** The file with `id:` in every step whose id comes from its heading. */
export function pinIds(layout: Layout): string {
  const { text, eol, steps } = layout;
  const changes = steps.flatMap(({ id, hasIdKey, own: { settings, block } }) => {
    if (id === undefined || hasIdKey) return [];
    if (settings === undefined) return [newSettings(layout, block.heading.end, { key: "id", value: id })];
    const range = { start: settings.fence.contentStart, end: settings.fence.contentEnd };
    const style = { eol, quote: '"' } as const;
    const place = { text, range, map: settings.read.map, style, rank: rankIn(stepTable.known) };
    return changesToward(place, ["id"], id);
  });
  return applyChanges(text, changes);
}
