"""Which language a text is in: sure of whole sentences, silent about the rest."""

from __future__ import annotations

import pytest

from greenroom.prompting.languages import NAMES, alike, asked, base, language_of

pytestmark = pytest.mark.unit

SENTENCES = {
    "en": "Good morning, this is the front desk. How can I help you with your stay?",
    "de": "Guten Tag, wie kann ich Ihnen helfen? Wir haben noch Zimmer mit Blick auf den Fluss.",
    "es": "Buenos días, ¿en qué puedo ayudarle? El desayuno es de siete a diez y está incluido.",
    "fr": "Bonjour, comment puis-je vous aider ? Le petit déjeuner est servi de sept à dix heures dans le jardin.",
    "it": "Buongiorno, come posso aiutarla? La colazione è dalle sette alle dieci e non si paga.",
    "pt": "Bom dia, em que posso ajudar? O café da manhã é das sete às dez e não se paga.",
    "nl": "Goedendag, waarmee kan ik u helpen? Het ontbijt is van zeven tot tien en wij hebben een tuin.",
    "sv": "Hej, vad kan jag hjälpa dig med? Det är frukost från sju och vi har en trädgård som du kan se.",
    "pl": "Dzień dobry, w czym mogę pomóc? Śniadanie jest od siódmej i nie trzeba za to płacić.",
    "tr": "Merhaba, size nasıl yardımcı olabilirim? Kahvaltı yedide başlar ve ücretsiz bir bahçe var.",
    "vi": "Xin chào, tôi có thể giúp gì cho bạn? Bữa sáng bắt đầu lúc bảy giờ và không mất tiền.",
    "id": "Selamat pagi, ada yang bisa saya bantu? Sarapan dari jam tujuh dan itu tidak bayar.",
    "hi": "नमस्ते, मैं आपकी क्या मदद कर सकता हूँ?",
    "ar": "صباح الخير، كيف يمكنني مساعدتك؟",
    "fa": "سلام، چگونه می‌توانم به شما کمک کنم؟",
    "ru": "Добрый день, чем я могу вам помочь?",
    "ja": "こんにちは、ご用件は何でしょうか。",
    "ko": "안녕하세요, 무엇을 도와드릴까요?",
    "zh": "您好，请问有什么可以帮您？",
    "th": "สวัสดีค่ะ มีอะไรให้ช่วยไหมคะ",
    "he": "שלום, איך אפשר לעזור לך?",
    "ta": "வணக்கம், நான் எப்படி உதவ முடியும்?",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_whole_sentences_tell_their_language(language):
    assert alike(language_of(SENTENCES[language]), language)


@pytest.mark.parametrize("text", ["", "Hello!", "Ava", "12345", "Olá", "Linden House, Berlin, Maria", "xyzzy plugh foo bar"])
def test_little_text_tells_nothing(text):
    assert language_of(text) == ""


def test_words_of_two_languages_are_left_in_doubt():
    assert language_of("Das ist der Tag und wir sind nicht zu Haus. That is the day and we are not at home.") == ""


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-US", "en"), ("zh_cn", "zh"), ("fil-PH", "fil"), ("no-NO", "nb"), ("multi", ""), ("unknown", ""), ("", "")],
)
def test_a_tag_tells_its_language_or_nothing(tag, language):
    assert base(tag) == language


def test_a_prompt_tells_in_which_language_to_speak():
    assert [language for _, _, language in asked("Always answer in formal German. Antworte auf Englisch.")] == ["de", "en"]
    assert asked("The guests come from Germany and like German bread.") == []


def test_every_language_has_a_name():
    assert all(NAMES.values())
