"""The language in which verdicts and widgets speak: English, unless ``import backprop.zh`` has chosen Chinese."""

_chosen = "en"


def choose(language: str) -> None:
    """Speak this language from now on, "en" or "zh"; ValueError for another one."""
    global _chosen
    if language not in ("en", "zh"):
        raise ValueError(f"the book speaks 'en' and 'zh', not {language!r}")
    _chosen = language


def chosen() -> str:
    """The language that is spoken now."""
    return _chosen
