"""The comments on a version, in the versions dialog."""

from __future__ import annotations

import streamlit as st

from components.shell import field_errors, fields, state
from components.shell.formatting import day_and_time, plain
from greenroom.access.members import may_remove
from greenroom.errors import GreenroomError
from greenroom.model.agent import VersionId
from greenroom.model.version_comment import CommentId
from greenroom.services import current, member


def draw(version_id: VersionId, count: int) -> None:
    """A button with the number of comments, which opens them and a field for another one."""
    with st.popover(f"Comments ({count})" if count else "Comment", icon=":material/chat_bubble:"):
        for comment in current().comments.of(version_id) if count else []:
            with st.container(horizontal=True, vertical_alignment="center", key=f"comment_{comment.id}"):
                by = f"{plain(comment.author)} · " if comment.author else ""
                text = plain(comment.text).replace("\n", "  \n")
                st.markdown(f"{text}  \n:gray[{by}{day_and_time(comment.at)}]", width="stretch")
                if may_remove(comment.author, member()):
                    key = f"remove_comment_{comment.id}"
                    st.button("", icon=":material/delete:", key=key, help="Delete", on_click=_remove, args=(comment.id,))
        name = f"comment_text/{version_id}"
        hint = "What changed, and why" + (" · @name mentions a teammate" if member() else "")
        shown, key = fields.shown(name, ""), fields.key(name)
        typed = st.text_area("Comment", shown, key=key, height=90, placeholder=hint)
        field_errors.draw(name, "text", typed)
        st.button("Add comment", key=f"add_comment/{version_id}", on_click=_add, args=(version_id, name))


def _add(version_id: VersionId, name: str) -> None:
    field_errors.clear(name)
    try:
        current().comments.add(version_id, fields.value(fields.key(name)) or "")
    except GreenroomError as error:
        field_errors.tell(name, error)
        return
    fields.clear(name)


def _remove(comment_id: CommentId) -> None:
    try:
        current().comments.remove(comment_id, member())
    except GreenroomError as error:
        state.show_error(error)
