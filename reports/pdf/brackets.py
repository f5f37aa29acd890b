"""Brackets and other signs that are turned round in text from right to left (UAX #9, L4)."""

_BRACKETS = "()[]{}⁅⁆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆〈〉《》「」『』【】〔〕〖〗〘〙〚〛（）［］｛｝｟｠｢｣"
_OTHER = "<>«»‹›≤≥≪≫"

OPENING = dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True))
"""Opening → closing bracket."""
CLOSING = frozenset(OPENING.values())

MIRRORED = {
    first: second
    for signs in (_BRACKETS, _OTHER)
    for pair in zip(signs[::2], signs[1::2], strict=True)
    for first, second in (pair, pair[::-1])
}
"""Each sign → the sign that looks as it does in a mirror."""
