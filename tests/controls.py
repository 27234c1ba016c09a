"""Every control of a notebook, moved, in the kernel in which nbval has just run its cells.

An error raised when a slider is elsewhere passes unseen: no cell fails, and nbval compares nothing. So
`watch` runs in the notebook's own kernel before its cells, and `move` after them. `add` puts both around
what nbval runs anyway.
"""

import ast
import inspect

import pytest
from nbval.plugin import IPyNbFile

BEFORE = "_watched = watch()"
AFTER = "_moved = move(*_watched)"
SECONDS = 120  # for all controls of a notebook


def watch():
    """Every widget that is made from now on, and every error that is shown without stopping a cell."""
    import traceback

    import ipywidgets
    from IPython import get_ipython

    made, errors, shell = [], [], get_ipython()
    show = shell.showtraceback

    def recorded(*args, **kwargs):
        errors.append(traceback.format_exc())
        return show(*args, **kwargs)

    shell.showtraceback = recorded
    ipywidgets.Widget.on_widget_constructed(made.append)
    return made, errors


def move(made, errors):
    """Move every control that a reader can reach, by the messages that a browser sends.

    Returns how many messages each kind of control was sent, and what went wrong.
    """
    import ipywidgets

    from paramcount.ask.form import AnswerForm
    from paramcount.show.controls import ButtonsControl, ChoiceControl, SizeControl, SwitchControl

    problems, sent = [], {}

    def send(widget, content=None, refused=False, **state):
        if widget.comm is None:
            return  # closed, as another control was moved
        data = {"method": "custom", "content": content} if content else {"method": "update", "state": state}
        errors.clear()
        widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
        sent[type(widget).__name__] = sent.get(type(widget).__name__, 0) + 1
        panels = [w.value for w in made if isinstance(w, ipywidgets.HTML) and w.comm]
        shown = [] if refused else [html for html in panels if 'role="alert"' in html]
        for problem in errors + shown:
            name = getattr(widget, "label", "") or getattr(widget, "description", "")
            problems.append(f"{type(widget).__name__} {name} {content or state}: {problem}")

    def put(control, value, refused=False):
        send(control, {"value": value, "turn": 0}, refused)

    def reachable(*kinds):
        found = [w for w in made if isinstance(w, kinds) and w.comm and w.layout.display != "none"]
        return [w for w in found if not getattr(w, "disabled", False)]

    def to_the_ends():
        for number in reachable(ipywidgets.IntSlider, ipywidgets.FloatSlider):
            for value in (number.min, number.max, number.value):
                send(number, value=value)
        starts = [(size, size.value) for size in reachable(SizeControl) if size.value is not None]
        for size, _ in starts:
            # One that was typed may fit no longer; a word passes through no more experts than there are.
            pair = any(name in size.label for name in ("experts", "active"))
            for end in (0, -1):
                put(size, size.options[end], refused=pair or size.options[end] == 10**12)
            for other, start in starts:
                if other.value != start:
                    put(other, start)
        for size, start in starts:
            for odd in (7, 1, 0, -1, 1.5, 10**12):
                put(size, odd, refused=True)
            put(size, start)

    def tick_all():
        for switch in reachable(SwitchControl):
            put(switch, not switch.value)
        for size in reachable(SizeControl):
            if size.optional:
                # Experts may be needed for those that are active, and the other way round.
                put(size, size.last if size.value is None else None, refused=True)

    for choice in reachable(ChoiceControl):
        for name in [*(name for _, names in choice.groups for name in names), choice.value]:
            put(choice, name)
    switches = reachable(ButtonsControl)
    for k in range(max([len(switch.options) for switch in switches], default=1)):
        for switch in switches:
            put(switch, switch.options[min(k, len(switch.options) - 1)])
        to_the_ends()
        tick_all()
        to_the_ends()
        tick_all()
    for switch in switches:
        put(switch, switch.options[0])
    for typed in ("", "1", "3 *", "9**9**9", "1,234"):
        for form in reachable(AnswerForm):
            for name in ["submit", *(each["name"] for each in form.buttons)]:
                send(form, {"event": name, "text": typed})
        for button in reachable(ipywidgets.Button):
            send(button, {"event": "click"})
    return sent, problems


class WatchedNotebook(IPyNbFile):
    """A notebook of which every widget is noted from the start."""

    def setup(self):
        super().setup()
        worked_out(self.kernel, f"{inspect.getsource(watch)}\n{BEFORE}")


class Controls(pytest.Item):
    """Moves every control that the cells of a notebook have shown."""

    def runtest(self):
        notebook = self.parent
        code = "\n".join(cell.source for cell in notebook.nb.cells if cell.cell_type == "code")
        sent, problems = worked_out(notebook.kernel, f"{inspect.getsource(move)}\n{AFTER}", "_moved")
        assert not problems, "\n".join(problems)
        assert "SizeControl" in sent or "explore(" not in code
        assert "ChoiceControl" in sent or "explore(models.PUBLISHED" not in code
        assert "AnswerForm" in sent or "predict(" not in code

    def reportinfo(self):
        return self.path, None, f"{self.parent.name}: every control can be moved"


def add(items: list[pytest.Item]) -> None:
    """Put the controls of each notebook of the series behind its last cell, if all its cells are run."""
    cells: dict[IPyNbFile, int] = {}
    for place, item in enumerate(items):
        if isinstance(item.parent, IPyNbFile):
            cells[item.parent] = place
    for notebook, last in reversed(cells.items()):
        notebook.__class__ = WatchedNotebook
        items.insert(last + 1, Controls.from_parent(notebook, name="controls"))


def worked_out(kernel, code: str, value: str = "None"):
    """What a value is in a kernel once some code has run there. An error in it is raised here.

    It comes with the reply. What is printed may be lost, where widgets send more than anybody reads.
    """
    client = kernel.kc
    request = client.execute(code, store_history=False, user_expressions={"value": value}, allow_stdin=False)
    while True:
        reply = client.get_shell_msg(timeout=SECONDS)
        if reply["parent_header"].get("msg_id") == request:
            break
    content = reply["content"]
    assert content["status"] == "ok", "\n".join(content.get("traceback", []))
    return ast.literal_eval(content["user_expressions"]["value"]["data"]["text/plain"])
