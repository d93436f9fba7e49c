import { stripControl } from "./format.js";

/** Columns padded to their widest cell, two spaces apart. Cells are plain text; `paint` may colour a padded cell. */
export function formatTable(
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string {
  const clean = rows.map((row) => row.map((cell) => stripControl(cell).replace(/\n/g, " ")));
  const widths: number[] = [];
  for (const row of clean) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return clean
    .map((row, index) =>
      row
        .map((cell, column) => {
          const isLast = column === row.length - 1;
          return paint(isLast ? cell : cell.padEnd(widths[column] ?? 0), column, index);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
