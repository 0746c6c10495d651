"""Where the real clips and photos are: test data that nothing in the product needs."""

import os
from pathlib import Path


def media_folder() -> Path | None:
    """`$YUHANG_SHARED/media`, or `shared/media` beside the repository; None where there is none."""
    shared = Path(os.environ.get("YUHANG_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = shared / "media"
    return folder if folder.is_dir() else None
