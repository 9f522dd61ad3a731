"""The bureau that most of these tests act in."""

from .bureau import bureau

__all__ = ["bureau"]
