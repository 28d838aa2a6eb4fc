const MICROMETRES: Record<string, number> = {
  "µm": 1,
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  micrometers: 1,
  micrometre: 1,
  micrometres: 1,
  nm: 1e-3,
  nanometer: 1e-3,
  nanometers: 1e-3,
  nanometre: 1e-3,
  nanometres: 1e-3,
  pm: 1e-6,
  "å": 1e-4,
  angstrom: 1e-4,
  mm: 1e3,
  millimeter: 1e3,
  millimeters: 1e3,
  millimetre: 1e3,
  millimetres: 1e3,
  cm: 1e4,
  centimeter: 1e4,
  centimetre: 1e4,
  m: 1e6,
  meter: 1e6,
  metre: 1e6,
  inch: 25400,
  inches: 25400,
  in: 25400,
};

/** Converts a unit of length, as ImageJ and OME write it, to micrometres; NaN for others, such as `pixel`. */
export function micrometresPerUnit(unit: string): number {
  // ImageJ escapes non-ASCII characters. The Greek letter mu counts as the micro sign.
  const name = unit.replace(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    .trim().toLowerCase().replaceAll("μ", "µ");
  return MICROMETRES[name] ?? NaN;
}
