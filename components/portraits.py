"""The drawn characters as pictures: what the offline avatars look like before a call."""

from __future__ import annotations

from collections.abc import Mapping

from greenroom.catalog.faces import Face, Hair

SIZE = 240
_HAIR: Mapping[Hair, str] = {
    "bob": '<path d="M66 128 C60 58 96 40 120 40 C144 40 180 58 174 128 C176 150 166 160 158 160 L158 104 C140 96 128 84 122 72 '
    'C112 90 98 100 82 104 L82 160 C72 160 64 150 66 128 Z"/>',
    "short": '<path d="M74 104 C70 62 94 44 122 44 C150 44 172 64 166 104 C160 92 154 84 148 78 C128 86 102 84 88 78 '
    'C80 86 76 94 74 104 Z"/>',
    "bun": '<circle cx="120" cy="34" r="20"/><path d="M72 112 C68 64 94 46 120 46 C146 46 172 64 168 112 C158 88 140 76 120 76 '
    'C100 76 82 88 72 112 Z"/>',
    "curls": '<circle cx="84" cy="78" r="20"/><circle cx="104" cy="60" r="21"/><circle cx="130" cy="56" r="21"/>'
    '<circle cx="154" cy="72" r="20"/><circle cx="166" cy="96" r="15"/><circle cx="74" cy="100" r="15"/>',
}


def portrait(face: Face, *, placeholder: bool = False) -> str:
    """An SVG of 240 by 240. ``placeholder``: only its outline, for a face that only the vendor can show."""
    if placeholder:
        return _svg(face, face.hair_colour, f'<g fill="{face.shirt}" opacity="0.35">{_SHOULDERS}{_HEAD}</g>')
    features = (
        f'<g fill="{face.shirt}">{_SHOULDERS}</g><g fill="{_darker(face.skin)}">{_NECK}</g>'
        f'<g fill="{face.skin}">{_HEAD}</g><g fill="{face.hair_colour}">{_HAIR[face.hair]}</g>{_FEATURES}'
    )
    return _svg(face, face.skin, features)


_SHOULDERS = '<path d="M36 240 C40 194 76 176 120 176 C164 176 200 194 204 240 Z"/>'
_NECK = '<rect x="106" y="146" width="28" height="36" rx="12"/>'
_HEAD = '<ellipse cx="120" cy="114" rx="46" ry="56"/>'
_FEATURES = (
    '<g fill="#20242a"><ellipse cx="103" cy="112" rx="5" ry="6"/><ellipse cx="137" cy="112" rx="5" ry="6"/></g>'
    '<g fill="#ffffff"><circle cx="105" cy="110" r="1.6"/><circle cx="139" cy="110" r="1.6"/></g>'
    '<g fill="none" stroke="#20242a" stroke-width="3" stroke-linecap="round" opacity="0.75">'
    '<path d="M95 100 Q103 95 111 100"/><path d="M129 100 Q137 95 145 100"/></g>'
    '<path d="M120 116 Q116 128 121 130" fill="none" stroke="#00000033" stroke-width="3" stroke-linecap="round"/>'
    '<path d="M106 143 Q120 155 134 143" fill="none" stroke="#8c3b3b" stroke-width="4" stroke-linecap="round"/>'
)


def _svg(face: Face, accent: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" fill="{face.background}"/>'
        f'<circle cx="200" cy="44" r="60" fill="{accent}" opacity="0.08"/>{inside}</svg>'
    )


def _darker(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) * 85 // 100 for i in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"
