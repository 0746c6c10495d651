"""`python -m yuhang` is `yuhang`."""

from yuhang.cli import main

main()
