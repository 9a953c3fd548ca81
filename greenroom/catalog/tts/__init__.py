"""Vendors of speech synthesis (Agora's ``tts`` block), by family; the first is the default."""

from greenroom.catalog.spec import Vendor
from greenroom.catalog.tts import china, clouds, managed, own, specialists

TTS: tuple[Vendor, ...] = (
    managed.OPENAI,
    managed.MINIMAX,
    specialists.ELEVENLABS,
    clouds.MICROSOFT,
    specialists.CARTESIA,
    clouds.GOOGLE,
    clouds.AMAZON,
    specialists.DEEPGRAM,
    specialists.HUMEAI,
    specialists.RIME,
    specialists.FISHAUDIO,
    specialists.SARVAM,
    specialists.MURF,
    clouds.XAI,
    specialists.GRADIUM,
    clouds.MISTRAL,
    specialists.TYPECAST,
    specialists.SMALLESTAI,
    own.GENERIC_HTTP,
    clouds.GEMINI,
    china.TENCENT,
    china.BYTEDANCE,
    china.BYTEDANCE_DUPLEX,
    china.COSYVOICE,
    china.STEPFUN,
)
