"""Greenroom: a low-code studio for voice and avatar agents on Agora's Conversational AI Engine."""

__version__ = "0.2.1"
