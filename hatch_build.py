"""Build hook: compiles facts, packs and sentences into the wheel; the YAML and TOML beside them stay the source."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `auditor/_data/*.bin` to a wheel. An editable install reads the sources, which may change under it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from auditor.verbs._compile import compile_to  # noqa: PLC0415 - the package is on the path only now

        for path in compile_to(root / "build" / "compiled"):
            build_data["force_include"][str(path)] = f"auditor/_data/{path.name}"
