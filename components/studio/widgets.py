"""One widget per kind of setting: how it shows a stored value and how its input is parsed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from greenroom.catalog.spec import Choice, Setting

#: Height in pixels of a text area, by setting's name, for those that need more than :data:`FEW_LINES`.
HEIGHTS = {"system": 320}
MANY_LINES, FEW_LINES = 180, 90
#: A line is saved after a pause in typing of this length.
PAUSE = "800ms"
ON_OFF: Mapping[bool, str] = {True: "On", False: "Off"}
NOT_SAID = "Default"
#: The first option of an optional choice. Not "Default", because some vendors have an option of that name.
UNSET = "Not set"


class Unreadable(ValueError):
    """The widget's input is not a valid value yet; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Widget:
    """How to draw and convert one kind of setting. ``draw`` gets the label, the setting, the widget's key and the value to show.
    ``show`` converts a stored value for the widget, ``read`` does the reverse and may raise Unreadable."""

    draw: Callable[[str, Setting, str, Any], None]
    show: Callable[[Any], Any]
    read: Callable[[Any], Any]


def widget_for(setting: Setting, value: Any) -> Widget:
    """The widget for this setting and value. A slider can't show a missing or out-of-range value; a number field can."""
    if setting.kind in ("number", "whole"):
        if _fits_slider(setting, value):
            return _SLIDERS[setting.kind]
        return _NUMBERS[setting.kind] if setting.default is not None else _OPTIONAL_NUMBERS[setting.kind]
    if setting.kind == "switch" and setting.default is None:
        return _THREE_STATES
    if setting.kind == "choice":
        return Widget(_choice, partial(_shown_choice, setting), partial(listed_value, setting))
    return _WIDGETS[setting.kind]


def listed_value(setting: Setting, typed: Any) -> Any:
    """The value of the option whose name was typed ("Coral" → ``coral``). Any other text is a custom ID and stays."""
    if setting.default is None and typed == UNSET:
        return None
    if not setting.open:
        return typed
    wanted = str(typed).strip().casefold()
    by_name = {str(name).casefold(): choice.value for choice in setting.choices for name in (choice.label, choice.value)}
    return typed if not isinstance(typed, str) else by_name.get(wanted, typed)


def _shown_choice(setting: Setting, value: Any) -> Any:
    return UNSET if value is None and setting.default is None else value


def hint(setting: Setting, docs: str) -> str:
    """The help text with a documentation link."""
    return f"{setting.help} [Documentation]({docs})".strip() if docs else setting.help


def choice_name(choice: Choice) -> str:
    """An option's text in a list."""
    facts = [fact for fact in (choice.language, choice.gender, choice.note) if fact]
    return f"{choice.label} · {', '.join(facts)}" if facts else choice.label


def _fits_slider(setting: Setting, value: Any) -> bool:
    low, high = _slider_limits(setting)
    known = value if value is not None else setting.default
    if setting.default is None or low is None or high is None or isinstance(known, bool) or not isinstance(known, int | float):
        return False
    return low <= known <= high and (setting.usual is not None or high - low <= 3000)


def _slider_limits(setting: Setting) -> tuple[float | None, float | None]:
    return setting.usual or (setting.low, setting.high)


def _slider(cast: type) -> Callable[[str, Setting, str, Any], None]:
    def draw(label: str, setting: Setting, key: str, shown: Any) -> None:
        low, high = _slider_limits(setting)
        assert low is not None
        assert high is not None
        value = cast(min(high, max(low, setting.default if shown is None else shown)))
        st.slider(label, cast(low), cast(high), value, step=cast(setting.step or 1), key=key, help=setting.help)

    return draw


def _number(cast: type) -> Callable[[str, Setting, str, Any], None]:
    def draw(label: str, setting: Setting, key: str, shown: Any) -> None:
        # Streamlit refuses limits and values of mixed types, and a value outside of the limits.
        value = cast(setting.default if shown is None else shown)
        low = None if setting.low is None else min(cast(setting.low), value)
        high = None if setting.high is None else max(cast(setting.high), value)
        st.number_input(label, low, high, value, cast(setting.step or 1), key=key, help=setting.help)

    return draw


def _optional(label: str, setting: Setting, key: str, shown: Any) -> None:
    """Draw an optional number as a text field: Streamlit's number field can't be emptied once it has a value."""
    st.text_input(label, shown, key=key, help=setting.help, placeholder=NOT_SAID, live=PAUSE)


def _read_number(cast: Callable[[str], Any]) -> Callable[[Any], Any]:
    def read(text: Any) -> Any:
        typed = str(text or "").strip()
        if not typed:
            return None
        try:
            number = cast(typed)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise Unreadable(f"“{typed[:20]}” is not a {'whole ' if cast is int else ''}number.")
        return number

    return read


