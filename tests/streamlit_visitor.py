"""A visitor without a browser: opens a Streamlit page over its WebSocket, keeps the state of its widgets, clicks, and counts."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

OPEN_S, RUN_S = 30.0, 60.0


@dataclass(slots=True)
class PageRun:
    """What one run of the script sent, and how long that took from the request to its end."""

    took_ms: float = 0.0
    messages: int = 0
    size: int = 0
    #: Elements and blocks by type: "button", "block/column".
    parts: Counter[str] = field(default_factory=Counter)
    #: The elements that have an ID, by the key at its end.
    elements: dict[str, Any] = field(default_factory=dict)
    status: int = ForwardMsg.FINISHED_SUCCESSFULLY


class StreamlitVisitor:
    """One browser tab. ``query`` is the address's query string, ``cookie`` what a load balancer recognizes the visitor by."""

    def __init__(self, url: str, query: str = "", cookie: str = "") -> None:
        self._address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._query, self._cookie = query, cookie
        self._socket: ClientConnection | None = None
        #: The widgets on the page with the fragment that each belongs to, "" for none; and what each was set to.
        self._drawn: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._buttons: dict[str, str] = {}
        self._page = ""

    async def open(self) -> PageRun:
        """Connect and run the script for the first time."""
        headers = {"Cookie": self._cookie} if self._cookie else {}
        self._socket = await connect(
            self._address,
            max_size=None,
            subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
            additional_headers=headers,
            compression=None,
            proxy=None,
            open_timeout=OPEN_S,
        )
        return await self.rerun()

    async def choose_tab(self, key: str, label: str) -> PageRun:
        """Open a tab of the ``st.tabs`` with this key."""
        tabs = self._find(key)
        self._states[tabs].string_value = label
        return await self.rerun(self._drawn[tabs])

    async def press_switch(self) -> PageRun:
        """Turn the first switch of the page on or off."""
        switches = [one for one in self._drawn if self._states[one].WhichOneof("value") == "bool_value"]
        switch = self._states[switches[0]]
        switch.bool_value = not switch.bool_value
        return await self.rerun(self._drawn[switch.id])

    async def press_button(self, key: str) -> PageRun:
        """Press the button with this key."""
        button = self._find(key)
        pressed = WidgetState(id=button, trigger_value=True)
        return await self.rerun(self._buttons[button], pressed)

    async def type(self, setting: str, text: str) -> PageRun:
        """Put a text in the field of a setting."""
        typed = self._find(setting)
        self._states[typed].string_value = text
        return await self.rerun(self._drawn[typed])

    def _find(self, key: str) -> str:
        return next(one for one in (*self._drawn, *self._buttons) if one.endswith((f"-{key}", f"/{key}")))

    async def rerun(self, fragment: str = "", pressed: WidgetState | None = None) -> PageRun:
        """Send the state of all widgets, as a browser does, and wait until the script, or its fragment, has run."""
        assert self._socket is not None
        state = ClientState(query_string=self._query, page_script_hash=self._page, fragment_id=fragment)
        state.widget_states.widgets.extend(self._states[one] for one in self._drawn)
        if pressed is not None:
            state.widget_states.widgets.append(pressed)
        state.context_info.timezone = "Europe/Berlin"
        began = time.monotonic()
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        run = await asyncio.wait_for(self._read(self._socket), RUN_S)
        run.took_ms = (time.monotonic() - began) * 1000
        return run

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _read(self, socket: ClientConnection) -> PageRun:
        run = PageRun()
        while True:
            raw = await socket.recv(decode=False)
            message = ForwardMsg.FromString(raw)
            run.messages, run.size = run.messages + 1, run.size + len(raw)
            match message.WhichOneof("type"):
                case "new_session":
                    again = set(message.metadata.run.fragment_ids)
                    self._drawn = {one: of for one, of in self._drawn.items() if again and of not in again}
                case "delta":
                    self._note(message, run)
                case "navigation":
                    self._page = message.navigation.page_script_hash
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    run.status = message.script_finished
                    return run

    def _note(self, message: ForwardMsg, run: PageRun) -> None:
        delta = message.delta
        if delta.WhichOneof("type") == "add_block":
            kind = str(delta.add_block.WhichOneof("type"))
            run.parts[f"block/{kind}"] += 1
            part: Any = getattr(delta.add_block, kind) if kind == "tab_container" else None
        else:
            kind = str(delta.new_element.WhichOneof("type"))
            run.parts[kind] += 1
            part = getattr(delta.new_element, kind)
        identity = getattr(part, "id", "")
        if not identity:
            return
        run.elements[identity.split("-", 2)[-1]] = part
        if kind == "button":
            self._buttons[identity] = delta.fragment_id
        state = self._states.get(identity) or _first_state(kind, part)
        if state is not None:
            self._states[identity], self._drawn[identity] = state, delta.fragment_id


def _first_state(kind: str, part: Any) -> WidgetState | None:
    """What a browser reports of a widget that nobody has touched; None for those that report nothing."""
    state = WidgetState(id=part.id)
    match kind:
        case "checkbox":
            state.bool_value = part.default
        case "slider":
            state.double_array_value.data.extend(part.default)
        case "number_input":
            state.double_value = part.default
        case "text_input" | "text_area":
            state.string_value = part.default
        case "selectbox":
            state.string_value = part.options[part.default] if part.options else ""
        case "multiselect" | "button_group":
            names = [getattr(option, "content", option) for option in part.options]
            state.string_array_value.data.extend(names[place] for place in part.default)
        case "tab_container":
            state.string_value = part.default_tab_label
        case _:
            return None
    return state
