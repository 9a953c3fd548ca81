"""Recognizes languages and formats that aren't read, by a file's ending or by marks in the text, to name them in refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Endings of files → the language.
ENDINGS: Mapping[str, str] = {
    "go": "Go",
    "java": "Java",
    "kt": "Kotlin",
    "kts": "Kotlin",
    "swift": "Swift",
    "m": "Objective-C",
    "mm": "Objective-C",
    "c": "C",
    "h": "C",
    "cc": "C++",
    "cpp": "C++",
    "hpp": "C++",
    "cs": "C#",
    "php": "PHP",
    "rb": "Ruby",
    "dart": "Dart",
    "rs": "Rust",
    "ex": "Elixir",
    "lua": "Lua",
    "tf": "Terraform",
    "tfvars": "Terraform",
    "ini": "an INI file",
    "xml": "XML",
    "html": "HTML",
    "htm": "HTML",
    "csv": "a table",
    "rtf": "rich text (RTF)",
    "pdf": "a PDF",
}
_MARKS: Mapping[str, re.Pattern[str]] = {
    "a PDF": re.compile(r"\A%PDF-"),
    "rich text (RTF)": re.compile(r"\A\{\\rtf"),
    "HTML": re.compile(r"(?i)\A\s*(<!doctype html|<html|<(pre|div|p|span|code|table)\b)"),
    "XML": re.compile(r"\A\s*<\?xml"),
    "PHP": re.compile(r"<\?php"),
    "Go": re.compile(r"(?m)^package \w+$|:= map\[string\]|^func (\(\w+ [\w*.]+\) )?\w+\("),
    "C#": re.compile(r"(?m)^using System|^[ \t]*namespace [\w.]+\s*[;{]|^[ \t]*public (async )?(class|Task<|void )"),
    "Objective-C": re.compile(r"(?m)^#import [<\"]|^@(interface|implementation) "),
    "C or C++": re.compile(r"(?m)^#include [<\"]"),
    "Kotlin": re.compile(r"(?m)^[ \t]*fun \w+\(|^[ \t]*(private |override )*suspend fun |\bval \w+(: \w+)? = |\bmapOf\("),
    "Swift": re.compile(r"(?m)^import (Foundation|UIKit|SwiftUI|Combine)\b|URLSession\.|^[ \t]*let \w+: \[String: Any\]"),
    "Java": re.compile(r"(?m)^[ \t]*public (final |abstract )?class |^import java|^package [\w.]+;|\bnew JSONObject\("),
    "Dart": re.compile(r"(?m)^import '(dart|package):|\bMap<String, dynamic>"),
    "Ruby": re.compile(
        r"(?m)^[ \t]*require(_relative)? ['\"]|\A(?=[\s\S]*?^[ \t]*end\b)[\s\S]*?^[ \t]*def \w++[^:\n]*+$|\bNet::HTTP\b"
    ),
    "Rust": re.compile(r"(?m)^use \w+::|^[ \t]*(pub )?(async )?fn \w+|\bjson!\("),
    "Terraform": re.compile(r"(?m)^(resource|provider|data|module|variable) \"[\w-]+\"|^locals \{|\bjsonencode\("),
    "a Helm template": re.compile(r"\{\{-? *(if|range|with|include|define) |\{\{-? *\.Values\."),
    "an INI file": re.compile(r"(?m)\A\s*\[[\w .-]+\]\s*$\s*^[\w.-]+ ?="),
}


def other_language(text: str, ending: str = "") -> str:
    """The language of a text, if it is one that isn't read; "" otherwise."""
    return ENDINGS.get(ending) or next((name for name, marks in _MARKS.items() if marks.search(text)), "")
