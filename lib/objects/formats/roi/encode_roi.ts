import type { Outline, Ring } from "../../outlines/trace_outlines.ts";

/** Bytes of each of the two headers. */
const HEADER = 64;
/** The version of the format that introduced groups. */
const VERSION = 228;
/** Types of a ROI. A shape of several rings has the type of its bounding box. */
const RECTANGLE = 1, TRACED = 8;
/** Operations in the path of a shape. */
const MOVE_TO = 0, LINE_TO = 1, CLOSE = 4;
/** Above these, ImageJ does not store whole coordinates, or their number, in 16 bits. */
const LARGEST_COORDINATE = 60_000, MOST_CORNERS = 65_535;

/** Properties of an ImageJ ROI. */
export interface RoiProperties {
  name: string;
  /** Page of a stack, counted from 1. Default: the ROI belongs to all pages. */
  page?: number;
  /** Plane and time of a stack with both, counted from 1, in place of the page. */
  place?: { z: number; t: number };
  /** Red, green and blue of the line, 0 to 255. */
  color?: readonly [number, number, number];
  /** Group, 1 to 255. */
  group?: number;
}

/**
 * Encodes an outline as an ImageJ ROI: a traced polygon, or a shape if it has holes, several polygons, or coordinates that
 * 16 bits do not hold. The layout is that in the documentation of ImageJ's class `ij.io.RoiDecoder`.
 *
 * @returns the content of a `.roi` file
 */
export function encodeRoi(
  { polygons }: Outline,
  { name, page = 0, place, color, group = 0 }: RoiProperties,
): Uint8Array {
  const rings = polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
  const box = boundingBox(polygons.map(({ outer }) => outer));
  const simple = rings.length === 1 && rings[0].length <= 2 * MOST_CORNERS &&
    Math.max(box.right, box.bottom) <= LARGEST_COORDINATE;
  const body = simple ? encodePolygon(rings[0], box) : encodePath(rings);
  const header2 = HEADER + body.length, nameAt = header2 + HEADER;
  const bytes = new Uint8Array(nameAt + 2 * name.length), view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x6f, 0x75, 0x74]); // Iout
  view.setInt16(4, VERSION);
  bytes[6] = simple ? TRACED : RECTANGLE;
  view.setUint16(8, box.top);
  view.setUint16(10, box.left);
  view.setUint16(12, box.bottom);
  view.setUint16(14, box.right);
  if (simple) view.setUint16(16, rings[0].length / 2);
  else view.setInt32(36, body.length / 4);
  if (color) view.setUint32(40, 0xff000000 + 65536 * color[0] + 256 * color[1] + color[2]);
  view.setInt32(56, place ? 0 : page);
  view.setInt32(60, header2);
  bytes.set(body, HEADER);
  if (place) {
    view.setInt32(header2 + 8, place.z);
    view.setInt32(header2 + 12, place.t);
  }
  view.setInt32(header2 + 16, nameAt);
  view.setInt32(header2 + 20, name.length);
  bytes[header2 + 30] = group;
  for (let i = 0; i < name.length; i++) view.setUint16(nameAt + 2 * i, name.charCodeAt(i));
  return bytes;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function boundingBox(rings: readonly Ring[]): Box {
  const box = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      box.left = Math.min(box.left, ring[i]);
      box.right = Math.max(box.right, ring[i]);
      box.top = Math.min(box.top, ring[i + 1]);
      box.bottom = Math.max(box.bottom, ring[i + 1]);
    }
  }
  return box;
}

/** Encodes all x, then all y, relative to the bounding box, in 16 bits. */
function encodePolygon(ring: Ring, { left, top }: Box): Uint8Array {
  const corners = ring.length / 2, view = new DataView(new ArrayBuffer(4 * corners));
  for (let i = 0; i < corners; i++) {
    view.setUint16(2 * i, ring[2 * i] - left);
    view.setUint16(2 * (corners + i), ring[2 * i + 1] - top);
  }
  return new Uint8Array(view.buffer);
}

/** Encodes rings as a path of operations with coordinates, all in float32. */
function encodePath(rings: readonly Ring[]): Uint8Array {
  const numbers: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) numbers.push(i === 0 ? MOVE_TO : LINE_TO, ring[i], ring[i + 1]);
    numbers.push(CLOSE);
  }
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view.setFloat32(4 * i, number));
  return new Uint8Array(view.buffer);
}
