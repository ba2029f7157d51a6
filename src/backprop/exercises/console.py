"""Text for any console: a sign that its encoding lacks is spelt out, so that printing never fails."""

import re
import unicodedata

_SIGNS = {
    "✓ ": "", "✗ ": "", "○ ": "",  # the words after them say the same
    "−": "-", "·": "*", "⊙": "*", "×": "x", "⁄": "/", "√": " sqrt ", "∂": "d", "≤": "<=", "≥": ">=", "≠": "!=",
    "←": "<-", "′": "'", "‖": "|", "∞": "infinity", "\u0302": "_hat",
}  # fmt: skip


def can_say(text: str, encoding: str) -> bool:
    """Whether a console of this encoding has the Chinese of the text; without it nothing can be spelt out."""
    try:
        "".join(re.findall("[\u3400-\u9fff]", text)).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def sayable(text: str, encoding: str) -> str:
    """The text for a console of this encoding: a sign that it lacks is spelt out, so that printing never fails."""
    said = ""
    while True:
        try:
            text.encode(encoding)
            return said + text
        except UnicodeEncodeError as error:
            start, end = error.start, error.start + 1
            end += text[start : end + 1] in _SIGNS  # "✓ " goes with its space
            said, text = said + text[:start] + _spelt(text[start:end]), text[end:]


def _spelt(sign: str) -> str:
    """In plain letters: η as eta, ² as ^2, ŷ as y_hat; a sign without a name in the book by its number."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isascii():
        return sign
    parts = unicodedata.normalize("NFKD", sign)
    if parts != sign:
        power = unicodedata.decomposition(sign).startswith("<super>")
        return "^" * power + "".join(map(_spelt, parts))
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK"):
        return name.rsplit(maxsplit=1)[-1].lower()
    return sign.encode("ascii", "backslashreplace").decode()
