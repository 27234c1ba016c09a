"""What axe-core finds wrong on a page for those who do not see it, or do not use a mouse."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe


def violations(page, *ours: str, but: Sequence[str] = ()) -> list[str]:
    """The rules that are broken, each with the elements that break it, in the parts of a page that are ours.

    ours: selectors of these parts, the whole page if there are none; but: of what is others' within them.
    """
    context = {"include": [[each] for each in ours or ["html"]], "exclude": [[each] for each in but]}
    found = Axe().run(page, context=context).response["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:300]} ({node['failureSummary'][:300]})"
        for rule in found
        for node in rule["nodes"]
    ]
