"""Write docs/rules.md."""

from tests.rules.page import ROOT, TARGET, render

TARGET.write_text(render(), encoding="utf-8")
print(f"{TARGET.relative_to(ROOT)} written")
