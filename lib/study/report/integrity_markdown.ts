import type { IntegrityReport } from "../../datasets/integrity/integrity.ts";
import { escapeMarkdown } from "../../display/escape_markdown.ts";
import { markdownTable } from "../../display/markdown_table.ts";

/** Writes a table of numbers and of texts, which are escaped. */
function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const show = (value: string | number | null) =>
    typeof value === "number"
      ? (Number.isInteger(value) ? String(value) : value.toFixed(3))
      : escapeMarkdown(value ?? "–");
  return markdownTable(head.map(show), rows.map((row) => row.map(show)));
}

/** Formats an integrity report as Markdown: findings, near-duplicates, and a line per image. */
export function integrityMarkdown(report: IntegrityReport): string {
  const { name, layout, fingerprint, findings, modalities, duplicates, images } = report;
  const parts = [
    `# ${escapeMarkdown(name)}`,
    `${images.length} images, layout "${escapeMarkdown(layout)}", fingerprint ${fingerprint.slice(0, 16)}`,
    table(["kind of microscopy", "images"], Object.entries(modalities)),
    "## Findings",
    findings.length
      ? table(
        ["", "finding", "images"],
        findings.map(({ severity, message, ids }) => [severity, message, ids.join(", ")]),
      )
      : "No problems found.",
  ];
  if (duplicates.length) {
    parts.push(
      "## Near-duplicates",
      table(
        ["one", "other", "correlation", "same group"],
        duplicates.map(({ a, b, correlation, sameGroup }) => [a, b, correlation, sameGroup ? "yes" : "no"]),
      ),
    );
  }
  parts.push(
    "## Images",
    table(
      [
        "image",
        "group",
        "size",
        "channels",
        "bits",
        "kind",
        "intensity",
        "saturated",
        "foreground",
        "objects",
        "touching",
        "median area",
        "hot pixels",
        "Otsu's Dice",
      ],
      images.map((image) => [
        image.id,
        image.group,
        `${image.width} × ${image.height}`,
        image.channels,
        image.bits,
        image.modality,
        image.intensity,
        image.saturated,
        image.foreground,
        image.objects,
        image.touching,
        image.medianArea,
        image.hotPixels,
        image.otsuDice,
      ]),
    ),
  );
  return parts.join("\n\n") + "\n";
}
