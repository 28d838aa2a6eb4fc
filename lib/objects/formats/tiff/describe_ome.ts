import { stackAxes } from "../page_axis.ts";
import type { StackLayout } from "./stack_layout.ts";
import type { PageLayout } from "./tiff_writer.ts";

const NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06";

/** Names of the sample types in OME. */
const TYPES = { uint8: "uint8", uint16: "uint16", uint32: "uint32", float32: "float" } as const;

/**
 * Writes the OME-XML of a TIFF (OME schema 2016-06), in ASCII, as TIFF's text must be.
 *
 * @param sides height and width of a pixel in µm
 */
export function describeForOme(
  { width, height, samples }: PageLayout,
  { channels, ...stack }: StackLayout,
  { name, sides }: { name: string; sides?: readonly [height: number, width: number] },
): string {
  const size = sides
    ? ` PhysicalSizeX="${sides[1]}" PhysicalSizeXUnit="&#181;m" PhysicalSizeY="${sides[0]}" PhysicalSizeYUnit="&#181;m"`
    : "";
  const { z, t, first } = stackAxes(stack), order = z > 1 && t > 1 && first === "t" ? "XYCTZ" : "XYCZT";
  return '<?xml version="1.0" encoding="UTF-8"?>' +
    `<OME xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
    ` xsi:schemaLocation="${NAMESPACE} ${NAMESPACE}/ome.xsd">` +
    `<Image ID="Image:0" Name="${escapeXml(name)}">` +
    `<Pixels ID="Pixels:0" DimensionOrder="${order}" Type="${TYPES[samples]}" SizeX="${width}" SizeY="${height}"` +
    ` SizeC="${channels.length}" SizeZ="${z}" SizeT="${t}" BigEndian="false" Interleaved="false"${size}>` +
    channels.map((channel, c) =>
      `<Channel ID="Channel:0:${c}"${channel ? ` Name="${escapeXml(channel)}"` : ""} SamplesPerPixel="1"/>`
    ).join("") +
    `<TiffData IFD="0" PlaneCount="${stack.pages * channels.length}"/></Pixels></Image></OME>`;
}

/** Escapes text for an attribute, in ASCII. Characters that XML does not have are left out. */
function escapeXml(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) return "";
    return code > 0x7e || '&<>"'.includes(character) ? `&#${code};` : character;
  }).join("");
}
