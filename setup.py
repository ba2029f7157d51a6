"""Put the results ledger into the wheel: pages that quote it run wherever the package is installed."""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithLedger(build_py):
    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            copytree("results", Path(self.build_lib, "backprop", "results"), dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithLedger})
