"""Build hook: compiles the facts and packs into the wheel; the YAML beside them stays the source."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `auditor/_data/compiled.bin` to a wheel. An editable install reads the YAML, which may change under it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from auditor.verbs._compile import compile_to  # noqa: PLC0415 - the package is on the path only now

        target = root / "build" / "compiled.bin"
        compile_to(target)
        build_data["force_include"][str(target)] = "auditor/_data/compiled.bin"
