"""Copies the files of a wheel that match a pattern into a folder, without their paths.

    python unpack_wheel.py WHEEL FOLDER PATTERN
"""

import pathlib
import re
import shutil
import sys
import zipfile

wheel, folder, pattern = sys.argv[1:]
target = pathlib.Path(folder)
target.mkdir(parents=True, exist_ok=True)
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if not entry.is_dir() and re.search(pattern, entry.filename):
            # Only the file name is used, so no entry can leave the folder.
            path = target / pathlib.PurePosixPath(entry.filename).name
            with archive.open(entry) as source, open(path, "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            if entry.external_attr >> 16 & 0o100:
                path.chmod(0o755)
