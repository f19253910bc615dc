/** What a benchmark measures, and the table at its end. */
import type { EngineName } from '../../server/media/contract.ts';

export interface Row {
  engine: EngineName;
  metric: string;
  variant: string;
  median: number;
  p95: number;
  unit: string;
}

/** @throws Error when nothing was measured: a figure that is missing must not look like a good one */
export function row(
  engine: EngineName,
  metric: string,
  variant: string,
  unit: string,
  samples: number[],
): Row {
  if (samples.length === 0) throw new Error(`${metric} ${variant}: nothing was measured`);
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return { engine, metric, variant, median: rounded(at(0.5)), p95: rounded(at(0.95)), unit };
}

/** Aligned columns, as Markdown. */
export function table(rows: Row[]): string {
  const lines = [
    ['engine', 'metric', 'variant', 'median', 'p95', 'unit'],
    ...rows.map((each) => [
      ...[each.engine, each.metric, each.variant],
      ...[String(each.median), String(each.p95), each.unit],
    ]),
  ];
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  text.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return text.join('\n');
}
