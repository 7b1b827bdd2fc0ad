"""The wheel: `chalicelib`, which Chalice needs under that name, as the package `sagemaker_lineage`.

One source, no copy: modules are written into the wheel with the package's other name in their imports. Relative
imports would do the same, and cost every reader the sight of where a name comes from.
"""

import re
import tempfile
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

SOURCE, PACKAGE = "chalicelib", "sagemaker_lineage"
SCRATCH = tempfile.TemporaryDirectory()  # a module that is gone would stay in a build folder


class Renamed(build_py):
    """The modules, as they are but for the package's name."""

    def build_module(self, module: str, module_file: str, package: str) -> tuple[str, bool]:
        """Copy a module, and rename what it imports."""
        out, copied = super().build_module(module, module_file, package)
        path = Path(out)
        path.write_text(re.sub(rf"\b{SOURCE}\b", PACKAGE, path.read_text(encoding="utf-8")), encoding="utf-8")
        return out, copied


setup(
    packages=[PACKAGE, *(f"{PACKAGE}.{name}" for name in find_packages(SOURCE))],
    package_dir={PACKAGE: SOURCE},
    package_data={PACKAGE: ["openapi.json", "viewer/*"]},
    cmdclass={"build_py": Renamed},
    options={"build": {"build_base": SCRATCH.name}},
)
