"""The slips that lead to a number, and which of them what was typed shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import combinations_with_replacement

from ..core import Layer
from ..dims import Dim
from ..typed import Typed
from . import forms, slips
from .near import SURE
from .rounded import rounds, to_three, to_three_in_the_other_unit
from .slips import Wrong

MOST_CHOICES = 3
# Slips that lead to a rounded figure.
_FIGURES = {"printed_figure", "rounded", "everything_times_experts"}
# Slips that multiply by a number which, where the question is known, must stand in it.
_MULTIPLES = {"times_steps", "times_words", "times_examples"}
# Slips that few people make: a number alone is no proof of one.
RARE = {
    "all_multiplied",
    "bias_per_number_read",
    "bias_per_weight",
    "biased_dot_product",
    "cell_state_read",
    "channels_added",
    "keys_and_values_of_the_encoder",
    "one_number_a_word",
    "one_weight_a_unit",
    "peepholes",
    "sides_added",
    "skipping",
    "start_trained",
    "state_alone",
    "state_times_input",
    "wide_state",
}
# Slips that say why a part is easily left out.
_TELLING = {"gate_left_out", "one_table_of_two"}
# What is told of a part, and of all of it under another id.
_ALL_OF_IT = {"shift_as_well": "shifts_imagined", "table_for_the_output": "shared_counted_again"}
# What is said of right counts that are put together in another way, or of one that is not there.
_WHATEVER = {"added_up", "another_number_of_them", "count_alone", "one_part_alone", "part_left_out"}


def leading_to(
    value: int, typed: Typed | None, asked: Layer | Dim, figures, three: bool, own: Sequence[Wrong] = ()
) -> tuple[list[Wrong], bool]:
    """The slips that lead to a number, one for each thing to say, and whether what was typed shows them."""
    count = Dim(asked.count if isinstance(asked, Layer) else asked)
    likely: list[Wrong] = list(own)
    there = _there(typed, asked) if typed else set()
    no_multiple = figures is not None and not multiple(value, count, figures)
    a_figure = typed is not None and typed.rounded and not typed.tree.args and not three

    def may_be(wrong: Wrong) -> bool:
        if wrong.missing and {path[0] for path in wrong.missing} <= there:
            return False
        if no_multiple and wrong.slip in _MULTIPLES:
            return False
        return not a_figure or wrong.slip in _FIGURES

    for find_wrongs in (slips.wrongs, slips.paired):
        found = [wrong for wrong in find_wrongs(asked) if is_near(value, wrong, typed, three)]
        if own:  # what was done with all of the question, and not deep inside, or whatever was done
            told = {*_WHATEVER, *(each.slip for each in own)}
            found = [wrong for wrong in found if not wrong.part and wrong.slip not in told]
        found = [wrong for wrong in _better_told([*likely, *found]) if may_be(wrong)]
        shown_by_it = forms.decide(typed, found) if typed else []
        if typed and not shown_by_it:
            found = [wrong for wrong in found if wrong in own or not forms.ruled_out(typed, wrong, count)]
        likely = found
        if shown_by_it or not all(wrong.slip in RARE for wrong in found):
            sure = bool(shown_by_it and typed) and not all(_is_rule(typed, each) for each in shown_by_it)
            return told_once(shown_by_it or found)[:MOST_CHOICES], sure
    return told_once(likely)[:MOST_CHOICES], False


def _there(typed: Typed, asked: Layer | Dim) -> set[str]:
    """The parts of what is asked that stand in a sum as they are, so that nothing of them is missing."""
    terms = [term.value for term in typed.tree.args] if typed.tree.how == "+" else []
    parts = asked.parts if isinstance(asked, Layer) else {}
    counts = {name: int(part.count) for name, part in parts.items()}
    alike = Counter(counts.values())
    return {name for name, count in counts.items() if count >= SURE and terms.count(count) >= alike[count]}


def _better_told(found: list[Wrong]) -> list[Wrong]:
    """Without what another of them says better."""
    whole = {wrong.slip for wrong in found if not wrong.part}
    less = {slip for slip, better in _ALL_OF_IT.items() if better in whole}
    less |= {"part_left_out"} if any(wrong.slip in _TELLING for wrong in found) else set()
    return [wrong for wrong in found if wrong.slip not in less]


def told_once(found: list[Wrong]) -> list[Wrong]:
    """Each thing to say once; a slip of the whole is not told of its parts as well."""
    found = _better_told(found)
    whole_slips = {wrong.slip for wrong in found if not wrong.part}
    told = [wrong for wrong in found if not wrong.part or wrong.slip not in whole_slips]
    places = {(wrong.slip, _place(wrong)) for wrong in told}
    told = [wrong for wrong in told if not _is_inside(wrong, places)]
    return list({wrong.why: wrong for wrong in reversed(told)}.values())[::-1]


def _place(wrong: Wrong) -> str:
    """Where a slip was made, such as "In layers: In attention: "."""
    match = re.match(r"(In [^:]*: )*", wrong.why)
    return match[0] if match else ""


def _is_inside(wrong: Wrong, places: Collection[tuple[str, str]]) -> bool:
    """Whether the same slip stands at a place that this one is a part of."""
    here = _place(wrong)
    return any(
        slip == wrong.slip and here.startswith(place) for slip, place in places if place not in ("", here)
    )


def is_near(value: int, wrong: Wrong, typed: Typed | None, three: bool) -> bool:
    """Whether a number is what a slip leads to."""
    count = int(wrong.count)
    if not three:
        return value == count
    return to_three(value, count, typed) or to_three_in_the_other_unit(count, typed)


def _is_rule(typed: Typed, wrong: Wrong) -> bool:
    """Whether a product was typed where one who makes a rare slip would write a sum."""
    return wrong.slip in RARE and typed.tree.how == "×" and getattr(wrong.count, "how", "") == "+"


def is_rounding_of(wrong: Wrong, value: int) -> bool:
    """Whether a number of two or three figures is what a slip of the whole leads to, rounded."""
    likely = not wrong.part and wrong.slip not in RARE | (_WHATEVER - {"part_left_out"})
    return likely and value % 10 ** (len(str(value)) - 1) > 0 and rounds(int(wrong.count), value)


def is_chance(wrong: Wrong) -> bool:
    """Whether another way may well have led to the number of a slip, for all that the number tells."""
    deep = wrong.why.startswith("In ") and ": In " in wrong.why  # inside a network there are many ways
    return deep or wrong.slip in RARE or wrong.slip.endswith("+no_biases")


def multiple(value: int, count: int, figures: Collection[int]) -> str:
    """What is said of a multiple of the count by a number of the question, or by two of them."""
    if count <= 0 or value <= count or value % count:
        return ""
    # Twice as many may have another reason.
    for few in (
        ((figure,) for figure in figures if figure != 2),
        combinations_with_replacement(sorted(figures), 2),
    ):
        for factors in few:
            product = factors[0] * (factors[1] if len(factors) > 1 else 1)
            if value == count * product and 1 not in factors:
                return (
                    "That counts the same parameters more than once. However often a layer is used, it has "
                    "the same ones each time, so they are counted once."
                )
    return ""