def _cast(cast: type) -> Callable[[Any], Any]:
    return lambda value: None if value is None or isinstance(value, bool) else cast(value)


def _line(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.text_input(label, shown, key=key, help=setting.help, live=PAUSE)


def _prose(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.text_area(label, shown, key=key, help=setting.help, height=HEIGHTS.get(setting.name, FEW_LINES))


def _texts(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.text_area(label, shown, key=key, help=setting.help, height=FEW_LINES, placeholder="One per line")


def _map(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.text_area(label, shown, key=key, help=setting.help, height=FEW_LINES, placeholder="name = value")


def _json(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.text_area(label, shown, key=key, help=setting.help, height=MANY_LINES, placeholder="{ }")


def _switch(label: str, setting: Setting, key: str, shown: Any) -> None:
    st.toggle(label, shown, key=key, help=setting.help)


def _three_states(label: str, setting: Setting, key: str, shown: Any) -> None:
    options = [NOT_SAID, *ON_OFF.values()]
    st.segmented_control(label, options, default=shown, key=key, help=setting.help, required=True)


def _choice(label: str, setting: Setting, key: str, shown: Any) -> None:
    names = {c.value: choice_name(c) for c in setting.choices}
    options = list(names)
    if shown not in names and shown not in (None, UNSET):
        options.append(shown)  # what was typed, or what a later catalog no longer lists
    if setting.default is None:
        options.insert(0, UNSET)
    elif len(names) <= 3 and not setting.open:
        st.segmented_control(
            label, options, default=shown, format_func=_name_in(names), key=key, help=setting.help, required=True
        )
        return
    st.selectbox(
        label,
        options,
        format_func=_name_in(names),
        key=key,
        help=setting.help,
        index=options.index(shown),
        accept_new_options=setting.open,
    )


def _name_in(names: Mapping[Any, str]) -> Callable[[Any], str]:
    """How an option is shown; one without a name as itself."""
    return lambda value: names.get(value, str(value))


def _many(label: str, setting: Setting, key: str, shown: Any) -> None:
    names = {c.value: choice_name(c) for c in setting.choices}
    options = list(names) + [value for value in shown if value not in names]
    st.multiselect(label, options, default=shown, format_func=_name_in(names), key=key, help=setting.help, placeholder=NOT_SAID)


def _secret(label: str, setting: Setting, key: str, shown: Any) -> None:
    """Draw a credential; its name is shown."""


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _lines(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else ""


def _read_lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _pairs(value: Any) -> str:
    return "\n".join(f"{name} = {text}" for name, text in value.items()) if isinstance(value, Mapping) else ""


def _read_pairs(text: Any) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for number, line in enumerate(str(text or "").splitlines(), 1):
        name, separator, value = line.partition("=")
        if not line.strip():
            continue
        if not separator or not name.strip():
            raise Unreadable(f"line {number}: enter name = value.")
        pairs[name.strip()] = value.strip()
    return pairs


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _read_json(text: Any) -> Any:
    if not str(text or "").strip():
        return None
    try:
        return json.loads(str(text))
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise Unreadable("is nested too deeply.") from None


def _same(value: Any) -> Any:
    return value


_SLIDERS: Mapping[str, Widget] = {
    "number": Widget(_slider(float), _cast(float), _cast(float)),
    "whole": Widget(_slider(int), _cast(int), _cast(int)),
}
_NUMBERS: Mapping[str, Widget] = {
    "number": Widget(_number(float), _cast(float), _cast(float)),
    "whole": Widget(_number(int), _cast(int), _cast(int)),
}
_OPTIONAL_NUMBERS: Mapping[str, Widget] = {
    "number": Widget(_optional, lambda value: "" if value is None else str(value), _read_number(float)),
    "whole": Widget(_optional, lambda value: "" if value is None else str(value), _read_number(int)),
}
_THREE_STATES = Widget(
    _three_states,
    lambda value: ON_OFF[value] if isinstance(value, bool) else NOT_SAID,
    lambda shown: {name: value for value, name in ON_OFF.items()}.get(shown),
)
_WIDGETS: Mapping[str, Widget] = {
    "line": Widget(_line, _as_text, _same),
    "prose": Widget(_prose, _as_text, _same),
    "switch": Widget(_switch, bool, _same),
    "many": Widget(_many, lambda value: list(value) if isinstance(value, list | tuple) else [], _same),
    "texts": Widget(_texts, _lines, _read_lines),
    "map": Widget(_map, _pairs, _read_pairs),
    "json": Widget(_json, _pretty, _read_json),
    "secret": Widget(_secret, _same, _same),
}
