"""The display size of a PNG, which Jupyter reads from an output's metadata."""

import base64
import struct

# CSS pixels per metre; one is 1/96 inch.
CSS_PIXELS_PER_METRE = 96 / 0.0254


def css_size(png):
    """Returns the width and height in CSS pixels of a PNG in base64, from its pixel density (chunk pHYs), if any."""
    start = base64.b64decode(png[:400] + "=" * (-len(png[:400]) % 4))
    place = start.find(b"pHYs")
    if start[12:16] != b"IHDR" or place < 0 or len(start) < place + 13 or start[place + 12] != 1:
        return None
    width, height = struct.unpack(">II", start[16:24])
    across, down = struct.unpack(">II", start[place + 4 : place + 12])
    if not across or not down:
        return None
    return {
        "width": round(width * CSS_PIXELS_PER_METRE / across),
        "height": round(height * CSS_PIXELS_PER_METRE / down),
    }


def with_size(message):
    """Returns an output with the size of its PNG in the metadata, if the PNG contains it."""
    png = message.content.get("data", {}).get("image/png")
    metadata = message.content.get("metadata") or {}
    if not isinstance(png, str) or "image/png" in metadata:
        return message
    try:
        size = css_size(png)
    except (ValueError, struct.error):
        return message
    return message.with_content(metadata={**metadata, "image/png": size}) if size else message
